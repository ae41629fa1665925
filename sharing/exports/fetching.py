"""Fetching a file and deleting it: what may be seen is decided again before any byte of it leaves."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import RowMapping, delete, select, update

from auth.actor import Actor
from auth.purposes import purpose_label
from auth.roles import Action
from auth.system import SystemActor, Task
from foundation import clock
from foundation.crypto.sealing import SealBroken, open_sealed
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Missing, Unavailable
from foundation.files import Files
from foundation.outbox.rows import Job, finish
from sharing.agreements.policy import hold_policy
from sharing.events import exports as events
from sharing.exports.asking import REASONS, Format, Refusal, State, line_of, own_row
from sharing.exports.contents import gather_again
from sharing.exports.tables import export

_MEDIA_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.PDF: "application/pdf"}


@dataclass(frozen=True)
class File:
    """The bytes of an export, their media type, and a name that says nothing of what is inside."""

    data: bytes
    media_type: str
    name: str


def fetch_export(database: Database, files: Files, actor: Actor, export_id: str) -> File:
    """The file of one of the actor's own exports, if all that it shows may still be shown.

    Raises:
        Missing: if the actor has no such export, or it is deleted already.
        Conflict: if there is no file, or what may be seen has changed since; it is then gone for good.
        Denied: if the actor's purpose is not the one that it was made for.
    """
    actor.require(Action.EXPORT_MAKE)
    actor.require(Action.RECORD_READ)
    with database.transaction() as tx:
        row = own_row(tx, actor, export_id)
        _refuse_unready(row, actor)
        good = _still_good(tx, actor, row)
    if not good:
        files.delete(row["file_key"])
        raise Conflict(REASONS[Refusal.CHANGED])
    return _opened(files, row)


def clear_export(database: Database, files: Files, system: SystemActor, job: Job) -> None:
    """The job of deleting an export when its time is over: the file, its key, and what was asked.

    Raises:
        Unavailable: if the file could not be deleted now.
        LeaseLost: if somebody else has done it meanwhile.
    """
    system.require(Task.EXPORT_CLEAR)
    export_id = job.payload["export"]
    with database.transaction() as tx:
        row = tx.execute(select(export).where(export.c.id == export_id)).mappings().first()
    if row is not None and row["file_key"]:
        files.delete(row["file_key"])
    with database.transaction() as tx:
        if row is not None:
            tx.execute(delete(export).where(export.c.id == export_id))
            events.export_cleared(tx, system, agency=row["agency_id"], export=export_id)
        finish(tx, job)


def _refuse_unready(row: RowMapping, actor: Actor) -> None:
    line = line_of(row)
    if line.expires_at is not None and line.expires_at <= clock.now():
        raise Missing("There is no such export. They are deleted some hours after they were made.")
    if line.state is not State.READY:
        raise Conflict(line.why or "It is not ready yet. Nothing is lost: look again in a moment.")
    if actor.purpose != line.purpose:
        made_for = purpose_label(line.purpose)
        raise Denied(f"It was made for another purpose. Choose “{made_for}” to fetch it.")


def _still_good(tx: Tx, actor: Actor, row: RowMapping) -> bool:
    """Whether everything that the file shows may be shown now; leaves the entry of either."""
    hold_policy(tx, [record_id for _, record_id in row["contents"]])
    contents = gather_again(tx, actor, row)
    this = export.c.id == row["id"]
    if contents.shown != row["shown"]:
        gone = {"state": State.REFUSED, "reason": Refusal.CHANGED, "file_key": None, "file_secret": None}
        tx.execute(update(export).where(this).values(gone))
        events.export_refused(tx, actor, agency=row["agency_id"], export=row["id"], reason=Refusal.CHANGED)
        return False
    tx.execute(update(export).where(this).values(fetched_at=clock.now()))
    events.export_fetched(
        tx, actor, export=row["id"], digest=row["digest"], shown=contents.told, decided=contents.decided
    )
    return True


def _opened(files: Files, row: RowMapping) -> File:
    try:
        data = open_sealed(bytes.fromhex(row["file_secret"]), row["id"], files.get(row["file_key"]))
    except (SealBroken, Missing) as error:
        raise Unavailable("The file cannot be read. Ask for it again.") from error
    if sha256(data).hexdigest() != row["digest"]:
        raise Unavailable("The file is not as it was made. Ask for it again.")
    format_ = Format(row["format"])
    name = f"concordat-export-{row['made_at'].astimezone(clock.LONDON):%Y-%m-%d-%H%M}.{format_}"
    return File(data, _MEDIA_TYPES[format_], name)
