import json
from pathlib import Path

import pytest
import yaml

from foundation.errors import Invalid
from sharing.agreements.clause_check import spoken_fields
from sharing.agreements.policy import clause_of
from sharing.agreements.terms import parse_terms, read_terms

DEMO = Path(__file__).parents[4] / "demo"
KINDS = {
    agency["id"]: agency["kind"]
    for agency in yaml.safe_load((DEMO / "agencies.yaml").read_text(encoding="utf-8"))["agencies"]
}
FILES = sorted((DEMO / "agreements").glob("*.yaml"))

TEXT = """\
id: A-1
title: An agreement
versions:
  - number: 1
    signed: true
    from: 2026-01-01T00:00:00Z
    until: 2027-01-01T00:00:00Z
    parties: [havering, romford-bcrp]
    purposes: [safety]
    clauses:
      - id: "1.1"
        title: Everybody sees what happened.
        purposes: [safety]
        from: [havering]
        to: [bcrp, members]
        records: [incident]
        fields: [event]
        treatment: generalise
        basis: Because.
"""


def problems(text):
    with pytest.raises(Invalid) as caught:
        parse_terms(text, KINDS)
    return caught.value.problems


def test_there_are_agreements_to_check():
    assert {path.stem for path in FILES} >= {"HAV-CSP-01", "STR-BCRP-01", "RRP-01", "ROMFORD-SCHEME"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_agreement_of_the_demonstration_holds(path):
    terms = read_terms(path, KINDS)
    assert terms.id == path.stem
    for version in terms.versions:
        for clause in version.clauses:
            assert clause_of(clause).id == clause["id"]
            assert list(spoken_fields(clause)), clause["id"]
            assert all(
                clause[name] for name in ("title", "basis", "purposes", "from", "to", "records", "fields")
            )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_clause_can_be_reached_by_a_reader(path):
    version = read_terms(path, KINDS).versions[-1]
    sides = set(version.parties) | {KINDS[party] for party in version.parties} | {"members"}
    for clause in version.clauses:
        assert set(clause["from"]) & sides, clause["id"]
        assert set(clause["to"]) & sides, clause["id"]


def test_version_three_is_in_force_and_the_fourth_is_not_signed():
    versions = {v.number: v for v in read_terms(DEMO / "agreements" / "HAV-CSP-01.yaml", KINDS).versions}
    assert [versions[n].signed for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert versions[1].from_at < versions[2].from_at < versions[3].from_at
    assert "st-bedes-school" not in versions[1].parties
    assert not any("st-bedes-school" in (*c["from"], *c["to"]) for c in versions[1].clauses)


def test_a_version_written_as_another_changes_only_what_it_says():
    versions = {v.number: v for v in read_terms(DEMO / "agreements" / "HAV-CSP-01.yaml", KINDS).versions}
    before = {clause["id"]: clause for clause in versions[3].clauses}
    after = {clause["id"]: clause for clause in versions[4].clauses}
    assert {key for key in before if before[key] != after[key]} == {"2.2b", "5.2"}


def test_good_terms_come_as_text_json_or_mapping():
    mapping = yaml.safe_load(TEXT)
    as_json = json.dumps(mapping, default=lambda moment: moment.isoformat())
    assert parse_terms(TEXT, KINDS) == parse_terms(mapping, KINDS) == parse_terms(as_json, KINDS)


def test_an_empty_list_is_refused_with_line_and_clause():
    found = problems(TEXT.replace("fields: [event]", "fields: []"))
    assert found == {"line 11, version 1, clause 1.1": "The list fields is empty, and empty never means all."}


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("from: [havering]", "from: [newham]", "newham in from is no party of this version."),
        ("from: [havering]", "from: [nobody]", "from names no agency or kind: nobody."),
        ("to: [bcrp, members]", "to: [school]", "No party of this version stands in to."),
        ("treatment: generalise", "treatment: blur", "There is no treatment blur."),
        ("fields: [event]", "fields: [events]", "fields has no events."),
        ("fields: [event]", "fields: [identity]", "No record that it names has identity where this clause"),
        ("basis: Because.", "basis: ''", "basis is a sentence"),
        ("basis: Because.", "colour: red\n        basis: Because.", "There is no such key: colour."),
        ("treatment: generalise", "treatment: withhold\n        retention_days: 3", "has no retention."),
        ("purposes: [safety]\n        from", "purposes: [profit]\n        from", "purposes has no profit."),
        ('id: "1.1"', "id: 1.1", "A clause has an id in quotation marks"),
        ("fields: [event]", "children: no\n        fields: [event]", "children is “no”, “also” or “only”"),
    ],
)
def test_each_mistake_is_said_plainly(good, bad, said):
    assert good in TEXT
    (sentence,) = problems(TEXT.replace(good, bad)).values()
    assert said in sentence


def test_a_key_that_stands_twice_is_refused():
    assert problems(TEXT.replace("basis: Because.", "basis: Because.\n        basis: Else.")) == {
        "line 20": "basis stands twice."
    }


def test_a_version_that_ends_before_it_begins_is_refused():
    found = problems(TEXT.replace("until: 2027", "until: 2025"))
    assert "It ends before it begins." in found.values()


def test_two_clauses_with_one_id_are_refused():
    body = TEXT[TEXT.index('      - id: "1.1"') :]
    assert "There is another clause with this id." in problems(TEXT + body).values()
