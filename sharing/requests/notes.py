"""Notes of necessity: written by the owner's staff, signed by a named approver, for six months at most.

A note stands between a child's data and a business: without one that is signed, no clause and no grant opens
it. Signing and ending: sharing.requests.signing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import RowMapping, insert, select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing
from foundation.identifiers import new_id
from foundation.ledger.encoding.detail import canonical
from sharing.agreements.policy import policy_of
from sharing.contribution import own_record
from sharing.events import notes as events
from sharing.records.record import link, record
from sharing.release.floors import six_months_after
from sharing.release.schema import FieldClass
from sharing.requests.sides import agency_names, people_of
from sharing.requests.tables import note_proposal

LONGEST = 2000
_SHORTEST = 20
_LEFT = "Somebody who has left"

#: The classes that the floor for children holds back, which a note can name.
CLASSES = (FieldClass.IMAGE, FieldClass.IDENTITY, FieldClass.CONTACT, FieldClass.IDENTIFIER)


@dataclass(frozen=True)
class NewNote:
    """A note to be signed: about the person of a link, for business agencies, who would see these classes."""

    link: str
    recipients: tuple[str, ...]
    classes: tuple[str, ...]
    reason: str
    until: datetime
    approver: str


@dataclass(frozen=True)
class NoteChoices:
    """What the form offers: persons (link, what they were), businesses and approvers (id, name)."""

    persons: tuple[tuple[str, tuple[str, ...]], ...]
    businesses: tuple[tuple[str, str], ...]
    approvers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NoteLine:
    """A note as owner and approver read it; `state` is waiting, signed, refused, withdrawn or ended."""

    id: str
    record: str
    type: str
    reference: str
    owner: str
    link: str
    categories: tuple[str, ...]
    recipients: tuple[str, ...]
    classes: tuple[str, ...]
    reason: str
    until: datetime
    written_by: str
    written_at: datetime
    approver: str
    digest: str
    state: str
    decided_at: datetime | None
    refused_why: str
    ended_at: datetime | None
    may_sign: bool
    may_end: bool


def note_choices(database: Database, actor: Actor, record_id: str) -> NoteChoices:
    """Whom a note on an own record can be about, for whom, and who can sign it.

    Raises:
        Missing: if the record is not the actor's agency's.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        own_record(tx, actor, record_id)
        return _choices(tx, actor, record_id)


