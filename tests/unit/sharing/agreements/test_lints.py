"""Each lint finds the clause that was planted for it, and lets one alone that is as it should be."""

from pathlib import Path

import pytest
import yaml

from sharing.agreements.heads import HEADS
from sharing.agreements.lint import Kind, Severity
from sharing.agreements.lints import lints_of
from sharing.agreements.terms import check_version, read_terms
from sharing.release.facts import Agency
from sharing.vocabulary.kinds import is_business

DEMO = Path(__file__).parents[4] / "demo"
ROBBERY = "preventing-and-detecting-robbery"
AGENCIES = {
    name: Agency(name, kind, is_business(kind, None))
    for name, kind in (
        ("met", "police"),
        ("north", "police"),
        ("borough", "council"),
        ("academy", "school"),
        ("shops", "bcrp"),
    )
}
KINDS = {agency.id: agency.kind for agency in AGENCIES.values()}
CONDITION = "Data Protection Act 2018, Schedule 1, paragraph 10."
SUSPECTS = {"categories": ["suspect", "convicted", "observed"]}


def clause(id_="1", **more):
    """Clean: what happened, from the police to the council, in full, for half a year."""
    return {
        "id": id_,
        "title": "A clause.",
        "purposes": [ROBBERY],
        "from": ["met"],
        "to": ["borough"],
        "records": ["incident"],
        "fields": ["event", "place"],
        "treatment": "disclose",
        "basis": CONDITION,
        **({"retention_days": 184} if more.get("treatment") not in ("withhold", "absent") else {}),
        **more,
    }


def terms(*clauses, **more):
    return check_version(
        {
            "from": "2026-01-01T00:00:00Z",
            "until": "2027-01-01T00:00:00Z",
            "review": "2026-06-01",
            "parties": ["met", "borough", "academy", "shops"],
            "purposes": [ROBBERY],
            "heads": dict.fromkeys(HEADS, "Said."),
            "clauses": list(clauses),
            **more,
        },
        KINDS,
    )


def found(*clauses, agencies=AGENCIES, **more):
    """The lints as (clause, kind, severity), and the sentences by clause."""
    lints = lints_of(terms(*clauses, **more), agencies, {"shops": "the BCRP"})
    return [(each.clause, each.kind, each.severity) for each in lints], {
        each.clause: each.sentence for each in lints
    }


E, W = Severity.ERROR, Severity.WARNING


def test_a_clean_version_has_no_lint():
    assert found(clause())[0] == []


