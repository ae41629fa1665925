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
from auth.strength import Strength
from auth.tables import account_notice, passkey, session
from foundation.database import Database
from foundation.errors import Unauthenticated
from foundation.ledger.tables import ledger_pending
from tests.databases import postgresql_url, sqlite_url
from tests.people import DPO, OPERATOR, add_people
from tests.portal import prepare_tables

PARTY = Party("localhost", "http://localhost", "s" * 43)
LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12), 2)
_PRESENT_AND_VERIFIED, _COPIED = 0x05, 0x18


class Authenticator:
    """A key as a security key holds one, or a provider that copies it; `public` is what a portal is given."""

    def __init__(self, credential):
        self.flags = _PRESENT_AND_VERIFIED
        self.private = ec.generate_private_key(ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        self.credential = bytes_to_base64url(credential)
        self.public = bytes_to_base64url(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y}))

    def answer(self, options, credential=None):
        client = json.dumps(
            {"type": "webauthn.get", "challenge": options["challenge"], "origin": PARTY.origin}
        )
        data = hashlib.sha256(PARTY.host.encode()).digest() + bytes([self.flags]) + bytes(4)
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


def enrolled(database, user, credential, *, eligible=False):
    key = Authenticator(credential)
    key.flags |= _COPIED if eligible else 0
    made = Made(key.credential, key.public, 0, backed_up=bool(eligible), backup_eligible=eligible)
    with database.transaction() as tx:
        keep_passkey(tx, user, made, "Key", PARTY)
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


def proven(database):
    """How strongly the newest session is."""
    newest = select(session.c.strength).order_by(session.c.created_at.desc(), session.c.hash).limit(1)
    with database.transaction() as tx:
        return Strength(tx.execute(newest).scalar_one())


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


@pytest.mark.parametrize(("eligible", "strength"), [(False, Strength.HARDWARE), (True, Strength.TWO_FACTORS)])
def test_passkey_proves_as_much_as_its_flag_said_when_it_was_made(database, eligible, strength):
    key = enrolled(database, OPERATOR, b"own", eligible=eligible)
    assert sign_in(database, key) == OPERATOR
    assert proven(database) is strength


@pytest.mark.parametrize("eligible", [False, True])
def test_passkey_whose_flag_changes_is_refused(database, eligible):
    key = enrolled(database, OPERATOR, b"own", eligible=eligible)
    key.flags ^= _COPIED
    with pytest.raises(Unauthenticated):
        sign_in(database, key)


def test_row_is_not_edited_into_hardware(database):
    """Not with the flag that its authenticator gives, and not with another one."""
    key = enrolled(database, OPERATOR, b"own", eligible=True)
    for said in (_COPIED, 0):
        key.flags = _PRESENT_AND_VERIFIED | said
        for written in (False, None):
            write(database, key.credential, backup_eligible=written)
            with pytest.raises(Unauthenticated):
                sign_in(database, key)
    with database.transaction() as tx:
        assert "passkey-altered" in tx.execute(select(account_notice.c.kind)).scalars().all()


@pytest.mark.parametrize(("copied", "strength"), [(False, Strength.HARDWARE), (True, Strength.TWO_FACTORS)])
def test_passkey_of_before_is_what_its_authenticator_says_at_the_next_use_and_then_stays_so(
    database, copied, strength
):
    key = enrolled(database, OPERATOR, b"own", eligible=None)
    before = kept(database, key.credential)
    key.flags |= _COPIED if copied else 0
    assert sign_in(database, key) == OPERATOR
    assert proven(database) is strength
    with database.transaction() as tx:
        row = tx.execute(select(passkey)).one()
    assert (row.backup_eligible, row.backed_up) == (copied, copied)
    assert row.public_key != before
    assert sign_in(database, key) == OPERATOR
    key.flags ^= _COPIED
    with pytest.raises(Unauthenticated):
        sign_in(database, key)
