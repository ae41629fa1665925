"""Whether somebody has an account cannot be told from an answer: neither from its bytes nor from its time.

Pairs are asked one after the other, in an order that is drawn for each, so that whatever else the machine
does falls on both alike. What is looked at is how often the one of a pair took longer than the other, by the
clock and by the work of the processor: without a difference it is half of the pairs, and among 1,000 pairs
it lies outside of the bounds here once in a million times. The work on passwords is made small, which makes
any other difference larger beside it; that it is done once for everybody is counted.
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete, insert, select

from auth import sign_in, tables
from auth.accounts import NewAgency, NewUser, create_accounts
from auth.roles import Role
from auth.sessions import open_session
from foundation import clock
from foundation.crypto import passwords
from foundation.errors import Unauthenticated
from portal.app import create_app
from tests.databases import sqlite_url
from tests.matrix.test_routes_and_roles import LIMITS
from tests.people import AGENCY, PASSWORD
from tests.portal import database_of, demonstration_settings, prepare_tables, without_marks

PAIRS = 1_000
#: Five times the deviation of the share of 1,000 pairs in which one of two equal ones comes last.
BOUND = 0.08
#: Accounts that a stranger could want to know of.
KINDS = ("with a password", "without a password", "with an app", "ended", "signing in elsewhere")
#: As they are without the changes below.
STRANGER, HASHER = passwords.STRANGER, passwords._hasher
_SMALL = PasswordHasher(time_cost=1, memory_cost=1_024, parallelism=1)


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """A portal with accounts of each kind, whose passwords cost little, and with no wait after refusals."""
    folder = tmp_path_factory.mktemp("enumeration")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", _SMALL)
        patch.setattr(passwords, "STRANGER", _SMALL.hash("of nobody"))
        for throttle in ("PER_ACCOUNT", "PER_ORIGIN", "FOR_ALL"):
            patch.setattr(sign_in, throttle, replace(getattr(sign_in, throttle), free=10**9))
        patch.setattr("portal.gate.guard.check_origin", lambda _forms: None)
        app = create_app(demonstration_settings(folder, CONCORDAT_DATABASE_URL=sqlite_url(folder)))
        app.config["WTF_CSRF_ENABLED"] = False
        prepare_tables(database_of(app))
        _add_accounts(database_of(app))
        yield app
        database_of(app).close()


def _add_accounts(database) -> None:
    away = NewAgency("away", "Away", "Away", "council")
    people = [
        NewUser(f"{kind}-{number}", "away" if kind == KINDS[4] else AGENCY.id, "Somebody",
                f"{kind.replace(' ', '-')}-{number}@x.example", frozenset({Role.OFFICER}))
        for kind in KINDS
        for number in range(PAIRS // len(KINDS))
    ]  # fmt: skip
    chief = NewUser("chief", AGENCY.id, "Chief", "chief@x.example", frozenset({Role.ADMINISTRATOR}))
    create_accounts(database, [AGENCY, away], [], [*people, chief])
    hashed, now, user = _SMALL.hash(PASSWORD), clock.now(), tables.user
    provider = {"id": "p", "agency_id": "away", "issuer": "i", "client_id": "c", "client_secret": "",
                "acr": "", "enforced": True, "created_at": now, "places": {}, "places_at": now, "keys": [],
                "keys_at": now}  # fmt: skip
    with database.transaction() as tx:
        tx.execute(user.update().where(~user.c.id.startswith(KINDS[1])).values(password_hash=hashed))
        tx.execute(user.update().where(user.c.id.startswith(KINDS[3])).values(disabled=True))
        with_app = tx.execute(select(user.c.id).where(user.c.id.startswith(KINDS[2]))).scalars()
        app = {"secret": "00", "last_step": 0, "confirmed_at": now}
        tx.execute(insert(tables.totp), [{"user_id": each, **app} for each in with_app])
        tx.execute(insert(tables.identity_provider), provider)


def addresses() -> Iterator[tuple[str, str, str]]:
    """The kind of an account, its address, and one that nobody has."""
    for number in range(PAIRS // len(KINDS)):
        for kind in KINDS:
            known = f"{kind.replace(' ', '-')}-{number}"
            yield kind, f"{known}@x.example", f"{known}x@x.example"


def shares_slower(ask: Callable[[str], object], pairs: list[tuple[str, str]]) -> tuple[float, float]:
    """In how many of the pairs the first took longer than the second, and was more work, each from 0 to 1."""
    draw, longer, harder = random.Random(4), 0, 0
    for pair in pairs:
        took: dict[str, tuple[float, float]] = {}
        for each in draw.sample(pair, 2):
            began, worked = time.perf_counter(), time.process_time()
            ask(each)
            took[each] = time.perf_counter() - began, time.process_time() - worked
        (first, first_work), (second, second_work) = took[pair[0]], took[pair[1]]
        longer, harder = longer + (first > second), harder + (first_work > second_work)
    return longer / len(pairs), harder / len(pairs)


def is_even(shares: tuple[float, float], pairs: int = PAIRS) -> bool:
    """Whether shares of so many pairs are as those of two equal ones."""
    return all(abs(share - 0.5) < BOUND * (PAIRS / pairs) ** 0.5 for share in shares)


def try_password(database) -> Callable[[str], None]:
    """A try with a wrong password, from wherever an answer could depend on the account."""
    tries = itertools.count()

    def ask(email: str) -> None:
        number = next(tries)
        if number % 40 == 0:  # what was tried before makes the next try slower, for everybody
            with database.transaction() as tx:
                tx.execute(delete(tables.sign_in_attempt))
        with suppress(Unauthenticated):
            sign_in.sign_in(database, email, "wrong", "192.0.2.1", LIMITS)

    return ask


def ask_with_password(portal) -> Callable[[str], tuple[int, str]]:
    """The page that answers a wrong password."""
    client = portal.test_client()

    def ask(email: str) -> tuple[int, str]:
        answer = client.post(
            "/sign-in", data={"email": email, "password": "wrong"}, base_url="http://localhost"
        )
        return answer.status_code, without_marks(answer.text).replace(email, "")

    return ask


def test_sign_in_takes_as_long_for_nobody_as_for_each_kind_of_account(portal):
    pairs = [(known, unknown) for _, known, unknown in addresses()]
    assert len(pairs) == PAIRS
    ask = try_password(database_of(portal))
    ask(pairs[0][0])
    assert is_even(shares_slower(ask, pairs))


def test_sign_in_answers_nobody_with_the_same_bytes_as_each_kind_of_account(portal):
    ask = ask_with_password(portal)
    told = {ask(each) for _, *pair in [*addresses()][: len(KINDS)] for each in pair}
    assert len(told) == 1
    assert told.pop()[0] == 403


def test_work_on_a_password_is_done_once_for_everybody(portal, monkeypatch):
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash, password):  # noqa: A002 - the name of the library
            verified.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting(time_cost=1, memory_cost=1_024, parallelism=1))
    ask = ask_with_password(portal)
    for _, known, unknown in [*addresses()][: len(KINDS)]:
        for email in (known, unknown):
            verified.clear()
            ask(email)
            assert len(verified) == 1, email


def test_stranger_costs_what_a_password_that_is_made_today_costs():
    assert not HASHER.check_needs_rehash(STRANGER)


def test_skipping_the_work_for_nobody_would_be_seen(portal, monkeypatch):
    work = sign_in.password_is_good
    monkeypatch.setattr(
        sign_in, "password_is_good", lambda stored, typed: stored is not None and work(stored, typed)
    )
    pairs = [(known, unknown) for kind, known, unknown in addresses() if kind == KINDS[0]]
    shares = shares_slower(try_password(database_of(portal)), pairs)
    assert shares[1] > 0.75
    assert not is_even(shares, len(pairs))


def test_inviting_tells_nothing_of_accounts_elsewhere(portal):
    database, client = database_of(portal), portal.test_client()
    with database.transaction() as tx:
        token = open_session(tx, "chief", LIMITS, way="passkey")
    client.set_cookie("concordat", token, domain="localhost")
    told = set()

    def ask(email: str) -> None:
        form = {"name": "N", "email": email, "roles": "officer"}
        answer = client.post("/people/new", data=form, base_url="http://localhost")
        told.add((answer.status_code, answer.text))

    pairs = [(known, unknown) for kind, known, unknown in addresses() if kind == KINDS[4]][:100]
    assert is_even(shares_slower(ask, pairs), len(pairs))
    assert [status for status, _ in told] == [303]


def test_links_that_were_used_have_ended_or_never_were_are_answered_alike(portal):
    client = portal.test_client()
    for way in ("join", "regain"):
        told = {
            (answer.status_code, without_marks(answer.text))
            for token in ("x" * 43, "y" * 43)
            for answer in [client.get(f"/{way}/{token}", base_url="http://localhost")]
        }
        assert len(told) == 1
