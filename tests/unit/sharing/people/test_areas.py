"""Sites of members, directly and through areas: what is held follows at once, and no change makes staff."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from auth.queries import actor_of
from auth.roles import Role
from auth.sites import place
from auth.tables import area, area_site, user
from foundation import clock
from foundation.errors import Denied, FactorRequired, Invalid, Missing
from foundation.ledger.tables import ledger_pending
from foundation.stolen import StolenPasswords
from sharing.agreements.policy import epoch_of
from sharing.people.areas import change_area, end_area, list_areas, make_area, read_area
from sharing.people.changing import change_roles, end_account
from sharing.people.inviting import invite
from sharing.people.joining import join_with_password, read_invitation
from sharing.people.listing import list_people, read_person
from sharing.people.log import Kind
from sharing.people.own import read_own_access
from sharing.people.sheet import read_sheet
from tests.unit.sharing.people.test_inviting import BROWSER, PASSWORD, administrator, link_of, somebody

SHOPS = ("hartwell-sports", "minto-pharmacy", "greenway-foods")
FOREIGN = "broadway-foods"


def keeper(**more):
    """The scheme's administrator."""
    return replace(administrator("tessa-lyle"), **more)


def now(database, person):
    with database.transaction() as tx:
        return actor_of(tx, person, "")


def joined(database, sites=(), areas=(), before=lambda _: None):
    """Somebody who has accepted an invitation as a member; `before` is done while it waits."""
    new = somebody(Role.MEMBER, sites=frozenset(sites), areas=frozenset(areas))
    (made,) = invite(database, keeper(), [new])
    token = link_of(database, made)
    before(token)
    join_with_password(database, token, "Ama Boateng", PASSWORD, BROWSER, StolenPasswords())
    with database.transaction() as tx:
        return tx.execute(select(user.c.id).where(user.c.email == new.folded)).scalar_one()


def events(database):
    with database.transaction() as tx:
        rows = tx.execute(select(ledger_pending.c.detail).order_by(ledger_pending.c.seq)).scalars()
        return " ".join(rows)


@pytest.fixture
def town(database):
    made = make_area(database, keeper(), f"Town {clock.now().timestamp()}", SHOPS[:1])
    yield made
    with database.transaction() as tx:
        tx.execute(update(area).where(area.c.id == made).values(ended_at=clock.now()))


def test_member_holds_sites_of_their_own_and_each_site_of_an_area_also_one_added_later(database, town):
    person = joined(database, SHOPS[2:], [town])
    assert now(database, person).sites == {SHOPS[0], SHOPS[2]}
    assert now(database, person).site_names == ("Greenway Foods", "Hartwell Sports")
    change_area(database, keeper(), town, "Market", SHOPS[:2])
    assert now(database, person).sites == set(SHOPS)
    change_area(database, keeper(), town, "Market", SHOPS[1:2])
    assert now(database, person).sites == {SHOPS[1], SHOPS[2]}
    assert now(database, person).at == "Greenway Foods, Minto Pharmacy"
    change_area(database, keeper(), town, "Market", SHOPS[:2])
    assert now(database, person).at == "3 sites"
    assert keeper().at == ""


def test_member_whose_last_site_goes_stays_a_member_with_none(database, town):
    person = joined(database, areas=[town])
    for change in (
        lambda: change_area(database, keeper(), town, "Empty", ()),
        lambda: change_area(database, keeper(), town, "Full", SHOPS),
        lambda: end_area(database, keeper(), town),
    ):
        change()
        assert now(database, person).member
        assert Role.MEMBER in now(database, person).roles
    assert now(database, person).sites == frozenset()
    assert now(database, person).at == "No site"


def test_invitation_to_an_area_that_has_ended_since_makes_a_member_with_no_site(database, town):
    person = joined(database, areas=[town], before=lambda _: end_area(database, keeper(), town))
    assert now(database, person).sites == frozenset()


def test_invitation_that_waits_says_which_sites_and_areas_it_gives(database, town):
    change_area(database, keeper(), town, "Market", SHOPS)
    given = {"sites": frozenset(SHOPS[:2]), "areas": frozenset({town})}
    (made,) = invite(database, keeper(), [somebody(Role.MEMBER, **given)])

    def places():
        waiting = list_people(database, keeper()).invitations
        return next(each.places for each in waiting if each.id == made)

    assert places() == ("Hartwell Sports", "Minto Pharmacy", "Market")
    end_area(database, keeper(), town)
    assert places() == ("Hartwell Sports", "Minto Pharmacy")


def test_rows_of_another_agency_give_nothing_whoever_wrote_them(database, town):
    person = joined(database, SHOPS[:1])
    with database.transaction() as tx:
        tx.execute(
            insert(area),
            {"id": "theirs", "agency_id": "east-bank-bcrp", "name": "Theirs", "made_at": clock.now()},
        )
        tx.execute(
            insert(area_site),
            [{"area_id": "theirs", "site_id": SHOPS[1]}, {"area_id": town, "site_id": FOREIGN}],
        )
        place(tx, person, [FOREIGN, SHOPS[0]], ["theirs", town])
    assert now(database, person).sites == {SHOPS[0]}


def test_each_change_bumps_the_epoch_and_leaves_its_entry_without_a_name(database, town):
    person = joined(database, areas=[town])
    with database.transaction() as tx:
        epochs = [epoch_of(tx)]
    for act, event in (
        (lambda: change_area(database, keeper(), town, "Zetland Way", SHOPS[:2]), "sharing:area:changed"),
        (
            lambda: change_roles(database, keeper(), person, [Role.MEMBER], SHOPS[:2]),
            "sharing:person:sites-changed",
        ),
        (lambda: end_area(database, keeper(), town), "sharing:area:ended"),
    ):
        before = events(database).count(event)
        act()
        with database.transaction() as tx:
            epochs.append(epoch_of(tx))
        assert events(database).count(event) == before + 1
    assert epochs == sorted(set(epochs))
    assert "Zetland" not in events(database)
    assert "sharing:area:made" in events(database)


