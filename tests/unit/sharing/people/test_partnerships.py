"""Roles in one partnership: by whom they are given, to whom, and that they count there and nowhere else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from auth.queries import actor_of
from auth.roles import Action, PartnershipRole, Role
from auth.sessions import find_session
from auth.tables import user
from foundation import clock
from foundation.errors import Denied, FactorRequired, Invalid, Missing
from foundation.ledger.tables import ledger_pending
from sharing.agreements.policy import epoch_of
from sharing.partnerships.actions import NewAction, set_action
from sharing.partnerships.meetings import list_meetings, read_meeting
from sharing.partnerships.tables import meeting, partnership
from sharing.people.changing import end_account
from sharing.people.inviting import invite
from sharing.people.listing import list_giveable, read_person
from sharing.people.log import Kind
from sharing.people.own import read_own_access
from sharing.people.partnerships import give_partnership_role, list_partnerships, take_partnership_role
from sharing.people.reviewing import list_due
from sharing.people.sheet import read_sheet
from tests.unit.sharing.people.test_changing import session_of
from tests.unit.sharing.people.test_inviting import BROWSER, administrator, joined, somebody

OURS, THEIRS = "ours", "theirs"
CHAIR, COORDINATOR, DPO = (PartnershipRole(OURS, role) for role in (Role.CHAIR, Role.COORDINATOR, Role.DPO))
POLICE = "carol-dunmore"
MEETINGS = {OURS: "11111111-0000-4000-8000-000000000000", THEIRS: "22222222-0000-4000-8000-000000000000"}


@pytest.fixture(scope="module", autouse=True)
def partnerships(database):
    """One that the council leads with the police, and one that the police lead with the council."""
    sits, soon = ["havering", "metropolitan-east-area"], clock.now() + timedelta(days=1)
    under = {"agreement_id": "HAV-CSP-01", "agencies": sits}
    rows = [
        {"id": OURS, "name": "Town safety", **under, "lead": sits[0]},
        {
            "id": THEIRS,
            "name": "Station watch",
            "agreement_id": "HAV-CSP-01",
            "agencies": sits,
            "lead": sits[1],
        },
    ]
    with database.transaction() as tx:
        tx.execute(insert(partnership), rows)
        for where, id_ in MEETINGS.items():
            about = {"id": id_, "partnership_id": where, "number": 1, "title": "First", "place": "Here"}
            tx.execute(insert(meeting), {**about, "starts_at": soon, "ends_at": soon, "agenda": []})


def now(database, person):
    with database.transaction() as tx:
        return actor_of(tx, person, "")


def an_action(where, owner):
    return NewAction(MEETINGS[where], "Light the alley", "Lamps on", owner, clock.today())


def police(person=POLICE, roles=frozenset({Role.ADMINISTRATOR})):
    return replace(administrator(person), roles=roles)


def test_a_chair_runs_the_meetings_of_their_partnership_and_of_no_other(database):
    person = joined(database, Role.OFFICER)
    with pytest.raises(Denied):
        set_action(database, now(database, person), an_action(OURS, person))
    with database.transaction() as tx:
        before = epoch_of(tx)
    token = session_of(database, person)
    give_partnership_role(database, administrator(), person, CHAIR)
    assert find_session(database, token, BROWSER.limits) is None
    with database.transaction() as tx:
        assert epoch_of(tx) == before + 1
    chair = now(database, person)
    assert read_meeting(database, chair, MEETINGS[OURS]).may_run
    assert set_action(database, chair, an_action(OURS, person))
    assert not read_meeting(database, chair, MEETINGS[THEIRS]).may_run
    with pytest.raises(Denied, match="in this partnership"):
        set_action(database, chair, an_action(THEIRS, person))


def test_a_role_of_the_agency_runs_no_meeting(database):
    for role in (Role.CHAIR, Role.COORDINATOR):
        person = joined(database, role)
        assert not read_meeting(database, now(database, person), MEETINGS[OURS]).may_run
        with pytest.raises(Denied):
            set_action(database, now(database, person), an_action(OURS, person))


def test_the_data_protection_officer_of_a_partnership_reads_its_meetings_and_no_others(database):
    person = joined(database, Role.AUDITOR, by="judith-prentice")
    give_partnership_role(database, administrator("judith-prentice"), person, DPO)
    officer = now(database, person)
    assert [each.id for each in list_meetings(database, officer)] == [MEETINGS[OURS]]
    with pytest.raises(Missing):
        read_meeting(database, officer, MEETINGS[THEIRS])
    assert not officer.may(Action.RECORD_READ)
    assert not officer.may(Action.MEETING_RUN)


def test_the_lead_gives_to_people_of_every_agency_in_it_and_their_agency_sees_it_and_may_take_it(database):
    give_partnership_role(database, administrator(), POLICE, COORDINATOR)
    with database.transaction() as tx:
        details = tx.execute(select(ledger_pending.c.detail)).scalars().all()
    assert any("partnership-role-given" in each and POLICE in each for each in details)
    theirs = read_person(database, police("neil-garroway", frozenset({Role.ADMINISTRATOR})), POLICE)
    assert (theirs.changes[0].kind, theirs.changes[0].partnership_name) == (
        Kind.PARTNERSHIP_ROLE,
        "Town safety",
    )
    assert COORDINATOR in now(database, POLICE).partnership_roles
    take_partnership_role(database, police("neil-garroway"), POLICE, COORDINATOR)
    assert COORDINATOR not in now(database, POLICE).partnership_roles


def test_nobody_gives_in_a_partnership_that_others_lead(database):
    person = joined(database, Role.OFFICER)
    for wanted in (PartnershipRole(THEIRS, Role.CHAIR), PartnershipRole(THEIRS, Role.COORDINATOR)):
        with pytest.raises(Denied, match="leads"):
            give_partnership_role(database, administrator(), person, wanted)
        with pytest.raises(Invalid) as refused:
            invite(database, administrator(), [somebody(Role.OFFICER, partnership_roles=frozenset({wanted}))])
        assert "leads" in refused.value.problems["partnerships"]
    with pytest.raises(Denied):
        give_partnership_role(database, police(), POLICE, CHAIR)
    assert {each.partnership for each in list_giveable(database, administrator())} == {OURS}


@pytest.mark.parametrize(
    ("who", "person", "wanted", "refusal"),
    [
        ("colm-daly", "sarah-quill", DPO, Denied),  # a role that watches is a signatory's to give
        ("judith-prentice", "sarah-quill", CHAIR, Denied),  # and no other is
        ("colm-daly", "colm-daly", CHAIR, Denied),
        ("colm-daly", "grace-abara", CHAIR, Missing),  # of an agency that does not sit in it
        ("colm-daly", "sarah-quill", PartnershipRole("nowhere", Role.CHAIR), Missing),
        ("colm-daly", "sarah-quill", PartnershipRole(OURS, Role.ADMINISTRATOR), Denied),
        ("colm-daly", "sarah-quill", PartnershipRole(OURS, Role.INTELLIGENCE), Denied),
        ("dan-osei", "sarah-quill", CHAIR, Denied),
        ("amara-hollis", "sarah-quill", CHAIR, Denied),
    ],
)
def test_nobody_gives_above_their_own_or_to_whom_it_is_not_theirs_to_give(
    database, who, person, wanted, refusal
):
    before = now(database, person).partnership_roles
    with pytest.raises(refusal):
        give_partnership_role(database, administrator(who), person, wanted)
    assert now(database, person).partnership_roles == before


def test_nobody_takes_what_is_not_theirs_to_take(database):
    person = joined(database, Role.OFFICER)
    give_partnership_role(database, administrator(), person, CHAIR)
    for who, refusal in (
        (police(), Denied),  # neither the lead nor the person's agency
        (administrator("judith-prentice"), Denied),
        (replace(administrator(), user_id=person), Denied),
    ):
        with pytest.raises(refusal):
            take_partnership_role(database, who, person, CHAIR)
    with pytest.raises(Missing):
        take_partnership_role(database, administrator(), person, COORDINATOR)
    with pytest.raises(Invalid):
        give_partnership_role(database, administrator(), person, CHAIR)
    assert now(database, person).partnership_roles == {CHAIR}


def test_a_proof_of_now_is_wanted(database):
    person = joined(database, Role.OFFICER)
    for at, refusal in ((clock.now() - timedelta(minutes=6), FactorRequired), (None, Denied)):
        with pytest.raises(refusal):
            give_partnership_role(database, replace(administrator(), factor_at=at), person, CHAIR)
    assert not now(database, person).partnership_roles


def test_an_invitation_carries_it_and_everything_about_the_person_tells_of_it(database):
    person = joined(database, Role.OFFICER, partnership_roles=frozenset({CHAIR}))
    assert now(database, person).partnership_roles == {CHAIR}
    page = read_person(database, administrator(), person)
    assert [(each.partnership_name, each.role) for each in page.person.partnership_roles] == [
        ("Town safety", Role.CHAIR)
    ]
    ((held, gave),) = read_own_access(database, now(database, person)).held
    assert (held.partnership_name, gave.by) == ("Town safety", "Colm Daly")
    with database.transaction() as tx:
        tx.execute(user.update().where(user.c.id == person).values(reviewed_at=None))
    due = {each.id: each for each in list_due(database, administrator())}
    assert [each.role for each in due[person].partnership_roles] == [Role.CHAIR]
    page = next(each for each in list_partnerships(database, administrator()) if each.id == OURS)
    assert person in {each.person for each in page.holders if each.role is Role.CHAIR and each.takeable}


def test_a_member_of_a_site_holds_none(database):
    with pytest.raises(Missing):
        give_partnership_role(database, administrator(), "grace-abara", CHAIR)
    with pytest.raises(Invalid) as refused:
        invite(
            database,
            replace(administrator(), agency_id="romford-bcrp"),
            [
                somebody(
                    Role.MEMBER, sites=frozenset({"minto-pharmacy"}), partnership_roles=frozenset({CHAIR})
                )
            ],
        )
    assert "partnerships" in refused.value.problems


def test_who_leaves_holds_none_any_more(database):
    person = joined(database, Role.OFFICER, partnership_roles=frozenset({CHAIR}))
    end_account(database, administrator(), person)
    assert now(database, person).partnership_roles == frozenset()
    page = next(each for each in list_partnerships(database, administrator()) if each.id == OURS)
    assert person not in {each.person for each in page.holders}


def test_a_sheet_names_them_and_says_what_it_does_not_know(database):
    head = "name,email,roles,partnerships\n"
    good = "Ama Boateng,ama.boateng@havering.example,officer,Town safety: chair; town safety: Coordinator\n"
    (row,) = read_sheet(database, administrator(), head + good)
    assert (row.person.partnership_roles, row.faults) == ({CHAIR, COORDINATOR}, ())
    for cell in ("Station watch: chair", "Town safety", "Town safety: king", "Town safety: auditor", OURS):
        (row,) = read_sheet(database, administrator(), head + f"Ama,ama.b@havering.example,officer,{cell}\n")
        assert [fault.partition(":")[0] for fault in row.faults] == ["Partnerships"], cell
    (row,) = read_sheet(
        database,
        administrator(),
        head + "Ama,ama.b@havering.example,officer,Town safety: data protection officer\n",
    )
    assert "may not give" in row.faults[0]


def test_an_invitation_to_watch_over_a_partnership_wants_a_proof_of_now(database):
    old = replace(administrator("judith-prentice"), factor_at=clock.now() - timedelta(minutes=6))
    with pytest.raises(FactorRequired):
        invite(database, old, [somebody(Role.AUDITOR, partnership_roles=frozenset({DPO}))])
