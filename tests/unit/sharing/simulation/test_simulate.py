"""What a version would change is what the engine does once it is signed; and nobody learns more by asking."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from foundation import clock
from foundation.errors import Denied, Invalid, Missing, PurposeRequired
from sharing.agreements import drafting
from sharing.agreements.policy import bump_epoch
from sharing.agreements.releases import NewRelease
from sharing.agreements.stages import Stage
from sharing.agreements.tables import agreement_version
from sharing.agreements.writing import plain_version
from sharing.contribution import release_record, submit
from sharing.disclosure import read_record
from sharing.recalls.recalling import revoke_release
from sharing.release.schema import Category, Treatment
from sharing.simulation.simulate import Ask, simulate
from sharing.submission import NewPerson, NewRecord
from tests.drafts import INES, NEIL, SIMON, begun, clause, entries, set_stage
from tests.partnership import ROBBERY, actor

#: The partnership's manager, who owns the records; who reads them at the council, and at the police.
AMARA, GRACE, POLICE = "amara-hollis", "grace-abara", "simon-achebe"
SHOPS = {"from": ["east-bank-bcrp"], "to": ["newham"]}
SUSPECTS = {"categories": ["suspect", "convicted"], **SHOPS}
VICTIMS = {"categories": ["victim", "witness"], **SHOPS}
D, G, M, W, A = (Treatment[name] for name in ("DISCLOSE", "GENERALISE", "MASK", "WITHHOLD", "ABSENT"))

BEFORE = [
    clause("1", fields=["admin", "event", "ward"], **SHOPS),
    clause("2", fields=["identity", "description", "category"], **SUSPECTS),
    clause("3", fields=["seen_as"], **VICTIMS),
]
AFTER = [
    clause("1", fields=["admin", "event", "place", "narrative"], **SHOPS),
    clause("1a", fields=["occurred"], treatment="generalise", **SHOPS),
    clause("2", fields=["identity", "category"], treatment="mask", **SUSPECTS),
    clause("3", fields=["seen_as", "given_name"], **VICTIMS),
    clause("4", fields=["gender"], treatment="withhold", **SUSPECTS),
]


def amended(database):
    """An agreement of the partnership's in force, and a draft of what is to follow."""
    place = begun(database, *BEFORE, by=AMARA)
    set_stage(database, place, Stage.SIGNED)
    following = drafting.begin_amendment(database, actor(AMARA), place[0])
    found = drafting.read_version(database, actor(AMARA), following)
    raw = {**plain_version(found.terms), "clauses": AFTER}
    drafting.change_draft(database, actor(AMARA), following, 1, raw)
    return following


def activate(database, place):
    """What signing does, in short: the version is signed and begins now."""
    with database.transaction() as tx:
        tx.execute(
            update(agreement_version)
            .where(agreement_version.c.agreement_id == place[0], agreement_version.c.number == place[1])
            .values(stage=Stage.SIGNED, from_at=clock.now())
        )
        bump_epoch(tx)


def incident(database, by=AMARA):
    values = {"crime_type": "shoplifting", "occurred": clock.now() - timedelta(hours=3), "ward": "Stratford",
              "address": "1 Broadway", "account": "Took six bottles.", "method": ["concealed"]}  # fmt: skip
    people = (
        NewPerson(("suspect",), {"given_name": "Adam", "family_name": "Suspectson", "gender": "male",
                                 "date_of_birth": "1990-01-01", "build": "slim"}),
        NewPerson(("victim",), {"given_name": "Vera", "family_name": "Quillfeather", "seen_as": "female",
                                "date_of_birth": "1991-01-01"}),
    )  # fmt: skip
    return submit(database, actor(by), NewRecord("incident", values, persons=people)).id


def let_go(database, place, record):
    release = NewRelease(place[0], (ROBBERY,), ("*",), text="Bottles were taken.")
    return release_record(database, actor(AMARA), record, release)


def shown(database, record, who=GRACE):
    """Every field that the reader is told of, by whom it is of, and the treatment."""
    released = read_record(database, actor(who), "incident", record).record
    found = {}
    for group in (released, *released.persons):
        whom = getattr(group, "link", "")
        found |= {(whom, name): D for name in group.disclosed}
        found |= {(whom, name): each.treatment for name, each in group.treated.items()}
        found |= {(whom, name): W for name in group.withheld}
    return found


