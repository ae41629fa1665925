"""The data protection officer's schedule and holds: what they do, to whom they are open, and races."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.system import SystemActor, Task
from foundation import clock
from foundation.errors import Denied, Invalid, Missing
from foundation.identifiers import new_id
from sharing.records.record import record
from sharing.retention import due, retaining, schedule
from sharing.retention.retaining import Retained, retain_records
from sharing.retention.schedule import NewHold, hold_record, read_retention, release_hold, set_period
from sharing.retention.stops import Stop
from sharing.submission import NewPerson
from tests.partnership import actor
from tests.unit.sharing.retention.conftest import OWNER, RETAINER

DAY = timedelta(days=1)
#: So long somebody who may have to wait is given before the other goes on, in seconds.
_HEAD_START = 0.5
WHY = "The case of the robbery is before the court."


def after(past):
    return clock.stopped(clock.now() + past)


def test_a_hold_keeps_a_record_until_it_ends_or_is_released(scene, dpo):
    set_period(scene.database, dpo, "incident", "", "31-days")
    first, second, still = (
        scene.submit(),
        scene.submit(),
        scene.submit(stills=(scene.still(),), persons=(NewPerson(("suspect",), {}),)),
    )
    until = clock.today() + 100 * DAY
    with scene.tx() as tx:
        picture = tx.execute(select(record.c.id).where(record.c.parent == still)).scalar_one()
        named = tx.execute(select(record.c.owner_reference).where(record.c.id == first)).scalar_one()
    hold_record(scene.database, dpo, NewHold(f" {named.lower()} ", WHY, until))
    other = hold_record(scene.database, dpo, NewHold(second, WHY, until))
    hold_record(scene.database, dpo, NewHold(picture, WHY, until))
    with after(40 * DAY):
        assert scene.retain() == Retained(0, 0, 3)
        found = read_retention(scene.database, dpo)
        assert {each.record for each in found.holds} == {first, second, picture}
        assert {each.stops for each in found.review} == {(Stop.HOLD,)}
        release_hold(scene.database, dpo, other)
        assert scene.retain() == Retained(1, 0, 2)
        assert second not in scene.held()
        with pytest.raises(Missing):
            release_hold(scene.database, dpo, other)
    assert scene.retain_after(99 * DAY) == Retained(0, 0, 2)
    assert scene.retain_after(100 * DAY) == Retained(2, 1, 0)


def test_more_records_than_one_round_judges_are_each_reviewed_and_deleted_once(scene, dpo, monkeypatch):
    monkeypatch.setattr(due, "_ROUND", 2)
    set_period(scene.database, dpo, "incident", "", "31-days")
    now = clock.now()
    sent = []
    for past in (0, 1, 1, 1, 2):  # the three of one moment do not fit in a round
        with clock.stopped(now + past * DAY):
            sent.append(scene.submit())
    with clock.stopped(now + 40 * DAY):
        review = [each.due for each in read_retention(scene.database, dpo).review]
        assert [each.id for each in review] == [sent[0], *sorted(sent[1:4]), sent[4]]
        assert scene.retain() == Retained(5, 0, 0)


def test_a_hold_is_renewed_by_another_and_says_what_is_wrong_with_it(scene, dpo):
    held, theirs = scene.submit(), scene.submit(by="dan-osei")
    today = clock.today()
    hold_record(scene.database, dpo, NewHold(held, WHY, today + DAY))
    hold_record(scene.database, dpo, NewHold(held, f"{WHY} Again.", today + 365 * DAY))
    (hold,) = read_retention(scene.database, dpo).holds
    assert (hold.record, hold.until, hold.reason) == (held, today + 365 * DAY, f"{WHY} Again.")
    for new, field in (
        (NewHold(held, WHY, today + 366 * DAY), "until"),
        (NewHold(held, WHY, today), "until"),
        (NewHold(held, WHY, None), "until"),
        (NewHold(held, "Case.", today + DAY), "reason"),
        (NewHold(held, "This is TOP SECRET, for the case.", today + DAY), "reason"),
        (NewHold(theirs, WHY, today + DAY), "record"),
        (NewHold(new_id(), WHY, today + DAY), "record"),
        (NewHold("", WHY, today + DAY), "record"),
    ):
        with pytest.raises(Invalid) as refused:
            hold_record(scene.database, dpo, new)
        assert list(refused.value.problems) == [field]
    assert len(read_retention(scene.database, dpo).holds) == 1


def test_only_the_data_protection_officer_sets_periods_and_holds(scene, dpo):
    by = actor(OWNER)
    held = scene.submit()
    for refused in (
        lambda: set_period(scene.database, by, "incident", "", "31-days"),
        lambda: hold_record(scene.database, by, NewHold(held, WHY, clock.today() + DAY)),
        lambda: release_hold(scene.database, by, new_id()),
        lambda: read_retention(scene.database, by),
        lambda: retain_records(scene.database, scene.files, SystemActor(Task.EXPORT_CLEAR)),
    ):
        with pytest.raises(Denied):
            refused()
    found = read_retention(scene.database, dpo)
    assert not found.holds
    assert not any(line.own for line in found.lines)


def test_a_line_of_a_schedule_is_the_agencys_own_until_it_is_taken_out(scene, dpo):
    set_period(scene.database, dpo, "incident", "victim", "3-years")
    set_period(scene.database, dpo, "incident", "victim", "12-months")
    lines = [line for line in read_retention(scene.database, dpo).lines if line.type == "incident"]
    assert [(line.category, line.period, line.own) for line in lines] == [
        ("", "6-years", False),
        ("victim", "12-months", True),
    ]
    set_period(scene.database, dpo, "incident", "victim", "")
    assert not any(line.own for line in read_retention(scene.database, dpo).lines)
    for wrong in (("camera", "", "31-days"), ("incident", "nobody", "31-days"), ("incident", "", "2-days")):
        with pytest.raises(Invalid):
            set_period(scene.database, dpo, *wrong)


def test_a_change_deletes_nothing_before_what_falls_due_was_up_for_review(scene, dpo):
    old = scene.submit()
    with after(400 * DAY):
        set_period(scene.database, dpo, "incident", "", "31-days")
        today = clock.today()
        found = read_retention(scene.database, dpo)
        assert found.until == today + 30 * DAY
        assert [(each.due.id, each.due.day) for each in found.review] == [(old, today + 30 * DAY)]
        assert scene.retain() == Retained(0, 0, 0)
    assert scene.retain_after(429 * DAY) == Retained(0, 0, 0)
    with after(430 * DAY):
        assert read_retention(scene.database, dpo).until is None
    assert scene.retain_after(430 * DAY) == Retained(1, 0, 0)


def test_another_agencys_schedule_and_records_stay_as_they_are(scene, dpo):
    set_period(scene.database, dpo, "incident", "", "31-days")
    theirs, own = scene.submit(by="dan-osei"), scene.submit()
    with after(40 * DAY):
        assert [each.due.id for each in read_retention(scene.database, dpo).review] == [own]
        scene.retain()
    assert scene.held() == {theirs}


@pytest.mark.parametrize("first", ["the run", "the hold"])
def test_a_hold_that_comes_during_a_deletion_holds_or_is_refused(scene, dpo, monkeypatch, first):
    set_period(scene.database, dpo, "incident", "", "31-days")
    record_id = scene.submit()
    reached, go = threading.Event(), threading.Event()
    place = (retaining, "delete_record") if first == "the run" else (schedule.events, "record_held")
    original = getattr(*place)

    def paused(*given, **more):
        reached.set()
        go.wait(_HEAD_START)
        return original(*given, **more)

    monkeypatch.setattr(*place, paused)
    at = clock.now() + 40 * DAY
    acts = {
        "the run": lambda: retain_records(scene.database, scene.files, RETAINER).records,
        "the hold": lambda: hold_record(scene.database, dpo, NewHold(record_id, WHY, clock.today() + DAY)),
    }
    second = next(each for each in acts if each != first)

    def act(name):
        with clock.stopped(at):
            try:
                return acts[name]()
            except Invalid as refused:
                return refused.problems["record"]

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(act, first)
        assert reached.wait(10)
        other = pool.submit(act, second)
        results = {first: one.result(20), second: other.result(20)}
    if first == "the run":
        assert results == {"the run": 1, "the hold": "Your agency has no such record. Check the reference."}
        assert scene.held() == set()
    else:
        assert results["the run"] == 0
        assert scene.held() == {record_id}