def write_note(database: Database, actor: Actor, record_id: str, new: NewNote) -> str:
    """Write a note for an approver to sign; gives its id. Nothing opens by it.

    Raises:
        Missing: if the record is not the actor's agency's.
        Invalid: with a sentence for each part that is missing or cannot be taken.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        own_record(tx, actor, record_id)
        _check(new, _choices(tx, actor, record_id))
        values: dict[str, Any] = {
            "id": new_id(),
            "record_id": record_id,
            "owner": actor.agency_id,
            "link_id": new.link,
            "recipients": sorted(new.recipients),
            "classes": sorted(new.classes),
            "reason": new.reason.strip(),
            "until_at": new.until,
            "written_by": actor.user_id,
            "written_at": clock.now(),
            "approver": new.approver,
            "state": "waiting",
        }
        values["digest"] = digest_of(values)
        tx.execute(insert(note_proposal), values)
        home = tx.execute(select(user.c.agency_id).where(user.c.id == new.approver)).scalar_one()
        events.note_written(
            tx,
            actor,
            note=values["id"],
            record=record_id,
            approver=new.approver,
            approver_agency=home,
            digest=values["digest"],
        )
        return str(values["id"])


def notes_on(database: Database, actor: Actor, record_id: str) -> tuple[NoteLine, ...]:
    """The notes on an own record, the newest first.

    Raises:
        Missing: if the record is not the actor's agency's.
    """
    with database.transaction() as tx:
        own_record(tx, actor, record_id)
        rows = _rows(tx, note_proposal.c.record_id == record_id)
        events.notes_listed(tx, actor, notes=[row["id"] for row in rows])
        return _lines(tx, actor, rows)


def read_note(database: Database, actor: Actor, note_id: str) -> NoteLine:
    """One note, for its approver and for the owner's staff.

    Raises:
        Missing: for everybody else.
    """
    with database.transaction() as tx:
        row = one_note(tx, note_id)
        if row is None or not (signs(actor, row) or _owns(actor, row)):
            raise Missing("There is nothing here that you can see.")
        events.note_read(tx, actor, note=note_id, owner=row["owner"])
        return _lines(tx, actor, [row])[0]


def _choices(tx: Tx, actor: Actor, record_id: str) -> NoteChoices:
    persons = tx.execute(
        select(link.c.id, link.c.categories).where(link.c.record_id == record_id).order_by(link.c.id)
    )
    firms = tx.execute(
        select(agency.c.id, agency.c.name)
        .where(agency.c.business.is_(True), agency.c.id != actor.agency_id)
        .order_by(agency.c.name)
    )
    approvers = policy_of(tx)[1].approvers
    named = tx.execute(
        select(user.c.id, user.c.name, user.c.job_title, agency.c.name.label("agency"))
        .join(agency, agency.c.id == user.c.agency_id)
        .where(user.c.id.in_(sorted(approvers)), user.c.id != actor.user_id)
        .order_by(agency.c.name, user.c.name)
    )
    return NoteChoices(
        tuple((row.id, tuple(row.categories)) for row in persons),
        tuple((row.id, row.name) for row in firms),
        tuple((row.id, f"{row.name}, {row.job_title}, {row.agency}") for row in named),
    )


def _check(new: NewNote, choices: NoteChoices) -> None:
    problems = {}
    if new.link not in dict(choices.persons):
        problems["link"] = "Choose the person whom the note is about."
    if not new.recipients or {*new.recipients} - dict(choices.businesses).keys():
        problems["recipients"] = "Choose the businesses that need it."
    if not new.classes or {*new.classes} - {*CLASSES}:
        problems["classes"] = "Choose what they need to see."
    if not _SHORTEST <= len(new.reason.strip()) <= LONGEST:
        problems["reason"] = f"Say why it is necessary, in {_SHORTEST} to {LONGEST:,} characters."
    now = clock.now()
    if not now < new.until <= six_months_after(now):
        problems["until"] = "Choose an end that is at most six months away."
    if new.approver not in dict(choices.approvers):
        problems["approver"] = "Choose a named approver of the police or of youth justice."
    if problems:
        raise Invalid(problems)


def digest_of(row: Mapping[Any, Any]) -> str:
    """SHA-256 of the exact content that a signature binds."""
    texts = {name: row[name] for name in ("id", "record_id", "link_id", "reason", "approver")}
    lists = {name: list(row[name]) for name in ("recipients", "classes")}
    content = {**texts, **lists, "until": row["until_at"].isoformat()}
    return sha256(canonical(content).encode()).hexdigest()


def _rows(tx: Tx, which: Any) -> list[RowMapping]:
    found = (
        select(note_proposal, record.c.type, record.c.owner_reference, link.c.categories)
        .join(record, record.c.id == note_proposal.c.record_id)
        .join(link, link.c.id == note_proposal.c.link_id)
        .where(which)
        .order_by(note_proposal.c.written_at.desc(), note_proposal.c.id)
    )
    return list(tx.execute(found).mappings())


def one_note(tx: Tx, note_id: str) -> RowMapping | None:
    """A note with its record's type and reference, and what its person was there."""
    return next(iter(_rows(tx, note_proposal.c.id == note_id)), None)


def signs(actor: Actor, row: Mapping[Any, Any]) -> bool:
    """Whether the actor is its named approver."""
    return row["approver"] == actor.user_id and actor.may(Action.NOTE_APPROVE)


def _owns(actor: Actor, row: Mapping[Any, Any]) -> bool:
    return row["owner"] == actor.agency_id and not actor.member and actor.may(Action.RECORD_RELEASE)


def ends(actor: Actor, row: Mapping[Any, Any]) -> bool:
    """Whether the actor may end it: its owner's staff at any time, its approver once it is signed."""
    return _owns(actor, row) or (signs(actor, row) and row["note_id"] is not None)


def _lines(tx: Tx, actor: Actor, rows: list[RowMapping]) -> tuple[NoteLine, ...]:
    names = agency_names(tx)
    people = people_of(tx, {row[name] for row in rows for name in ("written_by", "approver")})
    now = clock.now()

    def name(user_id: str) -> str:
        return str(people[user_id]["name"]) if user_id in people else _LEFT

    return tuple(
        NoteLine(
            id=row["id"],
            record=row["record_id"],
            type=row["type"],
            reference=row["owner_reference"] or "",
            owner=names.get(row["owner"], row["owner"]),
            link=row["link_id"],
            categories=tuple(row["categories"]),
            recipients=tuple(names.get(each, each) for each in row["recipients"]),
            classes=tuple(row["classes"]),
            reason=row["reason"],
            until=row["until_at"],
            written_by=name(row["written_by"]),
            written_at=row["written_at"],
            approver=name(row["approver"]),
            digest=row["digest"],
            state="ended" if row["state"] == "signed" and row["until_at"] <= now else row["state"],
            decided_at=row["decided_at"],
            refused_why=row["refused_why"] or "",
            ended_at=row["ended_at"],
            may_sign=row["state"] == "waiting" and signs(actor, row),
            may_end=row["state"] in {"waiting", "signed"} and row["until_at"] > now and ends(actor, row),
        )
        for row in rows
    )
