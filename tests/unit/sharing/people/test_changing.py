"""Roles within what one may give, never one's own; and leaving, which ends everything at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from auth.actor import Actor
from auth.keys import find_key, issue_key
from auth.passkeys import Made, Party, keep_passkey
from auth.queries import actor_of
from auth.roles import GUARDS, Role
from auth.sessions import find_session, open_session
from auth.sign_in import sign_in
from auth.tables import account_notice, passkey, user
from foundation import clock
from foundation.errors import Denied, FactorRequired, Invalid, Missing, Unauthenticated
from foundation.identifiers import new_id
from sharing.agreements.policy import epoch_of
from sharing.announcements import webhook
from sharing.partnerships.tables import action, meeting, partnership
from sharing.people.changing import change_roles, end_account
from sharing.people.inviting import invite
from sharing.people.joining import read_invitation
from sharing.people.listing import list_people, read_person
from sharing.people.log import Kind
from sharing.people.tables import invitation
from tests.partnership import ROBBERY
from tests.unit.sharing.people.test_inviting import (
    BROWSER,
    PASSWORD,
    administrator,
    joined,
    link_of,
    somebody,
)

PARTY = Party("localhost", "http://localhost", "s" * 43)


def roles_of(database, person):
    with database.transaction() as tx:
        return actor_of(tx, person, "").roles


def session_of(database, person):
    with database.transaction() as tx:
        return open_session(tx, person, BROWSER.limits, way="password")


def test_roles_change_at_once_and_every_session_ends(database):
    person = joined(database, Role.OFFICER)
    token = session_of(database, person)
    change_roles(database, administrator(), person, {Role.OPERATOR})
    assert roles_of(database, person) == {Role.OPERATOR}
    assert find_session(database, token, BROWSER.limits) is None
    page = read_person(database, administrator(), person)
    assert (page.changes[0].kind, page.changes[0].given, page.changes[0].taken) == (
        Kind.ROLES,
        (Role.OPERATOR,),
        (Role.OFFICER,),
    )
    with database.transaction() as tx:
        told = tx.execute(select(account_notice.c.kind).where(account_notice.c.user_id == person)).scalars()
        assert "roles-changed" in set(told)


@pytest.mark.parametrize("role", sorted(GUARDS))
def test_no_administrator_gives_or_takes_a_role_that_watches(database, role):
    person = joined(database, Role.OFFICER)
    with pytest.raises(Denied):
        change_roles(database, administrator(), person, {Role.OFFICER, role})
    change_roles(database, administrator("judith-prentice"), person, {Role.OFFICER, role})
    with pytest.raises(Denied):
        change_roles(database, administrator(), person, {Role.OFFICER})
    assert roles_of(database, person) == {Role.OFFICER, role}


@pytest.mark.parametrize(("who", "role"), [("colm-daly", Role.OFFICER), ("judith-prentice", Role.DPO)])
def test_nobody_changes_their_own_roles_or_ends_themselves(database, who, role):
    before = roles_of(database, who)
    with pytest.raises(Denied):
        change_roles(database, administrator(who), who, before | {role})
    with pytest.raises(Denied):
        end_account(database, administrator(who), who)
    assert roles_of(database, who) == before


def test_people_of_other_agencies_are_not_there(database):
    for act in (
        lambda: change_roles(database, administrator(), "grace-abara", {Role.OFFICER}),
        lambda: end_account(database, administrator(), "grace-abara"),
        lambda: read_person(database, administrator(), "grace-abara"),
    ):
        with pytest.raises(Missing):
            act()
    assert all("grace" not in each.email for each in list_people(database, administrator()).people)


def test_a_change_wants_a_proof_of_now_and_no_key_gives_one(database):
    person = joined(database, Role.OFFICER)
    for at, refusal in ((clock.now() - timedelta(minutes=6), FactorRequired), (None, Denied)):
        with pytest.raises(refusal):
            change_roles(database, replace(administrator(), factor_at=at), person, {Role.OPERATOR})
    assert roles_of(database, person) == {Role.OFFICER}


@pytest.mark.parametrize("roles", [set(), {Role.MEMBER}])
def test_somebody_keeps_a_role_and_a_member_has_a_site(database, roles):
    with pytest.raises(Invalid):
        change_roles(database, administrator(), joined(database, Role.OFFICER), roles)


def leaver(database) -> tuple[str, str, str, str]:
    """An administrator with a session, a key, a passkey, an invitation and a webhook."""
    person = joined(database, Role.ADMINISTRATOR, by="judith-prentice")
    with database.transaction() as tx:
        email = tx.execute(select(user.c.email).where(user.c.id == person)).scalar_one()
        keep_passkey(tx, person, Made(f"credential {person}", "", 0, backed_up=False), "Phone", PARTY)
        hook = {"id": new_id(), "agency_id": "havering", "url": "https://x.example", "events": [],
                "account": person, "purpose": ROBBERY, "secret": "", "made_by": "colm-daly",
                "made_at": clock.now()}  # fmt: skip
        tx.execute(insert(webhook), hook)
        who: Actor = replace(actor_of(tx, person, ""), factor_at=clock.now())
    key = issue_key(database, person, [ROBBERY], clock.now() + timedelta(days=1))
    (sent,) = invite(database, who, [somebody(Role.OFFICER)])
    return person, email, key, link_of(database, sent)


def test_who_leaves_has_left_everywhere(database):
    person, email, key, link = leaver(database)
    token = session_of(database, person)
    assert find_session(database, token, BROWSER.limits)
    assert find_key(database, key, ROBBERY)
    end_account(database, administrator("judith-prentice"), person)
    assert find_session(database, token, BROWSER.limits) is None
    assert find_key(database, key, ROBBERY) is None
    with pytest.raises(Unauthenticated):
        sign_in(database, email, PASSWORD, "127.0.0.1", BROWSER.limits)
    with pytest.raises(Missing):
        read_invitation(database, link)
    with database.transaction() as tx:
        assert not tx.execute(select(passkey).where(passkey.c.user_id == person)).all()
        assert tx.execute(select(webhook.c.ended_at).where(webhook.c.account == person)).scalar_one()
    assert person not in {each.id for each in list_people(database, administrator()).people}


def test_who_comes_back_is_the_same_person_and_proves_anew_who_they_are(database):
    person, email, *_ = leaver(database)
    end_account(database, administrator("judith-prentice"), person)
    (made,) = invite(database, administrator(), [replace(somebody(Role.OFFICER), email=email)])
    with database.transaction() as tx:
        assert tx.execute(select(invitation.c.user_id).where(invitation.c.id == made)).scalar_one() == person
    assert link_of(database, made)


def test_who_is_watched_does_not_end_who_watches(database):
    for role in sorted(GUARDS):
        person = joined(database, role, by="judith-prentice")
        with pytest.raises(Denied):
            end_account(database, administrator(), person)
        assert roles_of(database, person) == {role}


def test_what_waits_for_a_leaver_goes_to_somebody_of_the_agency(database):
    person, heir = joined(database, Role.COORDINATOR), joined(database, Role.COORDINATOR)
    given = new_id()
    with database.transaction() as tx:
        _set_an_action(tx, given, person)
    for wrong in (None, "grace-abara", person):
        with pytest.raises(Invalid):
            end_account(database, administrator(), person, wrong)
    assert read_person(database, administrator(), person).actions == 1
    end_account(database, administrator(), person, heir)
    with database.transaction() as tx:
        assert tx.execute(select(action.c.owner_user).where(action.c.id == given)).scalar_one() == heir


def test_a_signatory_who_leaves_changes_the_policy(database):
    person = joined(database, Role.SIGNATORY, by="judith-prentice")
    with database.transaction() as tx:
        before = epoch_of(tx)
    end_account(database, administrator("judith-prentice"), person)
    with database.transaction() as tx:
        assert epoch_of(tx) == before + 1


def _set_an_action(tx, action_id, person):
    if not tx.execute(select(func.count()).select_from(partnership)).scalar_one():
        tx.execute(
            insert(partnership),
            {"id": "p", "name": "P", "agreement_id": "HAV-CSP-01", "agencies": [], "lead": "havering"},
        )
    held, now, today = new_id(), clock.now(), clock.today()
    about = {"id": held, "partnership_id": "p", "number": 1, "title": "M", "place": "", "agenda": []}
    tx.execute(insert(meeting), {**about, "starts_at": now, "ends_at": now})
    days = {"set_on": today, "due": today, "first_due": today, "status": "open"}
    whose = {"owner_agency": "havering", "owner_user": person, "partnership_id": "p", "meeting_id": held}
    tx.execute(insert(action), {"id": action_id, "title": "T", "measure": "M", **whose, **days})
