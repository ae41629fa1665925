"""Who can be invited by whom, what the link opens, and that many are invited together or not at all."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from auth import queries
from auth.actor import Actor
from auth.queries import actor_of
from auth.roles import GUARDS, Role
from auth.sessions import Limits, find_session
from auth.tables import user
from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Invalid, Missing
from foundation.ledger.tables import ledger_pending
from foundation.stolen import StolenPasswords
from sharing.agreements.policy import epoch_of
from sharing.people.inviting import (
    MOST,
    NewPerson,
    invite,
    make_link,
    send_again,
    withdraw_invitation,
)
from sharing.people.joining import Browser, join_with_password, read_invitation
from sharing.people.listing import list_people
from sharing.people.log import Kind, read_log
from sharing.people.sheet import read_sheet
from sharing.people.tables import invitation
from tests.partnership import actor

PASSWORD = "four-otters-under-a-bridge"
BROWSER = Browser(Limits(timedelta(minutes=30), timedelta(hours=12), 2), "Firefox on Linux")
_made = iter(range(10_000))


def administrator(who="colm-daly") -> Actor:
    return replace(actor(who, None), factor_at=clock.now())


def somebody(*roles, **more):
    number = next(_made)
    return NewPerson(f"New Person {number}", f"new.{number}@havering.example", frozenset(roles), **more)


def link_of(database, invitation_id):
    with database.transaction() as tx:
        return make_link(tx, invitation_id).removeprefix("/join/")


def joined(database, *roles, by="colm-daly", **more):
    """Invite somebody and accept it for them; gives their id."""
    (made,) = invite(database, administrator(by), [somebody(*roles, **more)])
    join_with_password(
        database, link_of(database, made), "Their Own Name", PASSWORD, BROWSER, StolenPasswords()
    )
    with database.transaction() as tx:
        return tx.execute(select(invitation.c.user_id).where(invitation.c.id == made)).scalar_one()


def test_an_invited_person_is_in_with_the_roles_and_the_name_that_they_chose(database):
    person = somebody(Role.OPERATOR, job_title="CCTV operator")
    (made,) = invite(database, administrator(), [person])
    token = link_of(database, made)
    assert read_invitation(database, token).roles == ("CCTV operator",)
    session = join_with_password(database, token, " Ama Boateng ", PASSWORD, BROWSER, StolenPasswords())
    standing = find_session(database, session, BROWSER.limits)
    assert standing.actor.name == "Ama Boateng"
    assert standing.actor.roles == {Role.OPERATOR}
    assert standing.actor.agency_id == "havering"
    kinds = [
        line.kind for line in read_log(database, administrator()) if line.person == standing.actor.user_id
    ]
    assert kinds == [Kind.JOINED, Kind.INVITED]


def test_the_database_holds_no_token_and_the_ledger_no_name_or_address(database):
    person = somebody(Role.OFFICER)
    (made,) = invite(database, administrator(), [person])
    token = link_of(database, made)
    with database.transaction() as tx:
        kept = str(tx.execute(select(invitation).where(invitation.c.id == made)).one())
        entries = " ".join(tx.execute(select(ledger_pending.c.detail)).scalars())
    assert token not in kept
    assert person.name not in entries
    assert person.email not in entries
    assert "sharing:person:invited" in entries


@pytest.mark.parametrize("how", ["used", "withdrawn", "replaced", "old", "unknown"])
def test_a_link_that_is_not_good_any_more_opens_nothing_and_does_not_say_why(database, how):
    (made,) = invite(database, administrator(), [somebody(Role.OFFICER)])
    token, at = link_of(database, made), clock.now()
    if how == "used":
        join_with_password(database, token, "Once", PASSWORD, BROWSER, StolenPasswords())
    elif how == "withdrawn":
        withdraw_invitation(database, administrator(), made)
    elif how == "replaced":
        send_again(database, administrator(), made)
    elif how == "old":
        at += timedelta(days=7)
    else:
        token = "x" * 43
    with clock.stopped(at):
        with pytest.raises(Missing) as reading:
            read_invitation(database, token)
        with pytest.raises(Missing) as joining:
            join_with_password(database, token, "Twice", PASSWORD, BROWSER, StolenPasswords())
    assert str(reading.value) == str(joining.value)
    assert "not good any more" in str(reading.value)


def test_of_two_who_use_one_link_at_once_one_is_in(database):
    (made,) = invite(database, administrator(), [somebody(Role.OFFICER)])
    token, start, ends = link_of(database, made), Barrier(2), []

    def use():
        start.wait()
        try:
            ends.append(join_with_password(database, token, "Racer", PASSWORD, BROWSER, StolenPasswords()))
        except Missing:
            ends.append(None)

    threads = [Thread(target=use) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(end is None for end in ends) == [False, True]


@pytest.mark.parametrize("role", sorted(GUARDS))
def test_an_administrator_gives_no_role_that_watches_over_administrators(database, role):
    person = somebody(role)
    with pytest.raises(Invalid) as refusal:
        invite(database, administrator(), [person])
    assert set(refusal.value.problems) == {"roles"}
    (made,) = invite(database, administrator("judith-prentice"), [person])
    assert link_of(database, made)


def test_a_role_that_watches_is_given_only_after_a_proof_of_now(database):
    stale = replace(administrator("judith-prentice"), factor_at=clock.now() - timedelta(minutes=6))
    with pytest.raises(FactorRequired):
        invite(database, stale, [somebody(Role.DPO)])
    with pytest.raises(Denied):
        invite(database, replace(stale, factor_at=None), [somebody(Role.DPO)])


def test_a_signatory_brings_in_nobody_who_works_with_records(database):
    with pytest.raises(Invalid):
        invite(database, administrator("judith-prentice"), [somebody(Role.OFFICER)])


@pytest.mark.parametrize("who", ["dan-osei", "ruth-okafor", "helen-marsh"])
def test_nobody_else_invites(database, who):
    with pytest.raises(Denied):
        invite(database, administrator(who), [somebody(Role.OFFICER)])


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "Two\nLines"}),
        ("email", {"email": "no-address"}),
        ("email", {"email": "a@b.example\r\nBcc: x@y.example"}),
        ("roles", {"roles": frozenset()}),
        ("job_title", {"job_title": "x" * 101}),
        ("sites", {"roles": frozenset({Role.MEMBER})}),
        ("sites", {"sites": frozenset({"hartwell-sports"})}),  # of another agency
    ],
)
def test_what_stands_against_somebody_is_said_beside_its_field(database, field, change):
    with pytest.raises(Invalid) as refusal:
        invite(database, administrator(), [replace(somebody(Role.OFFICER), **change)])
    assert set(refusal.value.problems) == {field}


def test_a_member_comes_with_a_site_of_the_agency(database):
    new = somebody(Role.MEMBER, sites=frozenset({"hartwell-sports"}))
    boss = replace(administrator("priya-nair"), roles=frozenset({Role.ADMINISTRATOR}))
    (made,) = invite(database, boss, [new])
    assert read_invitation(database, link_of(database, made)).places


def test_an_address_is_invited_once_and_one_that_is_here_not_at_all(database):
    person = somebody(Role.OFFICER)
    invite(database, administrator(), [person])
    for email in (person.email.upper(), "dan-osei@demo.example"):
        with pytest.raises(Invalid) as refusal:
            invite(database, administrator(), [replace(person, email=email)])
        assert set(refusal.value.problems) == {"email"}


def test_an_account_of_another_agency_shows_to_who_holds_its_address_and_to_nobody_else(database):
    (made,) = invite(
        database, administrator(), [replace(somebody(Role.OFFICER), email="grace-abara@demo.example")]
    )
    with pytest.raises(Conflict):
        join_with_password(database, link_of(database, made), "Grace", PASSWORD, BROWSER, StolenPasswords())


def test_of_forty_with_one_fault_nobody_is_invited(database):
    people = [somebody(Role.OPERATOR) for _ in range(39)]

    def invited():
        with database.transaction() as tx:
            return tx.execute(select(func.count()).select_from(invitation)).scalar_one()

    before = invited()
    with pytest.raises(Invalid) as refusal:
        invite(database, administrator(), [*people, replace(somebody(Role.OPERATOR), email="x")])
    assert set(refusal.value.problems) == {"row 40"}
    assert invited() == before
    assert len(invite(database, administrator(), people)) == 39
    assert invited() == before + 39
    with pytest.raises(Invalid):
        invite(database, administrator(), [somebody(Role.OPERATOR)] * (MOST + 1))


def test_a_sheet_says_every_fault_of_every_row_and_invites_nobody(database):
    text = (
        "\ufeffName,Email,Roles,Job,Site\n"
        "Ama Boateng,ama@havering.example,CCTV operator; officer,Night desk,\n"
        "\n"
        '"Bell, Cora",cora@havering.example,Wizard,,\n'
        "Dov Ezra,dov,signatory,,Nowhere\n"
        "Ama Again,AMA@havering.example,officer,,\n"
    )
    rows = read_sheet(database, administrator(), text)
    assert [(row.number, len(row.faults)) for row in rows] == [(2, 0), (4, 1), (5, 3), (6, 1)]
    assert rows[0].person.roles == {Role.OPERATOR, Role.OFFICER}
    assert rows[1].person.name == "Bell, Cora"
    assert rows[1].faults == ("Roles: No such role: wizard.",)
    assert "earlier row" in rows[3].faults[0]
    assert not any(
        each.email == "ama@havering.example" for each in list_people(database, administrator()).invitations
    )


def holding(folder, password):
    """A set of stolen passwords that holds this one."""
    path = folder / "stolen.txt"
    path.write_text(hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest() + ":4\n")
    return StolenPasswords(path)


@pytest.mark.parametrize(
    "text", ["name,email\na,b", "name,email,roles,shoe\n", "name,email,roles\n", 'name,email,roles\n"a,b']
)
def test_what_is_no_such_sheet_is_refused(database, text):
    with pytest.raises(Invalid) as refusal:
        read_sheet(database, administrator(), text)
    assert set(refusal.value.problems) == {"sheet"}


def test_a_password_that_is_short_or_near_leaves_the_link_good(database):
    (made,) = invite(database, administrator(), [somebody(Role.OFFICER)])
    token = link_of(database, made)
    for weak in ("tiny", "haveringhavering"):
        with pytest.raises(Invalid) as refusal:
            join_with_password(database, token, "Ama", weak, BROWSER, StolenPasswords())
        assert set(refusal.value.problems) == {"password"}
    assert join_with_password(database, token, "Ama", PASSWORD, BROWSER, StolenPasswords())


def test_a_stolen_password_leaves_the_link_good(database, tmp_path):
    (made,) = invite(database, administrator(), [somebody(Role.OFFICER)])
    token = link_of(database, made)
    with pytest.raises(Invalid, match="stolen"):
        join_with_password(database, token, "Ama", PASSWORD, BROWSER, holding(tmp_path, PASSWORD))
    assert join_with_password(database, token, "Ama", PASSWORD, BROWSER, StolenPasswords())


def test_a_signatory_who_joins_changes_the_policy_and_others_do_not(database):
    def epoch():
        with database.transaction() as tx:
            return epoch_of(tx)

    before = epoch()
    joined(database, Role.OFFICER)
    assert epoch() == before
    joined(database, Role.SIGNATORY, by="judith-prentice")
    assert epoch() == before + 1


def test_factors_are_kinds_only(database):
    person = joined(database, Role.OFFICER)
    words = "Their Own Name"
    found = {each.id: each for each in list_people(database, administrator(), words).people}
    assert found[person].factors == ("password",)
    assert found[person].signed_in_at is not None
    assert "argon2" not in str(found)
    with database.transaction() as tx:
        assert tx.execute(select(user.c.password_alone).where(user.c.id == person)).scalar_one()
        assert actor_of(tx, person, "").roles == {Role.OFFICER}
        assert queries.account_of(tx, person)
