"""The schedule of the ledger: details, names of people who left, and keys of subjects whose records are gone.

What goes is accounted for by entries. Leaves stay, so that the tree and what partners hold of it stay good.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from auth.system import SystemActor, Task
from auth.tables import user
from foundation import clock
from foundation.database import Database, Tx
from foundation.ledger.erasing import erase_details, past_places, spans_by_agency
from foundation.ledger.schedule import months_before
from sharing.events import forgetting as events
from sharing.subject_keys import erase_keys_of_nobody

#: So many details in one transaction, and so many names.
_BATCH = 2_000
#: What stands where a name stood.
NOBODY = "Somebody who has left"


@dataclass(frozen=True)
class Forgotten:
    """What a run erased, in numbers: details of entries, names of people, keys of subjects."""

    details: int
    names: int
    subjects: int


def keep_schedule(
    database: Database, system: SystemActor, months: Mapping[str, int], names_months: int
) -> Forgotten:
    """Erase what is past its period: `months` by kind of entry, `names_months` after somebody left.

    In batches, each a transaction with its entries; what was begun can be stopped and run again.
    """
    system.require(Task.SCHEDULE_KEEP)
    details = names = 0
    while done := _details(database, system, months):
        details += done
    while done := _names(database, system, names_months):
        names += done
    with database.transaction() as tx:
        _begin_unknown(tx)
        subjects = erase_keys_of_nobody(tx)
        events.schedule_kept(tx, system, details=details, names=names, subjects=subjects)
    return Forgotten(details, names, subjects)


def _details(database: Database, system: SystemActor, months: Mapping[str, int]) -> int:
    now = clock.now()
    with database.transaction() as tx:
        before = {kind: months_before(now, number) for kind, number in months.items()}
        places = past_places(tx, before, _BATCH)
        erase_details(tx, places)
        for agency, spans in spans_by_agency(tx, places).items():
            events.details_erased(tx, system, agency=agency, spans=spans)
    return len(places)


def _names(database: Database, system: SystemActor, months: int) -> int:
    now = clock.now()
    with database.transaction() as tx:
        past = user.c.disabled & (user.c.left_at < months_before(now, months)) & (user.c.name != NOBODY)
        wanted = select(user.c.id, user.c.agency_id).where(past).order_by(user.c.id).limit(_BATCH)
        found = tx.execute(wanted).all()
        for person in found:
            _forget(tx, person.id)
            events.name_erased(tx, system, agency=person.agency_id, person=person.id)
    return len(found)


def _begin_unknown(tx: Tx) -> None:
    """Of somebody of whom it is not known when they left, the time begins now."""
    unknown = user.c.disabled & user.c.left_at.is_(None)
    tx.execute(update(user).where(unknown).values(left_at=clock.now()))


def _forget(tx: Tx, person_id: str) -> None:
    gone = {"name": NOBODY, "email": f"{person_id}@left.invalid", "job_title": "", "password_hash": None}
    tx.execute(update(user).where(user.c.id == person_id).values(gone))
