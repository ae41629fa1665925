"""A court's order of anonymity: what it closes and to whom, at the next read; who is told, and how little."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Invalid, Missing
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.tables import ledger_pending
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.handling.order_lists import list_orders, note_order, read_cover
from sharing.handling.orders import end_order, preview_order, record_order
from sharing.records.record import link
from sharing.submission import NewPerson, NewRecord
from tests.partnership import ROBBERY, actor
from tests.unit.sharing.recalls.conftest import BUSINESS, COUNCIL, OWNER, TRANSPORT, scene

__all__ = ["scene"]

OTHER = "hugh-barrow"


def fresh(user=OWNER):
    return replace(actor(user), factor_at=clock.now())


def link_of(scene, record_id, user=OWNER):
    return scene.look(user, record_id).persons[0].link


def same_person(scene, first, second):
    with scene.database.transaction() as tx:
        person = tx.execute(select(link.c.person_id).where(link.c.record_id == first)).scalar_one()
        tx.execute(update(link).where(link.c.record_id == second).values(person_id=person))


def ordered(scene, record_id, reference="[2026] EWHC 12", who=None):
    where = (scene.database, who or fresh(), "incident", record_id, link_of(scene, record_id))
    return record_order(*where, reference=reference)


def of_transport(scene):
    """A record of British Transport Police's, shared with the police and the council."""
    values = {"given_name": "Adam", "family_name": "Suspectson"}
    new = NewRecord(
        "incident",
        {"crime_type": "robbery", "occurred": clock.now() - timedelta(hours=5), "ward": "Hacton"},
        persons=(NewPerson(("suspect",), values),),
        releases=(NewRelease("HAV-CSP-01", (ROBBERY,), ("metropolitan-east-area", COUNCIL), text="Seen."),),
    )
    return submit(scene.database, actor(OTHER), new).id


def told_of(scene, record_id, user=OTHER):
    """What the user's agency was told of the record and nobody noted yet."""
    told = list_orders(scene.database, actor(user)).told
    return [each for each in told if each.record == record_id]


def entries(scene):
    with scene.database.transaction() as tx:
        rows = tx.execute(select(ledger_pending.c.detail).order_by(ledger_pending.c.seq)).scalars()
        return [json.loads(seen_by(row, None)) for row in rows]


def test_order_closes_the_person_and_the_texts_at_the_next_read_on_every_record(scene):
    made, theirs = scene.incident(TRANSPORT), of_transport(scene)
    same_person(scene, made, theirs)
    assert scene.look("imran-sadiq", made).persons[0].fields["family_name"] == "Suspectson"
    assert scene.look("femi-oyelaran", theirs).persons[0].fields["family_name"] == "Suspectson"
    ordered(scene, made)
    shown = scene.look("imran-sadiq", made)
    assert shown.persons[0].withheld["family_name"].reason == "anonymity-order"
    assert shown.withheld["account"].reason == "anonymity-order"
    assert shown.fields["crime_reference"] == "4021777/26"  # the record's own reference is not covered
    # on another owner's record it binds everybody but that owner's staff and the holder's
    assert scene.look("femi-oyelaran", theirs).persons[0].fields["family_name"] == "Suspectson"
    assert scene.look("dan-osei", theirs).withheld["account"].reason == "anonymity-order"
    assert scene.look(OTHER, theirs).persons[0].fields["family_name"] == "Suspectson"


def test_owner_of_another_record_is_told_that_it_is_covered_and_no_more(scene):
    made, theirs = scene.incident(TRANSPORT), of_transport(scene)
    same_person(scene, made, theirs)
    before = len(entries(scene))
    order = ordered(scene, made, reference="GRUMBLEWORTH-7")
    (told,) = told_of(scene, theirs)
    assert told.what == "begun"
    left = entries(scene)[before:]
    (covers,) = [entry for entry in left if entry["event"] == "sharing:order:covers"]
    assert (covers["agencies"], covers["agency"], covers["actor"]) == ([TRANSPORT], TRANSPORT, "portal")
    assert covers["records"] == [theirs]
    for part in (repr(told), json.dumps(covers)):
        for word in ("metropolitan", "GRUMBLEWORTH", OWNER, made, order):
            assert word not in part
    assert "GRUMBLEWORTH" not in json.dumps(left)
    assert len(read_cover(scene.database, actor(OTHER), theirs).covered) == 1
    assert read_cover(scene.database, actor(OTHER), theirs).held == {}
    ((on, held),) = read_cover(scene.database, actor(OWNER), made).held.items()
    assert (on, held.id, held.court_reference) == (link_of(scene, made), order, "GRUMBLEWORTH-7")
    note_order(scene.database, actor(OTHER), told.id)
    assert told_of(scene, theirs, "imran-sadiq") == []
    with pytest.raises(Missing):
        note_order(scene.database, actor(OTHER), told.id)


