"""What a provider says of itself: where to go, and the keys that it signs with. Kept for a time.

Every address, also those that the provider names, must be of a host that the settings allow. No transaction
is open while a provider is asked.
"""

import base64
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import select, update

from auth.sign_on.refusals import Refused
from auth.sign_on.tokens import Party, usable_keys
from auth.tables import agency, identity_provider
from foundation import clock
from foundation.crypto.resealing import Resealed, Secrets, reseal
from foundation.crypto.sealing import SealBroken, derived_key, open_sealed, seal
from foundation.database import Database, Tx
from foundation.errors import Invalid
from foundation.outbound import Target, Unsendable, ask, checked_provider
from foundation.settings import Settings

#: Metadata hardly changes; a key that was taken back must not be believed for long.
_PLACES_KEPT = timedelta(hours=1)
_KEYS_KEPT = timedelta(minutes=10)
#: An unknown key is asked for at most so often, so that made-up names of keys send nobody to the provider.
_KEYS_AGAIN = timedelta(seconds=30)
_MOST = 262_144  # bytes
_PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OK = 200
_WHAT = "identity provider secrets"


@dataclass(frozen=True)
class Provider:
    """One agency's provider, with what is kept of its metadata and keys."""

    id: str
    agency_id: str
    agency_name: str
    issuer: str
    client_id: str
    client_secret: str
    acr: str
    enforced: bool
    places: Mapping[str, Any]
    keys: list[dict[str, Any]]

    @property
    def party(self) -> Party:
        """Between whom a token of this provider must be."""
        return Party(self.issuer, self.client_id)


def find_provider(database: Database, settings: Settings, provider_id: str) -> Provider | None:
    """The provider with metadata of the last hour.

    Raises:
        Refused: if the metadata has to be fetched and cannot be, or is not as agreed.
    """
    found = identity_provider.join(agency, agency.c.id == identity_provider.c.agency_id)
    chosen = select(identity_provider, agency.c.name.label("agency_name")).select_from(found)
    with database.reading() as tx:
        row = tx.execute(chosen.where(identity_provider.c.id == provider_id)).first()
    if row is None:
        return None
    places = row.places
    if clock.now() - row.places_at > _PLACES_KEPT:
        places = fetch_places(settings, row.issuer)
        _keep(database, row.id, places=places, places_at=clock.now())
    try:
        secret = open_sealed(_key(settings), row.id, bytes.fromhex(row.client_secret)).decode()
    except SealBroken:
        raise Refused("provider-metadata") from None
    return Provider(
        row.id,
        row.agency_id,
        row.agency_name,
        row.issuer,
        row.client_id,
        secret,
        row.acr,
        row.enforced,
        places,
        row.keys,
    )


def keys_for(database: Database, settings: Settings, provider: Provider, key_id: str) -> list[dict[str, Any]]:
    """The provider's keys; asked for again if they are old, or if this one is not among them.

    Raises:
        Refused: if they cannot be fetched.
    """
    at = select(identity_provider.c.keys_at).where(identity_provider.c.id == provider.id)
    with database.reading() as tx:
        fetched_at = tx.execute(at).scalar_one()
    age = clock.now() - fetched_at
    known = not key_id or any(key.get("kid") == key_id for key in provider.keys)
    if age <= _KEYS_KEPT and (known or age <= _KEYS_AGAIN):
        return provider.keys
    keys = fetch_keys(settings, provider.places)
    _keep(database, provider.id, keys=keys, keys_at=clock.now())
    return keys


def fetch_places(settings: Settings, issuer: str) -> dict[str, Any]:
    """The addresses of a provider, from its metadata. Source: OpenID Connect Discovery 1.0 section 4.

    Raises:
        Refused: if it cannot be reached, names another issuer, or lacks what is needed.
    """
    said = _fetched(settings, issuer.rstrip("/") + "/.well-known/openid-configuration")
    if not isinstance(said, dict) or said.get("issuer") != issuer:
        raise Refused("provider-metadata")
    places: dict[str, Any] = {name: said.get(name) for name in _PLACES}
    for address in places.values():
        _checked(settings, address)
    methods = said.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise Refused("provider-metadata")
    ways = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if not isinstance(ways, list) or not {"client_secret_basic", "client_secret_post"} & set(map(str, ways)):
        raise Refused("provider-metadata")
    return {
        **places,
        "names_issuer": said.get("authorization_response_iss_parameter_supported") is True,
        "basic": "client_secret_basic" in ways,
    }


def fetch_keys(settings: Settings, places: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The public keys that a provider signs with.

    Raises:
        Refused: if they cannot be fetched.
    """
    return usable_keys(_fetched(settings, places["jwks_uri"]))


def fetch_token(settings: Settings, provider: Provider, code: str, verifier: str, back: str) -> str:
    """The ID token that the provider gives for a code; whatever else it gives is dropped here.

    Raises:
        Refused: if it gives none.
    """
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
    fields |= {"code_verifier": verifier, "client_id": provider.client_id}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if provider.places["basic"]:
        headers["Authorization"] = _basic(provider)
    else:
        fields["client_secret"] = provider.client_secret
    body = urllib.parse.urlencode(fields).encode()
    said = _fetched(settings, provider.places["token_endpoint"], body, headers, refusal="code")
    token = said.get("id_token") if isinstance(said, dict) else None
    if not isinstance(token, str):
        raise Refused("code")
    return token


def sealed_secret(settings: Settings, provider_id: str, secret: str) -> str:
    """The client secret as it is kept."""
    return seal(_key(settings), provider_id, secret.encode()).hex()


def _basic(provider: Provider) -> str:
    """Source: RFC 6749 section 2.3.1: both parts are form-encoded first."""
    pair = ":".join(urllib.parse.quote_plus(part) for part in (provider.client_id, provider.client_secret))
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _fetched(
    settings: Settings,
    address: object,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    refusal: str = "provider-unreachable",
) -> object:
    target = _checked(settings, address)
    try:
        answer = ask(target, body, headers or {"Accept": "application/json"}, _MOST)
    except Unsendable:
        raise Refused("provider-unreachable") from None
    if answer.status != _OK:
        raise Refused(refusal)
    try:
        return orjson.loads(answer.body)
    except ValueError:
        raise Refused("provider-metadata") from None


def _checked(settings: Settings, address: object) -> Target:
    try:
        return checked_provider(settings, address if isinstance(address, str) else "")
    except Invalid:
        raise Refused("provider-metadata") from None


def _keep(database: Database, provider_id: str, **values: object) -> None:
    with database.transaction() as tx:
        own = identity_provider.c.id == provider_id
        tx.execute(update(identity_provider).where(own).values(**values))


def reseal_providers(tx: Tx, change: Secrets) -> Resealed:
    """Seal the client secrets of providers anew, since the portal's secret was changed."""
    return reseal(tx, identity_provider.c.client_secret, lambda row: str(row["id"]), _WHAT, change)


def _key(settings: Settings) -> bytes:
    return derived_key(settings.secret_key, _WHAT)
