"""The run that deletes what is due: agency by agency, a transaction for each record, its files after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from auth.system import SystemActor, Task
from auth.tables import agency
from foundation import clock
from foundation.database import Database
from foundation.files import Files
from foundation.overwriting import overwrite_deleted
from sharing.agreements.policy import close_to_readers
from sharing.announcements import Event, announce
from sharing.events import exports as export_events
from sharing.events import retention as events
from sharing.records.deleted import deleted_record
from sharing.records.record import record
from sharing.retention.deleting import delete_exports, delete_record, leave_behind
from sharing.retention.due import Due, Place, due_now, keeper_of, next_due
from sharing.retention.periods import TYPES
from sharing.retention.stops import stops_of
from sharing.retention.tables import leaving_file

#: Stills and things first: what is kept by somebody on another record goes before that record.
ORDER = sorted(TYPES, key=lambda type_: (type_ not in {"media", "vehicle", "item", "premises"}, type_))
#: For how long it is told that a record was deleted; afterwards it was never there.
TOLD_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Retained:
    """What a run did, in numbers: records deleted, files gone, and records that are due and stay."""

    records: int
    files: int
    stayed: int


def retain_records(database: Database, files: Files, system: SystemActor) -> Retained:
    """Delete every agency's records that are due and that nothing keeps, with their files.

    What was begun can be stopped at any point and run again: what is left then is due still.

    Raises:
        Unavailable: if the file store cannot be reached; a later run deletes the files.
    """
    system.require(Task.RECORD_RETAIN)
    gone, deleted, stayed = _clear_files(database, files), 0, 0
    with database.transaction() as tx:
        overwrite_deleted(tx)
        agencies = list(tx.execute(select(agency.c.id).order_by(agency.c.id)).scalars())
    for each in agencies:
        for due in _due(database, each):
            if _delete(database, system, each, due):
                deleted += 1
                gone += _clear_files(database, files)
            else:
                stayed += 1
    with database.transaction() as tx:
        tx.execute(delete(deleted_record).where(deleted_record.c.at < clock.now() - TOLD_FOR))
        events.retention_kept(tx, system, records=deleted, files=gone, kept=stayed)
    return Retained(deleted, gone, stayed)


def _due(database: Database, owner: str) -> Iterator[Due]:
    """Every record of the agency that is due today; none of them locked yet."""
    for type_ in ORDER:
        after: Place | None = None
        while True:
            with database.transaction() as tx:
                found, after = next_due(tx, keeper_of(tx, owner), type_, clock.today(), after)
            yield from found
            if after is None:
                break


def _delete(database: Database, system: SystemActor, owner: str, found: Due) -> bool:
    """Whether the record was deleted: since it was found it may be held, asked for, linked or kept longer."""
    with database.transaction() as tx:
        due = due_now(tx, keeper_of(tx, owner), found.id, clock.today())
        # All are locked before it is asked what keeps them, so that nothing comes to keep them after that.
        stills = select(record.c.id).where(record.c.parent == found.id).order_by(record.c.id)
        ids = [found.id, *tx.execute(stills.with_for_update()).scalars()]
        if due is None or stops_of(tx, [due.id])[due.id]:
            return False
        delete_record(tx, ids)
        # From here to the end nobody reads: now it is known who was shown it, and in which files it is.
        close_to_readers(tx)
        leave_behind(tx, owner, due.type, due.id)
        announce(tx, Event.RECALLED, record=(due.type, due.id))
        rule, last = due.rule.told(due.type), due.last
        events.record_deleted(tx, system, owner=owner, records=ids, type_=due.type, rule=rule, last=last)
        for home, export in delete_exports(tx, ids):
            export_events.export_cleared(tx, system, agency=home, export=export)
    return True


def _clear_files(database: Database, files: Files) -> int:
    """Have the files of records that are gone leave the store; gives how many."""
    with database.transaction() as tx:
        keys = list(tx.execute(select(leaving_file.c.key).order_by(leaving_file.c.key)).scalars())
    for key in keys:
        files.delete(key)
        with database.transaction() as tx:
            tx.execute(delete(leaving_file).where(leaving_file.c.key == key))
    return len(keys)
