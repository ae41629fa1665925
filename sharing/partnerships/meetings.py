"""Meetings: when and where, who comes, and what is on the agenda."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select, update

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Missing
from sharing.events import meetings as events
from sharing.partnerships import tables


@dataclass(frozen=True)
class MeetingLine:
    """A meeting in a list."""

    id: str
    number: int
    title: str
    partnership: str
    starts_at: datetime
    place: str


@dataclass(frozen=True)
class Attendee:
    """Somebody who is asked to a meeting; `coming` is None until they answer."""

    user: str
    name: str
    agency: str
    coming: bool | None
    confidentiality_at: datetime | None


@dataclass(frozen=True)
class MeetingPage:
    """One meeting with who comes, the agenda, and who can be given an action (id, name, agency)."""

    meeting: MeetingLine
    ends_at: datetime
    agenda: tuple[str, ...]
    attendees: tuple[Attendee, ...]
    owners: tuple[tuple[str, str, str], ...]
    may_run: bool


def list_meetings(database: Database, actor: Actor) -> tuple[MeetingLine, ...]:
    """The meetings of the actor's partnerships, the next or latest first."""
    actor.require(Action.MEETING_READ)
    with database.transaction() as tx:
        rows = tx.execute(
            select(tables.meeting, tables.partnership.c.name.label("partnership_name"))
            .join(tables.partnership, tables.partnership.c.id == tables.meeting.c.partnership_id)
            .where(tables.meeting.c.partnership_id.in_(own_partnerships(tx, actor)))
            .order_by(tables.meeting.c.starts_at.desc(), tables.meeting.c.id)
        )
        lines = tuple(_line(row) for row in rows.mappings())
        events.meetings_listed(tx, actor, meetings=[line.id for line in lines])
        return lines


def read_meeting(database: Database, actor: Actor, meeting_id: str) -> MeetingPage:
    """One meeting.

    Raises:
        Missing: if it is not one of the actor's partnerships'.
    """
    actor.require(Action.MEETING_READ)
    with database.transaction() as tx:
        row, agencies = seen_by(tx, actor, meeting_id)
        page = MeetingPage(
            meeting=_line(row),
            ends_at=row["ends_at"],
            agenda=tuple(row["agenda"]),
            attendees=_attendees(tx, meeting_id),
            owners=_owners(tx, agencies),
            may_run=actor.may_in(row["partnership_id"], Action.MEETING_RUN),
        )
        events.meeting_read(tx, actor, meeting=meeting_id)
        return page


def accept_confidentiality(database: Database, actor: Actor, meeting_id: str) -> None:
    """Record that the actor comes and keeps to the meeting's confidentiality.

    Raises:
        Missing: if the actor is not asked to it.
    """
    actor.require(Action.MEETING_READ)
    with database.transaction() as tx:
        seen_by(tx, actor, meeting_id)
        done = tx.execute(
            update(tables.attendance)
            .where(
                tables.attendance.c.meeting_id == meeting_id,
                tables.attendance.c.user_id == actor.user_id,
            )
            .values(coming=True, confidentiality_at=clock.now())
        )
        if done.rowcount != 1:
            raise Missing("You are not on the list of this meeting.")
        events.confidentiality_accepted(tx, actor, meeting=meeting_id)


def own_partnerships(tx: Tx, actor: Actor) -> Sequence[str]:
    """The partnerships that the actor's agency sits in, and whose meetings the actor may read there.

    A member of a scheme sits in none.
    """
    if actor.member:
        return []
    rows = tx.execute(select(tables.partnership.c.id, tables.partnership.c.agencies))
    sits = [row.id for row in rows if actor.agency_id in row.agencies]
    return [each for each in sits if actor.may_in(each, Action.MEETING_READ)]


def seen_by(tx: Tx, actor: Actor, meeting_id: str) -> tuple[RowMapping, Sequence[str]]:
    """The row of a meeting that the actor may see, and the agencies of its partnership.

    Raises:
        Missing: if it is not one of the actor's partnerships'.
    """
    row = (
        tx.execute(
            select(
                tables.meeting,
                tables.partnership.c.name.label("partnership_name"),
                tables.partnership.c.agencies,
            )
            .join(tables.partnership, tables.partnership.c.id == tables.meeting.c.partnership_id)
            .where(tables.meeting.c.id == meeting_id)
        )
        .mappings()
        .first()
    )
    if row is None or row["partnership_id"] not in own_partnerships(tx, actor):
        raise Missing("There is no such meeting.")
    return row, row["agencies"]


def _line(row: RowMapping) -> MeetingLine:
    return MeetingLine(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        partnership=row["partnership_name"],
        starts_at=row["starts_at"],
        place=row["place"],
    )


def _attendees(tx: Tx, meeting_id: str) -> tuple[Attendee, ...]:
    rows = tx.execute(
        select(tables.attendance, user.c.name, agency.c.name.label("agency_name"))
        .join(user, user.c.id == tables.attendance.c.user_id)
        .join(agency, agency.c.id == user.c.agency_id)
        .where(tables.attendance.c.meeting_id == meeting_id)
        .order_by(agency.c.name, user.c.name)
    )
    return tuple(
        Attendee(row.user_id, row.name, row.agency_name, row.coming, row.confidentiality_at) for row in rows
    )


def _owners(tx: Tx, agencies: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    rows = tx.execute(
        select(user.c.id, user.c.name, agency.c.short_name)
        .join(agency, agency.c.id == user.c.agency_id)
        .where(user.c.agency_id.in_(agencies), user.c.member.is_(False), user.c.disabled.is_(False))
        .order_by(agency.c.short_name, user.c.name)
    )
    return tuple((row.id, row.name, row.short_name) for row in rows)