PLANTED = {
    "beaten by never": (
        [clause(fields=["place"]), clause("2", fields=["event"], treatment="withhold", never=True),
         clause("3", fields=["occurred"])],
        [("3", Kind.UNREACHABLE, E)],
        "clause 2 always prevails",
    ),
    "beaten by a narrower one": (
        [clause(), clause("2", fields=["occurred"], treatment="generalise"),
         clause("3", fields=["occurred"], **{"from": ["police"]})],
        [("3", Kind.UNREACHABLE, E)],
        "clause 2 always prevails",
    ),
    "one entry in vain": (
        [clause(fields=["event", "place", "ward"]), clause("2", fields=["ward"], treatment="withhold")],
        [("1", Kind.UNREACHABLE, W)],
        "never decides about “Ward”: clause 2",
    ),
    "to oneself": (
        [clause(), clause("2", **{"from": ["met"], "to": ["met"]})],
        [("2", Kind.UNREACHABLE, E)],
        "to one agency alone",
    ),
    "a purpose that nobody may state": (
        [clause(), clause("2", purposes=["profit"])],
        [("2", Kind.UNREACHABLE, E)],
        "Nobody whom it names may state",
    ),
    "a role that may not state the purpose": (
        [clause(), clause("2", purposes=["running-the-partnership"], roles=["member"])],
        [("2", Kind.UNREACHABLE, E)],
        "Nobody whom it names may state",
    ),
    "children of things": (
        [clause(), clause("2", fields=["account"], children="only")],
        [("2", Kind.UNREACHABLE, E)],
        "no clause always prevails",
    ),
    "source to anybody": (
        [clause(), clause("2", records=["intelligence"], fields=["source"])],
        [("2", Kind.FLOOR, E)],
        "Source never reaches borough, whatever a clause says. It opens nothing",
    ),
    "vulnerability to a business": (
        [clause("1", to=["shops"], fields=["vulnerability"], **SUSPECTS)],
        [("1", Kind.FLOOR, E)],
        "Vulnerability of convicted persons, persons seen and suspects never reaches the BCRP",
    ),
    "vulnerability to a business among others": (
        [clause("1", to=["borough", "shops"], fields=["vulnerability"], **SUSPECTS)],
        [("1", Kind.FLOOR, W)],
        "never reaches the BCRP, whatever a clause says. Take that out",
    ),
    "victims to a business": (
        [clause("1", to=["shops"], fields=["identity", "description"], categories=["suspect", "victim"])],
        [("1", Kind.FLOOR, W)],
        "Identity of victims never reaches the BCRP",
    ),
    "what a victim keeps, to a business": (
        [clause("1", to=["shops"], records=["item"], fields=["imei"], categories=["victim"])],
        [("1", Kind.FLOOR, E)],
        "“IMEI” of victims never reaches the BCRP",
    ),
    "ethnic appearance": (
        [clause("1", fields=["ethnic_appearance"], basis="To find them.", **SUSPECTS)],
        [("1", Kind.SPECIAL, E)],
        "It opens ethnic appearance, and its basis states no condition",
    ),
    "a field of vulnerability": (
        [clause("1", fields=["injury"], basis="Children Act 2004, section 10.", categories=["victim"])],
        [("1", Kind.SPECIAL, E)],
        "It opens vulnerability",
    ),
    "offence data": (
        [clause("1", to=["shops"], fields=["description"], basis="To recognise them.", **SUSPECTS)],
        [("1", Kind.SPECIAL, W)],
        "It tells the BCRP of suspicion or conviction",
    ),
    "no end to persons": (
        [{**clause("1", fields=["description"], **SUSPECTS), "retention_days": None}],
        [("1", Kind.RETENTION, E)],
        "stays open as long as the release does",
    ),
    "no end to things": (
        [{**clause(), "retention_days": None}],
        [("1", Kind.RETENTION, W)],
        "Say how many days",
    ),
    "a treatment that a field lacks": (
        [clause("1", fields=["event"]), clause("2", fields=["method"], treatment="generalise")],
        [("2", Kind.TREATMENT, E)],
        "No banded form can be made of “How”, so it stays withheld. Choose disclose or withhold.",
    ),
    "a treatment that a class lacks": (
        [clause("1", fields=["narrative"], treatment="mask")],
        [("1", Kind.TREATMENT, E)],
        "No masked form can be made of text for sharing",
    ),
    "a treatment that some fields lack": (
        [clause("1", fields=["event"], treatment="generalise")],
        [("1", Kind.TREATMENT, W)],
        "No banded form can be made of “How” and “Supports prosecution”: withheld.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_clause_is_found_and_no_other(planted):
    clauses, expected, said = PLANTED[planted]
    clauses = [{key: value for key, value in each.items() if value is not None} for each in clauses]
    purposes = sorted({purpose for each in clauses for purpose in each["purposes"]})
    lints, sentences = found(*clauses, purposes=purposes)
    assert lints == expected
    assert said in sentences[expected[0][0]]


#: The same clauses put right.
MENDED = {
    "a narrower one that is reached": [clause(), clause("2", fields=["occurred"], treatment="generalise")],
    "a role that narrows": [clause(), clause("2", roles=["operator"], treatment="withhold")],
    "what opens when another has run out": [
        clause("1", fields=["occurred"], retention_days=10),
        clause("2", fields=["event"], retention_days=20),
    ],
    "children only": [
        clause("1", fields=["description"], **SUSPECTS),
        clause("2", fields=["description"], children="only", treatment="withhold", **SUSPECTS),
    ],
    "suspects to a business": [
        clause("1", to=["shops"], fields=["identity"], children="also", **SUSPECTS)
    ],
    "what a suspect keeps": [
        clause("1", to=["shops"], records=["item"], fields=["imei"], treatment="mask", **SUSPECTS)
    ],
    "victims to the police": [
        clause("1", **{"from": ["borough"], "to": ["met"]}, fields=["identity"], categories=["victim"])
    ],
    "offence data to the police": [
        clause("1", **{"from": ["borough"], "to": ["met"]}, fields=["description"], basis="Any.", **SUSPECTS)
    ],
    "fields that have the form": [clause("1", fields=["occurred", "ward"], treatment="generalise")],
    "members of the business": [clause("1", to=["members"])],
    "withheld for good": [clause(), clause("2", fields=["event"], to=["shops"], treatment="withhold")],
}  # fmt: skip


@pytest.mark.parametrize("mended", MENDED)
def test_what_was_put_right_is_let_alone(mended):
    assert found(*MENDED[mended])[0] == []


def test_a_note_of_necessity_needs_somebody_who_may_sign_it():
    said = {"from": ["borough"], "to": ["shops"], "children": "also", **SUSPECTS}
    opens = clause("1", fields=["identity", "description"], **said)
    assert found(opens, parties=["borough", "shops", "met"])[0] == []
    lints, sentences = found(opens, parties=["borough", "shops"])
    assert lints == [("1", Kind.CHILD, W)]
    assert "opens identity of children to the BCRP" in sentences["1"]
    nobody = {name: each for name, each in AGENCIES.items() if each.kind != "police"}
    assert found(opens, parties=["borough", "shops"], agencies=nobody)[0] == [("1", Kind.CHILD, E)]
    adults = {**opens, "children": "no"}
    assert found(adults, parties=["borough", "shops"], agencies=nobody)[0] == []


def test_a_schemes_own_terms_reach_its_members():
    own = clause("1", **{"from": ["shops"], "to": ["members"]})
    assert found(own, parties=["shops"])[0] == []
    lints, _ = found(
        clause(), clause("2", **{"from": ["shops"], "to": ["shops"]}), parties=["met", "borough", "shops"]
    )
    assert lints == [("2", Kind.UNREACHABLE, E)]


def test_what_is_missing_of_the_whole_is_said():
    bare = terms(heads={"purpose": "Said."}, review=None)
    lints = lints_of(bare, AGENCIES)
    assert [(each.clause, each.severity) for each in lints] == [(None, E), (None, W), (None, W)]
    assert "There is no clause yet" in lints[0].sentence
    assert "Nothing is written yet about organisations, joint controllers" in lints[2].sentence


def test_the_demonstrations_agreements_have_no_errors():
    agencies = yaml.safe_load((DEMO / "agencies.yaml").read_text(encoding="utf-8"))["agencies"]
    facts = {
        each["id"]: Agency(each["id"], each["kind"], is_business(each["kind"], each.get("business")))
        for each in agencies
    }
    kinds = {name: agency.kind for name, agency in facts.items()}
    for path in sorted((DEMO / "agreements").glob("*.yaml")):
        version = read_terms(path, kinds).versions[-1]
        errors = [each for each in lints_of(version, facts) if each.severity is E]
        assert errors == [], path.stem
