"""A passkey is checked against the key that was enrolled, and against no other that a row may hold."""

import hashlib
import json
from datetime import timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select, update
from webauthn.helpers import bytes_to_base64url

from auth.notices import KINDS
from auth.passkeys import Made, Party, begin_use, keep_passkey, sign_in_with_passkey
from auth.sessions import Limits, find_session
from auth.tables import account_notice, passkey
from foundation.database import Database
from foundation.errors import Unauthenticated
from foundation.ledger.tables import ledger_pending
from tests.databases import postgresql_url, sqlite_url
from tests.people import DPO, OPERATOR, add_people
from tests.portal import prepare_tables

PARTY = Party("localhost", "http://localhost", "s" * 43)
LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12), 2)
_PRESENT_AND_VERIFIED = bytes([0x05])


class Authenticator:
    """A key as a security key holds one; `public` is what a portal is given of it."""

    def __init__(self, credential):
        self.private = ec.generate_private_key(ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        self.credential = bytes_to_base64url(credential)
        self.public = bytes_to_base64url(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y}))

    def answer(self, options, credential=None):
        client = json.dumps(
            {"type": "webauthn.get", "challenge": options["challenge"], "origin": PARTY.origin}
        )
        data = hashlib.sha256(PARTY.host.encode()).digest() + _PRESENT_AND_VERIFIED + bytes(4)
        signed = self.private.sign(data + hashlib.sha256(client.encode()).digest(), ec.ECDSA(SHA256()))
        said = {"clientDataJSON": client.encode(), "authenticatorData": data, "signature": signed}
        name = credential or self.credential
        response = {key: bytes_to_base64url(value) for key, value in said.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    opened = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    prepare_tables(opened)
    add_people(opened)
    yield opened
    opened.close()


def enrolled(database, user, credential):
    key = Authenticator(credential)
    with database.transaction() as tx:
        keep_passkey(tx, user, Made(key.credential, key.public, 0, backed_up=False), "Key", PARTY)
    return key


@pytest.fixture
def victim(database):
    return enrolled(database, OPERATOR, b"the victim's")


@pytest.fixture
def thief(database):
    """Somebody with a passkey of their own, who can write rows of the database."""
    return enrolled(database, DPO, b"the thief's")


def sign_in(database, key, credential=None, party=PARTY):
    options = json.loads(begin_use(database, "browser", party, "sign-in"))
    token = sign_in_with_passkey(
        database, "browser", party, key.answer(options, credential), LIMITS, device=""
    )
    return find_session(database, token, LIMITS).actor.user_id


def write(database, credential, **values):
    with database.transaction() as tx:
        tx.execute(update(passkey).where(passkey.c.credential == credential).values(**values))


def kept(database, credential):
    with database.transaction() as tx:
        return tx.execute(select(passkey.c.public_key).where(passkey.c.credential == credential)).scalar_one()


def test_key_that_was_enrolled_opens_its_persons_account(database, victim, thief):
    assert sign_in(database, victim) == OPERATOR
    assert sign_in(database, thief) == DPO
    assert victim.public not in kept(database, victim.credential)


def test_no_other_public_key_takes_the_place_of_one(database, victim, thief):
    sealed = kept(database, victim.credential)
    broken = sealed[:-2] + f"{int(sealed[-2:], 16) ^ 1:02x}"
    for planted in (thief.public, thief.public.encode().hex(), kept(database, thief.credential), broken, ""):
        write(database, victim.credential, public_key=planted)
        for key in (thief, victim):
            with pytest.raises(Unauthenticated):
                sign_in(database, key, victim.credential)


def test_passkey_cannot_be_given_to_another_person(database, victim, thief):
    write(database, thief.credential, user_id=OPERATOR)
    with pytest.raises(Unauthenticated):
        sign_in(database, thief)


def test_another_secret_than_the_portals_seals_nothing_that_counts(database):
    key = Authenticator(b"planted")
    foreign = Party(PARTY.host, PARTY.origin, "t" * 43)
    with database.transaction() as tx:
        keep_passkey(tx, OPERATOR, Made(key.credential, key.public, 0, backed_up=False), "Key", foreign)
    with pytest.raises(Unauthenticated):
        sign_in(database, key)


def test_change_is_told_to_its_person_and_kept_in_the_ledger(database, victim, thief):
    write(database, victim.credential, public_key=kept(database, thief.credential))
    with pytest.raises(Unauthenticated):
        sign_in(database, thief, victim.credential)
    with database.transaction() as tx:
        told = tx.execute(select(account_notice.c.kind).where(account_notice.c.user_id == OPERATOR)).scalars()
        entries = [json.loads(each) for each in tx.execute(select(ledger_pending.c.detail)).scalars()]
    assert list(told) == ["passkey-altered"]
    assert "changed outside of this portal" in KINDS["passkey-altered"]
    assert "auth:passkey:altered" in {each["event"] for each in entries}
