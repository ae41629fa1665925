"""Terms as an ODRL 2.2 Agreement in JSON-LD, with a profile of our own for what ODRL has no word for.

Source: W3C, ODRL Information Model 2.2 and ODRL Vocabulary & Expression 2.2. `docs/agreements.md` says what
each part of a clause becomes, and what of its meaning ODRL cannot say.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sharing.agreements.clause_check import spoken_fields
from sharing.agreements.writing import instant
from sharing.documents.terms import Terms
from sharing.release.facts import MEMBERS
from sharing.release.floors import PERSONAL
from sharing.release.schema import TREATMENTS, Category, Treatment
from sharing.vocabulary.kinds import ALWAYS_BUSINESS, KINDS

PROFILE = "urn:concordat:odrl:1"
#: The actions of the profile, each included in the action `use` of ODRL.
ACTIONS: Mapping[Treatment, str] = {
    Treatment.DISCLOSE: "con:disclose",
    Treatment.GENERALISE: "con:generalise",
    Treatment.MASK: "con:mask",
    Treatment.PSEUDONYM: "con:pseudonymise",
}
#: Duties of the profile.
NECESSITY = "con:signNecessityNote"
#: Left operands of the profile.
OPERANDS = (
    "con:recordType", "con:field", "con:personCategory", "con:under18", "con:role", "con:kind", "con:member",
)  # fmt: skip

Rule = dict[str, Any]


def odrl_of(terms: Terms) -> dict[str, Any]:
    """The version as an Agreement: a permission for each clause that opens, a prohibition for each other."""
    found = terms.version
    uid = f"urn:concordat:agreement:{found.agreement}:{found.number}"
    permissions, prohibitions = [], []
    for clause in found.terms.clauses:
        treatment = TREATMENTS[clause["treatment"]]
        rule = _rule(uid, clause, terms)
        if treatment < Treatment.WITHHOLD:
            permissions.append({**rule, "action": ACTIONS[treatment], **_duties(clause, terms)})
        else:
            told = treatment is Treatment.WITHHOLD
            prohibitions.append({**rule, "action": "use", "con:told": told})
    return {
        "@context": [
            "http://www.w3.org/ns/odrl.jsonld",
            {"con": f"{PROFILE}#", "dct": "http://purl.org/dc/terms/"},
        ],
        "@type": "Agreement",
        "uid": uid,
        "profile": PROFILE,
        "dct:title": found.title,
        "con:stage": found.stage.value,
        **({} if found.digest is None else {"con:digest": found.digest}),
        # Clauses yield to narrower ones, which ODRL cannot say; read alone, the document shares less.
        "conflict": "prohibit",
        **({"permission": permissions} if permissions else {}),
        **({"prohibition": prohibitions} if prohibitions else {}),
    }


def _rule(uid: str, clause: Mapping[str, Any], terms: Terms) -> Rule:
    found = terms.version.terms
    days = clause.get("retention_days")
    constraints = [
        _constraint("purpose", "isAnyOf", [f"urn:concordat:purpose:{each}" for each in clause["purposes"]]),
        _constraint("dateTime", "gteq", _typed(instant(found.from_at), "dateTime")),
        _constraint("dateTime", "lt", _typed(instant(found.until), "dateTime")),
        *([_constraint("elapsedTime", "lt", _typed(f"P{days}D", "duration"))] if days else []),
        *([_constraint("con:role", "isAnyOf", clause["roles"])] if "roles" in clause else []),
    ]
    return {
        "uid": f"{uid}:clause:{clause['id']}",
        "dct:title": clause["title"],
        "con:basis": clause["basis"],
        **({"con:never": True} if clause.get("never") else {}),
        "assigner": [_party(each, terms) for each in clause["from"]],
        "assignee": [_party(each, terms) for each in clause["to"]],
        "target": {
            "@type": "AssetCollection",
            "source": "urn:concordat:records",
            "refinement": [*_refinements(clause)],
        },
        "constraint": constraints,
    }


def _party(named: str, terms: Terms) -> dict[str, Any]:
    """An agency as a Party; a kind, or members, as those of a collection that are of it."""
    if named == MEMBERS:
        return _some("urn:concordat:parties", _constraint("con:member", "eq", _typed("true", "boolean")))
    if named in KINDS:
        return _some("urn:concordat:parties", _constraint("con:kind", "eq", named))
    return {
        "@type": "Party",
        "uid": f"urn:concordat:agency:{named}",
        "dct:title": terms.names.get(named, named),
    }


def _some(source: str, refinement: Mapping[str, Any]) -> dict[str, Any]:
    return {"@type": "PartyCollection", "source": source, "refinement": [refinement]}


def _refinements(clause: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Which records, which fields of them, and of whom."""
    opens = TREATMENTS[clause["treatment"]] < Treatment.WITHHOLD
    yield _constraint("con:recordType", "isAnyOf", clause["records"])
    yield _constraint("con:field", "isAnyOf", clause["fields"])
    categories = clause.get("categories")
    if categories is not None:
        yield _constraint("con:personCategory", "isAnyOf", categories)
        others = [each.value for each in Category if each.value not in categories]
        if opens and others:
            yield _constraint("con:personCategory", "isNoneOf", others)
    said = clause.get("children") or ("no" if opens else "also")
    if categories is not None and said != "also":
        yield _constraint("con:under18", "eq", _typed("true" if said == "only" else "false", "boolean"))


def _duties(clause: Mapping[str, Any], terms: Terms) -> Rule:
    """The note of necessity, where the clause opens who a child is to a business."""
    personal = any(each.personal and each.field.field_class in PERSONAL for each in spoken_fields(clause))
    kinds = {terms.kinds.get(each, each) for each in clause["to"]}
    if not personal or clause.get("children", "no") == "no" or not kinds & {*ALWAYS_BUSINESS, MEMBERS}:
        return {}
    child = _constraint("con:under18", "eq", _typed("true", "boolean"))
    return {"duty": [{"action": NECESSITY, "constraint": [child]}]}


def _constraint(left: str, operator: str, right: object) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _typed(value: str, type_: str) -> dict[str, str]:
    return {"@value": value, "@type": f"http://www.w3.org/2001/XMLSchema#{type_}"}