def test_administrator_gives_several_sites_and_areas_and_the_person_reads_which_and_why(database, town):
    person = joined(database, SHOPS[:1])
    change_roles(database, keeper(), person, [Role.MEMBER], SHOPS[1:], [town])
    page = read_person(database, keeper(), person)
    assert [each.id for each in page.person.placed.sites] == ["greenway-foods", "minto-pharmacy"]
    assert [(each.id, each.sites[0].id) for each in page.person.placed.areas] == [(town, SHOPS[0])]
    assert page.changes[0].kind is Kind.SITES
    own = read_own_access(database, now(database, person))
    assert own.placed == page.person.placed
    assert own.placing.by == "Tessa Lyle"
    assert read_own_access(database, keeper()).placed is None


@pytest.mark.parametrize(
    ("roles", "sites", "areas", "field"),
    [
        ({Role.MEMBER}, (), (), "sites"),
        ({Role.MEMBER}, (FOREIGN,), (), "sites"),
        ({Role.MEMBER}, SHOPS, ("nobody's",), "areas"),
        ({Role.PRACTITIONER}, SHOPS, (), "sites"),
    ],
)
def test_member_has_a_place_of_the_agency_and_nobody_else_has_one(database, roles, sites, areas, field):
    person = joined(database, SHOPS[:1])
    with pytest.raises(Invalid) as refusal:
        change_roles(database, keeper(), person, roles, sites, areas)
    assert set(refusal.value.problems) == {field}
    assert now(database, person).sites == {SHOPS[0]}


def test_who_gives_no_members_changes_no_site_and_keeps_no_area(database, town):
    person, signatory = joined(database, SHOPS[:1]), administrator("rosa-ojha")
    for act in (
        lambda: change_roles(database, signatory, person, [Role.MEMBER], SHOPS[:2]),
        lambda: make_area(database, signatory, "Another", SHOPS),
        lambda: change_area(database, signatory, town, "Another", SHOPS),
        lambda: end_area(database, signatory, town),
    ):
        with pytest.raises(Denied):
            act()
    assert not read_area(database, signatory, town).changeable


def test_nobody_widens_an_area_in_which_they_stand(database, town):
    person = joined(database, areas=[town])
    insider = keeper(user_id=person)
    for act in (
        lambda: change_area(database, insider, town, "Wider", SHOPS),
        lambda: change_roles(database, insider, person, [Role.MEMBER], SHOPS),
    ):
        with pytest.raises(Denied, match="Nobody changes"):
            act()
    assert now(database, person).sites == {SHOPS[0]}


def test_areas_want_a_fresh_proof(database, town):
    stale = keeper(factor_at=clock.now() - timedelta(minutes=5))
    for act in (
        lambda: make_area(database, stale, "Another", SHOPS),
        lambda: change_area(database, stale, town, "Another", SHOPS),
        lambda: end_area(database, stale, town),
    ):
        with pytest.raises(FactorRequired):
            act()


def test_areas_of_others_and_ended_ones_are_not_there_and_foreign_sites_are_refused(database, town):
    stranger = replace(keeper(), agency_id="east-bank-bcrp")
    assert town not in {each.id for each in list_areas(database, stranger)}
    with pytest.raises(Missing):
        end_area(database, stranger, town)
    for name, sites, field in (
        ("Else", [FOREIGN], "sites"),
        (" ", SHOPS, "name"),
        ("romford TOWN centre", SHOPS, "name"),
    ):
        with pytest.raises(Invalid) as refusal:
            make_area(database, keeper(), name, sites)
        assert set(refusal.value.problems) == {field}
    end_area(database, keeper(), town)
    with pytest.raises(Missing):
        change_area(database, keeper(), town, "Again", SHOPS)


def test_who_leaves_holds_nothing_and_comes_back_with_what_the_new_invitation_says(database, town):
    person = joined(database, SHOPS[:2], [town])
    end_account(database, keeper(), person)
    with database.transaction() as tx:
        email = tx.execute(select(user.c.email).where(user.c.id == person)).scalar_one()
    (made,) = invite(
        database, keeper(), [replace(somebody(Role.MEMBER, sites=frozenset(SHOPS[2:])), email=email)]
    )
    assert read_invitation(database, link_of(database, made)).places == "Greenway Foods"
    join_with_password(database, link_of(database, made), "Ama Boateng", PASSWORD, BROWSER, StolenPasswords())
    assert now(database, person).sites == {SHOPS[2]}


def test_sheet_names_several_sites_and_areas_and_says_of_each_row_which_is_unknown(database):
    head = "name,email,roles,site,area\n"
    good = "A,a@shop.example,member,Hartwell Sports; minto  pharmacy,Romford town centre\n"
    bad = "B,b@shop.example,member,Hartwell Sports;Nowhere,Elsewhere\n"
    bad += "C,c@shop.example,practitioner,Hartwell Sports,\n"
    first, second, third = read_sheet(database, keeper(), head + good + bad)
    assert first.faults == ()
    assert (first.person.sites, first.person.areas) == (set(SHOPS[:2]), {"romford-town-centre"})
    assert [each.split(":")[0] for each in second.faults] == ["Site", "Area"]
    assert "Nowhere" in second.faults[0]
    assert "Hartwell" not in second.faults[0]
    assert third.faults == ("Site: A member has a site or an area of your agency, and nobody else has one.",)
