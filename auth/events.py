"""The closed list of security events in the ledger: each with its exact keys, and one function that appends.

Never an address, a password, a token or what somebody typed. What is read and shared: sharing.events.
"""

from collections.abc import Iterable

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx
from foundation.ledger.append import EventKind, Operation, append
from foundation.ledger.encoding import Plain


def _security(name: str, *keys: str) -> EventKind:
    return EventKind(name, Operation.SECURITY, frozenset(keys))


ACCOUNTS_CREATED = _security("auth:accounts:created", "users")
KEY_FIRST_USED = _security("auth:key:first-used", "key")
KEY_ISSUED = _security("auth:key:issued", "key", "purposes", "expires")
PURPOSE_CHOSEN = _security("auth:purpose:chosen", "purpose")
SESSION_ENDED = _security("auth:session:ended")
SESSION_OPENED = _security("auth:session:opened", "way")
SIGN_IN_REFUSED = _security("auth:sign-in:refused", "account")

EVENTS: tuple[EventKind, ...] = (
    ACCOUNTS_CREATED,
    KEY_FIRST_USED,
    KEY_ISSUED,
    PURPOSE_CHOSEN,
    SESSION_ENDED,
    SESSION_OPENED,
    SIGN_IN_REFUSED,
)

#: Under which name stands what nobody of an agency did: a refusal at the door, a command on the server.
NOBODYS = "portal"


def security_event(
    tx: Tx, event: EventKind, who: Actor | None, *, agencies: Iterable[str] = (), **detail: Plain
) -> str:
    """Append one security event and give its id. Without an actor, nobody was let in.

    `agencies` are told of it besides the actor's own.

    Raises:
        ValueError: if the keys are not exactly those of the event.
    """
    return append(
        tx,
        event.entry(
            at=clock.now(),
            actor=who.user_id if who else "",
            agency=who.agency_id if who else NOBODYS,
            session=who.session if who else "",
            agencies=agencies,
            records=(),
            **detail,
        ),
    )
