"""Whether a clause can be taken as it is written: every mistake as a sentence with the clause's name."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

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
#: What readers are shown, and how long it may be, in characters.
_SENTENCES = {"title": 300, "basis": 2_000}
_MOST_ENTRIES = 200
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")
#: Beyond a lifetime nobody counts days.
_MOST_DAYS = 36_525

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
    if not isinstance(clause, Mapping) or not _is_id(clause.get("id")):
        yield (
            "clause",
            "A clause has an id in quotation marks, such as “2.1”: at most 20 letters, digits, dots.",
        )
        return
    for _, sentence in key_problems(clause, version, kinds):
        yield f"clause {clause['id']}", sentence


def key_problems(clause: Mapping[str, Any], version: Mapping[str, Any], kinds: Mapping[str, str]) -> Problems:
    """Each mistake of a clause that has an id as (the key that it stands at, a sentence)."""
    yield from [*_shape(clause)] or [*_words(clause, version, kinds)] or [*_sense(clause)]


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _shape(clause: Mapping[str, Any]) -> Problems:
    if unknown := sorted(str(key) for key in set(clause) - {*_NEEDED, *_OPTIONAL}):
        yield "id", f"There is no such key: {', '.join(unknown)}."
    if missing := [key for key in _NEEDED if key not in clause]:
        yield missing[0], f"Missing: {', '.join(missing)}."
    for key in _LISTS:
        yield from _list_problems(key, clause.get(key, [""]))
    for key, longest in _SENTENCES.items():
        said = clause.get(key, ".")
        if not isinstance(said, str) or not said.strip():
            yield key, f"{key} is a sentence that readers are shown."
        elif len(said) > longest:
            yield key, f"{key} is longer than {longest:,} characters."
    if type(clause.get("never", False)) is not bool:
        yield "never", "never is true or false."
    if not isinstance(clause.get("treatment", ""), str):
        yield "treatment", "treatment is one word."
    if clause.get("children", "no") not in ("no", "also", "only"):
        yield "children", "children is “no”, “also” or “only”, in quotation marks."


def _list_problems(key: str, entries: Any) -> Problems:
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        yield key, f"{key} is a list of words."
    elif not entries:
        yield key, f"The list {key} is empty, and empty never means all."
    elif len(entries) > _MOST_ENTRIES:
        yield key, f"The list {key} has more than {_MOST_ENTRIES} entries."
    elif twice := sorted({entry for entry in entries if entries.count(entry) > 1}):
        yield key, f"{', '.join(twice)} stands twice in {key}."


def _words(clause: Mapping[str, Any], version: Mapping[str, Any], kinds: Mapping[str, str]) -> Problems:
    parties = set(version["parties"])
    for key in ("from", "to"):
        sides = set(clause[key]) - set(KINDS) - parties - {MEMBERS}
        if strangers := sorted(sides & set(kinds)):
            yield key, f"{', '.join(strangers)} in {key} is no party of this version."
        if unknown := sorted(sides - set(kinds)):
            yield key, f"{key} names no agency or kind: {', '.join(unknown)}."
        elif not set(clause[key]) & (parties | {kinds[party] for party in parties} | {MEMBERS}):
            yield key, f"No party of this version stands in {key}."
    known: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("purposes", set(version["purposes"]).__contains__),
        ("records", set(SCHEMAS).__contains__),
        ("fields", lambda field: field in _FIELD_NAMES or field in set(FieldClass)),
        ("categories", set(Category).__contains__),
        ("roles", set(Role).__contains__),
    )
    for key, is_known in known:
        if unknown := [entry for entry in clause.get(key, ()) if not is_known(entry)]:
            yield key, f"{key} has no {', '.join(unknown)}."
    if clause["treatment"] not in TREATMENTS:
        yield "treatment", f"There is no treatment {clause['treatment']}."


def _sense(clause: Mapping[str, Any]) -> Problems:
    treatment = TREATMENTS.get(clause["treatment"], Treatment.ABSENT)
    days = clause.get("retention_days")
    if treatment >= Treatment.WITHHOLD and days is not None:
        yield "retention_days", "A clause that withholds has no retention."
    if days is not None and (type(days) is not int or not 1 <= days <= _MOST_DAYS):
        yield (
            "retention_days",
            "retention_days is a whole number of at least 1, and of at most a hundred years.",
        )
    spoken = [each.field for each in spoken_fields(clause)]
    for entry in clause["fields"]:
        if not any(entry in (field.name, field.field_class) for field in spoken):
            yield "fields", f"No record that it names has {entry} where this clause speaks."


def fields_by_class() -> Mapping[str, tuple[str, ...]]:
    """Every field that a clause can name, under its class; one that has several stands under the first."""
    found: dict[str, dict[str, None]] = {field_class.value: {} for field_class in FieldClass}
    for field in (*(field for schema in SCHEMAS.values() for field in schema.fields), LINKS, *_PERSONS):
        if not any(field.name in names for names in found.values()):
            found[field.field_class.value][field.name] = None
    return {field_class: tuple(names) for field_class, names in found.items()}


class Spoken(NamedTuple):
    """A field of which a clause speaks; `personal` where it is judged as that of a person on the record."""

    type: str
    field: Field
    personal: bool


def spoken_fields(clause: Mapping[str, Any]) -> Iterator[Spoken]:
    """The fields of which a clause speaks, by record type, before parties and purposes.

    A clause with categories speaks of persons' fields and of what they keep, one that opens without them of
    the rest, and one that withholds without them of everything.
    """
    opens = TREATMENTS.get(clause["treatment"], Treatment.ABSENT) < Treatment.WITHHOLD
    persons, rest = "categories" in clause or not opens, "categories" not in clause
    named = set(clause["fields"])
    for type_ in clause["records"]:
        schema = SCHEMAS.get(type_)
        own = (*schema.fields, LINKS) if schema else ()
        kept = [field for field in own if persons and field.name in _KEPT.get(type_, ())]
        theirs = [field for field in _PERSONS if persons and (type_ != "subject" or field in PERSON.fields)]
        for field, personal in (
            *((field, False) for field in own if rest),
            *((field, True) for field in (*kept, *theirs)),
        ):
            if {field.name, field.field_class} & named:
                yield Spoken(type_, field, personal)
