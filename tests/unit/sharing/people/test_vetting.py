"""Vetting: what a role needs, that it closes by itself when a check ends, and who is told before."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import delete, select, update

from auth.letters import MAIL
from auth.purposes import purposes_for
from auth.queries import actor_of
from auth.roles import Action, PartnershipRole, Role
from auth.sessions import find_session
from auth.tables import account_notice, agency, session, user
from auth.vetting import Vetting
from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Invalid, Missing
from foundation.ledger.tables import ledger_pending
from foundation.outbox.rows import Job
from foundation.outbox.tables import outbox
from sharing.people.inviting import invite
from sharing.people.listing import read_person
from sharing.people.log import Kind
from sharing.people.sheet import read_sheet
from sharing.people.vetting import (
    REMIND,
    end_vetting,
    list_vetting,
    read_own_vetting,
    record_vetting,
    remind,
    set_vetting_rule,
)
from tests.partnership import ROBBERY
from tests.unit.sharing.people.test_changing import session_of
from tests.unit.sharing.people.test_inviting import BROWSER, administrator, joined, somebody

NPPV = "non-police-2"


def now(database, person):
    with database.transaction() as tx:
        return actor_of(tx, person, "")


def check(days=100, kind=NPPV, reference="NPV 1"):
    return Vetting(kind, reference, clock.today() + timedelta(days=days))


@pytest.fixture
def rule(database):
    """Operators of the council need one of two checks."""
    set_vetting_rule(database, administrator(), Role.OPERATOR, [NPPV, "non-police-3"])
    yield
    with database.transaction() as tx:
        tx.execute(update(agency).values(vetting_rules={}))
        tx.execute(delete(outbox).where(outbox.c.kind == REMIND))


def midnight(days):
    return datetime.combine(clock.today() + timedelta(days=days), time(), tzinfo=clock.LONDON)


@pytest.mark.usefixtures("rule")
def test_a_role_is_closed_without_its_check_and_open_from_when_it_is_recorded_until_it_ends(database):
    person = joined(database, Role.OPERATOR)
    closed = now(database, person)
    assert (closed.roles, closed.lapsed) == (frozenset(), {Role.OPERATOR})
    assert closed.actions == {Action.SESSION_USE}  # to read why, and no more
    record_vetting(database, administrator(), person, check(kind="bpss"))
    assert now(database, person).lapsed == {Role.OPERATOR}  # another check than the rule names
    record_vetting(database, administrator(), person, check(days=100))
    opened = now(database, person)
    assert (opened.roles, opened.lapsed) == ({Role.OPERATOR}, frozenset())
    with clock.stopped(midnight(100) - timedelta(seconds=1)):
        assert now(database, person).roles == {Role.OPERATOR}
    with clock.stopped(midnight(100)):
        assert now(database, person).roles == frozenset()


@pytest.mark.usefixtures("rule")
def test_what_other_roles_open_stays_open_and_the_purpose_goes_with_the_role_that_may_state_it(database):
    person = joined(database, Role.OPERATOR, Role.PRACTITIONER)
    record_vetting(database, administrator(), person, check(days=5))
    token, later = session_of(database, person), midnight(5) + timedelta(hours=9)
    both = {each.slug for each in purposes_for([Role.PRACTITIONER])}
    alone = "excluding-repeat-offenders"
    assert alone not in both
    for purpose, left in ((alone, None), (ROBBERY, ROBBERY)):
        with database.transaction() as tx:
            fresh = dict.fromkeys(("created_at", "seen_at", "factor_at"), later)
            fresh["ends_at"] = later + timedelta(hours=1)
            mine = session.c.user_id == person
            tx.execute(update(session).where(mine).values(purpose=purpose, **fresh))
        with clock.stopped(later):
            standing = find_session(database, token, BROWSER.limits)
        assert standing.actor.roles == {Role.PRACTITIONER}
        assert standing.actor.purpose == left


@pytest.mark.usefixtures("rule")
def test_a_check_that_is_ended_closes_at_the_next_read_and_the_ledger_has_no_reference(database):
    person = joined(database, Role.OPERATOR)
    record_vetting(database, administrator(), person, check(reference="SECRET-REF-77"))
    end_vetting(database, administrator(), person, NPPV)
    assert now(database, person).lapsed == {Role.OPERATOR}
    with pytest.raises(Conflict):
        end_vetting(database, administrator(), person, NPPV)
    with database.transaction() as tx:
        entries = " ".join(tx.execute(select(ledger_pending.c.detail)).scalars())
    assert "sharing:person:vetting-recorded" in entries
    assert "sharing:person:vetting-ended" in entries
    assert "SECRET-REF-77" not in entries
    kinds = [each.kind for each in read_person(database, administrator(), person).changes]
    assert kinds[:2] == [Kind.VETTING, Kind.VETTING]


@pytest.mark.usefixtures("rule")
def test_the_list_has_who_is_closed_first_and_what_each_needs(database):
    closed, soon, good = (joined(database, Role.OPERATOR) for _ in range(3))
    record_vetting(database, administrator(), soon, check(days=30))
    record_vetting(database, administrator(), good, check(days=31))
    page = list_vetting(database, administrator())
    by_id = {each.id: each for each in page.people}
    assert by_id[closed].closed == (Role.OPERATOR,)
    assert by_id[closed].ends == {Role.OPERATOR: None}
    assert (by_id[soon].ends_soon, by_id[good].ends_soon) == (True, False)
    order = [each.id for each in page.people]
    assert order.index(closed) < order.index(soon) < order.index(good)
    assert "sarah-quill" not in by_id  # no rule speaks of her role
    own = read_own_vetting(database, now(database, closed))
    assert own.standing.closed == (Role.OPERATOR,)
    assert "Colm Daly" in own.ask


@pytest.mark.usefixtures("rule")
def test_a_reminder_waits_for_thirty_and_seven_days_before_and_tells_both_sides(database):
    person = joined(database, Role.OPERATOR)
    record_vetting(database, administrator(), person, check(days=100))
    with database.transaction() as tx:
        jobs = tx.execute(select(outbox).where(outbox.c.kind == REMIND)).all()
    mine = sorted(each.due_at for each in jobs if each.payload["person"] == person)
    assert [each.astimezone(clock.LONDON).date() - clock.today() for each in mine] == [
        timedelta(days=70),
        timedelta(days=93),
    ]
    _run(database, person)
    assert letters(database, person) == {"/vetting"}
    assert "/people/vetting" in letters(database, "colm-daly")
    with database.transaction() as tx:
        told = tx.execute(select(account_notice.c.kind).where(account_notice.c.user_id == person)).scalars()
        assert "vetting-ends" in set(told)


@pytest.mark.usefixtures("rule")
def test_nobody_is_reminded_of_a_check_that_was_renewed_or_of_somebody_who_left(database):
    person = joined(database, Role.OPERATOR)
    record_vetting(database, administrator(), person, check(days=100))
    with database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == person).values(vetting=[]))
    _run(database, person)
    assert letters(database, person) == set()


def _run(database, person):
    with database.transaction() as tx:
        rows = tx.execute(select(outbox).where(outbox.c.kind == REMIND)).all()
        row = next(each for each in rows if each.payload["person"] == person)
        tx.execute(update(outbox).where(outbox.c.id == row.id).values(lease="now", leased_until=clock.now()))
    remind(database, Job(row.id, REMIND, row.payload, 1, "now"))


def letters(database, person):
    with database.transaction() as tx:
        rows = tx.execute(select(outbox.c.payload).where(outbox.c.kind == MAIL)).scalars()
        return {each["path"] for each in rows if each["user"] == person and "vetting" in each["path"]}


def test_nobody_vets_themselves_or_whom_they_may_not_make_and_a_proof_is_wanted(database):
    person = joined(database, Role.OPERATOR)
    watcher = joined(database, Role.AUDITOR, by="judith-prentice")
    for who, whom, refusal in (
        (administrator(), "colm-daly", Denied),
        (administrator(), watcher, Denied),
        (administrator(), "grace-abara", Missing),
        (administrator("dan-osei"), person, Denied),
        (replace(administrator(), factor_at=clock.now() - timedelta(minutes=6)), person, FactorRequired),
        (replace(administrator(), factor_at=None), person, Denied),
    ):
        with pytest.raises(refusal):
            record_vetting(database, who, whom, check())
    for wrong in (check(days=0), check(days=5000), check(kind="rumour"), check(reference="x" * 61)):
        with pytest.raises(Invalid):
            record_vetting(database, administrator(), person, wrong)
    with database.transaction() as tx:
        assert tx.execute(select(user.c.vetting).where(user.c.id.in_([person, watcher]))).scalars().all() == [
            [],
            [],
        ]


def test_a_rule_is_set_by_whoever_gives_the_role_and_locks_nobody_out_who_sets_it(database):
    with pytest.raises(Denied):
        set_vetting_rule(database, administrator(), Role.AUDITOR, [NPPV])
    with pytest.raises(Denied):
        set_vetting_rule(database, administrator("judith-prentice"), Role.OPERATOR, [NPPV])
    with pytest.raises(Invalid, match="yourself"):
        set_vetting_rule(database, administrator("judith-prentice"), Role.SIGNATORY, [NPPV])
    with pytest.raises(Invalid):
        set_vetting_rule(database, administrator(), Role.OPERATOR, ["rumour"])
    old = replace(administrator(), factor_at=clock.now() - timedelta(minutes=6))
    with pytest.raises(FactorRequired):
        set_vetting_rule(database, old, Role.OPERATOR, [NPPV])
    with database.transaction() as tx:
        rules = tx.execute(select(agency.c.vetting_rules).where(agency.c.id == "havering")).scalar_one()
    assert rules == {}


def test_a_rule_that_is_lifted_opens_again_and_speaks_of_one_agency_alone(database, rule):
    person = joined(database, Role.OPERATOR)
    assert now(database, person).lapsed
    assert not now(database, "grace-abara").lapsed
    set_vetting_rule(database, administrator(), Role.OPERATOR, [])
    assert not now(database, person).lapsed


@pytest.mark.usefixtures("rule")
def test_a_role_in_a_partnership_closes_with_the_rule_for_its_role(database):
    person = joined(database, Role.OFFICER)
    with database.transaction() as tx:
        held = [PartnershipRole("anywhere", Role.COORDINATOR)]
        tx.execute(update(user).where(user.c.id == person).values(partnership_roles=held))
    assert now(database, person).partnership_roles
    set_vetting_rule(database, administrator(), Role.COORDINATOR, [NPPV])
    assert not now(database, person).partnership_roles


@pytest.mark.usefixtures("rule")
def test_an_invitation_and_a_sheet_bring_the_check_with_them(database):
    person = joined(database, Role.OPERATOR, vetting=check(days=60))
    assert now(database, person).roles == {Role.OPERATOR}
    with database.transaction() as tx:
        jobs = tx.execute(select(outbox.c.payload).where(outbox.c.kind == REMIND)).scalars().all()
    assert sum(each["person"] == person for each in jobs) == 2
    with pytest.raises(Invalid):
        invite(database, administrator(), [somebody(Role.OPERATOR, vetting=check(days=-1))])
    head, until = "name,email,roles,vetting,reference,until\n", clock.today() + timedelta(days=90)
    line = "Ama,ama.v@havering.example,CCTV operator,{},NPV 7,{}\n"
    for kind in (NPPV, "Non-police personnel vetting, level 2"):
        text = head + line.format(f'"{kind}"', until.isoformat())
        (row,) = read_sheet(database, administrator(), text)
        assert (row.faults, row.person.vetting) == ((), Vetting(NPPV, "NPV 7", until))
    (row,) = read_sheet(database, administrator(), head + line.format(NPPV, f"{until:%d/%m/%Y}"))
    assert row.person.vetting.until == until
    for kind, day, said in (
        ("rumour", until, "Vetting"),
        (NPPV, "soon", "Until"),
        (NPPV, "2001-01-01", "Until"),
    ):
        (row,) = read_sheet(database, administrator(), head + line.format(kind, day))
        assert [fault.partition(":")[0] for fault in row.faults] == [said]
