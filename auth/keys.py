"""Keys for machines: a random token shown once, its SHA-256 kept, bound to one account and its purposes.

Where its maker says so, a key is bound to actions, agreements, network addresses and its holder as well.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, insert, or_, update

from auth import queries
from auth.events import (
    KEY_EXPOSED,
    KEY_FIRST_USED,
    KEY_ISSUED,
    KEY_REFUSED,
    KEY_UNSIGNED,
    security_event,
)
from auth.holders import forget_signed, holder_signed, sentence_of, take_once
from auth.queries import Found
from auth.sessions import Standing
from auth.tables import api_key
from foundation import clock
from foundation.crypto.signed_requests import SentRequest, SignatureFault
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database, Tx
from foundation.errors import Denied, SignatureRequired
from foundation.identifiers import new_id

#: When a key was last used is written at most so often.
_USED_EVERY = timedelta(seconds=60)
#: A refusal for want of a signature is entered at most so often: whoever stole a key fills no ledger with it.
_UNSIGNED_EVERY = timedelta(seconds=60)


@dataclass(frozen=True)
class Bounds:
    """To what a key is bound. None of actions, agreements or addresses leaves it to the account's roles.

    `holder_key` is the public key of the one program that can use it; without one, whoever has it can.
    """

    purposes: tuple[str, ...]
    expires_at: datetime
    name: str = ""
    actions: tuple[str, ...] | None = None
    agreements: tuple[str, ...] | None = None
    addresses: tuple[str, ...] | None = None
    holder_key: str | None = None


def issue_key(database: Database, user_id: str, purposes: Iterable[str], expires_at: datetime) -> str:
    """Give a new key of a service account by a command; it can never be shown again."""
    bounds = Bounds(tuple(sorted(set(purposes))), expires_at)
    with database.transaction() as tx:
        key, token = insert_key(tx, user_id, bounds)
        holder, until = queries.actor_of(tx, user_id, token_digest(token)), expires_at.isoformat()
        security_event(tx, KEY_ISSUED, holder, key=key, purposes=list(bounds.purposes), expires=until)
    return token


def insert_key(tx: Tx, user_id: str, bounds: Bounds, made_by: str | None = None) -> tuple[str, str]:
    """Keep a new key of an account within its bounds; gives its id, and the token that is shown this once.

    The caller leaves the entry.
    """
    token, key = new_token(), new_id()
    kept = {name: value for name, value in asdict(bounds).items() if value is not None}
    who = {"user_id": user_id, "made_by": made_by, "created_at": clock.now()}
    tx.execute(insert(api_key), {"hash": token_digest(token), "id": key, **who, **kept})
    return key, token


def end_keys(tx: Tx, wanted: ColumnElement[bool]) -> int:
    """End the keys of this condition that have not ended; gives how many they were."""
    live = wanted & api_key.c.ended_at.is_(None)
    return tx.execute(update(api_key).where(live).values(ended_at=clock.now())).rowcount


def find_key(
    database: Database,
    token: str,
    purpose: str | None,
    address: str = "",
    sent: Callable[[], SentRequest] | None = None,
    *,
    bound_only: bool = False,
) -> Standing | None:
    """Who holds the key, for the stated purpose; None if it is unknown, over, or its account disabled.

    `address` is the network address that it came from. `sent` gives the request that it came with; it is
    called where the key is bound to its holder. `bound_only` takes no other keys.

    Raises:
        Denied: if the key is not for that purpose, or not for that address.
        SignatureRequired: if its holder has not signed the request, or it is bound to nobody and has to be.
    """
    with database.reading() as tx:
        found = queries.key_by_hash(tx, token_digest(token))
    if found is None or found.expires_at is None or found.expires_at <= clock.now():
        return None
    if found.addresses is not None and not _lies_in(address, found.addresses):
        with database.transaction() as tx:
            security_event(tx, KEY_REFUSED, found.actor, key=found.key_id)
        raise Denied("This key is not for the address that you come from.")
    if found.holder_key is not None:
        _require_signature(database, found, found.holder_key, sent)
    elif bound_only:
        raise SignatureRequired("Only keys that are bound to their holder are taken here. Make such a key.")
    if found.last_used_at is None or clock.now() - found.last_used_at > _USED_EVERY:
        with database.transaction() as tx:
            _note_use(tx, found)
    if purpose is not None and purpose not in found.purposes:
        raise Denied("This key is not for that purpose.")
    return Standing(replace(found.actor, purpose=purpose), found.policy_epoch)


def tell_exposed(database: Database, token: str) -> None:
    """Tell the key's agency that it came by plain http, the first time that it does.

    It goes on: a proxy that no longer says how requests came would otherwise end every key of everybody.
    """
    with database.transaction() as tx:
        found = queries.key_by_hash(tx, token_digest(token))
        if found is None:
            return
        own = (api_key.c.id == found.key_id) & api_key.c.exposed_at.is_(None)
        if tx.execute(update(api_key).where(own).values(exposed_at=clock.now())).rowcount == 1:
            security_event(tx, KEY_EXPOSED, found.actor, key=found.key_id)


def _require_signature(
    database: Database, found: Found, holder_key: str, sent: Callable[[], SentRequest] | None
) -> None:
    try:
        signed = holder_signed(holder_key, sent() if sent else None)
        with database.transaction() as tx:
            take_once(tx, found.key_id, signed)
    except SignatureFault as fault:
        _note_unsigned(database, found, fault.reason)
        raise SignatureRequired(sentence_of(fault)) from None


def _note_unsigned(database: Database, found: Found, reason: str) -> None:
    now = clock.now()
    due = or_(api_key.c.unsigned_at.is_(None), api_key.c.unsigned_at < now - _UNSIGNED_EVERY)
    own = update(api_key).where(api_key.c.id == found.key_id, due)
    with database.transaction() as tx:
        if tx.execute(own.values(unsigned_at=now)).rowcount == 1:
            security_event(tx, KEY_UNSIGNED, found.actor, key=found.key_id, reason=reason)


def _lies_in(address: str, networks: Iterable[str]) -> bool:
    try:
        place = ip_address(address)
    except ValueError:
        return False
    if isinstance(place, IPv6Address) and place.ipv4_mapped is not None:
        place = place.ipv4_mapped
    return any(place in ip_network(each) for each in networks)


def _note_use(tx: Tx, found: Found) -> None:
    now = clock.now()
    first = {} if found.first_used_at else {"first_used_at": now}
    tx.execute(update(api_key).where(api_key.c.id == found.key_id).values(last_used_at=now, **first))
    forget_signed(tx)
    if first:
        security_event(tx, KEY_FIRST_USED, found.actor, key=found.key_id)
