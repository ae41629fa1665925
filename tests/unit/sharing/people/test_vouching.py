"""A lost factor: two people of the agency, then the person's link and the code that was said, and no less."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from auth.letters import MAIL
from auth.roles import Role
from auth.sessions import find_session
from auth.sign_in import sign_in
from auth.tables import account_notice, totp, user
from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Invalid, Missing, Unauthenticated
from foundation.outbox.tables import outbox
from foundation.stolen import StolenPasswords
from sharing.people.log import Kind, read_log
from sharing.people.regaining import regain_with_password
from sharing.people.vouching import read_lost, refuse_lost, regaining_link, say_lost, vouch
from sharing.waiting import list_waiting
from tests.partnership import actor
from tests.unit.sharing.people.test_changing import session_of
from tests.unit.sharing.people.test_inviting import BROWSER, PASSWORD, administrator, joined

NEW = "six-badgers-behind-a-mill"
ASKER, SECOND = "colm-daly", "ruth-okafor"


def second(who=SECOND):
    return replace(actor(who, None), factor_at=clock.now())


def link_of(database, lost):
    with database.transaction() as tx:
        made = regaining_link(tx, lost)
    return made and made[1].removeprefix("/regain/")


def waits_for(database, who):
    return [each.id for each in list_waiting(database, actor(who, None)) if each.kind == "lost-factor"]


def test_two_people_and_the_person_make_a_new_factor_and_what_was_lost_opens_nothing(database):
    person = joined(database, Role.OFFICER)
    token = session_of(database, person)
    with database.transaction() as tx:
        email = tx.execute(select(user.c.email).where(user.c.id == person)).scalar_one()
        tx.execute(
            insert(totp), {"user_id": person, "secret": "", "last_step": 0, "confirmed_at": clock.now()}
        )
    lost = say_lost(database, administrator(), person)
    assert find_session(database, token, BROWSER.limits)  # nothing has changed yet
    assert lost in waits_for(database, SECOND)
    assert lost not in waits_for(database, ASKER)
    code = vouch(database, second(), lost)
    assert find_session(database, token, BROWSER.limits) is None
    with database.transaction() as tx:
        assert (
            tx.execute(select(func.count()).select_from(totp).where(totp.c.user_id == person)).scalar() == 0
        )
    with pytest.raises(Unauthenticated):
        sign_in(database, email, PASSWORD, "127.0.0.1", BROWSER.limits)
    link = link_of(database, lost)
    session = regain_with_password(database, link, code.lower(), NEW, BROWSER, StolenPasswords())
    assert find_session(database, session, BROWSER.limits).actor.user_id == person
    assert sign_in(database, email, NEW, "127.0.0.2", BROWSER.limits).session
    with pytest.raises(Missing):
        regain_with_password(database, link, code, NEW, BROWSER, StolenPasswords())
    kinds = [each.kind for each in read_log(database, administrator()) if each.person == person]
    assert kinds[:3] == [Kind.REGAINED, Kind.VOUCHED, Kind.FACTOR_LOST]


def test_the_person_is_told_and_gets_a_letter_before_anything_happens(database):
    person = joined(database, Role.OFFICER)
    say_lost(database, administrator(), person)
    with database.transaction() as tx:
        told = tx.execute(select(account_notice.c.kind).where(account_notice.c.user_id == person)).scalars()
        letters = tx.execute(select(outbox.c.about).where(outbox.c.kind == MAIL)).scalars()
        assert "factor-lost" in set(told)
        assert f"{person} factor-lost" in set(letters)


def test_who_said_it_does_not_vouch_and_nobody_says_it_of_themselves(database):
    lost = say_lost(database, administrator(), joined(database, Role.OFFICER))
    with pytest.raises(Denied):
        vouch(database, administrator(), lost)
    assert "second person" in read_lost(database, administrator(), lost).fault
    with pytest.raises(Denied):
        say_lost(database, administrator(), ASKER)
    of_the_second = say_lost(database, administrator("judith-prentice"), ASKER)
    with pytest.raises(Missing):
        vouch(database, administrator(), of_the_second)
    refuse_lost(database, second(), of_the_second)


def test_for_whoever_watches_over_others_one_of_the_two_is_a_signatory(database):
    person = joined(database, Role.AUDITOR, by="judith-prentice")
    lost = say_lost(database, administrator(), person)
    with pytest.raises(Denied):
        vouch(database, second(), lost)
    assert vouch(database, second("judith-prentice"), lost)


@pytest.mark.parametrize(("who", "refusal"), [("yusra-malik", Missing), ("dan-osei", Denied)])
def test_nobody_of_another_agency_and_nobody_without_the_role_vouches(database, who, refusal):
    lost = say_lost(database, administrator(), joined(database, Role.OFFICER))
    with pytest.raises(refusal):
        vouch(database, second(who), lost)


def test_both_prove_who_they_are_and_a_key_cannot(database):
    person = joined(database, Role.OFFICER)
    old = clock.now() - timedelta(minutes=6)
    for at, refusal in ((old, FactorRequired), (None, Denied)):
        with pytest.raises(refusal):
            say_lost(database, replace(administrator(), factor_at=at), person)
    lost = say_lost(database, administrator(), person)
    for at, refusal in ((old, FactorRequired), (None, Denied)):
        with pytest.raises(refusal):
            vouch(database, replace(second(), factor_at=at), lost)
    with pytest.raises(Conflict):
        say_lost(database, administrator(), person)


def test_what_is_refused_or_too_old_changes_nothing(database):
    person = joined(database, Role.OFFICER)
    token = session_of(database, person)
    lost = say_lost(database, administrator(), person)
    refuse_lost(database, second(), lost)
    with pytest.raises(Missing):
        vouch(database, second(), lost)
    again = say_lost(database, administrator(), person)
    with clock.stopped(clock.now() + timedelta(hours=24)), pytest.raises(Missing):
        vouch(database, second(), again)
    assert find_session(database, token, BROWSER.limits)


def test_a_stolen_password_is_not_set_and_the_link_stays_good(database, tmp_path):
    lost = say_lost(database, administrator(), joined(database, Role.OFFICER))
    code = vouch(database, second(), lost)
    link = link_of(database, lost)
    path = tmp_path / "stolen.txt"
    path.write_text(hashlib.sha1(NEW.encode(), usedforsecurity=False).hexdigest() + ":4\n")
    with pytest.raises(Invalid, match="stolen"):
        regain_with_password(database, link, code, NEW, BROWSER, StolenPasswords(path))
    assert regain_with_password(database, link, code, NEW, BROWSER, StolenPasswords())


def test_neither_the_link_nor_the_code_is_enough_and_five_wrong_codes_end_it(database):
    lost = say_lost(database, administrator(), joined(database, Role.OFFICER))
    assert link_of(database, lost) is None
    code = vouch(database, second(), lost)
    link = link_of(database, lost)
    with pytest.raises(Missing):
        regain_with_password(database, "x" * 43, code, NEW, BROWSER, StolenPasswords())
    for _ in range(5):
        with pytest.raises(Invalid) as wrong:
            regain_with_password(database, link, "AAAA-AAAA", NEW, BROWSER, StolenPasswords())
        assert set(wrong.value.problems) == {"code"}
    for _ in range(2):
        with pytest.raises(Missing):
            regain_with_password(database, link, code, NEW, BROWSER, StolenPasswords())