def difference(before, after):
    places = {place for place in {*before, *after} if before.get(place, A) is not after.get(place, A)}
    return {(place[1], before.get(place, A), after.get(place, A)) for place in places}


def foretold(found, audience="newham"):
    return {
        (change.field, change.before, change.after)
        for change, purposes in found.changes.items()
        if change.audience == audience and ROBBERY in purposes
    }


def test_what_would_open_and_close_is_what_the_engine_shows_after_signing(database):
    place, record = amended(database), incident(database)
    found = simulate(database, actor(AMARA), place, Ask((("incident", record),)))
    release = let_go(database, place, record)
    before = shown(database, record)
    activate(database, place)
    revoke_release(database, actor(AMARA), record, release)
    let_go(database, place, record)
    after = shown(database, record)
    happened = difference(before, after)
    assert foretold(found) == happened
    assert ("address", W, D) in happened
    assert ("account", W, D) in happened
    assert ("occurred", D, G) in happened
    assert ("family_name", D, M) in happened
    assert ("build", D, W) in happened
    assert ("given_name", W, D) in happened
    opens = {each.field for each in found.changes if each.opens and each.audience == "newham"}
    assert opens == {field for field, was, is_ in happened if is_ < was and is_ < W}
    closes = {each.field for each in found.changes if each.closes and each.audience == "newham"}
    assert closes == {field for field, was, is_ in happened if is_ > was and was < W}


def test_what_is_shared_already_closes_at_once_and_opens_only_when_confirmed(database):
    place, record = amended(database), incident(database)
    let_go(database, place, record)
    found = simulate(database, actor(AMARA), place, Ask((("incident", record),), shared=True))
    before = shown(database, record)
    activate(database, place)
    happened = difference(before, shown(database, record))
    assert foretold(found) == happened
    assert happened
    assert all(was < is_ for _, was, is_ in happened)


def test_a_record_that_is_released_to_nobody_changes_for_nobody(database):
    place, record = amended(database), incident(database)
    found = simulate(database, actor(AMARA), place, Ask((("incident", record),), shared=True))
    assert found.changes == {}
    assert found.side.exists == (False, False)


def test_one_entry_names_the_own_records_and_no_value(database):
    place, record = amended(database), incident(database)
    with entries(database) as left:
        found = simulate(database, actor(AMARA), place, Ask((("incident", record),), audiences=("newham",)))
    (entry,) = left
    assert (entry["event"], entry["operation"]) == ("sharing:agreement:terms-simulated", "consultation")
    assert record in entry["records"]
    assert set(entry["records"]) == {record, *(each.id for each in found.offered)}
    detail = entry["detail"]
    assert (detail["agreement"], detail["number"], detail["audiences"]) == (*place, ["newham"])
    assert detail["opens"] == sum(each.opens for each in found.changes) > 0
    assert detail["closes"] == sum(each.closes for each in found.changes) > 0
    assert entry["agencies"] == ["east-bank-bcrp"]
    assert not {"Adam", "Suspectson", "Quillfeather", "bottles"} & set(json.dumps(entry).split('"'))


def test_side_by_side_shows_own_values_as_the_audience_would_see_them(database):
    place, record = amended(database), incident(database)
    focus = (record, "newham", ROBBERY)
    found = simulate(database, actor(AMARA), place, Ask((("incident", record),), focus=focus))
    lines = {
        (line.place.somebody and min(line.place.somebody.categories), line.place.field): line
        for line in found.side.lines
    }
    assert (found.side.sample, found.side.audience, found.side.purpose) == focus
    name = lines[Category.SUSPECT, "family_name"]
    assert (name.before.value, name.after.value.text) == ("Suspectson", "S.")
    assert lines[None, "occurred"].after.value.text.endswith(":00")
    assert lines[None, "account"].before.value is None
    assert lines[None, "account"].after.value == "The text that you would write for sharing."
    assert "Quillfeather" not in repr(found.side)


def test_another_partys_people_try_only_their_own_agencys_records(database):
    place, record = amended(database), incident(database)
    let_go(database, place, record)
    assert read_record(database, actor(GRACE), "incident", record).record.id == record
    set_stage(database, place, Stage.REVIEW)
    for who in (INES, SIMON):
        with pytest.raises(Missing):
            simulate(database, actor(who), place, Ask((("incident", record),)))
        found = simulate(database, actor(who), place, Ask())
        assert record not in {each.id for each in found.offered}
        assert all(each.startswith("invented-") for each, _ in found.samples)


