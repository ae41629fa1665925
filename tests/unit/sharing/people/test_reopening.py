"""An agency whose identity provider has died: opened from the host, and told to whoever should know."""

import pytest
from sqlalchemy import delete, insert, select, update

from auth.letters import MAIL
from auth.queries import signs_in_elsewhere
from auth.roles import Role
from auth.sessions import find_session
from auth.sign_in import sign_in
from auth.tables import account_notice, identity_provider, passkey, user
from foundation import clock
from foundation.errors import Invalid, Missing, Unauthenticated
from foundation.identifiers import new_id
from foundation.ledger.tables import ledger_pending
from foundation.outbox.tables import outbox
from foundation.stolen import StolenPasswords
from sharing.people.listing import list_people
from sharing.people.regaining import regain_with_password
from sharing.people.reopening import reopen_agency
from sharing.people.vouching import REGAIN
from tests.unit.sharing.people.test_inviting import BROWSER, PASSWORD, administrator, joined
from tests.unit.sharing.people.test_vouching import NEW, link_of

AGENCY = "havering"


@pytest.fixture
def provider(database):
    """The agency's provider, the only way in."""
    row = {"id": new_id(), "agency_id": AGENCY, "issuer": "https://gone.example", "client_id": "c",
           "client_secret": "", "acr": "", "enforced": True, "created_at": clock.now(), "places": {},
           "places_at": clock.now(), "keys": [], "keys_at": clock.now()}  # fmt: skip
    with database.transaction() as tx:
        tx.execute(insert(identity_provider), row)
    yield row["id"]
    with database.transaction() as tx:
        tx.execute(delete(identity_provider))


def address_of(database, person):
    with database.transaction() as tx:
        return tx.execute(select(user.c.email).where(user.c.id == person)).scalar_one()


@pytest.fixture
def officer(database):
    """Somebody with a password, who joined before the provider was the only way in."""
    return joined(database, Role.OFFICER)


def told(database, person):
    with database.transaction() as tx:
        kinds = tx.execute(select(account_notice.c.kind).where(account_notice.c.user_id == person)).scalars()
        letters = tx.execute(select(outbox.c.about).where(outbox.c.kind == MAIL)).scalars()
        return "sign-on-reopened" in set(kinds), f"{person} sign-on-reopened" in set(letters)


def test_a_password_counts_again_and_who_runs_people_is_told_on_the_page_and_by_letter(
    database, officer, provider
):
    email = address_of(database, officer)
    with pytest.raises(Unauthenticated):
        sign_in(database, email, PASSWORD, "198.51.100.1", BROWSER.limits)
    found = reopen_agency(database, AGENCY)
    assert sign_in(database, email, PASSWORD, "198.51.100.2", BROWSER.limits).session
    assert told(database, "colm-daly") == told(database, "judith-prentice") == (True, True)
    assert told(database, officer) == told(database, "grace-abara") == (False, False)
    assert address_of(database, "colm-daly") in found.told
    assert 1 <= found.able < found.people
    assert found.code == ""
    with database.transaction() as tx:
        details = tx.execute(select(ledger_pending.c.detail)).scalars().all()
    assert any("auth:provider:reopened" in each and provider in each for each in details)


def test_whoever_has_only_a_passkey_that_stays_on_its_device_can_sign_in(database, officer, provider):
    key = {"id": new_id(), "user_id": officer, "credential": "c", "public_key": "k", "sign_count": 0,
           "name": "K", "backed_up": False, "created_at": clock.now(), "backup_eligible": False}  # fmt: skip
    with database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == officer).values(password_hash=None))
    without = reopen_agency(database, AGENCY).able
    with database.transaction() as tx:
        tx.execute(update(identity_provider).values(enforced=True))
        tx.execute(insert(passkey), key)
    assert reopen_agency(database, AGENCY).able == without + 1
    person = next(each for each in list_people(database, administrator()).people if each.id == officer)
    assert person.factors == ("passkey that stays on its device",)


def test_an_agency_that_is_not_closed_is_left_as_it_is(database, provider):
    for agency in ("romford-bcrp", "nobody"):
        with pytest.raises(Missing):
            reopen_agency(database, agency)
    with database.transaction() as tx:
        assert signs_in_elsewhere(tx, AGENCY)
        tx.execute(update(identity_provider).where(identity_provider.c.id == provider).values(enforced=False))
    with pytest.raises(Missing):
        reopen_agency(database, AGENCY)


def test_an_administrator_with_nothing_begins_by_the_letter_and_the_code(database, provider):
    found = reopen_agency(database, AGENCY, f" {address_of(database, 'colm-daly').upper()} ")
    with database.transaction() as tx:
        (job,) = tx.execute(select(outbox.c.payload).where(outbox.c.kind == REGAIN)).scalars().all()[-1:]
    link = link_of(database, job["lost"])
    with pytest.raises(Invalid):
        regain_with_password(database, link, "ABCD-EFGH", NEW, BROWSER, StolenPasswords())
    session = regain_with_password(database, link, found.code, NEW, BROWSER, StolenPasswords())
    assert find_session(database, session, BROWSER.limits).actor.user_id == "colm-daly"
    with database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == "colm-daly").values(password_hash=None))


def test_nobody_is_vouched_for_who_runs_no_people_or_can_sign_in(database, officer, provider):
    able = joined_administrator(database)
    for person in ("dan-osei", "grace-abara", officer, able):
        with pytest.raises(Invalid):
            reopen_agency(database, AGENCY, address_of(database, person))
    with database.transaction() as tx:
        assert signs_in_elsewhere(tx, AGENCY)


def joined_administrator(database):
    with database.transaction() as tx:
        tx.execute(update(identity_provider).values(enforced=False))
    person = joined(database, Role.ADMINISTRATOR, by="judith-prentice")
    with database.transaction() as tx:
        tx.execute(update(identity_provider).values(enforced=True))
    return person
