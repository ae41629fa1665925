"""Withdrawing from an agreement and coming back: at once, beside the version, and without the others' leave.

Source: release.md, "Agreement": the others go on; rejoining revives no release.
"""

from sqlalchemy import delete, insert, select, update

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict
from foundation.identifiers import new_id
from sharing.agreements import tables
from sharing.agreements.access import acting, of_party, party_to, reason_of, still_party_to
from sharing.agreements.ending import end_if_agreed
from sharing.agreements.policy import bump_epoch
from sharing.agreements.stages import Stage
from sharing.agreements.suspending import close_suspension
from sharing.events import agreements as events


def withdraw(database: Database, actor: Actor, agreement_id: str, *, reason: str) -> None:
    """Withdraw: from this moment the agency neither reads nor is read under the agreement.

    A suspension of its own ends, its signature of a version that others have yet to sign is void, and so is
    its word that the agreement shall end; if all the others had given theirs, the agreement ends.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Denied: if a key is asking.
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if the agency has withdrawn already, or the agreement is over.
        Invalid: if no reason is given.
    """
    actor.require(Action.AGREEMENT_SIGN)
    with acting(database, actor, agreement_id, "withdraw") as tx:
        actor.require_fresh_factor(clock.now())
        party = still_party_to(tx, actor, agreement_id)
        kept = reason_of(reason)
        row = {
            "id": new_id(),
            "agreement_id": agreement_id,
            "agency_id": actor.agency_id,
            "at": clock.now(),
            "by_user": actor.user_id,
            "reason": kept,
        }
        tx.execute(insert(tables.withdrawal), row)
        close_suspension(tx, agreement_id, actor.agency_id)
        _void_signatures(tx, agreement_id, actor.agency_id)
        consent = tables.ending_consent
        tx.execute(
            delete(consent).where(
                consent.c.agreement_id == agreement_id, consent.c.agency_id == actor.agency_id
            )
        )
        of = of_party(tx, party, bump_epoch(tx))
        events.party_withdrew(tx, actor, of)
        end_if_agreed(tx, actor, party.remaining - {actor.agency_id}, of)


def rejoin(database: Database, actor: Actor, agreement_id: str) -> None:
    """Come back: the agency reads and is read again by what is released from now on.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Denied: if a key is asking.
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if the agency has not withdrawn, or the agreement is over.
    """
    actor.require(Action.AGREEMENT_SIGN)
    with acting(database, actor, agreement_id, "rejoin") as tx:
        actor.require_fresh_factor(clock.now())
        party = party_to(tx, actor, agreement_id)
        gone = tables.withdrawal
        back = tx.execute(
            update(gone)
            .where(
                gone.c.agreement_id == agreement_id,
                gone.c.agency_id == actor.agency_id,
                gone.c.rejoined.is_(None),
            )
            .values(rejoined=clock.now())
        )
        if back.rowcount == 0:
            raise Conflict("Your agency has not withdrawn from this agreement.")
        events.party_rejoined(tx, actor, of_party(tx, party, bump_epoch(tx)))


def _void_signatures(tx: Tx, agreement_id: str, agency: str) -> None:
    """Void the agency's signatures of versions that are still being signed."""
    version = tables.agreement_version
    pending = select(version.c.number).where(
        version.c.agreement_id == agreement_id, version.c.stage == Stage.SIGNING
    )
    signature = tables.signature
    tx.execute(
        update(signature)
        .where(
            signature.c.agreement_id == agreement_id,
            signature.c.agency_id == agency,
            signature.c.number.in_(pending),
            signature.c.voided.is_(None),
        )
        .values(voided=clock.now())
    )
