"""What is deleted when, what keeps it, and what is told of it afterwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from foundation import clock
from foundation.errors import Deleted, Missing, Unavailable
from foundation.ledger.reading import entries_of_record
from sharing.agreements.releases import NewRelease
from sharing.agreements.tables import break_glass
from sharing.disclosure import read_record
from sharing.handling.tables import anonymity_order
from sharing.inserts import link_records
from sharing.recalls.tables import recall, recall_notice
from sharing.records.media import media
from sharing.records.order import order
from sharing.records.record import link, record
from sharing.requests.tables import request
from sharing.retention import retaining
from sharing.retention.retaining import Retained
from sharing.retention.schedule import read_retention, set_period
from sharing.retention.stops import Stop
from sharing.submission import NewPerson
from tests.partnership import ROBBERY, actor
from tests.unit.sharing.retention.conftest import OWNER, POLICE

DAY = timedelta(days=1)
TO_COUNCIL = NewRelease("HAV-CSP-01", (ROBBERY,), ("havering",), text="Seen near the station.")


def after(past):
    return clock.stopped(clock.now() + past)


def test_a_record_goes_on_the_day_on_which_its_period_ends_and_not_before(scene, dpo):
    set_period(scene.database, dpo, "incident", "", "31-days")
    kept, gone = scene.submit("sighting"), scene.submit()
    assert scene.retain_after(30 * DAY) == Retained(0, 0, 0)
    assert scene.retain_after(31 * DAY) == Retained(1, 0, 0)
    assert scene.held() == {kept}
    with scene.tx() as tx:
        (entry,) = [each for each in entries_of_record(tx, gone, 9) if each.event == "sharing:record:deleted"]
    assert (entry.operation, entry.records, entry.agencies) == ("erasure", (gone,), (POLICE, "portal"))
    today = clock.today().isoformat()
    assert entry.detail == {
        "purpose": "", "type": "incident", "rule": "incident all 31-days agency", "last": today,
    }  # fmt: skip


def test_what_happens_to_a_record_later_lets_its_time_begin_anew(scene, dpo):
    set_period(scene.database, dpo, "incident", "", "3-months")
    first = scene.submit()
    with after(80 * DAY):
        second = scene.submit()
        with scene.tx() as tx:
            link_records(tx, actor(OWNER), second, first)
    assert scene.retain_after(100 * DAY).records == 0
    assert scene.retain_after(180 * DAY).records == 2


def test_a_person_is_kept_while_the_agency_has_an_event_of_theirs(scene, dpo):
    set_period(scene.database, dpo, "subject", "", "12-months")
    page = scene.submit("subject", persons=(NewPerson(("suspect",), {"given_name": "Ada"}),))
    with scene.tx() as tx:
        someone = tx.execute(select(link.c.person_id).where(link.c.record_id == page)).scalar_one()
        tx.execute(update(record).where(record.c.id == page).values(person_id=someone))
    with after(300 * DAY):
        scene.submit(persons=(NewPerson(("suspect",), {}, person=someone),))
    assert scene.retain_after(400 * DAY).records == 0
    assert scene.retain_after(670 * DAY).records == 1
    assert page not in scene.held()


def test_an_order_is_counted_from_its_end(scene, dpo):
    set_period(scene.database, dpo, "order", "", "31-days")
    made = scene.submit("order")
    with scene.tx() as tx:
        ends = clock.today() + 700 * DAY
        tx.execute(update(order).where(order.c.record_id == made).values(ends=ends))
    assert scene.retain_after(720 * DAY).records == 0
    assert scene.retain_after(731 * DAY).records == 1


def test_a_still_goes_with_its_record_and_before_it_only_by_a_line_of_its_own(scene, dpo):
    incident = scene.submit(persons=(NewPerson(("suspect",), {}),), stills=(scene.still(),))
    assert scene.retain_after(40 * DAY).records == 0
    set_period(scene.database, dpo, "media", "", "31-days")
    assert scene.retain_after(40 * DAY) == Retained(1, 1, 0)
    assert scene.held() == {incident}
    assert not [path for path in (scene.folder / "files").rglob("*") if path.is_file()]


def test_a_child_of_a_business_is_kept_for_half_the_time(scene):
    child = NewPerson(("suspect",), {}, may_be_child=True)
    adult = NewPerson(("suspect",), {"date_of_birth": date(1980, 2, 3)})
    of_child, of_adult = (scene.submit(by="tom-brandreth", persons=(each,)) for each in (child, adult))
    with scene.tx() as tx:
        tx.execute(update(record).values(happened=clock.now()))
    scene.retain_after(370 * DAY)
    assert scene.held() == {of_adult}
    assert of_child not in scene.held()
    scene.retain_after(740 * DAY)
    assert scene.held() == set()


def rows_of_stops(scene, ids):
    """What keeps a record, by the stop: a row, and how it ends."""
    incident, person_link, person = ids
    at, day = clock.now(), clock.today()
    asked = {
        "agreement_id": "HAV-CSP-01", "purpose": ROBBERY, "by_user": "dan-osei", "by_agency": "havering",
        "by_key": False, "fields": [], "users": [], "everybody": False, "basis": "task", "gateway": "crime",
        "need": "N", "proportion": "P", "urgency": "normal", "days": 9, "keeping": "28-days",
        "security": "portal", "asked_at": at, "due_at": at, "state": "open",
    }  # fmt: skip
    glass = {
        "user_id": "dan-osei", "agency_id": "havering", "role": "officer", "danger": "life", "reason": "R",
        "purpose": ROBBERY, "asked_at": at, "factor_at": at, "overdue": False,
    }  # fmt: skip
    recalled = {"kind": "correction", "fields": [], "message": "M", "at": at, "due": day}
    notice = {"recall_id": "r", "agency_id": "havering", "type": "incident", "reference": "", "copies": []}
    on = {"record_id": incident, "owner": POLICE}
    ordered = {"person_id": person, "holder": POLICE, "link_id": person_link, "reference": "C"}
    by = {"by_user": OWNER, "at": at}
    return {
        Stop.REQUEST: ([(request, {"id": "q", **on, **asked})], (request, {"state": "refused"})),
        Stop.GLASS: (
            [(break_glass, {"id": "g", "record_id": incident, **glass})],
            (break_glass, {"reviewed": at}),
        ),
        Stop.RECALL: (
            [(recall, {"id": "r", **on, **recalled, "reason": "R", "by_user": OWNER}),
             (recall_notice, {"id": "n", **on, **recalled, **notice})],
            (recall_notice, {"acknowledged_at": at}),
        ),
        Stop.ORDER: (
            [(anonymity_order, {"id": "o", "record_id": incident, **ordered, **by})],
            (anonymity_order, {"ended_at": at}),
        ),
        Stop.FOOTAGE: ([], (media, {"hold_until": day})),
        Stop.COPY: ([], (record, {"derived_from": None})),
        Stop.KEEPER: ([], (record, {"keeper": None})),
    }  # fmt: skip


@pytest.mark.parametrize(
    "stop", [Stop.REQUEST, Stop.GLASS, Stop.RECALL, Stop.ORDER, Stop.FOOTAGE, Stop.COPY, Stop.KEEPER]
)
def test_what_is_open_keeps_a_record_until_it_is_done(scene, dpo, stop):
    set_period(scene.database, dpo, "incident", "", "31-days")
    incident = scene.submit(persons=(NewPerson(("victim",), {}),), stills=(scene.still(),))
    other = scene.submit("vehicle")
    with scene.tx() as tx:
        on = tx.execute(select(link.c.id, link.c.person_id)).one()
        rows, (table, done) = rows_of_stops(scene, (incident, *on))[stop]
        for each, row in rows:
            tx.execute(insert(each), row)
        if stop is Stop.FOOTAGE:
            tx.execute(update(media).values(hold_until=clock.today() + 400 * DAY))
        if stop in {Stop.COPY, Stop.KEEPER}:
            names = {Stop.COPY: {"derived_from": incident}, Stop.KEEPER: {"keeper": on.id}}[stop]
            tx.execute(update(record).where(record.c.id == other).values(**names))
    with after(40 * DAY):
        assert scene.retain() == Retained(0, 0, 1)
        assert incident in scene.held()
        (line,) = read_retention(scene.database, dpo).review
        assert (line.due.id, line.stops) == (incident, (stop,))
        with scene.tx() as tx:
            tx.execute(update(table).values(**done))
        assert scene.retain() == Retained(1, 1, 0)
    assert scene.held() == {other}


def test_whoever_was_shown_it_learns_that_it_was_deleted_and_nobody_else(scene, dpo):
    set_period(scene.database, dpo, "incident", "", "31-days")
    shown, unseen = (scene.submit(releases=(TO_COUNCIL,)) for _ in range(2))
    read_record(scene.database, actor("dan-osei"), "incident", shown)
    with after(40 * DAY):
        scene.retain()
        for who, record_id, expected in (
            ("dan-osei", shown, Deleted),
            (OWNER, shown, Deleted),
            (OWNER, unseen, Deleted),
            ("dan-osei", unseen, Missing),
            ("imran-sadiq", shown, Missing),
            ("magda-kowalska", shown, Missing),
        ):
            with pytest.raises(expected):
                read_record(scene.database, actor(who), "incident", record_id)
        with pytest.raises(Missing):
            read_record(scene.database, actor("dan-osei"), "sighting", shown)
    with after(40 * DAY + retaining.TOLD_FOR + DAY):
        scene.retain()
        with pytest.raises(Missing):
            read_record(scene.database, actor("dan-osei"), "incident", shown)


class Torn(BaseException):
    """The process is killed here."""


def test_a_run_that_is_killed_anywhere_is_gone_on_with(scene, dpo, monkeypatch):
    set_period(scene.database, dpo, "incident", "", "31-days")
    for _ in range(3):
        scene.submit(persons=(NewPerson(("suspect",), {}),), stills=(scene.still(),))

    def torn(*_):
        raise Torn

    for place in ("delete_exports", "_clear_files"):
        calls = iter([getattr(retaining, place), *[torn] * 9])
        with monkeypatch.context() as patch:
            patch.setattr(retaining, place, lambda *given, calls=calls: next(calls)(*given))
            with pytest.raises(Torn):
                scene.retain_after(40 * DAY)
    left = len(scene.held())
    assert 0 < left < 6
    scene.retain_after(40 * DAY)
    assert scene.held() == set()
    assert not [path for path in (scene.folder / "files").rglob("*") if path.is_file()]


def test_files_go_by_a_later_run_if_the_store_cannot_be_reached(scene, dpo, monkeypatch):
    set_period(scene.database, dpo, "incident", "", "31-days")
    scene.submit(persons=(NewPerson(("suspect",), {}),), stills=(scene.still(),))

    def away(_):
        raise Unavailable("The file store cannot be reached.")

    with monkeypatch.context() as patch:
        patch.setattr(scene.files, "delete", away)
        with pytest.raises(Unavailable):
            scene.retain_after(40 * DAY)
    assert scene.held() == set()
    assert scene.retain_after(40 * DAY).files == 1
    assert not [path for path in (scene.folder / "files").rglob("*") if path.is_file()]
