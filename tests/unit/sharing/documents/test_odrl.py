"""The ODRL form has the shape that the information model asks for, and says of each clause what it is."""

import json
import re

import pytest

from sharing.documents.agreements import Form, export_terms
from sharing.documents.odrl import ACTIONS, NECESSITY, OPERANDS, PROFILE
from tests.drafts import INES, begun, clause
from tests.partnership import actor

#: Of ODRL Vocabulary & Expression 2.2, as far as it is used.
ODRL_OPERANDS = {"purpose", "dateTime", "elapsedTime"}
ODRL_OPERATORS = {"eq", "gteq", "lt", "isAnyOf", "isNoneOf"}
IRI = re.compile(r"urn:concordat:[A-Za-z0-9:.\-]+")


def exported(database, *clauses, place=None, **more):
    place = place or begun(database, *clauses, **more)
    return json.loads(export_terms(database, actor(INES), place, Form.ODRL).data)


def faults(body):
    """What is wrong with the shape. Source: ODRL Information Model 2.2, sections 2.1 to 2.6."""
    if body["@type"] != "Agreement" or not IRI.fullmatch(body["uid"]) or body["profile"] != PROFILE:
        yield "policy"
    if body["@context"][0] != "http://www.w3.org/ns/odrl.jsonld":
        yield "context"
    if body["conflict"] not in {"perm", "prohibit", "invalid"}:
        yield "conflict"
    if not body.get("permission") and not body.get("prohibition"):
        yield "no rule"
    for kind in ("permission", "prohibition"):
        for rule in body.get(kind, []):
            yield from (f"{rule.get('uid')}: {fault}" for fault in rule_faults(rule, kind))


def rule_faults(rule, kind):
    if not IRI.fullmatch(rule["uid"]):
        yield "uid"
    allowed = set(ACTIONS.values()) if kind == "permission" else {"use"}
    if rule["action"] not in allowed:
        yield f"action {rule['action']}"
    for side in ("assigner", "assignee"):
        if not rule[side]:
            yield f"nobody in {side}"
        for party in rule[side]:
            yield from party_faults(party)
    target = rule["target"]
    if target["@type"] != "AssetCollection" or not IRI.fullmatch(target["source"]):
        yield "target"
    yield from constraint_faults(target["refinement"])
    yield from constraint_faults(rule["constraint"])
    for duty in rule.get("duty", []):
        if kind != "permission" or duty["action"] != NECESSITY:
            yield "duty"
        yield from constraint_faults(duty["constraint"])


def party_faults(party):
    if party["@type"] == "Party":
        if not IRI.fullmatch(party["uid"]):
            yield "party uid"
    elif party["@type"] == "PartyCollection" and IRI.fullmatch(party["source"]):
        yield from constraint_faults(party["refinement"])
    else:
        yield "party type"


def constraint_faults(constraints):
    for each in constraints:
        if set(each) != {"leftOperand", "operator", "rightOperand"}:
            yield f"constraint keys {sorted(each)}"
        elif each["leftOperand"] not in ODRL_OPERANDS | set(OPERANDS):
            yield f"left operand {each['leftOperand']}"
        elif each["operator"] not in ODRL_OPERATORS:
            yield f"operator {each['operator']}"
        elif isinstance(each["rightOperand"], dict) and set(each["rightOperand"]) != {"@value", "@type"}:
            yield "literal"
        elif isinstance(each["rightOperand"], list) and not each["rightOperand"]:
            yield "empty list"


def said(constraints):
    return {
        (each["leftOperand"], each["operator"]): each["rightOperand"]
        if isinstance(each["rightOperand"], list)
        else each["rightOperand"].get("@value")
        for each in constraints
    }


@pytest.mark.parametrize("place", [("STR-BCRP-01", 1)])
def test_a_whole_agreement_has_the_shape(database, place):
    body = exported(database, place=place)
    assert list(faults(body)) == []
    assert len(body["permission"]) + len(body["prohibition"]) > 10


def test_faults_of_shape_are_found(database):
    body = exported(database, clause())
    body["permission"][0]["action"] = "con:shout"
    body["permission"][0]["constraint"][0]["operator"] = "roughly"
    assert [fault.partition(": ")[2] for fault in faults(body)] == ["action con:shout", "operator roughly"]


def test_a_clause_that_opens_is_a_permission_with_its_bounds(database):
    body = exported(
        database,
        clause(
            "2.1",
            to=["newham", "members"],
            **{"from": ["police"]},
            roles=["operator"],
            categories=["suspect", "convicted"],
            fields=["identity"],
            treatment="mask",
            retention_days=92,
        ),
    )
    (rule,) = body["permission"]
    assert "prohibition" not in body
    assert rule["uid"] == f"{body['uid']}:clause:2.1"
    assert rule["action"] == "con:mask"
    assert rule["con:basis"].startswith("Crime and Disorder Act")
    bounds = said(rule["constraint"])
    assert bounds["purpose", "isAnyOf"] == ["urn:concordat:purpose:preventing-and-detecting-robbery"]
    assert bounds["elapsedTime", "lt"] == "P92D"
    assert bounds["dateTime", "gteq"] == "2026-01-01T00:00:00Z"
    assert bounds["con:role", "isAnyOf"] == ["operator"]
    target = said(rule["target"]["refinement"])
    assert target["con:personCategory", "isAnyOf"] == ["suspect", "convicted"]
    assert set(target["con:personCategory", "isNoneOf"]) == {"victim", "witness", "observed", "other"}
    assert target["con:under18", "eq"] == "false"
    assert [each["@type"] for each in rule["assignee"]] == ["Party", "PartyCollection"]
    assert rule["assigner"][0]["refinement"][0]["rightOperand"] == "police"


@pytest.mark.parametrize(("treatment", "told"), [("withhold", True), ("absent", False)])
def test_a_clause_that_withholds_is_a_prohibition_that_says_whether_they_are_told(database, treatment, told):
    never = clause("4", treatment=treatment, never=True, categories=["victim"], fields=["identity"])
    (rule,) = exported(database, clause(), never)["prohibition"]
    assert (rule["action"], rule["con:told"], rule["con:never"]) == ("use", told, True)
    target = said(rule["target"]["refinement"])
    assert ("con:personCategory", "isNoneOf") not in target
    assert ("con:under18", "eq") not in target


def test_who_a_child_is_goes_to_a_business_by_a_note_only(database):
    opens = {"categories": ["suspect"], "fields": ["identity"], "children": "also"}
    business = clause("1", to=["east-bank-bcrp"], **opens)
    assert exported(database, business)["permission"][0]["duty"][0]["action"] == NECESSITY
    assert "duty" not in exported(database, clause("1", **opens))["permission"][0]
    described = {**opens, "fields": ["description"]}
    assert "duty" not in exported(database, clause("1", to=["bcrp"], **described))["permission"][0]


def test_the_document_is_the_same_however_often_it_is_made(database):
    place = begun(database, clause())
    first = exported(database, place=place)
    assert exported(database, place=place) == first