def test_notice_of_one_owner_is_not_there_for_another(scene):
    made, theirs = scene.incident(TRANSPORT), of_transport(scene)
    same_person(scene, made, theirs)
    ordered(scene, made)
    (told,) = told_of(scene, theirs)
    assert list_orders(scene.database, actor("dan-osei")).told == ()
    for user in ("dan-osei", OWNER):
        with pytest.raises(Missing):
            note_order(scene.database, actor(user), told.id)


def test_order_ends_with_a_reason_and_all_is_as_before(scene):
    made, theirs = scene.incident(TRANSPORT), of_transport(scene)
    same_person(scene, made, theirs)
    order = ordered(scene, made)
    with pytest.raises(Invalid):
        end_order(scene.database, fresh(), order, reason=" ")
    with pytest.raises(Missing):
        end_order(scene.database, fresh(OTHER), order, reason="The court lifted it.")
    end_order(scene.database, fresh(), order, reason="The court lifted it.")
    assert scene.look("imran-sadiq", made).persons[0].fields["family_name"] == "Suspectson"
    assert [each.what for each in told_of(scene, theirs)] == ["begun", "ended"]
    with pytest.raises(Missing):
        end_order(scene.database, fresh(), order, reason="Again.")
    assert "lifted" not in json.dumps(entries(scene))


def test_preview_names_own_records_only_and_leaves_nothing(scene):
    made, second, theirs = scene.incident(TRANSPORT, BUSINESS), scene.incident(COUNCIL), of_transport(scene)
    for other in (second, theirs):
        same_person(scene, made, other)
    found = preview_order(scene.database, actor(OWNER), "incident", made, link_of(scene, made))
    covered = {each.record: each.changes for each in found}
    assert set(covered) == {made, second}
    transport = next(each for each in covered[made] if each.agencies == ("BTP",) and each.role is None)
    key = f"persons.{link_of(scene, made)}.family_name"
    assert key in transport.closes
    assert "account" in transport.closes
    assert scene.look("imran-sadiq", made).persons[0].fields["family_name"] == "Suspectson"
    assert told_of(scene, theirs) == []


def test_order_needs_a_fresh_proof_the_releasing_role_and_an_own_record(scene):
    made = scene.incident(TRANSPORT)
    on = link_of(scene, made)

    def enter(who, record_id=made, type_="incident"):
        return record_order(scene.database, who, type_, record_id, on, reference="X 1")

    with pytest.raises(FactorRequired):
        enter(replace(actor(OWNER), factor_at=clock.now() - timedelta(minutes=6)))
    with pytest.raises(Denied):
        enter(actor(OWNER))  # as a key asks
    with pytest.raises(Denied):
        enter(fresh("george-tan"))
    with pytest.raises(Missing):
        enter(fresh(OTHER))
    with pytest.raises(Missing):
        enter(fresh(), type_="sighting")
    with pytest.raises(Missing):
        record_order(scene.database, fresh(), "incident", scene.incident(), on, reference="X 1")
    assert scene.look("imran-sadiq", made).persons[0].fields["family_name"] == "Suspectson"


def test_second_order_for_the_same_person_is_refused_whoever_holds_the_first(scene):
    made, theirs = scene.incident(TRANSPORT), of_transport(scene)
    same_person(scene, made, theirs)
    ordered(scene, made)
    with pytest.raises(Conflict, match="covers this person already"):
        ordered(scene, made)
    on = scene.look(OTHER, theirs).persons[0].link
    with pytest.raises(Conflict, match="covers this person already") as refused:
        record_order(scene.database, fresh(OTHER), "incident", theirs, on, reference="X 2")
    assert "Metropolitan" not in str(refused.value)


def test_of_several_who_enter_it_at_once_one_does(scene):
    made = scene.incident(TRANSPORT)
    on = link_of(scene, made)

    def enter(_):
        try:
            return record_order(scene.database, fresh(), "incident", made, on, reference="X 3")
        except Conflict:
            return None

    with ThreadPoolExecutor(6) as pool:
        won = [each for each in pool.map(enter, range(6)) if each]
    assert len(won) == 1
