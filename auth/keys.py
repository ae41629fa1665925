"""Keys for machines: a random token shown once, its SHA-256 kept, bound to one account and its purposes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, update

from auth import queries
from auth.events import KEY_FIRST_USED, KEY_ISSUED, security_event
from auth.queries import Found
from auth.sessions import Standing
from auth.tables import api_key
from foundation import clock
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database, Tx
from foundation.errors import Denied
from foundation.identifiers import new_id


def issue_key(database: Database, user_id: str, purposes: Iterable[str], expires_at: datetime) -> str:
    """Give a new key of a service account; it can never be shown again."""
    token, key, bound = new_token(), new_id(), sorted(set(purposes))
    digest = token_digest(token)
    row = {
        "hash": digest,
        "id": key,
        "user_id": user_id,
        "purposes": bound,
        "created_at": clock.now(),
        "expires_at": expires_at,
    }
    with database.transaction() as tx:
        tx.execute(insert(api_key).values(row))
        holder = queries.actor_of(tx, user_id, digest)
        expires = expires_at.isoformat()
        security_event(tx, KEY_ISSUED, holder, key=key, purposes=bound, expires=expires)
    return token


def find_key(database: Database, token: str, purpose: str | None) -> Standing | None:
    """Who holds the key, for the stated purpose; None if it is unknown, expired, or its account disabled.

    Raises:
        Denied: if the key is not for that purpose.
    """
    with database.reading() as tx:
        found = queries.key_by_hash(tx, token_digest(token))
    if found is None or found.expires_at is None or found.expires_at <= clock.now():
        return None
    if found.first_used_at is None:
        with database.transaction() as tx:
            _note_first_use(tx, found)
    if purpose is not None and purpose not in found.purposes:
        raise Denied("This key is not for that purpose.")
    return Standing(replace(found.actor, purpose=purpose), found.policy_epoch)


def _note_first_use(tx: Tx, found: Found) -> None:
    tx.execute(update(api_key).where(api_key.c.id == found.key_id).values(first_used_at=clock.now()))
    security_event(tx, KEY_FIRST_USED, found.actor, key=found.key_id)
