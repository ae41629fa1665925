"""Whether a clause can be taken as it is written: every mistake as a sentence with the clause's name."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from auth.roles import Role
from sharing.records.person import LINK, PERSON
from sharing.records.registry import SCHEMAS
from sharing.release.facts import MEMBERS
from sharing.release.policy import LINKS
from sharing.release.schema import TREATMENTS, Category, Field, FieldClass, Treatment
from sharing.vocabulary.kinds import KINDS

_NEEDED = ("id", "title", "purposes", "from", "to", "records", "fields", "treatment", "basis")
_OPTIONAL = frozenset({"roles", "categories", "children", "never", "retention_days"})
_LISTS = ("purposes", "from", "to", "roles", "records", "categories", "fields")

_PERSONS = (*LINK.fields, *PERSON.fields)
#: What a person keeps is judged as a field of that person's link.
_KEPT: Mapping[str, frozenset[str]] = {
    "vehicle": frozenset({"registration", "partial_registration", "vin"}),
    "item": frozenset({"imei", "serial", "line_number"}),
    "premises": frozenset({"address"}),
}
_FIELD_NAMES = frozenset(
    {field.name for field in _PERSONS}
    | {field.name for schema in SCHEMAS.values() for field in schema.fields}
    | {LINKS.name}
)

Problems = Iterator[tuple[str, str]]


def clause_problems(clause: Any, version: Mapping[str, Any], kinds: Mapping[str, str]) -> Problems:
    """Each mistake of a clause as (its name, a sentence); `kinds` maps agencies to their kinds."""
    if not isinstance(clause, Mapping) or not isinstance(clause.get("id"), str) or not clause["id"].strip():
        yield "clause", "A clause has an id in quotation marks, such as “2.1”."
        return
    name = f"clause {clause['id']}"
    for sentence in [*_shape(clause)] or [*_words(clause, version, kinds)] or [*_sense(clause)]:
        yield name, sentence


def _shape(clause: Mapping[str, Any]) -> Iterator[str]:
    if unknown := sorted(str(key) for key in set(clause) - {*_NEEDED, *_OPTIONAL}):
        yield f"There is no such key: {', '.join(unknown)}."
    if missing := [key for key in _NEEDED if key not in clause]:
        yield f"Missing: {', '.join(missing)}."
    for key in _LISTS:
        entries = clause.get(key, [""])
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            yield f"{key} is a list of words."
        elif not entries:
            yield f"The list {key} is empty, and empty never means all."
    for key in ("title", "basis"):
        if not isinstance(clause.get(key, "."), str) or not clause.get(key, ".").strip():
            yield f"{key} is a sentence that readers are shown."
    if type(clause.get("never", False)) is not bool:
        yield "never is true or false."
    if clause.get("children", "no") not in ("no", "also", "only"):
        yield "children is “no”, “also” or “only”, in quotation marks."


def _words(clause: Mapping[str, Any], version: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[str]:
    parties = set(version["parties"])
    for key in ("from", "to"):
        sides = set(clause[key]) - set(KINDS) - parties - {MEMBERS}
        if strangers := sorted(sides & set(kinds)):
            yield f"{', '.join(strangers)} in {key} is no party of this version."
        if unknown := sorted(sides - set(kinds)):
            yield f"{key} names no agency or kind: {', '.join(unknown)}."
        elif not set(clause[key]) & (parties | {kinds[party] for party in parties} | {MEMBERS}):
            yield f"No party of this version stands in {key}."
    known: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("purposes", set(version["purposes"]).__contains__),
        ("records", set(SCHEMAS).__contains__),
        ("fields", lambda field: field in _FIELD_NAMES or field in set(FieldClass)),
        ("categories", set(Category).__contains__),
        ("roles", set(Role).__contains__),
    )
    for key, is_known in known:
        if unknown := [entry for entry in clause.get(key, ()) if not is_known(entry)]:
            yield f"{key} has no {', '.join(unknown)}."
    if clause["treatment"] not in TREATMENTS:
        yield f"There is no treatment {clause['treatment']}."


def _sense(clause: Mapping[str, Any]) -> Iterator[str]:
    treatment = TREATMENTS.get(clause["treatment"], Treatment.ABSENT)
    days = clause.get("retention_days")
    if treatment >= Treatment.WITHHOLD and days is not None:
        yield "A clause that withholds has no retention."
    if days is not None and (type(days) is not int or days < 1):
        yield "retention_days is a whole number of at least 1."
    spoken = [*spoken_fields(clause)]
    for entry in clause["fields"]:
        if not any(entry in (field.name, field.field_class) for _, field in spoken):
            yield f"No record that it names has {entry} where this clause speaks."


def spoken_fields(clause: Mapping[str, Any]) -> Iterator[tuple[str, Field]]:
    """The (record type, field) pairs of which a clause speaks, before parties and purposes.

    A clause with categories speaks of persons' fields and of what they keep, one that opens without them of
    the rest, and one that withholds without them of everything.
    """
    opens = TREATMENTS.get(clause["treatment"], Treatment.ABSENT) < Treatment.WITHHOLD
    persons, rest = "categories" in clause or not opens, "categories" not in clause
    for type_ in clause["records"]:
        schema = SCHEMAS.get(type_)
        own = (*schema.fields, LINKS) if schema else ()
        fields = [field for field in own if rest or field.name in _KEPT.get(type_, ())]
        if persons:
            fields += [field for field in _PERSONS if type_ != "subject" or field in PERSON.fields]
        for field in fields:
            if {field.name, field.field_class} & set(clause["fields"]):
                yield type_, field
