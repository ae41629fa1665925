"""An owner confirms a later version for all older releases at once; until then the stronger one holds."""

import pytest
from sqlalchemy import event

from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Missing
from sharing.agreements import tables
from sharing.agreements.confirming import confirm
from sharing.agreements.due import Kind, due_of
from sharing.register.difference import read_difference
from tests.negotiating import COUNCIL, POLICE, SHOPS, actor, clause, new_entries, person

WIDER = clause("1.2", fields=["address"])
OWNER = "dan-osei"


@pytest.fixture
def amended(talks):
    """Two sightings released under version 1, and version 2 in force, which shows where they were."""
    talks.concluded()
    talks.records = [talks.sighting(POLICE), talks.sighting(POLICE, SHOPS)]
    return talks.concluded(2, clause(), WIDER)


def waiting(database, user):
    with database.transaction() as tx:
        return {(each.kind, each.agreement, each.version) for each in due_of(tx, actor(user))}


def test_what_was_released_before_stays_as_closed_until_the_owner_confirms(database, amended):
    record = amended.records[0]
    assert "address" not in amended.seen(record)
    with new_entries(database) as entries:
        assert confirm(database, person(OWNER), amended.id, version=2) == 2
    assert amended.seen(record)["address"] == "12 South Street, Romford"
    (entry,) = entries
    assert (entry["event"], entry["operation"]) == ("sharing:agreement:releases-confirmed", "disclosure")
    assert entry["detail"]["releases"] == 2
    assert entry["agencies"] == [COUNCIL], "how many records an owner holds is nobody else's to know"


def test_difference_says_what_would_open_to_whom_and_of_how_many_records(database, amended):
    with new_entries(database) as entries:
        page = read_difference(database, actor(OWNER), amended.id)
    assert (page.version, page.records) == (2, 2)
    told = {(each.recipient, each.records, each.fields, each.before, each.after) for each in page.openings}
    assert told == {
        ("Met East Area", "Sightings", "address", "withhold", "disclose"),
        ("Romford BCRP", "Sightings", "address", "withhold", "disclose"),
    }
    assert [entry["event"] for entry in entries] == ["sharing:agreement:difference-read"]


def test_what_a_person_on_the_records_would_show_is_told_by_what_they_were(database, talks):
    from sharing.contribution import submit
    from sharing.submission import NewPerson, NewRecord
    from tests.negotiating import ROBBERY, NewRelease

    opened = clause("1.3", fields=["identity"], records=["incident"], categories=["suspect", "victim"])
    talks.concluded()
    values = {"crime_type": "robbery", "occurred": clock.now()}
    people = (NewPerson(("suspect",), {"family_name": "Marlow"}), NewPerson(("victim",), {}))
    releases = (NewRelease(talks.id, (ROBBERY,), (POLICE, SHOPS)),)
    submit(database, actor(OWNER), NewRecord("incident", values, persons=people, releases=releases))
    talks.concluded(2, clause(), opened)
    told = {
        (each.recipient, each.about) for each in read_difference(database, actor(OWNER), talks.id).openings
    }
    assert told == {
        ("Met East Area", "suspect, adult"),
        ("Met East Area", "victim, adult"),
        ("Romford BCRP", "suspect, adult"),
    }, "floors hold in the difference too: no victim to a business, and no child where no clause says so"


def test_version_that_opens_nothing_more_asks_for_nothing(database, talks):
    talks.concluded(1, clause(), WIDER)
    talks.sighting()
    talks.concluded(2)
    page = read_difference(database, actor(OWNER), talks.id)
    assert (page.records, page.openings) == (0, ())
    assert (Kind.CONFIRM, talks.id, 2) not in waiting(database, OWNER)


def test_owner_is_asked_once_the_version_is_signed_and_no_more_after_the_answer(database, amended):
    assert (Kind.CONFIRM, amended.id, 2) in waiting(database, OWNER)
    assert (Kind.CONFIRM, amended.id, 2) not in waiting(database, "aaron-field"), "who released nothing"
    confirm(database, person(OWNER), amended.id, version=2)
    assert (Kind.CONFIRM, amended.id, 2) not in waiting(database, OWNER)
    assert read_difference(database, actor(OWNER), amended.id).records == 0


def test_releases_taken_back_and_those_since_are_not_counted(database, amended):
    from sharing.recalls.recalling import revoke_release

    releases = {row["record_id"]: row["id"] for row in amended.rows(tables.release)}
    revoke_release(database, actor(OWNER), amended.records[0], releases[amended.records[0]])
    amended.sighting()
    assert read_difference(database, actor(OWNER), amended.id).records == 1
    assert confirm(database, person(OWNER), amended.id, version=2) == 1


def test_confirmation_is_for_one_version_only(database, amended):
    confirm(database, person(OWNER), amended.id, version=2)
    amended.concluded(3, clause(), WIDER, clause("1.4", fields=["ward", "direction"]))
    record = amended.records[0]
    assert "direction" not in amended.seen(record)
    with pytest.raises(Conflict, match="Another version is in force"):
        confirm(database, person(OWNER), amended.id, version=2)
    confirm(database, person(OWNER), amended.id, version=3)
    assert {"address", "direction"} <= set(amended.seen(record))


def test_confirmation_needs_the_role_the_agency_and_a_fresh_factor(database, amended):
    with pytest.raises(FactorRequired):
        confirm(database, stale(person(OWNER)), amended.id, version=2)
    with pytest.raises(Denied, match="A key cannot"):
        confirm(database, actor(OWNER), amended.id, version=2)
    with pytest.raises(Denied, match="Your role"):
        confirm(database, person("ruth-okafor"), amended.id, version=2)
    with pytest.raises(Missing):
        confirm(database, person("luca-ferrant"), amended.id, version=2)
    assert amended.rows(tables.confirmation_owed)[0]["settled"] is None


def stale(who):
    from dataclasses import replace
    from datetime import timedelta

    return replace(who, factor_at=clock.now() - timedelta(minutes=5))


def test_one_statement_confirms_for_many_records(database, amended):
    for _ in range(5):
        amended.sighting()
    sent = []
    listener = lambda *given: sent.append(given[2])  # noqa: E731 - kept by name to be removed
    event.listen(database.engine, "before_cursor_execute", listener)
    try:
        confirm(database, person(OWNER), amended.id, version=2)
    finally:
        event.remove(database.engine, "before_cursor_execute", listener)
    assert len([each for each in sent if each.startswith("INSERT INTO confirmation ")]) == 1


def test_releases_from_before_a_withdrawal_are_not_asked_of(database, amended):
    from sharing.agreements.withdrawing import rejoin, withdraw
    from tests.negotiating import SIGNATORY

    withdraw(database, person(SIGNATORY[COUNCIL]), amended.id, reason="Leaving.")
    rejoin(database, person(SIGNATORY[COUNCIL]), amended.id)
    assert read_difference(database, actor(OWNER), amended.id).records == 0
