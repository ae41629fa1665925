"""Doing a thing once for one key: the answer is kept beside what was done, in the same transaction."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from auth.actor import Actor
from auth.tables import idempotency
from foundation import clock
from foundation.database import Tx
from foundation.errors import Conflict, Invalid

#: How long an answer is kept under its key.
KEPT = timedelta(hours=24)
_LONGEST = 200


@dataclass(frozen=True)
class Once:
    """A caller's key for one act, and the digest of what was asked with it."""

    key: str
    digest: str


def once(key: str | None, body: bytes) -> Once | None:
    """The key of a request, if it has one.

    Raises:
        Invalid: if the key is longer than 200 characters.
    """
    if not key:
        return None
    if len(key) > _LONGEST:
        raise Invalid({"Idempotency-Key": "The key is too long: at most 200 characters."})
    return Once(key, hashlib.sha256(body).hexdigest())


@contextmanager
def once_only(asked: Once | None) -> Iterator[None]:
    """Around a transaction that keeps an answer under a key.

    Raises:
        Conflict: if another transaction has kept one under the same key in the meantime.
    """
    try:
        yield
    except IntegrityError as error:
        if asked is None:
            raise
        raise Conflict("The same key is being answered now. Ask again in a moment.") from error


def made_once(tx: Tx, actor: Actor, asked: Once | None, make: Callable[[], str]) -> str:
    """The id of what `make` makes, or of what it made when the key came before.

    Raises:
        Invalid: if the key came with another body before.
    """
    before = done_before(tx, actor, asked) if asked else None
    if before is not None:
        return before
    made = make()
    if asked:
        keep_answer(tx, actor, asked, made)
    return made


def done_before(tx: Tx, actor: Actor, asked: Once) -> str | None:
    """The answer that was given for the key, or None if this is the first time.

    Raises:
        Invalid: if the key came with another body before.
    """
    own = (idempotency.c.user_id == actor.user_id) & (idempotency.c.key == asked.key)
    tx.execute(delete(idempotency).where(own, idempotency.c.at < clock.now() - KEPT))
    row = tx.execute(select(idempotency).where(own)).first()
    if row is None:
        return None
    if row.body_digest != asked.digest:
        raise Invalid({"Idempotency-Key": "This key came with another body before. Use a new key."})
    return str(row.answer)


def keep_answer(tx: Tx, actor: Actor, asked: Once, answer: str) -> None:
    """Keep the answer; a second transaction with the same key cannot commit."""
    row = {"user_id": actor.user_id, "key": asked.key, "body_digest": asked.digest, "answer": answer}
    tx.execute(insert(idempotency), {**row, "at": clock.now()})
