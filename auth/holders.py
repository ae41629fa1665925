"""Keys that only their holder can use: the program that was given one signs every request with it.

A key that was copied from a log or a proxy opens nothing without the private key, which is never sent.
"""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from auth.tables import signed_request
from foundation import clock
from foundation.crypto.signed_requests import SentRequest, SignatureFault, Signed, check_signature
from foundation.crypto.tokens import token_digest
from foundation.database import Tx

#: A request is taken so long after it was signed, and so long before, as the clocks of two machines differ.
OLDEST = timedelta(seconds=60)
SKEW = timedelta(seconds=5)

#: What every signature covers. Not `@target-uri`: it holds the scheme, which only the proxy's word tells the
#: portal, and whether a lone `?` was sent, which no WSGI server tells. By plain http nothing is taken anyway.
COVERED = ("@method", "@authority", "@path", "@query", "authorization")
#: What it covers where it is sent, besides the digest of a body: each other header that decides what is done.
COVERED_IF_SENT = ("sharing-purpose", "content-type", "if-match", "idempotency-key")

_NONCE = range(16, 201)

_WORDS = {
    "missing": "This key is bound to its holder, and the request is not signed",
    "wrong": "The signature does not fit. Another key made it or is named by its keyid, or what it covers is "
    "not as it was signed: method, host, path, query, a header or the body",
    "uncovered": "The signature leaves something out",
    "nonce": f"The nonce of a signature has from {_NONCE.start} to {_NONCE.stop - 1} characters",
    "old": f"The request was not signed within the last {OLDEST.seconds} seconds, by the clock here",
    "replayed": "This request was taken before, or another with its nonce. Sign each with a nonce of its own",
}


def sentence_of(fault: SignatureFault) -> str:
    """What a program is told of a request that was refused."""
    lacks = f": {', '.join(fault.lacks)}" if fault.lacks else ""
    return f"{_WORDS[fault.reason]}{lacks}. Nothing was done."


def holder_signed(holder_key: str, sent: SentRequest | None) -> Signed:
    """The signature of a key's holder, made just now; whether it was taken before is asked next.

    Raises:
        SignatureFault: if the holder has not signed the request, or not just now.
    """
    if sent is None:
        raise SignatureFault("missing")
    signed, now = check_signature(sent, holder_key, _covered(sent)), clock.now()
    if len(signed.nonce) not in _NONCE:
        raise SignatureFault("nonce")
    if not now - OLDEST - SKEW <= signed.created <= now + SKEW or _is_over(signed):
        raise SignatureFault("old")
    return signed


def take_once(tx: Tx, key_id: str, signed: Signed) -> None:
    """Take a signed request, this once, in whatever process.

    Raises:
        SignatureFault: if it was taken before.
    """
    row = {
        "hash": token_digest(f"{key_id} {signed.nonce}"),
        # By then it is too old to be taken.
        "expires_at": signed.created + OLDEST + 2 * SKEW,
    }
    try:
        with tx.begin_nested():
            tx.execute(insert(signed_request), row)
    except IntegrityError:
        raise SignatureFault("replayed") from None


def forget_signed(tx: Tx) -> None:
    """Forget the requests that are too old to be taken again."""
    tx.execute(delete(signed_request).where(signed_request.c.expires_at <= clock.now()))


def _covered(sent: SentRequest) -> Iterator[str]:
    yield from COVERED
    present = {name.lower() for name in sent.headers}
    yield from (name for name in COVERED_IF_SENT if name in present)


def _is_over(signed: Signed) -> bool:
    return signed.expires is not None and signed.expires < clock.now() - SKEW
