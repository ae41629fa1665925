"""What happens in meetings and to their actions."""

from collections.abc import Sequence

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def meetings_listed(tx: Tx, actor: Actor, *, meetings: Sequence[str]) -> str:
    """The list of meetings was shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:meeting:listed", meetings=list(meetings))


def meeting_read(tx: Tx, actor: Actor, *, meeting: str) -> str:
    """A meeting with its attendees was shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:meeting:read", meeting=meeting)


def confidentiality_accepted(tx: Tx, actor: Actor, *, meeting: str) -> str:
    """An attendee accepted a meeting's confidentiality."""
    return entry(tx, actor, Operation.ALTERATION, "sharing:meeting:confidentiality-accepted", meeting=meeting)


def actions_listed(tx: Tx, actor: Actor, *, actions: Sequence[str]) -> str:
    """The list of actions was shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:action:listed", actions=list(actions))


def action_read(tx: Tx, actor: Actor, *, action: str) -> str:
    """One action with its history was shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:action:read", action=action)


def action_set(tx: Tx, actor: Actor, *, action: str, owner: str) -> str:
    """A meeting set an action."""
    return entry(
        tx, actor, Operation.COLLECTION, "sharing:action:set", agencies=[owner], action=action, owner=owner
    )


def action_moved(tx: Tx, actor: Actor, *, action: str, move: str) -> str:
    """An action was answered, closed or reopened."""
    return entry(tx, actor, Operation.ALTERATION, "sharing:action:moved", action=action, move=str(move))
