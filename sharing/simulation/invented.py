"""Invented sample records, for whoever has none of their own: every category, grown up and under 18."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sharing.records.person import PERSON
from sharing.records.registry import SCHEMAS
from sharing.release.facts import Link, Record
from sharing.release.floors import KEEPABLE
from sharing.release.policy import PAGE
from sharing.release.schema import Category, Field, FieldType
from sharing.release.supposed import supposed_person, supposed_record
from sharing.vocabulary.codes import LISTS

#: What fields of a type hold, where no closed list says it. Numbers are of ranges kept for fiction.
_VALUES: Mapping[FieldType, Any] = {
    FieldType.ADDRESS: "1 Sample Street",
    FieldType.AMOUNT: 12_500,
    FieldType.EMAIL: "sample@example.org",
    FieldType.FLAG: True,
    FieldType.ID: "SAMPLE-1",
    FieldType.IMAGE: "sample",
    FieldType.IMEI: "490154203237518",
    FieldType.NUMBER: 2,
    FieldType.ORG: "Sample School",
    FieldType.PHONE: "020 7946 0123",
    FieldType.POINT: "51.5758, 0.1832",
    FieldType.STAFF: "Somebody invented",
    FieldType.TEXT: "An invented account, in the owner’s own words.",
    FieldType.VRM: "ZZ99 ABC",
    FieldType.ZONE: "An invented zone",
}
_NAMES = {
    "given_name": "Alexandra",
    "family_name": "Samplewood",
    "alias": "Sampler",
    "guardian": "Robin Samplewood",
}
_WARD = "Sample Ward"
#: Who is on records of one sort only: people of a thing's keeper and on a person's own record are one each.
_KEEPERS = ((Category.SUSPECT, False), (Category.SUSPECT, True), (Category.VICTIM, False))


@dataclass(frozen=True)
class Somebody:
    """A person on a sample: what they were there, and whether they are under 18; by their link's id."""

    link: str
    categories: frozenset[Category]
    child: bool


@dataclass(frozen=True)
class Sample:
    """A record to try terms on, with who is on it; `about` is whose own record it is, or who keeps it."""

    record: Record
    people: tuple[Somebody, ...]
    about: Somebody | None = None
    invented: bool = True


def invented_samples(
    types: Iterable[str], owner: str, release: tuple[str, frozenset[str]], now: datetime
) -> Iterator[Sample]:
    """Samples of these types, released a moment ago to all under `release`: an agreement, for purposes."""
    for type_ in types:
        for name, people, about in _casts(type_):
            links = tuple(_person(each, now) for each in people)
            record = supposed_record(
                type_, owner, release, now, persons=links, values=_values(SCHEMAS[type_].fields, now)
            )
            if about is not None:
                record = replace(record, persons=())
            if record.subject is not None:
                record = replace(record, values={**record.values, **links[0].values})
            yield Sample(replace(record, id=f"invented-{type_}-{name}"), () if about else people, about=about)


#: A sample's name, who is on it, and who it is about.
_Cast = tuple[str, tuple[Somebody, ...], Somebody | None]


def _casts(type_: str) -> Iterator[_Cast]:
    if type_ == "camera":
        yield "plain", (), None
        return
    if type_ == PAGE:
        for category in Category:
            for child in (False, True):
                yield _alone(category, child=child)
        return
    if type_ in KEEPABLE:
        yield "nobody", (), None
        for category, child in _KEEPERS:
            yield _alone(category, child=child)
        return
    for child in (False, True):
        yield (
            "children" if child else "adults",
            tuple(_somebody(each, child=child) for each in Category),
            None,
        )


def _alone(category: Category, *, child: bool) -> _Cast:
    one = _somebody(category, child=child)
    return one.link, (one,), one


def _somebody(category: Category, *, child: bool) -> Somebody:
    return Somebody(f"{category.value}{'-child' if child else ''}", frozenset({category}), child)


def _person(each: Somebody, now: datetime) -> Link:
    (category,) = each.categories
    link = supposed_person(each.link, category, now, child=each.child)
    values = {**_values(PERSON.fields, now), "date_of_birth": link.person.dob}
    return replace(link, values=values, wards={"home_address": _WARD})


def _values(fields: Iterable[Field], now: datetime) -> dict[str, Any]:
    return {field.name: _value(field, now) for field in fields}


def _value(field: Field, now: datetime) -> Any:
    if field.name == "ward":
        return _WARD
    if field.type is FieldType.NAME:
        return _NAMES.get(field.name, "Robin Samplewood")
    if field.type is FieldType.TIME:
        return now - timedelta(days=1)
    if field.type in {FieldType.DATE, FieldType.DOB}:
        return (now - timedelta(days=1)).date()
    listed = next(iter(LISTS.get(field.name, ())), "sample")
    if field.type is FieldType.CODE:
        return listed
    return [listed] if field.type is FieldType.CODES else _VALUES.get(field.type)
