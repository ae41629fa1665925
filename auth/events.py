"""The closed list of security events in the ledger: each with its exact keys, and one function that appends.

Never an address, a password, a token or what somebody typed. What is read and shared: sharing.events.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx
from foundation.ledger.append import Entry, Operation, append


class SecurityEvent(StrEnum):
    """What can happen at the gate. Form: `auth:subject:verb`; alphabetical."""

    ACCOUNTS_CREATED = "auth:accounts:created"
    KEY_FIRST_USED = "auth:key:first-used"
    KEY_ISSUED = "auth:key:issued"
    PURPOSE_CHOSEN = "auth:purpose:chosen"
    SESSION_ENDED = "auth:session:ended"
    SESSION_OPENED = "auth:session:opened"
    SIGN_IN_REFUSED = "auth:sign-in:refused"


#: The keys of each event's detail; an entry with any others is refused.
KEYS: Mapping[SecurityEvent, frozenset[str]] = {
    SecurityEvent.ACCOUNTS_CREATED: frozenset({"agencies", "users"}),
    SecurityEvent.KEY_FIRST_USED: frozenset({"key"}),
    SecurityEvent.KEY_ISSUED: frozenset({"key", "purposes", "expires"}),
    SecurityEvent.PURPOSE_CHOSEN: frozenset({"purpose"}),
    SecurityEvent.SESSION_ENDED: frozenset(),
    SecurityEvent.SESSION_OPENED: frozenset({"way"}),
    SecurityEvent.SIGN_IN_REFUSED: frozenset({"account"}),
}


def security_event(
    tx: Tx, event: SecurityEvent, who: Actor | None, detail: Mapping[str, str | int | list[str]]
) -> str:
    """Append one security event; without an actor, nobody was let in. Gives the entry's id.

    Raises:
        ValueError: if the keys are not exactly those of the event.
    """
    if frozenset(detail) != KEYS[event]:
        raise ValueError(f"{event} takes exactly the keys {sorted(KEYS[event])}")
    agency = who.agency_id if who else ""
    return append(
        tx,
        Entry(
            operation=Operation.SECURITY,
            event=event.value,
            at=clock.now(),
            actor=who.user_id if who else "",
            agency=agency,
            session=who.session if who else "",
            agencies=frozenset({agency} if agency else ()),
            records=(),
            detail=dict(detail),
        ),
    )


def accounts_created(tx: Tx, agencies: Iterable[str], users: int) -> str:
    """Accounts came from a command on the server; every agency named is told."""
    named = sorted(set(agencies))
    return append(
        tx,
        Entry(
            operation=Operation.SECURITY,
            event=SecurityEvent.ACCOUNTS_CREATED.value,
            at=clock.now(),
            actor="",
            agency="",
            session="",
            agencies=frozenset(named),
            records=(),
            detail={"agencies": named, "users": users},
        ),
    )
