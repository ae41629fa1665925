"""Signing: a party's signatory binds the exact text of a version; with the last one it is in force.

Source: release.md, "Agreement"; a version is immutable once signed, and never retroactive.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from auth.actor import Actor
from auth.roles import Action, Role
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict
from foundation.identifiers import new_id
from foundation.moments import in_utc
from sharing.agreements import tables
from sharing.agreements.access import acting, open_version
from sharing.agreements.digest import is_intact
from sharing.agreements.lifecycle import (
    keep_step,
    of_version,
    require_newest,
    require_time_left,
)
from sharing.agreements.loosening import note_owed
from sharing.agreements.policy import bump_epoch
from sharing.agreements.signatures import rows_of, standing_signatures, unsigned
from sharing.agreements.stages import Stage
from sharing.events import agreements as events


def sign(database: Database, actor: Actor, agreement_id: str, number: int, *, digest: str) -> datetime | None:
    """Sign a version for the actor's agency; `digest` is that of the text which the person was shown.

    With the signature of the last party the version is signed in the same transaction. Gives the moment from
    which it is then in force, or None while others have yet to sign.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Denied: if a key is asking.
        Missing: if the version is not the actor's agency's to read.
        Conflict: if it is not being signed, its text is another than was shown or frozen, its period is over,
            a newer version has been signed, or the agency is no party or has signed.
    """
    actor.require(Action.AGREEMENT_SIGN)
    with acting(database, actor, agreement_id, "sign", number=number) as tx:
        factor_at = actor.require_fresh_factor(clock.now())
        version = open_version(tx, actor, agreement_id, number)
        _require_signable(tx, actor, version, digest)
        row = {
            "id": new_id(),
            "agreement_id": agreement_id,
            "number": number,
            "agency_id": actor.agency_id,
            "user_id": actor.user_id,
            "role": Role.SIGNATORY,
            "digest": digest,
            "factor_at": factor_at,
            "at": clock.now(),
        }
        tx.execute(insert(tables.signature), row)
        missing = unsigned(tx, version)
        of = of_version(tx, version)
        events.version_signed(tx, actor, of, role=Role.SIGNATORY, factor=in_utc(factor_at), missing=missing)
        return None if missing else _conclude(tx, actor, version)


def _require_signable(tx: Tx, actor: Actor, version: Mapping[Any, Any], digest: str) -> None:
    if version["stage"] != Stage.SIGNING:
        raise Conflict("This version is not being signed now. Nothing was changed. Look at it again.")
    if actor.agency_id not in version["parties"]:
        raise Conflict("Your agency is no party to this version, so it has nothing to sign.")
    if actor.agency_id not in unsigned(tx, version):
        raise Conflict("Your agency has signed this version already. One signature of each party is enough.")
    if version["digest"] != digest:
        raise Conflict("This is not the text that you were shown. Read it again, then sign.")
    _require_frozen(tx, version)
    require_time_left(version)
    require_newest(tx, version)


def _require_frozen(tx: Tx, version: Mapping[Any, Any]) -> None:
    """Refuse what was changed behind everybody's back since it was frozen, its digest with it or not."""
    others = tables.signature.c.digest != version["digest"]
    strange = select(tables.signature.c.id).where(standing_signatures(version), others)
    if not is_intact(version["title"], version) or tx.execute(strange).first() is not None:
        raise Conflict(
            "The stored text is not the one that was frozen to be signed. Nobody can sign it. Send it back, "
            "and tell whoever runs this portal."
        )


def _conclude(tx: Tx, actor: Actor, version: Mapping[Any, Any]) -> datetime:
    """All have signed: in force from its beginning, and never from before this moment."""
    now = clock.now()
    begins: datetime = max(version["from_at"], now)
    note_owed(tx, {**version, "begins_at": begins})
    tx.execute(
        update(tables.agreement_version)
        .where(rows_of(tables.agreement_version, version))
        .values(stage=Stage.SIGNED, stage_at=now, begins_at=begins)
    )
    # Who had withdrawn and signs this is a party again; a signature from before the withdrawal is void.
    gone = tables.withdrawal
    tx.execute(
        update(gone)
        .where(
            gone.c.agreement_id == version["agreement_id"],
            gone.c.agency_id.in_(version["parties"]),
            gone.c.rejoined.is_(None),
        )
        .values(rejoined=begins)
    )
    # Who signs what is to come has not agreed that it ends.
    tx.execute(
        delete(tables.ending_consent).where(tables.ending_consent.c.agreement_id == version["agreement_id"])
    )
    keep_step(tx, actor, version, Stage.SIGNED)
    of = of_version(tx, version, epoch=bump_epoch(tx))
    events.version_concluded(tx, actor, of, begins=in_utc(begins))
    return begins
