"""The closed list of security events in the ledger: each with its exact keys, and one function that appends.

Never an address, a password, a token or what somebody typed. What is read and shared: sharing.events.
"""

from collections.abc import Iterable

from auth.actor import Actor
from auth.system import NOBODYS
from foundation import clock
from foundation.database import Tx
from foundation.ledger.append import EventKind, Operation, append
from foundation.ledger.encoding.detail import Plain


def _security(name: str, *keys: str) -> EventKind:
    return EventKind(name, Operation.SECURITY, frozenset(keys))


ACCOUNTS_CREATED = _security("auth:accounts:created", "users")
FACTOR_ADDED = _security("auth:factor:added", "kind")
FACTOR_PROVEN = _security("auth:factor:proven", "way")
FACTOR_REMOVED = _security("auth:factor:removed", "kind")
IDENTITY_LINKED = _security("auth:identity:linked", "provider")
IDENTITY_UNLINKED = _security("auth:identity:unlinked", "provider", "user")
KEY_EXPOSED = _security("auth:key:exposed", "key")
KEY_FIRST_USED = _security("auth:key:first-used", "key")
KEY_ISSUED = _security("auth:key:issued", "key", "purposes", "expires")
KEY_REFUSED = _security("auth:key:refused", "key")
KEY_UNSIGNED = _security("auth:key:unsigned", "key", "reason")
PACE_EXCEEDED = _security("auth:pace:exceeded", "kind")
PASSKEY_ALTERED = _security("auth:passkey:altered", "passkey")
PASSKEY_BEHIND = _security("auth:passkey:behind", "passkey")
PASSWORD_CHANGED = _security("auth:password:changed")
PROVIDER_CHANGED = _security("auth:provider:changed", "provider", "issuer", "secret")
PROVIDER_ENFORCED = _security("auth:provider:enforced", "provider", "enforced")
PROVIDER_REMOVED = _security("auth:provider:removed", "provider", "links")
PROVIDER_REOPENED = _security("auth:provider:reopened", "provider", "vouched")
PURPOSE_CHOSEN = _security("auth:purpose:chosen", "purpose")
RECOVERY_USED = _security("auth:recovery:used", "user")
SECRET_CHANGED = _security("auth:secret:changed", "values")
SESSION_ENDED = _security("auth:session:ended")
SESSION_MOVED = _security("auth:session:moved")
SESSION_OPENED = _security("auth:session:opened", "way")
SESSION_ROTATED = _security("auth:session:rotated")
SIGN_IN_REFUSED = _security("auth:sign-in:refused", "account")
SIGN_ON_REFUSED = _security("auth:sign-on:refused", "provider", "reason")
SIGN_OUT_TOLD = _security("auth:sign-on:ended", "provider", "sessions")

EVENTS: tuple[EventKind, ...] = (
    ACCOUNTS_CREATED,
    FACTOR_ADDED,
    FACTOR_PROVEN,
    FACTOR_REMOVED,
    IDENTITY_LINKED,
    IDENTITY_UNLINKED,
    KEY_EXPOSED,
    KEY_FIRST_USED,
    KEY_ISSUED,
    KEY_REFUSED,
    KEY_UNSIGNED,
    PACE_EXCEEDED,
    PASSKEY_ALTERED,
    PASSKEY_BEHIND,
    PASSWORD_CHANGED,
    PROVIDER_CHANGED,
    PROVIDER_ENFORCED,
    PROVIDER_REMOVED,
    PROVIDER_REOPENED,
    PURPOSE_CHOSEN,
    RECOVERY_USED,
    SECRET_CHANGED,
    SESSION_ENDED,
    SESSION_MOVED,
    SESSION_OPENED,
    SESSION_ROTATED,
    SIGN_IN_REFUSED,
    SIGN_ON_REFUSED,
    SIGN_OUT_TOLD,
)


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