def test_own_records_are_tried_only_as_far_as_ones_role_shows_them(database):
    place = begun(database)
    opens = {"from": ["newham"], "to": ["metropolitan-north-east"]}
    clauses = [
        clause("1", fields=["admin", "event"], **opens),
        clause("2", fields=["identity", "category"], categories=["suspect"], **opens),
    ]
    drafting.put_clauses(database, actor(INES), place, 1, clauses)
    record = incident(database, by="luca-ferrant")
    found = simulate(database, actor(INES), place, Ask((("incident", record),)))
    assert {each.about for each in found.changes} == {""}
    assert {"status", "occurred"} <= {each.field for each in found.changes}
    assert "family_name" not in {each.field for each in found.changes}
    assert "Suspectson" not in repr(found)
    assert record in {each.id for each in found.offered}


def test_who_has_no_records_tries_invented_ones_of_every_category_and_age(database):
    place = amended(database)
    set_stage(database, place, Stage.SIGNING)
    found = simulate(database, actor(SIMON), place, Ask(owner="east-bank-bcrp"))
    assert found.offered == ()
    assert found.ask.owner == "east-bank-bcrp"
    abouts = {each.about for each in found.changes if each.audience == "newham"}
    assert {"", "suspect", "convicted", "victim", "witness"} <= abouts
    assert not any(each.endswith("-child") for each in abouts)  # no clause is for children
    assert found.side.sample.startswith("invented-")


def test_samples_have_every_category_grown_up_and_under_age(database):
    place = begun(
        database,
        clause("1", fields=["description"], categories=[each.value for each in Category], children="also"),
        clause("2", fields=["admin"]),
    )
    found = simulate(database, actor(INES), place, Ask(owner="metropolitan-north-east"))
    described = {each.about for each in found.changes if each.field == "build"}
    assert described == {f"{each.value}{age}" for each in Category for age in ("", "-child")}


def test_a_party_that_is_new_is_not_told_what_was_in_force(database):
    place = amended(database)
    found = drafting.read_version(database, actor(AMARA), place)
    parties = [*found.terms.parties, "metropolitan-east-area"]
    drafting.change_draft(
        database, actor(AMARA), place, 2, {**plain_version(found.terms), "parties": parties}
    )
    set_stage(database, place, Stage.REVIEW)
    found = simulate(database, actor(NEIL), place, Ask(owner="east-bank-bcrp"))
    assert {each.before for each in found.changes} == {A}
    assert found.side.exists[0] is False


def test_a_version_that_says_the_same_changes_nothing(database):
    place = begun(database, *BEFORE, by=AMARA)
    set_stage(database, place, Stage.SIGNED)
    following = drafting.begin_amendment(database, actor(AMARA), place[0])
    found = simulate(database, actor(AMARA), following, Ask())
    assert found.changes == {}
    assert found.side is not None


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (Ask(audiences=("nobody",)), "audiences"),
        (Ask(owner="metropolitan-east-area"), "owner"),
        (Ask(records=tuple(("incident", str(n)) for n in range(11))), "records"),
    ],
)
def test_what_cannot_be_tried_is_said(database, ask, field):
    place = amended(database)
    with pytest.raises(Invalid) as caught:
        simulate(database, actor(AMARA), place, ask)
    assert list(caught.value.problems) == [field]


def test_only_who_may_draft_or_sign_tries_and_only_versions_that_they_may_read(database):
    place = amended(database)
    for who in (INES, SIMON, NEIL):
        with pytest.raises(Missing):
            simulate(database, actor(who), place, Ask())
    set_stage(database, place, Stage.REVIEW)
    for who in (GRACE, "leon-baptiste"):
        with pytest.raises(Denied):
            simulate(database, actor(who), place, Ask())
    with pytest.raises(Missing):
        simulate(database, actor(NEIL), place, Ask())


def test_own_records_need_a_purpose_and_invented_ones_do_not(database):
    place, record = amended(database), incident(database)
    aimless = actor(AMARA, None)
    assert simulate(database, aimless, place, Ask()).offered == ()
    with pytest.raises(PurposeRequired):
        simulate(database, aimless, place, Ask((("incident", record),)))
