"""Acknowledging a recall; what owner, recipients and data protection officers see of it, late ones first."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from auth.tables import user as users
from foundation import clock
from foundation.errors import Conflict, Denied, Invalid, Missing
from sharing.recalls.kinds import Done
from sharing.recalls.lists import list_recalls, read_recall
from sharing.recalls.notices import Acknowledgement, acknowledge, read_notice
from sharing.recalls.recalling import recall
from sharing.recalls.tables import recall_notice
from sharing.waiting import count_waiting, list_waiting
from tests.ledgers import entries_waiting
from tests.partnership import actor
from tests.unit.sharing.recalls.conftest import BUSINESS, COUNCIL, OWNER, POLICE, TRANSPORT


@pytest.fixture
def told(scene, act):
    """A correction that tells two people of transport police and one of the council: (record, recall)."""
    made = scene.incident(TRANSPORT, COUNCIL)
    for who in ("imran-sadiq", "hugh-barrow", "dan-osei"):
        scene.look(who, made)
    what = act(values={"ward": "Hacton"}, message="Ask again if you used it.", reason="Grumbleworth erred.")
    return made, recall(scene.database, actor(OWNER), "incident", made, what).id


def notice_of(scene, record_id, who):
    return scene.notices(record_id)[who]["id"]


def make_late(scene, notice_id, days=2):
    with scene.database.transaction() as tx:
        due = clock.today() - timedelta(days=days)
        tx.execute(update(recall_notice).where(recall_notice.c.id == notice_id).values(due=due))


def test_notice_says_what_and_never_the_reason_the_value_or_anybody_else(scene, told):
    made, _ = told
    notice = read_notice(scene.database, actor("imran-sadiq"), notice_of(scene, made, "imran-sadiq"))
    assert (notice.fields, notice.message, notice.owner) == (("ward",), "Ask again if you used it.", POLICE)
    assert notice.reference  # transport police read the record's reference
    for word in ("Hacton", "St Edward", "Grumbleworth", "Barrow", "hugh", "havering", "Osei"):
        assert word not in repr(notice)


def test_notice_is_its_persons_alone(scene, told):
    made, _ = told
    notice = notice_of(scene, made, "imran-sadiq")
    for who in ("hugh-barrow", "dan-osei", OWNER, "noor-haddad", "magda-kowalska"):
        with pytest.raises(Missing):
            read_notice(scene.database, actor(who), notice)
        with pytest.raises(Missing):
            acknowledge(scene.database, actor(who), notice, Acknowledgement(Done.NONE))
    assert notice not in {each.id for each in list_recalls(scene.database, actor("hugh-barrow")).mine}


def test_answer_is_kept_once_with_an_entry_that_the_owner_reads(scene, told):
    made, recall_id = told
    notice = notice_of(scene, made, "imran-sadiq")
    answer = Acknowledgement(Done.KEPT, "Exhibit IS/4, held for court.")
    acknowledge(scene.database, actor("imran-sadiq"), notice, answer)
    with pytest.raises(Conflict):
        acknowledge(scene.database, actor("imran-sadiq"), notice, Acknowledgement(Done.NONE))
    entries = entries_waiting(scene.database)
    (entry,) = [
        each for each in entries if each["detail"].get("notice") == notice and "done" in each["detail"]
    ]
    assert (set(entry["agencies"]), entry["detail"]["done"]) == ({POLICE, TRANSPORT}, "kept")
    assert "Exhibit" not in json.dumps(entry)
    page = read_recall(scene.database, actor(OWNER), recall_id)
    answers = {person.name: person for agency in page.agencies for person in agency.people}
    assert answers["PS Imran Sadiq"].said == "Exhibit IS/4, held for court."
    assert answers["DC Hugh Barrow"].acknowledged_at is None
    assert (page.line.told, page.line.answered) == (3, 1)


def test_keeping_a_copy_needs_a_reason(scene, told):
    made, _ = told
    with pytest.raises(Invalid) as refused:
        acknowledge(
            scene.database,
            actor("imran-sadiq"),
            notice_of(scene, made, "imran-sadiq"),
            Acknowledgement(Done.KEPT, " "),
        )
    assert set(refused.value.problems) == {"said"}


def test_of_several_answers_at_once_one_stands(scene, told):
    made, _ = told
    notice = notice_of(scene, made, "dan-osei")

    def answer(_):
        try:
            acknowledge(scene.database, actor("dan-osei"), notice, Acknowledgement(Done.DELETED))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(answer, range(6))) == [False] * 5 + [True]


def test_late_recalls_stand_first_for_the_owner_and_say_who(scene, told, act):
    made, recall_id = told
    make_late(scene, notice_of(scene, made, "hugh-barrow"))
    newer = scene.incident(TRANSPORT)
    scene.look("imran-sadiq", newer)
    recall(scene.database, actor(OWNER), "incident", newer, act(values={"ward": "Hacton"}))
    lines = list_recalls(scene.database, actor(OWNER)).own
    lates = [line.late > 0 for line in lines]
    assert lates == sorted(lates, reverse=True)
    assert recall_id in {line.id for line in lines if line.late}
    assert newer in {line.record for line in lines if not line.late}
    page = read_recall(scene.database, actor(OWNER), recall_id)
    (barrow,) = [person for agency in page.agencies for person in agency.people if person.days_late]
    assert (barrow.name, barrow.days_late) == ("DC Hugh Barrow", 2)


def test_pages_of_own_recalls_follow_one_another(scene, act):
    made = scene.incident(TRANSPORT)
    wards = ("Hacton", "Heaton", "Gooshays", "Hylands", "Pettits")
    ids = [
        recall(scene.database, actor(OWNER), "incident", made, act(values={"ward": ward})).id
        for ward in wards
    ]
    paged, after = [], None
    while True:
        page = list_recalls(scene.database, actor(OWNER), after=after, limit=2)
        paged += [line.id for line in page.own if not line.late]
        after = page.next
        if after is None:
            break
    assert [each for each in paged if each in ids] == ids[::-1]
    assert len(set(paged)) == len(paged)


def test_recipients_see_nothing_of_the_owners_side(scene, told):
    _, recall_id = told
    for who in ("imran-sadiq", "dan-osei"):
        with pytest.raises(Missing):
            read_recall(scene.database, actor(who), recall_id)
        assert recall_id not in {line.id for line in list_recalls(scene.database, actor(who)).own}
    with pytest.raises(Denied):
        read_recall(scene.database, actor("magda-kowalska"), recall_id)


def test_officer_of_data_protection_answers_for_who_is_late_or_has_left(scene, told):
    made, _ = told
    sadiq, barrow = notice_of(scene, made, "imran-sadiq"), notice_of(scene, made, "hugh-barrow")

    def seen():
        return {each.id for each in list_recalls(scene.database, actor("noor-haddad")).stood_in_for}

    assert not {sadiq, barrow} & seen()
    make_late(scene, sadiq)
    with scene.database.transaction() as tx:
        tx.execute(update(users).where(users.c.id == "hugh-barrow").values(disabled=True))
    assert {sadiq, barrow} <= seen()
    assert read_notice(scene.database, actor("noor-haddad"), sadiq).reference == ""
    acknowledge(scene.database, actor("noor-haddad"), barrow, Acknowledgement(Done.DELETED, "His disk."))
    assert barrow not in seen()
    with pytest.raises(Missing):
        read_notice(scene.database, actor("ruth-okafor"), sadiq)
    with scene.database.transaction() as tx:
        tx.execute(update(users).where(users.c.id == "hugh-barrow").values(disabled=False))


def test_notice_waits_for_its_person_and_lateness_for_who_recalled(scene, act):
    made = scene.incident(BUSINESS)
    scene.look("magda-kowalska", made)
    before = {each.id for each in list_waiting(scene.database, actor(OWNER))}
    made_recall = recall(scene.database, actor(OWNER), "incident", made, act(values={"ward": "Hacton"})).id
    notice = notice_of(scene, made, "magda-kowalska")
    waiting = {each.id: each for each in list_waiting(scene.database, actor("magda-kowalska"))}
    assert (waiting[notice].kind, waiting[notice].due) == ("recall", clock.today() + timedelta(days=7))
    assert notice not in {each.id for each in list_waiting(scene.database, actor("priya-nair"))}
    assert made_recall not in {each.id for each in list_waiting(scene.database, actor(OWNER))} - before
    make_late(scene, notice)
    late = {each.id: each.kind for each in list_waiting(scene.database, actor(OWNER))}
    assert late[made_recall] == "late-recall"
    count = count_waiting(scene.database, actor("magda-kowalska"))
    acknowledge(scene.database, actor("magda-kowalska"), notice, Acknowledgement(Done.NONE))
    assert count_waiting(scene.database, actor("magda-kowalska")) == count - 1
