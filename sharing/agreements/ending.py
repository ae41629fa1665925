"""Ending an agreement for all: each remaining party's signatory says so, and with the last word it ends.

One party alone can withdraw; what the others have agreed with each other is not its to end.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import delete, insert, select, update

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict
from sharing.agreements import tables
from sharing.agreements.access import acting, of_party, reason_of, still_party_to
from sharing.agreements.policy import bump_epoch, epoch_of
from sharing.events import agreements as events


def agree_to_end(database: Database, actor: Actor, agreement_id: str, *, reason: str) -> bool:
    """Say for the agency that the agreement shall end for all; gives whether it has ended with that.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Denied: if a key is asking.
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if the agency has said so already or withdrawn, or the agreement is over.
        Invalid: if no reason is given.
    """
    actor.require(Action.AGREEMENT_SIGN)
    with acting(database, actor, agreement_id, "end") as tx:
        actor.require_fresh_factor(clock.now())
        party = still_party_to(tx, actor, agreement_id)
        kept = reason_of(reason)
        if actor.agency_id in consenting(tx, agreement_id):
            raise Conflict("Your agency has agreed already that this agreement ends.")
        row = {
            "agreement_id": agreement_id,
            "agency_id": actor.agency_id,
            "user_id": actor.user_id,
            "at": clock.now(),
            "reason": kept,
        }
        tx.execute(insert(tables.ending_consent), row)
        of = of_party(tx, party, epoch_of(tx))
        missing = sorted(party.remaining - consenting(tx, agreement_id))
        events.ending_agreed(tx, actor, of, missing=missing)
        return end_if_agreed(tx, actor, party.remaining, of)


def take_back_end(database: Database, actor: Actor, agreement_id: str) -> None:
    """Take back the agency's word, while the agreement has not ended.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Denied: if a key is asking.
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if the agency has not said so, or the agreement is over.
    """
    actor.require(Action.AGREEMENT_SIGN)
    with acting(database, actor, agreement_id, "keep") as tx:
        actor.require_fresh_factor(clock.now())
        party = still_party_to(tx, actor, agreement_id)
        consent = tables.ending_consent
        gone = tx.execute(
            delete(consent).where(
                consent.c.agreement_id == agreement_id, consent.c.agency_id == actor.agency_id
            )
        )
        if gone.rowcount == 0:
            raise Conflict("Your agency has not agreed that this agreement ends.")
        events.ending_taken_back(tx, actor, of_party(tx, party, epoch_of(tx)))


def consenting(tx: Tx, agreement_id: str) -> frozenset[str]:
    """The agencies that have agreed that the agreement ends."""
    consent = tables.ending_consent
    rows = tx.execute(select(consent.c.agency_id).where(consent.c.agreement_id == agreement_id))
    return frozenset(rows.scalars())


def end_if_agreed(tx: Tx, actor: Actor, remaining: Collection[str], of: events.Of) -> bool:
    """End the agreement if there are remaining parties and each of them has agreed; says whether it did."""
    if not remaining or set(remaining) - consenting(tx, of.agreement):
        return False
    consent = tables.ending_consent
    said = select(consent.c.reason).where(consent.c.agreement_id == of.agreement).order_by(consent.c.at)
    why = tx.execute(said).scalars().first()
    tx.execute(
        update(tables.agreement)
        .where(tables.agreement.c.id == of.agreement)
        .values(ended=clock.now(), ended_by=actor.user_id, ended_why=why)
    )
    events.agreement_ended(tx, actor, replace(of, epoch=bump_epoch(tx)))
    return True
