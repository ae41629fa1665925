"""Danger to life: who broke the glass over what, who stood beside them, and what the review came to.

The reason that somebody gave is never in an entry, only how long it is.
"""

from collections.abc import Sequence
from datetime import datetime

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def glass_broken(  # noqa: PLR0913 - the exact keys of the event
    tx: Tx,
    actor: Actor,
    *,
    glass: str,
    record: str,
    owner: str,
    user: str,
    role: str,
    danger: str,
    reason_length: int,
    second: str,
    until: datetime,
) -> str:
    """A record was opened to `user`; `second` is who confirmed it, empty where nobody had to."""
    return entry(
        tx,
        actor,
        Operation.DISCLOSURE,
        "sharing:glass:broken",
        agencies=[owner],
        records=[record],
        glass=glass,
        user=user,
        role=role,
        danger=danger,
        reason_length=reason_length,
        second=second,
        until=until.isoformat(),
    )


def glass_asked(tx: Tx, actor: Actor, *, glass: str, danger: str, reason_length: int) -> str:
    """A second person has to confirm before it opens, since a review is overdue; own agency only."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:glass:asked",
        glass=glass,
        danger=danger,
        reason_length=reason_length,
    )


def glass_missed(tx: Tx, actor: Actor, *, reference: str) -> str:
    """Nothing could be opened; `reference` is a keyed digest of what was typed, which may not exist."""
    return entry(tx, actor, Operation.SECURITY, "sharing:glass:missed", reference=reference)


def glass_read(tx: Tx, actor: Actor, *, glass: str) -> str:
    """What was told of a broken glass was shown to one of those who answer for it."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:glass:read", glass=glass)


def glass_listed(tx: Tx, actor: Actor, *, glass: Sequence[str]) -> str:
    """The agency's own broken glass was shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:glass:listed", glass=list(glass))


def glass_reviewed(tx: Tx, actor: Actor, *, glass: str, record: str, owner: str, finding: str) -> str:
    """Another person reviewed it."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:glass:reviewed",
        agencies=[owner],
        records=[record],
        glass=glass,
        finding=finding,
    )
