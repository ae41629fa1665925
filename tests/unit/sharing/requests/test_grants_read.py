"""What a grant opens at the next read: exactly that, for those named, until its end; and nowhere else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from auth.tables import user
from foundation import clock
from foundation.errors import Conflict, Missing
from sharing.agreements.releases import revoke as revoke_release
from sharing.agreements.tables import grant, release
from sharing.disclosure import list_records, print_record, read_record
from sharing.records.record import record
from sharing.release.facts import Exit
from sharing.release.schema import Reason
from sharing.requests.asking import ask
from sharing.requests.grants import list_grants, revoke_grant
from sharing.sight import look, released_one
from sharing.worlds.answers import read_world
from tests.partnership import EXCLUDING
from tests.unit.sharing.requests.scene import (
    BCRP,
    COUNCIL,
    MANAGER,
    MEMBER,
    MET,
    OFFICER,
    PREPARER,
    RAIL,
    answer,
    asked_and_granted,
    events,
    form,
    granted,
    key_of,
    person,
)

OTHER_MEMBER = "sunil-dhar"


def names(database, about, user_id=MEMBER, **more):
    """What a reader is shown of the three persons: link -> family name, and by which reason."""
    page = read_record(database, person(user_id, **more), "incident", about.id)
    return {
        each.link: (each.fields["family_name"], each.disclosed["family_name"].reason)
        for each in page.record.persons
        if "family_name" in each.fields
    }


def test_grant_opens_the_one_field_to_the_one_person_for_the_one_purpose(database, about):
    assert names(database, about) == {}
    asked_and_granted(database, about)
    assert names(database, about) == {about.adult: ("Suspectson", Reason.GRANT)}
    shown = read_record(database, person(MEMBER), "incident", about.id)
    (adult,) = [each for each in shown.record.persons if each.link == about.adult]
    assert "given_name" in adult.withheld
    assert names(database, about, OTHER_MEMBER) == {}
    assert names(database, about, MANAGER) == {}
    assert names(database, about, MEMBER, purpose=EXCLUDING) == {}


def test_grant_ends_at_its_moment_and_not_before(database, about):
    (made,) = asked_and_granted(database, about, days=3)
    with database.transaction() as tx:
        until = tx.execute(select(grant.c.until_at).where(grant.c.id == made)).scalar_one()
    page = read_record(database, person(MEMBER), "incident", about.id)
    assert page.granted == {made: until}
    with clock.stopped(until - timedelta(microseconds=1)):
        assert names(database, about) == {about.adult: ("Suspectson", Reason.GRANT)}
    with clock.stopped(until):
        assert names(database, about) == {}


def test_owner_takes_it_back_and_the_next_read_withholds(database, about):
    (made,) = asked_and_granted(database, about)
    with pytest.raises(Missing):
        revoke_grant(database, person(RAIL), made)
    revoke_grant(database, person(OFFICER), made)
    assert names(database, about) == {}
    with pytest.raises(Conflict):
        revoke_grant(database, person(OFFICER), made)
    (entry,) = [each for each in events(database, "sharing:grant:revoked") if each["detail"]["grant"] == made]
    assert (entry["actor"], entry["records"]) == (OFFICER, [about.id])
    assert entry["agencies"] == sorted([MET, BCRP])


def test_grant_lives_only_while_a_release_under_its_agreement_does(database, about):
    asked_and_granted(database, about)
    with database.transaction() as tx:
        for each in tx.execute(select(release.c.id).where(release.c.record_id == about.id)).scalars():
            revoke_release(tx, each)
    with pytest.raises(Missing):
        names(database, about)


def test_grant_ends_with_the_agency_of_the_person_named(database, about):
    asked_and_granted(database, about)
    moved = replace(person(MEMBER), agency_id="east-bank-bcrp")
    with pytest.raises(Missing):
        read_record(database, moved, "incident", about.id)


def test_grant_opens_nothing_in_lists_and_exports(database, about):
    key = "crime_reference"
    granted(database, ask(database, person(MEMBER), form(about.id, key)), answer(key))
    page = read_record(database, person(MEMBER), "incident", about.id)
    assert page.record.fields[key] == "4021777/26"
    for exit_ in (Exit.BULK, Exit.EXPORT, Exit.PRINT):
        listed = list_records(database, person(MEMBER), "incident", exit_=exit_, limit=200)
        (here,) = [each for each in listed.records if each.id == about.id]
        assert key in here.withheld
    printed = print_record(database, person(MEMBER), "incident", about.id)
    assert key in printed.record.withheld


def test_record_that_only_a_grant_keeps_exists_in_lists_as_in_single_reads(database, about):
    """Existence is judged as for one record at every exit, so that lists and 404 agree."""
    key = "crime_reference"
    granted(database, ask(database, person(MEMBER), form(about.id, key)), answer(key))
    closed = {"withhold_classes": ["admin", "event", "place", "narrative", "assessment"]}
    with database.transaction() as tx:
        tx.execute(update(record).where(record.c.id == about.id).values(conditions=closed))
    assert "crime_type" not in read_record(database, person(MEMBER), "incident", about.id).record.fields
    for user_id, there in ((MEMBER, True), (OTHER_MEMBER, False)):
        listed = list_records(database, person(user_id), "incident", limit=200)
        assert (about.id in {each.id for each in listed.records}) is there
    with pytest.raises(Missing):
        read_record(database, person(OTHER_MEMBER), "incident", about.id)


def test_key_of_the_named_person_reads_the_grant_of_one_record(database, about):
    asked_and_granted(database, about)
    page = read_record(database, key_of(MEMBER), "incident", about.id)
    assert [each.fields.get("family_name") for each in page.record.persons].count("Suspectson") == 1


def test_grant_of_the_database_is_that_of_a_world_on_paper(database, about):
    (made,) = asked_and_granted(database, about)
    with database.transaction() as tx:
        found = released_one(tx, look(tx, person(MEMBER), Exit.ONE), "incident", about.id)
        row = tx.execute(select(grant).where(grant.c.id == made)).mappings().one()
        agency = tx.execute(select(user.c.agency_id).where(user.c.id == MEMBER)).scalar_one()
    told = {
        "id": row["id"], "record": "r", "agreement": row["agreement_id"], "fields": row["fields"],
        "treatment": row["treatment"], "to_agency": agency, "to_users": row["to_users"],
        "purpose": row["purpose"], "from": row["from_at"].isoformat(), "until": row["until_at"].isoformat(),
        "passes": row["passes"],
    }  # fmt: skip
    world = read_world(
        {
            "agencies": [{"id": MET, "kind": "police"}, {"id": BCRP, "kind": "bcrp"}],
            "users": [{"id": MEMBER, "agency": BCRP, "roles": [], "site": "s"}],
            "agreements": [
                {"id": "HAV-CSP-01", "suspended": [], "ended": None, "withdrawals": [], "confirmed": [],
                 "versions": []}
            ],
            "records": [{"id": "r", "type": "incident", "owner": MET, "happened": "2026-01-01T00:00:00Z"}],
            "grants": [told],
        }
    )  # fmt: skip
    assert found is not None
    assert found.facts.grants == world.records["r"].grants


def test_both_sides_see_the_grant_and_nobody_else(database, about):
    (made,) = asked_and_granted(database, about)

    def seen(user_id):
        return {each.id: each for each in list_grants(database, person(user_id))}.get(made)

    assert seen(MEMBER).users == ("Magda Kowalska",)
    assert (seen(MEMBER).given, seen(PREPARER).given) == (False, True)
    assert seen(OTHER_MEMBER) is None
    assert seen(MANAGER) is None
    assert seen(COUNCIL) is None
    assert seen(RAIL) is None


def test_look_under_a_grant_names_it_in_the_ledger(database, about):
    (made,) = asked_and_granted(database, about)
    names(database, about)
    entry = events(database, "sharing:record:read")[-1]
    persons = entry["detail"]["shown"]["forms"][0]["persons"]
    assert made in persons[about.adult]["by"]
