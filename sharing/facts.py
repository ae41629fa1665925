"""Rows become the frozen facts that the release engine decides on."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any

from auth.actor import Actor
from auth.queries import lapsed_by
from sharing.nested import GLASS, GRANTS, NOTES, PERSONS_BEHIND, RELEASES, keeper_of
from sharing.records.person import PERSON
from sharing.records.record import EVERY
from sharing.records.registry import SCHEMAS, own_name
from sharing.release.facts import (
    ALL,
    ApparentAge,
    BreakGlass,
    Conditions,
    Grant,
    Keeper,
    Link,
    NecessityNote,
    Pass,
    Person,
    Reader,
    Record,
    RecordLink,
    Release,
    Whole,
)
from sharing.release.schema import TREATMENTS, Category

#: A row of a statement, or one that hung inside of a row.
Row = Mapping[Any, Any]


def reader_of(actor: Actor) -> Reader:
    """What the engine may know of who is asking."""
    return Reader(
        user=actor.user_id,
        agency=actor.agency_id,
        kind=actor.agency_kind,
        business=actor.business,
        roles=frozenset(str(role) for role in actor.roles),
        sites=actor.sites,
    )


def person_of(row: Row, prefix: str = "fact_") -> Person:
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
        entered_on=row[prefix + "entered_on"],
    )


def link_of(row: Row) -> Link:
    """A person on a record, with the values of that event."""
    return Link(
        id=row["id"],
        person=person_of(row),
        categories=frozenset(Category(category) for category in row["categories"]),
        values={field.name: row[field.name] for field in PERSON.fields if row[field.name] is not None},
    )


def keeper_from(row: Row) -> Keeper:
    """Who keeps a thing, as far as rules must know."""
    return Keeper(_bare_link(row), row["happened"])


def _bare_link(row: Row) -> Link:
    return Link(row["id"], person_of(row), frozenset(Category(category) for category in row["categories"]))


def release_of(row: Row) -> Release:
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


def note_of(row: Row) -> NecessityNote:
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


def grant_of(row: Row) -> Grant:
    """A grant as the engine sees it."""
    users = row["to_users"]
    return Grant(
        id=row["id"],
        agreement=row["agreement_id"],
        fields=frozenset(row["fields"]),
        treatment=TREATMENTS[row["treatment"]],
        to_agency=row["to_agency"],
        to_users=None if users is None else frozenset(users),
        purpose=row["purpose"],
        from_at=row["from_at"],
        until=row["until_at"],
        passes=tuple([Pass(each["link"], each["floor"], each["why"]) for each in row["passes"]]),
    )


def glass_of(row: Row) -> BreakGlass:
    """A broken glass as the engine sees it, with who stood beside the reader as they are now."""
    second = None
    if row["second_user"] is not None:
        told = {
            name.removeprefix("second_"): value for name, value in row.items() if name.startswith("second_")
        }
        second = Reader(
            user=row["second_user"],
            agency=row["second_agency_id"],
            kind=row["second_kind"],
            business=bool(row["second_business"]),
            roles=frozenset(row["second_roles"]) - lapsed_by(told),
            # Whoever stands beside a reader reads nothing by it: that they are a member is all that counts.
            sites=frozenset() if row["second_member"] else None,
        )
    return BreakGlass(
        id=row["id"],
        user=row["user_id"],
        at=row["at"],
        role=row["role"],
        danger=row["danger"],
        reason=row["reason"],
        factor_at=row["factor_at"],
        overdue=row["overdue"],
        second=second,
    )


def conditions_of(stored: Mapping[str, Any] | None) -> Conditions | None:
    """Originator's conditions as the engine sees them; a label alone is none."""
    if not stored or stored.keys() == {"tlp"}:
        return None
    named = stored.get("named_recipients")
    return Conditions(
        named_recipients=None if named is None else frozenset(named),
        withhold_classes=frozenset(stored.get("withhold_classes", ())),
        sanitised_only=stored.get("sanitised_only", False),
        veto=stored.get("veto", False),
    )


def stand_ins_of(rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    """(agreement, person) -> stand-in name, from rows of links."""
    return {
        (agreement, row["person_id"]): token
        for row in rows
        for agreement, token in _object(row["stand_ins"]).items()
    }


def _object(stored: str | Mapping[str, str] | None) -> Mapping[str, str]:
    # PostgreSQL gives an aggregated object parsed, SQLite as text.
    return json.loads(stored) if isinstance(stored, str) else stored or {}


def record_of(
    row: Row,
    persons: Sequence[Row],
    *,
    parent: Record | None = None,
    keeper: Keeper | None = None,
    derived_from: Record | None = None,
    record_links: Sequence[RecordLink] = (),
) -> Record:
    """A record as the engine sees it, from its row, with or without the details of its type.

    `persons` are the rows of those on it; releases, notes, grants and broken glass hang in `row`.
    """
    own = next((link for link in persons if link["own"]), None)
    return Record(
        id=row["id"],
        type=row["type"],
        owner=row["owner"],
        site=row["site"],
        subject=person_of(own) if own is not None else None,
        happened=row["happened"],
        values=_values(row, own),
        persons=tuple([link_of(link) for link in persons if not link["own"]]),
        links=tuple(record_links),
        keeper=keeper,
        parent=parent,
        derived_from=derived_from,
        conditions=conditions_of(row["conditions"]),
        notes=tuple([note_of(note) for note in NOTES.read(row)]),
        releases=tuple([release_of(each) for each in RELEASES.read(row)]),
        grants=tuple([grant_of(each) for each in GRANTS.read(row)]) if row["grants"] else (),
        break_glass=tuple([glass_of(each) for each in GLASS.read(row)]) if row["break_glass"] else (),
    )


def origin_of(row: Row, *, derived_from: Record | None) -> Record:
    """What a record was copied from, of which the reader may see nothing: its facts without any value."""
    persons = PERSONS_BEHIND.read(row)
    own = next((link for link in persons if link["own"]), None)
    kept_by = [keeper_from(each) for each in keeper_of("").read(row)]
    return Record(
        id=row["id"],
        type=row["type"],
        owner=row["owner"],
        site=row["site"],
        subject=person_of(own) if own is not None else None,
        happened=row["happened"],
        persons=tuple([_bare_link(link) for link in persons if not link["own"]]),
        keeper=kept_by[0] if kept_by else None,
        derived_from=derived_from,
        conditions=conditions_of(row["conditions"]),
    )


def _values(row: Row, own: Row | None) -> dict[str, Any]:
    names, columns, pick = _columns(row["type"])
    if columns[-1] not in row:
        return {}  # a bare row, of which nothing is shown
    values = Whole(zip(names, pick(row), strict=True))
    if own is None:
        return values
    return values | {field.name: own[field.name] for field in PERSON.fields if own[field.name] is not None}


@cache
def _columns(type_: str) -> tuple[tuple[str, ...], tuple[str, ...], Callable[[Row], tuple[Any, ...]]]:
    """The fields of a type, the column of a row in which each stands, and what picks those."""
    names = tuple(field.name for field in SCHEMAS[type_].fields)
    columns = tuple(name if name in EVERY.by_name else own_name(name) for name in names)
    return names, columns, itemgetter(*columns)
