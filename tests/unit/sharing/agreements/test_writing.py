"""What is written down reads back as the same terms, with the nine heads and the day of review."""

import json
from dataclasses import replace
from datetime import date

import pytest

from foundation.errors import Invalid
from sharing.agreements.heads import HEADS, derived
from sharing.agreements.terms import parse_draft, parse_terms, read_terms
from sharing.agreements.writing import plain_agreement, written_agreement
from tests.unit.sharing.agreements.test_terms import FILES, KINDS, TEXT

HEADS_TEXT = """\
    review: 2026-09-01
    heads:
      purpose: |
        Fewer thefts.
        Fewer “victims”: no.
    clauses:"""
HEADED = TEXT.replace("    clauses:", HEADS_TEXT)
CLAUSE = "line 16, version 1, clause"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_agreement_of_the_demonstration_reads_back_from_yaml_and_json(path):
    terms = read_terms(path, KINDS)
    said = (terms.id, terms.title, terms.versions)
    assert parse_terms(written_agreement(*said), KINDS) == terms
    assert parse_terms(json.dumps(plain_agreement(*said)), KINDS) == terms


def test_heads_and_review_are_kept_and_read_back():
    terms = parse_terms(HEADED, KINDS)
    assert terms.versions[0].review == date(2026, 9, 1)
    assert terms.versions[0].heads == {"purpose": "Fewer thefts.\nFewer “victims”: no."}
    assert parse_terms(written_agreement(terms.id, terms.title, terms.versions), KINDS) == terms


@pytest.mark.parametrize(
    "odd", ["no", "2.1", "- a", "a: b", "#", "~", "2026-01-01", "", " x ", "'\"", "&a *a"]
)
def test_a_word_that_yaml_would_read_as_something_else_stays_a_word(odd):
    (version,) = parse_terms(TEXT, KINDS).versions
    clause = {**version.clauses[0], "basis": odd or "."}
    version = replace(version, clauses=(clause,), heads={"purpose": odd.strip() or "."})
    assert parse_terms(written_agreement("A-1", odd or ".", [version]), KINDS).versions == (version,)


@pytest.mark.parametrize(
    ("good", "bad", "place", "said"),
    [
        ("purpose: |", "porpoise: |", "line 12, heads", "There is no head porpoise."),
        ("2026-09-01", "soon", "line 4, version 1", "review is a day"),
        ("2026-09-01", "1026-09-01", "line 4, version 1", "outside the years"),
        ("parties: [havering,", "parties: [havering, havering,", "line 4, version 1", "each once"),
        ("purposes: [safety]\n    r", "purposes: [Safety]\n    r", "line 4, version 1", "small letters"),
        ("to: [bcrp, members]", "to: [bcrp, bcrp]", f"{CLAUSE} 1.1", "bcrp stands twice in to"),
        ("treatment: generalise", "treatment: [a]", f"{CLAUSE} 1.1", "one word"),
        ('id: "1.1"', 'id: "1/1"', CLAUSE, "letters, digits, dots"),
    ],
)
def test_mistakes_name_the_line(good, bad, place, said):
    assert good in HEADED
    with pytest.raises(Invalid) as caught:
        parse_terms(HEADED.replace(good, bad, 1), KINDS)
    assert list(caught.value.problems) == [place]
    assert said in caught.value.problems[place]


def test_a_draft_says_neither_number_nor_signature_and_may_have_no_clause():
    text = TEXT[: TEXT.index("    clauses:")].replace("number: 1\n    signed: true\n    ", "")
    with pytest.raises(Invalid):
        parse_terms(text, KINDS)
    (version,) = parse_draft(text, KINDS).versions
    assert (version.number, version.signed, version.clauses) == (1, False, ())


def test_the_newest_version_of_a_text_becomes_the_draft():
    path = next(path for path in FILES if path.stem == "HAV-CSP-01")
    (version,) = parse_draft(path.read_text(encoding="utf-8"), KINDS).versions
    assert version == read_terms(path, KINDS).versions[-1]


def test_every_head_has_something_that_follows_from_the_terms():
    terms = read_terms(next(path for path in FILES if path.stem == "HAV-CSP-01"), KINDS).versions[2]
    said = derived(terms, {"havering": "London Borough of Havering"})
    assert list(said) == list(HEADS)
    assert len(HEADS) == 9
    assert "London Borough of Havering" in said["organisations"]
    assert "Preventing and detecting robbery" in said["purpose"]
    assert any(line.startswith("Identity (2.1b, 2.1c, 2.3b") for line in said["data_items"])
    assert any(line.startswith("Vulnerability: ") and "2.1b" in line for line in said["special_category"])
    assert any(line.startswith("Read for 92 days from release (2.5a") for line in said["governance"])
    assert said["details"][0] == "In force from 1 June 2025 to 31 December 2028."
