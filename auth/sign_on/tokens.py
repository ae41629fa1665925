"""What a provider signs, checked before anything in it is believed. Knows no network and no database.

Sources: OpenID Connect Core 1.0 section 3.1.3.7, Back-Channel Logout 1.0 section 2.6, RFC 8725.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from auth.sign_on.refusals import Refused

#: What each algorithm signs with. Never `none`, never one whose key is a shared secret.
ALGORITHMS: Mapping[str, str] = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
_LEAST_RSA = 2048
#: How far the clocks of the provider and of this machine may be apart.
SKEW = timedelta(seconds=60)
#: A token made longer ago is not of this sign-in.
OLDEST = timedelta(minutes=10)
_LONGEST = 16_384
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_TYPE = "logout+jwt"


@dataclass(frozen=True)
class Party:
    """Between whom a token must be: the issuer that is meant, and what this portal is called there."""

    issuer: str
    client_id: str


@dataclass(frozen=True)
class Identity:
    """Who a good ID token says it is; `auth_time` is when they last proved it there, if it says so."""

    subject: str
    auth_time: datetime | None
    acr: str
    session: str


@dataclass(frozen=True)
class Ending:
    """Whose sessions a good logout token ends: of a session of the provider, or all of a subject."""

    subject: str
    session: str
    id: str


def key_id(token: str) -> str:
    """The name of the key that the token says it is signed with; empty if it does not say.

    Raises:
        Refused: if it cannot be read.
    """
    return str(_header(token).get("kid", ""))


def identity_of(
    token: str, keys: Sequence[Mapping[str, Any]], party: Party, nonce: str, now: datetime
) -> Identity:
    """Who signed in.

    Raises:
        Refused: with what is wrong first.
    """
    header = _header(token)
    if str(header.get("typ", "JWT")).upper() != "JWT":
        raise Refused("token-type")
    claims = _signed(token, header, keys)
    if "events" in claims:
        raise Refused("token-type")
    _check_party(claims, party)
    _check_times(claims, now)
    if not _same(claims.get("nonce"), nonce):
        raise Refused("nonce")
    auth_time = _moment(claims, "auth_time") if "auth_time" in claims else None
    if auth_time is not None and auth_time > now + SKEW:
        raise Refused("time")
    return Identity(_subject(claims), auth_time, _text(claims.get("acr")), _text(claims.get("sid")))


def ending_of(token: str, keys: Sequence[Mapping[str, Any]], party: Party, now: datetime) -> Ending:
    """Whose sessions end.

    Raises:
        Refused: with what is wrong first.
    """
    header = _header(token)
    if str(header.get("typ", "")).lower() not in {_LOGOUT_TYPE, f"application/{_LOGOUT_TYPE}"}:
        raise Refused("token-type")
    claims = _signed(token, header, keys)
    _check_party(claims, party)
    _check_times(claims, now)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict):
        raise Refused("logout-events")
    if "nonce" in claims:
        raise Refused("logout-nonce")
    subject, session, used = (_text(claims.get(name)) for name in ("sub", "sid", "jti"))
    if not subject and not session:
        raise Refused("logout-who")
    if not used:
        raise Refused("token-form")
    return Ending(subject, session, used)


def usable_keys(jwks: object) -> list[dict[str, Any]]:
    """The public keys of a provider's set that a signature may be checked with here.

    Raises:
        Refused: if it is no set of keys.
    """
    if not isinstance(jwks, dict) or not isinstance(jwks.get("keys"), list):
        raise Refused("provider-metadata")
    wanted = {"kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"}
    found = [
        {name: value for name, value in key.items() if name in wanted and isinstance(value, str)}
        for key in jwks["keys"]
        if isinstance(key, dict)
    ]
    return [key for key in found if key.get("kty") in ALGORITHMS.values() and key.get("use", "sig") == "sig"]


def _header(token: str) -> Mapping[str, Any]:
    if not 0 < len(token) <= _LONGEST or not token.isascii():
        raise Refused("token-form")
    try:
        header: Mapping[str, Any] = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError):
        raise Refused("token-form") from None
    if not isinstance(header, dict):
        raise Refused("token-form")
    return header


def _signed(token: str, header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or "crit" in header:
        raise Refused("algorithm")
    payload = None
    for key in _candidates(header, algorithm, keys):
        try:
            payload = jws.deserialize_compact(token, key, algorithms=[algorithm]).payload
        except (JoseError, ValueError):
            continue
        break
    if payload is None:
        raise Refused("signature")
    try:
        claims = orjson.loads(payload)
    except ValueError:
        raise Refused("token-form") from None
    if not isinstance(claims, dict):
        raise Refused("token-form")
    return claims


def _candidates(
    header: Mapping[str, Any], algorithm: str, keys: Sequence[Mapping[str, Any]]
) -> list[RSAKey | ECKey]:
    """The keys that it may be signed with: of the algorithm's own kind, and of the name that it gives."""
    found = [
        key
        for key in keys
        if key.get("kty") == ALGORITHMS[algorithm]
        and key.get("alg", algorithm) == algorithm
        and ("kid" not in header or key.get("kid") == header["kid"])
    ]
    try:
        made = [_key(key) for key in found]
    except (JoseError, ValueError):
        raise Refused("provider-metadata") from None
    usable = [key for key in made if key is not None]
    if not usable:
        raise Refused("key")
    return usable


def _key(values: Mapping[str, Any]) -> RSAKey | ECKey | None:
    """The key, None if it is too weak."""
    if values["kty"] == "RSA":
        # Measured before it is read: the library warns of a weak key and reads it all the same.
        number = str(values.get("n", ""))
        length = int.from_bytes(base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()
        return RSAKey.import_key(dict(values)) if length >= _LEAST_RSA else None
    return ECKey.import_key(dict(values)) if values.get("crv") == "P-256" else None


def _check_party(claims: Mapping[str, Any], party: Party) -> None:
    if not _same(claims.get("iss"), party.issuer):
        raise Refused("issuer")
    if claims.get("aud") not in (party.client_id, [party.client_id]):
        raise Refused("audience")
    if claims.get("azp", party.client_id) != party.client_id:
        raise Refused("audience")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    expires_at, made_at = _moment(claims, "exp"), _moment(claims, "iat")
    if now >= expires_at + SKEW:
        raise Refused("expired")
    if made_at > now + SKEW or made_at < now - OLDEST:
        raise Refused("time")
    if "nbf" in claims and _moment(claims, "nbf") > now + SKEW:
        raise Refused("time")


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("time")
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise Refused("time") from None


def _subject(claims: Mapping[str, Any]) -> str:
    subject = _text(claims.get("sub"))
    if not subject:
        raise Refused("subject")
    return subject


def _text(value: object) -> str:
    """A short text, or nothing. Source: OpenID Connect Core 1.0 section 2: at most 255 ASCII characters."""
    good = isinstance(value, str) and value.isascii() and value.isprintable() and len(value) <= 255
    return str(value) if good else ""


def _same(said: object, meant: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode("utf-8", "replace"), meant.encode())
