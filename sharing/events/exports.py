"""What happens to exports: asked for, made, fetched, refused, stopped, deleted."""

from collections.abc import Sequence

from auth.actor import Actor
from auth.system import SystemActor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.accounts import Account
from sharing.events.entry import Decided, entry, entry_of_shown


def export_asked(tx: Tx, actor: Actor, *, export: str, format_: str, type_: str) -> str:
    """Somebody asked for a file; nothing is read for it yet."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:export:asked",
        export=export,
        format=format_,
        type=type_,
    )


def export_made(
    tx: Tx,
    actor: Actor,
    *,
    export: str,
    format_: str,
    digest: str,
    shown: Sequence[Account],
    decided: Decided,
) -> None:
    """A file was made for the actor and keeps for some hours. `digest` is the SHA-256 of its bytes.

    The records are named, so that each owner can find every copy.
    """
    entry_of_shown(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:export:made",
        shown=shown,
        export=export,
        format=format_,
        digest=digest,
        policy=decided.policy,
        under=decided.at,
    )


def export_fetched(
    tx: Tx, actor: Actor, *, export: str, digest: str, shown: Sequence[Account], decided: Decided
) -> None:
    """The file left the portal: from now on a copy lies with the actor."""
    entry_of_shown(
        tx,
        actor,
        Operation.DISCLOSURE,
        "sharing:export:fetched",
        shown=shown,
        export=export,
        digest=digest,
        policy=decided.policy,
        under=decided.at,
    )


def export_refused(tx: Tx, actor: Actor | SystemActor, *, agency: str, export: str, reason: str) -> str:
    """There is no file for somebody of the agency, or no longer one; says nothing about records."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:export:refused",
        agencies=[agency],
        export=export,
        reason=reason,
    )


def export_stopped(
    tx: Tx, actor: Actor, *, export: str, owner: str, records: Sequence[str], fields: Sequence[str]
) -> str:
    """The scan found values of an owner in a file whose reader may not see them; it never left.

    The fields are named. Of a file that could not be looked through, neither fields nor records are.
    """
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:export:stopped",
        agencies=[owner],
        records=records,
        export=export,
        fields=sorted(fields),
    )


def export_cleared(tx: Tx, actor: SystemActor, *, agency: str, export: str) -> str:
    """An export of somebody of the agency was deleted, its file and its key with it."""
    return entry(tx, actor, Operation.ERASURE, "sharing:export:cleared", agencies=[agency], export=export)


def stops_listed(tx: Tx, actor: Actor, *, count: int) -> str:
    """Somebody who answers for an agency's records looked at what was stopped."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:export:stops-listed", count=count)


def stop_seen(tx: Tx, actor: Actor, *, stop: str) -> str:
    """They have taken note of one."""
    return entry(tx, actor, Operation.SECURITY, "sharing:export:stop-seen", stop=stop)
