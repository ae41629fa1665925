"""Readers and records that are nobody's: to ask the engine what terms mean before anything is at stake."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sharing.release.facts import (
    ALL,
    NOTHING,
    Agency,
    Agreement,
    Keeper,
    Link,
    NecessityNote,
    Person,
    Reader,
    Record,
    Release,
    Version,
)
from sharing.release.floors import KEEPABLE, six_months_after
from sharing.release.policy import PAGE
from sharing.release.schema import Category, FieldClass

#: The approver of supposed notes of necessity; a policy that is to take them names them as one.
APPROVER = "supposed-approver"
#: A stand-in name that tells nobody anything: real ones are drawn when records are sent.
SAMPLE_NAME = "A1B2C3"
#: The agreement's own parent record of a supposed still.
_PARENT = "incident"
_TEXT = "A text for sharing."


def supposed_reader(agency: Agency, roles: Iterable[str] = (), *, member: bool = False) -> Reader:
    """A reader of the agency who is nobody in particular; a member is of one of its sites."""
    sites = frozenset({"any"}) if member else None
    return Reader("", agency.id, agency.kind, agency.business, frozenset(roles), sites=sites)


def in_force(agreement: str, version: Version, now: datetime) -> Agreement:
    """An agreement of which this version alone is signed and in force, since a day."""
    begun = replace(version, signed=True, from_at=now - timedelta(days=1), until=now + timedelta(days=1))
    return Agreement(agreement, (begun,))


def supposed_person(name: str, category: Category, now: datetime, *, child: bool) -> Link:
    """Somebody of 40, or of 15, who was this at an event."""
    years = 15 if child else 40
    born = date(now.year - years - 1, 6, 1)
    person = Person(name, dob=born, dob_verified=True, entered_on=name)
    return Link(name, person, frozenset({category}), values={"date_of_birth": born})


def supposed_record(
    type_: str,
    owner: str,
    release: tuple[str, frozenset[str]],
    now: datetime,
    *,
    persons: tuple[Link, ...] = (),
    values: Mapping[str, Any] = NOTHING,
) -> Record:
    """A record of the owner's, released a moment ago to all under `release`: an agreement, for purposes.

    A person's own record is that of the first person, who also keeps the thing if it is one that is kept.
    """
    about = persons[0] if persons else None
    released = Release(
        id="supposed",
        agreement=release[0],
        purposes=release[1],
        recipients=frozenset({ALL}),
        at=now - timedelta(seconds=1),
        permitted=True,
        category=next(iter(about.categories)) if about is not None and type_ == PAGE else None,
        text=_TEXT,
    )
    happened = now - timedelta(days=1)
    record = Record(
        id=f"supposed-{type_}",
        type=type_,
        owner=owner,
        subject=about.person if about is not None and type_ == PAGE else None,
        happened=happened,
        values=values,
        persons=() if type_ == PAGE else persons,
        keeper=Keeper(about, happened) if about is not None and type_ in KEEPABLE else None,
        releases=(released,),
    )
    if type_ != "media":
        return record
    parent = replace(record, id=f"supposed-{_PARENT}", type=_PARENT)
    return replace(record, parent=parent)


def with_notes(record: Record, recipients: Iterable[str], now: datetime) -> Record:
    """The record with a note of necessity for everybody on it, as good as a note can be."""
    persons = {link.person.id for link in record.persons}
    if record.subject is not None:
        persons.add(record.subject.id)
    if record.keeper is not None:
        persons.add(record.keeper.link.person.id)
    begun = now - timedelta(days=1)
    notes = tuple(
        NecessityNote(
            person=person,
            recipients=frozenset(recipients),
            classes=frozenset(FieldClass),
            reason="Supposed.",
            from_at=begun,
            until=six_months_after(begun),
            approver=APPROVER,
        )
        for person in sorted(persons)
    )
    return replace(record, notes=notes)
