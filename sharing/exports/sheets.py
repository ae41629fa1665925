"""What a file shows of a record, as plain words in one order: made of released values and of nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson

from sharing.catalogue import fields_of, link_fields, person_fields
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.reasons import label, sentence
from sharing.release.schema import Field, FieldType
from sharing.stamp import agreements_of
from sharing.vocabulary.words import CATEGORIES, RECORD_TYPES, field_label
from sharing.wording import plain, title_of, words

#: What stands where a field is withheld, before the reason in words.
WITHHELD = "Withheld: "
#: What was done to it then.
HELD = "Withheld"


@dataclass(frozen=True)
class Line:
    """One field: the part that it stands in ("" for the record itself), label, words, and what was done."""

    part: str
    field: str
    label: str
    text: str
    done: str = ""


@dataclass(frozen=True)
class Sheet:
    """One record in a file. `owner` is a name; `under` names the agreements by which it leaves."""

    id: str
    type: str
    title: str
    owner: str
    under: str
    lines: tuple[Line, ...]


def sheet_of(record: Released, agencies: Mapping[str, str], *, persons: bool) -> Sheet:
    """The sheet of a released record; without `persons` as a list shows it. `agencies` maps ids to names."""
    fields = fields_of(record.type)
    if record.type == "subject":
        fields += person_fields()
    lines = list(_lines(record, fields, ""))
    if persons:
        for number, person in enumerate(record.persons, 1):
            lines += _lines(person, (*link_fields(), *person_fields()), _called(person, number))
    return Sheet(
        record.id,
        record.type,
        f"{RECORD_TYPES[record.type][0]}: {title_of(record)}",
        agencies.get(record.owner, record.owner),
        agreements_of([record]),
        tuple(lines),
    )


def digest_of(sheets: Iterable[Sheet]) -> str:
    """SHA-256 of all that the sheets show; another if any of it is."""
    told = [[each.id, each.type, each.title, each.owner, each.under, each.lines] for each in sheets]
    return sha256(orjson.dumps(told)).hexdigest()


def _called(person: ReleasedPerson, number: int) -> str:
    codes = [str(code) for code in person.fields.get("category") or ()]
    return f"Person {number}: {', '.join(CATEGORIES.get(code, code) for code in codes) or 'not said'}"


def _lines(group: Released | ReleasedPerson, fields: Iterable[Field], part: str) -> Iterator[Line]:
    for field in fields:
        if field.type is FieldType.IMAGE or field.name == "category":
            continue  # pictures are not in files, and what a person was is in the part's own words
        held, done = group.withheld.get(field.name), group.treated.get(field.name)
        if held is not None:
            why = sentence(held.reason, agreement=held.agreement, clause=held.clause)
            yield Line(part, field.name, field_label(field.name), WITHHELD + why, HELD)
            continue
        value = group.fields.get(field.name)
        if value in (None, "", [], ()) or (field.name == "subject" and done is None):
            continue  # a person's own id says nothing outside the portal
        text = words(field.name, value) if field.type is not FieldType.POINT else _place(plain(value))
        told = label(field.type, done.treatment) if done is not None else ""
        yield Line(part, field.name, field_label(field.name), text, told)


def _place(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
