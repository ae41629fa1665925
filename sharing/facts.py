"""Rows become the frozen facts that the release engine decides on."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import RowMapping

from auth.actor import Actor
from sharing.records.person import PERSON
from sharing.records.record import EVERY
from sharing.records.registry import SCHEMAS, own_name
from sharing.release.facts import (
    ALL,
    ApparentAge,
    Conditions,
    Keeper,
    Link,
    NecessityNote,
    Person,
    Reader,
    Record,
    RecordLink,
    Release,
)
from sharing.release.schema import Category


def reader_of(actor: Actor) -> Reader:
    """What the engine may know of who is asking."""
    return Reader(
        user=actor.user_id,
        agency=actor.agency_id,
        kind=actor.agency_kind,
        business=actor.business,
        roles=frozenset(str(role) for role in actor.roles),
        site=actor.site_id,
    )


def person_of(row: RowMapping, prefix: str = "fact_") -> Person:
    """What rules must know of a natural person."""
    age = row[prefix + "apparent_age"]
    return Person(
        id=row[prefix + "id"],
        dob=row[prefix + "date_of_birth"],
        dob_verified=row[prefix + "date_of_birth_verified"],
        apparent_age=ApparentAge(age["low"], age["high"], date.fromisoformat(age["recorded"]))
        if age
        else None,
        believed_child=row[prefix + "believed_child"],
        anonymity_order=row[prefix + "anonymity_order"],
    )


def link_of(row: RowMapping) -> Link:
    """A person on a record, with the values of that event."""
    return Link(
        id=row["id"],
        person=person_of(row),
        categories=frozenset(Category(category) for category in row["categories"]),
        values={field.name: row[field.name] for field in PERSON.fields if row[field.name] is not None},
    )


def release_of(row: RowMapping) -> Release:
    """A release as the engine sees it."""
    recipients = row["recipients"]
    return Release(
        id=row["id"],
        agreement=row["agreement_id"],
        purposes=frozenset(row["purposes"]),
        recipients=frozenset({ALL} if recipients == "all" else recipients),
        at=row["at"],
        permitted=True,  # sharing.contribution inserts no other
        expires=row["expires"],
        revoked=row["revoked"],
        category=Category(row["category"]) if row["category"] else None,
        text=row["text"],
    )


def note_of(row: RowMapping) -> NecessityNote:
    """A note of necessity as the engine sees it."""
    return NecessityNote(
        person=row["person_id"],
        recipients=frozenset(row["recipients"]),
        classes=frozenset(row["classes"]),
        reason=row["reason"],
        from_at=row["from_at"],
        until=row["until_at"],
        approver=row["approver"],
    )


def conditions_of(stored: Mapping[str, Any] | None) -> Conditions | None:
    """Originator's conditions as the engine sees them."""
    if not stored:
        return None
    named = stored.get("named_recipients")
    return Conditions(
        named_recipients=None if named is None else frozenset(named),
        withhold_classes=frozenset(stored.get("withhold_classes", ())),
        sanitised_only=stored.get("sanitised_only", False),
        veto=stored.get("veto", False),
    )


def stand_ins_of(rows: Iterable[RowMapping]) -> dict[tuple[str, str], str]:
    """(agreement, person) -> stand-in name, from rows of links."""
    return {
        (agreement, row["person_id"]): token
        for row in rows
        for agreement, token in _object(row["stand_ins"]).items()
    }


def _object(stored: str | Mapping[str, str] | None) -> Mapping[str, str]:
    # PostgreSQL gives an aggregated object parsed, SQLite as text.
    return json.loads(stored) if isinstance(stored, str) else stored or {}


@dataclass(frozen=True)
class Rows:
    """The rows that hang on some records, by record id, fetched in a fixed number of statements."""

    links: Mapping[str, Sequence[RowMapping]]
    releases: Mapping[str, Sequence[RowMapping]]
    notes: Mapping[str, Sequence[RowMapping]]


def record_of(
    row: RowMapping,
    rows: Rows,
    *,
    parent: Record | None = None,
    keeper: Keeper | None = None,
    derived_from: Record | None = None,
    record_links: Sequence[RecordLink] = (),
    bare: bool = False,
) -> Record:
    """A record as the engine sees it, from its row with the details of its type, or bare without them."""
    record_id, type_ = row["id"], row["type"]
    links = rows.links.get(record_id, ())
    own = next((link for link in links if link["own"]), None)
    columns = () if bare else _columns(type_)
    values = {name: row[column] for name, column in columns if row[column] is not None}
    if own is not None:
        values |= {field.name: own[field.name] for field in PERSON.fields if own[field.name] is not None}
    return Record(
        id=record_id,
        type=type_,
        owner=row["owner"],
        site=row["site"],
        subject=person_of(own) if own is not None else None,
        happened=row["happened"],
        values=values,
        persons=tuple(link_of(link) for link in links if not link["own"]),
        links=tuple(record_links),
        keeper=keeper,
        parent=parent,
        derived_from=derived_from,
        conditions=conditions_of(row["conditions"]),
        notes=tuple(note_of(note) for note in rows.notes.get(record_id, ())),
        releases=tuple(release_of(each) for each in rows.releases.get(record_id, ())),
    )


@cache
def _columns(type_: str) -> tuple[tuple[str, str], ...]:
    """The fields of a type with the column of a row in which each stands, in the schema's order."""
    return tuple(
        (field.name, field.name if field.name in EVERY.by_name else own_name(field.name))
        for field in SCHEMAS[type_].fields
    )
