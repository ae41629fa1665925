"""What a browser is asked to have its passkey sign: a challenge of five minutes, answered but once.

Passkeys themselves: auth.passkeys.
"""

import json
from datetime import timedelta

from sqlalchemy import delete, insert
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from auth.tables import challenge
from foundation import clock
from foundation.crypto.tokens import token_digest
from foundation.database import Tx

_GOOD_FOR = timedelta(minutes=5)


def keep_challenge(tx: Tx, asked: bytes, bound_to: str, act: str) -> None:
    """Keep what was asked of a browser, for this act; what ran out is swept."""
    now = clock.now()
    tx.execute(delete(challenge).where(challenge.c.expires_at <= now))
    row = {"hash": _digest(asked), "bound_to": bound_to, "act": act, "expires_at": now + _GOOD_FOR}
    tx.execute(insert(challenge), row)


def answered(tx: Tx, answer: str, bound_to: str, act: str) -> bytes | None:
    """The challenge of the answer, if this browser was given it for this act and answers it but once."""
    try:
        data = json.loads(base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"]))
        asked = base64url_to_bytes(data["challenge"])
    except (ValueError, KeyError, TypeError):
        return None
    known = (
        (challenge.c.hash == _digest(asked))
        & (challenge.c.bound_to == bound_to)
        & (challenge.c.act == act)
        & (challenge.c.expires_at > clock.now())
    )
    return asked if tx.execute(delete(challenge).where(known)).rowcount == 1 else None


def _digest(asked: bytes) -> str:
    return token_digest(bytes_to_base64url(asked))
