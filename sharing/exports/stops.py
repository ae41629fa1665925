"""What the scan stopped, for those who answer for the records: which fields, never which value."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation import clock
from foundation.database import Database
from foundation.errors import Missing
from sharing.events import exports as events
from sharing.exports.tables import export_stop


@dataclass(frozen=True)
class Stop:
    """A file that never left: for whom it was made, of how many records, and which fields stood in it."""

    id: str
    at: datetime
    who: str
    agency: str
    records: int
    fields: tuple[str, ...]
    seen_at: datetime | None


def list_stops(database: Database, actor: Actor) -> tuple[Stop, ...]:
    """Stopped files with records of the actor's agency in them, the newest first."""
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        people = export_stop.join(user, user.c.id == export_stop.c.user_id).join(
            agency, agency.c.id == user.c.agency_id
        )
        rows = tx.execute(
            select(export_stop, user.c.name.label("who"), agency.c.name.label("of"))
            .select_from(people)
            .where(export_stop.c.agency_id == actor.agency_id)
            .order_by(export_stop.c.at.desc(), export_stop.c.id)
        )
        found = tuple(
            Stop(row.id, row.at, row.who, row.of, len(row.records), tuple(row.fields), row.seen_at)
            for row in rows
        )
        events.stops_listed(tx, actor, count=len(found))
        return found


def mark_seen(database: Database, actor: Actor, stop_id: str) -> None:
    """Say that somebody who answers for the records has seen it.

    Raises:
        Missing: if it is none of the actor's agency's.
    """
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        changed = tx.execute(
            update(export_stop)
            .where(export_stop.c.id == stop_id, export_stop.c.agency_id == actor.agency_id)
            .values(seen_at=clock.now(), seen_by=actor.user_id)
        )
        if changed.rowcount != 1:
            raise Missing("There is nothing here that you can see.")
        events.stop_seen(tx, actor, stop=stop_id)
