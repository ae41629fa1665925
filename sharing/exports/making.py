"""Making a file: as the person who asked, at this moment, and decided once more before it is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from auth.acting import acting_for
from auth.actor import Actor
from auth.letters import Notice, notify_role
from auth.roles import Action, Role
from auth.system import SystemActor, Task
from foundation import clock
from foundation.crypto.sealing import new_key, seal
from foundation.database import Database, Tx
from foundation.errors import Denied, Unavailable
from foundation.files import Files
from foundation.identifiers import new_id
from foundation.outbox.rows import Job, finish
from foundation.pdf_reading import Unreadable
from sharing.agreements.policy import hold_policy
from sharing.events import exports as events
from sharing.exports.asking import Format, Refusal, State, clear_later
from sharing.exports.contents import Contents, NoFile, gather, gather_again
from sharing.exports.csv_file import list_file, record_file
from sharing.exports.pdf_file import pdf_file
from sharing.exports.scanning import Leak, Unscannable, csv_pieces, leaks_in, pdf_pieces
from sharing.exports.tables import export, export_stop
from sharing.stamp import stamp_of

#: So often a file is begun anew because what may be seen changes while it is made.
_TRIES = 3


@dataclass(frozen=True)
class _Draft:
    """What a file is to be made of."""

    row: RowMapping
    actor: Actor
    contents: Contents


def make_export(database: Database, files: Files, system: SystemActor, keeps: timedelta, job: Job) -> None:
    """The job of one export; it ends ready, or refused with a reason that tells nothing.

    Raises:
        Unavailable: if it could not be made now.
        LeaseLost: if somebody else has made it meanwhile.
    """
    system.require(Task.EXPORT_MAKE)
    for _ in range(_TRIES):
        draft = _drafted(database, system, keeps, job)
        if draft is None:
            return
        at = clock.now()
        file, leaks = _scanned(draft, at)
        if leaks is None or leaks:
            _stop(database, draft, leaks or (), keeps, job)
            return
        secret = new_key()
        key = files.put(seal(secret, str(draft.row["id"]), file))
        kept = {
            "made_at": at,
            "file_key": key,
            "file_secret": secret.hex(),
            "digest": sha256(file).hexdigest(),
            "contents": draft.contents.named,
            "shown": draft.contents.shown,
        }
        if _keep(database, draft, kept, keeps, job):
            return
        files.delete(key)
    raise Unavailable("What may be seen kept changing. Nothing is lost. It is tried again.")


def drop_export(system: SystemActor, keeps: timedelta, tx: Tx, job: Job) -> None:
    """Say that the export of a job that was given up could not be made."""
    row = _waiting(tx, job)
    if row is not None:
        _refuse(tx, system, row, Refusal.FAILED, keeps)


def _waiting(tx: Tx, job: Job) -> RowMapping | None:
    found = select(export).where(export.c.id == job.payload.get("export"), export.c.state == State.WAITING)
    return tx.execute(found.with_for_update()).mappings().first()


def _drafted(database: Database, system: SystemActor, keeps: timedelta, job: Job) -> _Draft | None:
    """What is to be in the file; None if there is to be none, which is then said and the job ended."""
    with database.transaction() as tx:
        row = _waiting(tx, job)
        if row is None:
            finish(tx, job)
            return None
        try:
            actor = _asker(tx, row)
            return _Draft(row, actor, gather(tx, actor, row))
        except Denied:
            _refuse(tx, system, row, Refusal.STANDING, keeps)
        except NoFile as none:
            _refuse(tx, system, row, none.reason, keeps)
        finish(tx, job)
        return None


def _asker(tx: Tx, row: RowMapping) -> Actor:
    """Who asked, as they stand now.

    Raises:
        Denied: if they may no longer take such a file with them.
    """
    actor = acting_for(tx, row["user_id"], purpose=row["purpose"], session=row["session"])
    actor.require(Action.EXPORT_MAKE)
    actor.require(Action.RECORD_READ)
    if actor.agency_id != row["agency_id"]:
        raise Denied("They are of another agency now.")
    return actor


def _scanned(draft: _Draft, at: datetime) -> tuple[bytes, tuple[Leak, ...] | None]:
    """The file, and what stands in it that must not; None if it cannot be looked through."""
    stamp, contents = stamp_of(draft.actor, at), draft.contents
    seen, sheets = contents.seen, contents.sheets
    under = {stamp.under(sheet.under) for sheet in sheets}
    said = "\n".join([stamp.handling, *contents.agencies.values(), *sorted(under)])
    try:
        if draft.row["format"] == Format.PDF:
            file = pdf_file(sheets, stamp, at)
            return file, leaks_in(pdf_pieces(file, seen, pdf_file((), stamp, at), said))
        written = record_file if contents.persons else list_file
        file = written(sheets, stamp)
        return file, leaks_in(csv_pieces(file, seen, written((), stamp), said))
    except (Unscannable, Unreadable):
        return b"", None


def _keep(database: Database, draft: _Draft, kept: Mapping[str, Any], keeps: timedelta, job: Job) -> bool:
    """Decide it once more, and say that it is ready; whether it is what was decided before."""
    with database.transaction() as tx:
        hold_policy(tx, [record_id for _, record_id in draft.contents.named])
        row = _waiting(tx, job)
        if row is None:
            return False  # the next round ends the job
        try:
            actor = _asker(tx, row)
        except Denied:
            return False  # the next round says so
        contents = gather_again(tx, actor, {**row, **kept})
        if contents.shown != draft.contents.shown:
            return False
        expires = clear_later(tx, row["id"], row["agency_id"], keeps)
        changed = {**kept, "state": State.READY, "expires_at": expires}
        tx.execute(update(export).where(export.c.id == row["id"]).values(changed))
        events.export_made(
            tx,
            actor,
            export=row["id"],
            format_=row["format"],
            digest=kept["digest"],
            shown=contents.told,
            decided=contents.decided,
        )
        finish(tx, job)
        return True


def _stop(database: Database, draft: _Draft, leaks: Iterable[Leak], keeps: timedelta, job: Job) -> None:
    """Keep a file that must not leave from existing: tell its asker, and those who answer for the records."""
    found = tuple(leaks)
    owners = {leak.owner for leak in found} or {each.shown.owner for each in draft.contents.seen}
    with database.transaction() as tx:
        row = _waiting(tx, job)
        if row is not None:
            for owner in sorted(owners):
                _tell(tx, draft, owner, [leak for leak in found if leak.owner == owner])
            _refuse(tx, draft.actor, row, Refusal.STOPPED, keeps)
        finish(tx, job)


def _tell(tx: Tx, draft: _Draft, owner: str, leaks: list[Leak]) -> None:
    records, fields = sorted({leak.record for leak in leaks}), sorted({leak.field for leak in leaks})
    stop = {
        "id": new_id(),
        "agency_id": owner,
        "export_id": draft.row["id"],
        "user_id": draft.actor.user_id,
        "at": clock.now(),
        "records": records,
        "fields": fields,
    }
    tx.execute(insert(export_stop), stop)
    events.export_stopped(
        tx, draft.actor, export=stop["export_id"], owner=owner, records=records, fields=fields
    )
    notify_role(tx, owner, Role.DPO, Notice.EXPORT_STOPPED)


def _refuse(tx: Tx, actor: Actor | SystemActor, row: RowMapping, reason: Refusal, keeps: timedelta) -> None:
    expires = clear_later(tx, row["id"], row["agency_id"], keeps)
    changed = {"state": State.REFUSED, "reason": reason, "expires_at": expires}
    tx.execute(update(export).where(export.c.id == row["id"]).values(changed))
    events.export_refused(tx, actor, agency=row["agency_id"], export=row["id"], reason=reason)
