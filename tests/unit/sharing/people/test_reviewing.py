"""The quarterly review of access, and what a person is told of their own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from auth.roles import GUARDS, Role
from foundation import clock
from foundation.errors import Denied, Missing
from sharing.people.changing import change_roles, end_account
from sharing.people.own import read_own_access
from sharing.people.reviewing import EVERY, confirm_access, list_due
from sharing.waiting import list_waiting
from tests.partnership import ROBBERY, actor
from tests.unit.sharing.people.test_inviting import administrator, joined


def due(database, who):
    return {each.id for each in list_due(database, administrator(who))}


def waiting(database, who):
    found = [each for each in list_waiting(database, actor(who, None)) if each.kind == "access-review"]
    return int(found[0].title) if found else 0


def test_each_person_is_looked_at_by_somebody_else_who_may_end_them(database):
    working, watching = due(database, "colm-daly"), due(database, "judith-prentice")
    assert "dan-osei" in working
    assert "colm-daly" in watching
    assert "ruth-okafor" in watching
    assert "judith-prentice" not in working | watching
    assert working & watching == set()
    assert waiting(database, "colm-daly") == len(working)
    assert waiting(database, "dan-osei") == 0
    assert not any("grace" in each for each in working)


def test_who_was_confirmed_is_due_again_after_a_quarter(database):
    before = waiting(database, "colm-daly")
    confirm_access(database, administrator(), "dan-osei")
    assert "dan-osei" not in due(database, "colm-daly")
    assert waiting(database, "colm-daly") == before - 1
    with clock.stopped(clock.now() + EVERY - timedelta(minutes=1)):
        assert "dan-osei" not in due(database, "colm-daly")
    with clock.stopped(clock.now() + EVERY):
        assert "dan-osei" in due(database, "colm-daly")


def test_who_joined_or_changed_roles_was_looked_at_then(database):
    person = joined(database, Role.OFFICER)
    assert person not in due(database, "colm-daly")
    with clock.stopped(clock.now() + EVERY):
        assert person in due(database, "colm-daly")
        boss = replace(administrator(), factor_at=clock.now())
        change_roles(database, boss, person, {Role.OPERATOR})
        assert person not in due(database, "colm-daly")


def test_nobody_confirms_themselves_or_who_watches_over_them_or_another_agency_s(database):
    for who in ("colm-daly", "ruth-okafor"):
        with pytest.raises(Denied):
            confirm_access(database, administrator(), who)
    with pytest.raises(Missing):
        confirm_access(database, administrator(), "grace-abara")
    for role in sorted(GUARDS):
        assert joined(database, role, by="judith-prentice") not in due(database, "colm-daly")


def test_who_was_removed_is_not_due(database):
    person = joined(database, Role.OFFICER)
    end_account(database, administrator(), person)
    with clock.stopped(clock.now() + EVERY):
        assert person not in due(database, "colm-daly")


def test_one_s_own_access_says_who_gave_it_and_under_which_agreements(database):
    person = joined(database, Role.OFFICER)
    change_roles(database, administrator(), person, {Role.OFFICER, Role.OPERATOR})
    confirm_access(database, administrator(), person)
    who = replace(actor("owen-fairlie"), user_id=person, roles=frozenset({Role.OFFICER, Role.OPERATOR}))
    access = read_own_access(database, who)
    assert {role: change.by for role, change in access.given.items()} == {
        Role.OFFICER: "Colm Daly",
        Role.OPERATOR: "Colm Daly",
    }
    assert access.confirmed.by == "Colm Daly"
    under = {each.id: each.purposes for each in access.agreements}
    assert ROBBERY in under["HAV-CSP-01"]
    assert read_own_access(database, actor("dan-osei")).given == {}


def test_no_agreement_is_named_for_purposes_that_one_may_not_state(database):
    assert read_own_access(database, replace(actor("beth-aldous"), roles=frozenset())).agreements == ()
