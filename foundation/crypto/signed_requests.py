"""Requests that their sender signed: RFC 9421 with Ed25519, and the digest of a body by RFC 9530.

Whose key it has to be, what has to be signed and that no request counts twice is said by auth.holders.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    MappingKeyResolver,
    VerifyResult,
    algorithms,
)

_FIELDS = frozenset({"signature", "signature-input"})
_DIGEST = "content-digest"
_PARAMETERS = ("created", "nonce", "keyid", "alg")


@dataclass(frozen=True)
class SentRequest:
    """A request as it came, against which its signature is held; `url` is encoded and whole."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Signed:
    """What a good signature says of itself."""

    nonce: str
    created: datetime
    expires: datetime | None


class SignatureFault(Exception):  # noqa: N818 - what is wrong, which the caller puts into its own refusal
    """A request without a good signature; `lacks` is what it leaves out."""

    def __init__(self, reason: str, lacks: Iterable[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lacks = tuple(lacks)


class _Verifier(HTTPMessageVerifier):
    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Leave both to the caller, whose clock is the portal's and not the machine's."""


def read_public_key(pem: str) -> str:
    """A public key as it is kept, 43 characters; `pem` is as openssl and every library writes it.

    Raises:
        ValueError: if it is none of Ed25519.
    """
    try:
        key = load_pem_public_key(pem.strip().encode())
    except UnsupportedAlgorithm as error:
        raise ValueError("another kind of key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("another kind of key")  # noqa: TRY004 - for whoever calls it is one thing
    return urlsafe_b64encode(key.public_bytes_raw()).decode().rstrip("=")


def thumbprint(public_key: str) -> str:
    """By what people and signatures name a public key: its thumbprint by RFC 7638."""
    named = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": public_key}, separators=(",", ":"))
    return urlsafe_b64encode(hashlib.sha256(named.encode()).digest()).decode().rstrip("=")


def check_signature(sent: SentRequest, public_key: str, covered: Iterable[str]) -> Signed:
    """Hold a request against its one signature, which must cover these components and the body if any.

    How old it is and whether it came before is the caller's to judge.

    Raises:
        SignatureFault: missing, wrong or uncovered, if the request does not carry a signature that fits.
    """
    if not {name.lower() for name in sent.headers} >= _FIELDS:
        raise SignatureFault("missing", ("Signature", "Signature-Input"))
    found = verified(sent, public_key, thumbprint(public_key))
    lacks = [name for name in _PARAMETERS if name not in found.parameters]
    wanted = [*covered, *([_DIGEST] if sent.body else [])]
    # as plain components: with parameters of its own it may cover a part of a field only
    lacks += [name for name in wanted if f'"{name}"' not in found.covered_components]
    if lacks:
        raise SignatureFault("uncovered", lacks)
    return Signed(
        str(found.parameters["nonce"]),
        _moment(found.parameters["created"]),
        _moment(found.parameters["expires"]) if "expires" in found.parameters else None,
    )


def verified(sent: SentRequest, public_key: str, keyid: str) -> VerifyResult:
    """What a request's one signature covers, whatever that is; a digest that it covers is the body's.

    Raises:
        SignatureFault: wrong, if another key made it or what it covers is not as it was signed.
    """
    key = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(f"{public_key}="))
    keys = MappingKeyResolver(public_keys={keyid: key}, private_keys={})
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    try:
        (found,) = verifier.verify(sent, max_age=None)
        ContentDigest.verify_components(found.covered_components, sent.body)
    except HTTPMessageSignaturesException:
        raise SignatureFault("wrong") from None
    return found


def _moment(seconds: int | str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        raise SignatureFault("wrong") from None
