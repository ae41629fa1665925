"""What the ledger says of one's own agency: its newest entries, for those who answer for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation.database import Database
from foundation.ledger.reading import newest_of_agency
from sharing import events

_MOST = 100


@dataclass(frozen=True)
class EntryLine:
    """One entry in words: `index` is its place in the log, None until it is sequenced."""

    index: int | None
    at: datetime
    operation: str
    event: str
    who: str
    agency: str
    purpose: str
    records: int


def read_ledger(database: Database, actor: Actor) -> tuple[EntryLine, ...]:
    """The newest entries that concern the actor's agency; this look becomes one of them."""
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        entries = newest_of_agency(tx, actor.agency_id, _MOST)
        people = {
            row.id: row.name
            for row in tx.execute(
                select(user.c.id, user.c.name).where(user.c.id.in_({each.actor for each in entries}))
            )
        }
        agencies = {row.id: row.short_name for row in tx.execute(select(agency.c.id, agency.c.short_name))}
        events.ledger_read(tx, actor, entries=len(entries))
    return tuple(
        EntryLine(
            each.index,
            each.at,
            each.operation,
            each.event,
            people.get(each.actor, each.actor),
            agencies.get(each.agency, each.agency),
            str(each.detail.get("purpose", "")),
            len(each.records),
        )
        for each in entries
    )
