"""The review of unusual looks: what stands out among one's own people, and what the review came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from foundation.identifiers import new_id
from sharing.events import unusual as events
from sharing.unusual.finding import find_unusual
from sharing.unusual.measures import Kind
from sharing.unusual.tables import unusual_outcome

#: What a review may come to.
OUTCOMES: Mapping[str, str] = {
    "in-order": "In order",
    "asked": "The person was asked",
    "passed-on": "Passed on",
}
#: For what it may be used. Source: section 62(4) of the Data Protection Act 2018.
PURPOSES = (
    "to check that the processing was lawful",
    "for the agency’s own monitoring, including its disciplinary proceedings",
    "to keep personal data whole and secure",
    "for criminal proceedings",
)


@dataclass(frozen=True)
class Outcome:
    """What a review came to, who made it and when."""

    outcome: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One look or day that stands out: `why` follows the name `who`.

    `of` is a day, or the event id of the entry; with `kind` and `person` it names the line. `own` says that
    the looks are the reader's own, which somebody else has to review.
    """

    kind: Kind
    person: str
    who: str
    of: str
    at: datetime
    why: str
    own: bool
    outcome: Outcome | None = None


def read_unusual(database: Database, actor: Actor) -> tuple[Line, ...]:
    """What stands out among the actor's agency's people, the newest first; this look becomes an entry."""
    actor.require(Action.LEDGER_REVIEW)
    with database.transaction() as tx:
        lines = _lines(tx, actor)
        events.unusual_listed(tx, actor, count=len(lines))
    return lines


def settle(database: Database, actor: Actor, kind: str, person: str, of: str, outcome: str) -> None:
    """Keep what the review of one line came to; a later outcome stands over an earlier one.

    Raises:
        Invalid: if there is no such outcome.
        Missing: if there is no such line.
        Conflict: if the looks were the actor's own.
    """
    actor.require(Action.LEDGER_REVIEW)
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": "Choose what the review came to."})
    with database.transaction() as tx:
        named = (kind, person, of)
        line = next((each for each in _lines(tx, actor) if (each.kind, each.person, each.of) == named), None)
        if line is None:
            raise Missing("There is nothing here that you can see.")
        if line.own:
            raise Conflict("These looks were yours. Somebody else has to review them.")
        row = {"id": new_id(), "agency_id": actor.agency_id, "kind": kind, "user_id": person, "of": of}
        tx.execute(
            insert(unusual_outcome), row | {"outcome": outcome, "by": actor.user_id, "at": clock.now()}
        )
        events.unusual_settled(tx, actor, kind=kind, person=person, of=of, outcome=outcome)


def _lines(tx: Tx, actor: Actor) -> tuple[Line, ...]:
    found = find_unusual(tx, actor.agency_id, clock.today())
    names = {row.id: row.name for row in tx.execute(select(user.c.id, user.c.name).where(_of(actor)))}
    outcomes = _outcomes(tx, actor)
    return tuple(
        Line(
            each.kind,
            each.person,
            names[each.person],
            each.of,
            each.at,
            each.why,
            each.person == actor.user_id,
            outcomes.get((each.kind, each.person, each.of)),
        )
        for each in found
    )


def _of(actor: Actor) -> ColumnElement[bool]:
    return user.c.agency_id == actor.agency_id


def _outcomes(tx: Tx, actor: Actor) -> dict[tuple[str, str, str], Outcome]:
    table = unusual_outcome
    kept = (
        select(table, user.c.name)
        .join_from(table, user, user.c.id == table.c.by)
        .where(table.c.agency_id == actor.agency_id)
        .order_by(table.c.at, table.c.id)
    )
    return {
        (row.kind, row.user_id, row.of): Outcome(row.outcome, row.name, row.at) for row in tx.execute(kept)
    }
