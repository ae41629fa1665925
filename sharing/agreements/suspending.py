"""Suspending an agreement from now on, and resuming it: any party suspends, and resumes what it suspended."""

from sqlalchemy import ColumnElement, and_, insert, select, update

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict
from foundation.identifiers import new_id
from sharing.agreements import tables
from sharing.agreements.access import acting, of_party, reason_of, still_party_to
from sharing.agreements.policy import bump_epoch
from sharing.events import agreements as events


def suspend(database: Database, actor: Actor, agreement_id: str, *, reason: str) -> None:
    """Suspend the agreement for all its parties, from this moment until the same agency resumes it.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Denied: if a key is asking.
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if the agency has withdrawn or suspended it already, or the agreement is over.
        Invalid: if no reason is given.
    """
    actor.require(Action.AGREEMENT_SIGN)
    with acting(database, actor, agreement_id, "suspend") as tx:
        actor.require_fresh_factor(clock.now())
        party = still_party_to(tx, actor, agreement_id)
        kept = reason_of(reason)
        if open_suspension(tx, agreement_id, actor.agency_id):
            raise Conflict("Your agency has suspended this agreement already.")
        row = {
            "id": new_id(),
            "agreement_id": agreement_id,
            "from_at": clock.now(),
            "until_at": None,
            "agency_id": actor.agency_id,
            "by_user": actor.user_id,
            "reason": kept,
        }
        tx.execute(insert(tables.suspension), row)
        events.agreement_suspended(tx, actor, of_party(tx, party, bump_epoch(tx)))


def resume(database: Database, actor: Actor, agreement_id: str) -> None:
    """End the agency's own suspension; one by another party goes on.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Denied: if a key is asking.
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if the agency has not suspended it, or the agreement is over.
    """
    actor.require(Action.AGREEMENT_SIGN)
    with acting(database, actor, agreement_id, "resume") as tx:
        actor.require_fresh_factor(clock.now())
        party = still_party_to(tx, actor, agreement_id)
        if not close_suspension(tx, agreement_id, actor.agency_id):
            raise Conflict("Your agency has not suspended this agreement. Who suspended it resumes it.")
        events.agreement_resumed(tx, actor, of_party(tx, party, bump_epoch(tx)))


def open_suspension(tx: Tx, agreement_id: str, agency: str) -> bool:
    """Whether the agency has suspended the agreement and not resumed it."""
    found = select(tables.suspension.c.id).where(_open(agreement_id, agency))
    return tx.execute(found).first() is not None


def close_suspension(tx: Tx, agreement_id: str, agency: str) -> bool:
    """End the agency's suspension from now on; says whether there was one."""
    ended = update(tables.suspension).where(_open(agreement_id, agency)).values(until_at=clock.now())
    return tx.execute(ended).rowcount > 0


def _open(agreement_id: str, agency: str) -> ColumnElement[bool]:
    return and_(
        tables.suspension.c.agreement_id == agreement_id,
        tables.suspension.c.agency_id == agency,
        tables.suspension.c.until_at.is_(None),
    )
