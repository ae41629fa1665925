"""Asking for a file, and looking where one's own stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, func, insert, select

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from foundation.identifiers import new_id
from foundation.outbox.rows import put
from sharing.catalogue import PLURALS
from sharing.disclosure import filterable
from sharing.events import exports as events
from sharing.exports.tables import export
from sharing.filters import Filters, refuse_hidden
from sharing.release.facts import Exit
from sharing.sight import look

#: The kinds of job.
MAKE, CLEAR = "export:make", "export:clear"
#: So many of one person's may wait at once.
_MOST_WAITING = 5
_NOT_XLSX = (
    "Workbooks are not made here, because they can hold what nobody sees in them. "
    "Choose CSV, which spreadsheet programs open."
)


class Format(StrEnum):
    """What files are made as."""

    CSV = "csv"
    PDF = "pdf"


class State(StrEnum):
    """Where an export stands."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"


class Refusal(StrEnum):
    """Why there is no file."""

    CHANGED = "changed"
    FAILED = "failed"
    NOTHING = "nothing"
    STANDING = "standing"
    STOPPED = "stopped"
    TOO_MANY = "too-many"


#: At most so many records in one file, by its format.
MOST: Mapping[Format, int] = {Format.CSV: 1000, Format.PDF: 250}

REASONS: Mapping[Refusal, str] = {
    Refusal.CHANGED: "What you may see of these records has changed since. Ask for it again.",
    Refusal.FAILED: "It could not be made. Nothing left the portal. Ask for it again.",
    Refusal.NOTHING: "There is nothing in it that you can see.",
    Refusal.STANDING: "Your account, your role or your key no longer allows it.",
    Refusal.STOPPED: (
        "It was stopped, because it held something that is not for you. Nothing left the portal, and those "
        "who answer for the records have been told."
    ),
    Refusal.TOO_MANY: (
        f"A file holds at most {MOST[Format.CSV]:,} records as CSV and {MOST[Format.PDF]} as PDF. "
        "Narrow the list and ask again."
    ),
}


@dataclass(frozen=True)
class NewExport:
    """What is asked for: a list of a type as it is narrowed, or one record of it."""

    type: str
    format: str
    record: str | None = None
    filters: Filters = Filters()  # noqa: RUF009 - frozen


@dataclass(frozen=True)
class ExportLine:
    """One of a person's own exports. `why` says in a sentence why there is no file."""

    id: str
    type: str
    record: str | None
    narrowed: bool
    format: Format
    purpose: str
    asked_at: datetime
    state: State
    why: str
    expires_at: datetime | None
    fetched_at: datetime | None


def ask_export(database: Database, actor: Actor, new: NewExport) -> str:
    """Ask for a file; gives the export's id. It is made by a job, as the actor, at that moment.

    Whether there is anything in it that the actor may see is found then, not now.

    Raises:
        Invalid: if there is no such type or format.
        FilterRefused: if a filter names a field that no agreement or role could show the actor.
        Conflict: if too many of the actor's exports wait already.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.EXPORT_MAKE)
    format_ = _checked(new)
    with database.transaction() as tx:
        sight = look(tx, actor, Exit.EXPORT)
        if new.filters.names:
            refuse_hidden(new.filters, filterable(sight, new.type))
        _refuse_many(tx, actor)
        return _insert(tx, actor, new, format_)


def list_exports(database: Database, actor: Actor) -> tuple[ExportLine, ...]:
    """The actor's own exports, the newest first."""
    actor.require(Action.EXPORT_MAKE)
    with database.transaction() as tx:
        rows = tx.execute(select(export).where(*own(actor)).order_by(export.c.asked_at.desc(), export.c.id))
        return tuple(line_of(row) for row in rows.mappings())


def read_export(database: Database, actor: Actor, export_id: str) -> ExportLine:
    """One of the actor's own exports.

    Raises:
        Missing: if the actor has no such export, or it is deleted already.
    """
    actor.require(Action.EXPORT_MAKE)
    with database.transaction() as tx:
        return line_of(own_row(tx, actor, export_id))


def own(actor: Actor) -> tuple[Any, ...]:
    """Which exports are the actor's: asked for by this person, for the agency that they are of now."""
    return export.c.user_id == actor.user_id, export.c.agency_id == actor.agency_id


def own_row(tx: Tx, actor: Actor, export_id: str) -> RowMapping:
    """The row of one of the actor's own exports; on PostgreSQL nobody else ends it meanwhile.

    Raises:
        Missing: if the actor has no such export.
    """
    found = select(export).where(export.c.id == export_id, *own(actor)).with_for_update()
    row = tx.execute(found).mappings().first()
    if row is None:
        raise Missing("There is no such export. They are deleted some hours after they were made.")
    return row


def filters_of(stored: Mapping[str, Any]) -> Filters:
    """The filters as they were asked for."""
    spans = {name: (_day(days[0]), _day(days[1])) for name, days in stored["spans"].items()}
    return Filters(stored["equal"], spans, tuple(stored["words"]))


def line_of(row: RowMapping) -> ExportLine:
    """The line of a row."""
    return ExportLine(
        row["id"],
        row["type"],
        row["record_id"],
        bool(filters_of(row["filters"])),
        Format(row["format"]),
        row["purpose"],
        row["asked_at"],
        State(row["state"]),
        REASONS[Refusal(row["reason"])] if row["reason"] else "",
        row["expires_at"],
        row["fetched_at"],
    )


def _checked(new: NewExport) -> Format:
    problems: dict[str, str] = {}
    if new.type not in PLURALS:
        problems["type"] = "There is no such type of record."
    if new.format not in set(Format):
        problems["format"] = _NOT_XLSX if new.format in {"xlsx", "xls", "ods"} else "Choose CSV or PDF."
    if problems:
        raise Invalid(problems)
    return Format(new.format)


def _refuse_many(tx: Tx, actor: Actor) -> None:
    waiting = select(func.count()).select_from(export).where(*own(actor), export.c.state == State.WAITING)
    if tx.execute(waiting).scalar_one() >= _MOST_WAITING:
        raise Conflict(f"{_MOST_WAITING} of your exports wait already. Ask again when one of them is ready.")


def _insert(tx: Tx, actor: Actor, new: NewExport, format_: Format) -> str:
    filters = new.filters
    spans = {name: [_text(day) for day in days] for name, days in filters.spans.items()}
    row = {
        "id": new_id(),
        "user_id": actor.user_id,
        "agency_id": actor.agency_id,
        "purpose": actor.purpose,
        "session": actor.session,
        "format": format_,
        "type": new.type,
        "record_id": new.record,
        "filters": {"equal": dict(filters.equal), "spans": spans, "words": list(filters.words)},
        "asked_at": clock.now(),
        "state": State.WAITING,
    }
    tx.execute(insert(export), row)
    put(tx, MAKE, {"export": row["id"]}, agency=actor.agency_id)
    events.export_asked(tx, actor, export=str(row["id"]), format_=format_, type_=new.type)
    return str(row["id"])


def clear_later(tx: Tx, export_id: str, agency: str, after: timedelta) -> datetime:
    """Have an export deleted after so long; gives the moment."""
    at = clock.now() + after
    put(tx, CLEAR, {"export": export_id}, not_before=at, agency=agency)
    return at


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
