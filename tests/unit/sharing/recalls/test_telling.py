"""Who is told of a recall: those who were shown it and whose released form changes, and nobody else."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation import clock
from foundation.database import metadata
from foundation.errors import Denied, Invalid, Missing, Stale
from foundation.ledger.append import Entry, Operation, append
from foundation.ledger.reading import entries_of_record
from sharing.agreements.releases import NewRelease
from sharing.contribution import release_record, submit
from sharing.recalls.recalling import amend_seen, recall, rehearse
from sharing.recalls.tables import recall as recalls
from sharing.receipts.of_record import read_receipts
from sharing.records.record import word as words_kept
from sharing.submission import NewPerson, NewRecord
from tests.ledgers import entries_waiting
from tests.partnership import EXCLUDING, actor
from tests.unit.sharing.recalls.conftest import BUSINESS, COUNCIL, OWNER, POLICE, TRANSPORT


def do(scene, record_id, act, user=OWNER):
    return recall(scene.database, actor(user), "incident", record_id, act)


def link_of(scene, record_id, user=OWNER):
    return scene.look(user, record_id).persons[0].link


def entries(scene):
    return entries_waiting(scene.database)


def test_revoked_release_is_gone_and_only_those_are_told_who_were_shown_it(scene, act):
    made = scene.incident(TRANSPORT, COUNCIL)
    scene.look("imran-sadiq", made)
    scene.look("dan-osei", made)
    release = scene.releases(made)[scene.name(TRANSPORT)]
    assert do(scene, made, act(release=release)).told == 1
    scene.gone("imran-sadiq", made)
    assert scene.look("dan-osei", made).fields["address"] == "1 Victoria Road, Romford"
    (told,) = scene.notices(made).values()
    assert (told["user_id"], told["agency_id"]) == ("imran-sadiq", TRANSPORT)
    assert {"address", "crime_type"} <= set(told["fields"])


def test_correction_tells_those_whose_form_of_it_changes(scene, act):
    made = scene.incident(TRANSPORT, BUSINESS)
    scene.look("imran-sadiq", made)
    scene.look("priya-nair", made)  # is shown the ward in place of the address
    do(scene, made, act(values={"address": "2 Victoria Road, Romford"}))
    assert set(scene.notices(made)) == {"imran-sadiq"}
    assert scene.look("imran-sadiq", made).fields["address"] == "2 Victoria Road, Romford"
    do(scene, made, act(values={"ward": "Hacton"}))
    assert scene.notices(made)["priya-nair"]["fields"] == ["address", "ward"]


def test_correction_of_what_is_hidden_from_somebody_tells_them_nothing(scene, act):
    made = scene.incident(TRANSPORT, BUSINESS)
    before = scene.look("priya-nair", made)
    scene.look("imran-sadiq", made)
    do(scene, made, act(values={"crime_reference": "4021778/26"}))
    assert set(scene.notices(made)) == {"imran-sadiq"}
    assert scene.look("priya-nair", made).version == before.version


def test_text_for_sharing_that_is_put_right_tells_everybody_who_read_it(scene, act):
    made = scene.incident(TRANSPORT, COUNCIL)
    scene.look("imran-sadiq", made)
    scene.look("dan-osei", made)
    # the original is read by nobody outside
    do(scene, made, act(values={"account": "Quite another story."}))
    assert scene.notices(made) == {}
    do(scene, made, act(texts={scene.releases(made)[scene.name(COUNCIL)]: "One person took a bag."}))
    assert {user: row["fields"] for user, row in scene.notices(made).items()} == {"dan-osei": ["account"]}
    assert scene.look("dan-osei", made).fields["account"] == "One person took a bag."
    assert scene.look("imran-sadiq", made).fields["account"] == "Two people took a telephone."


def test_person_on_the_record_is_put_right_for_those_who_were_shown_the_person(scene, act):
    made = scene.incident(TRANSPORT, COUNCIL)
    scene.look("imran-sadiq", made)
    scene.lists("hugh-barrow")  # a list shows no persons
    key = f"persons.{link_of(scene, made)}.family_name"
    do(scene, made, act(values={key: "Suspectsen"}))
    assert {user: row["fields"] for user, row in scene.notices(made).items()} == {"imran-sadiq": [key]}
    shown = scene.look("imran-sadiq", made).persons[0]
    assert shown.fields["family_name"] == "Suspectsen"


def test_what_another_release_still_gives_is_not_missed(scene, act):
    made = scene.incident(TRANSPORT, TRANSPORT)
    scene.look("imran-sadiq", made)
    first = scene.releases(made)[scene.name(TRANSPORT)]
    assert do(scene, made, act(release=first)).told == 0
    assert scene.look("imran-sadiq", made).fields["address"] == "1 Victoria Road, Romford"


def test_deleted_field_is_empty_at_the_next_look(scene, act):
    made = scene.incident(TRANSPORT)
    scene.look("imran-sadiq", made)
    do(scene, made, act(values={"address": None}))
    (told,) = scene.notices(made).values()
    assert (told["kind"], told["fields"]) == ("deletion", ["address"])
    assert scene.look("imran-sadiq", made).fields["address"] is None


def test_value_that_was_taken_out_is_found_by_no_word_any_more(scene, act):
    who = (NewPerson(("suspect",), {"family_name": "Suspectson"}),)
    made = scene.incident(TRANSPORT, address="77 Quillfeather Mews", persons=who)
    words = select(words_kept.c.word).where(words_kept.c.record_id == made)
    with scene.database.transaction() as tx:
        before = set(tx.execute(words).scalars())
    assert {"quillfeather", "suspectson", "telephone", "4021777", "story"} <= before
    key = f"persons.{link_of(scene, made)}.family_name"
    do(scene, made, act(values={"address": None, key: "Suspectsen"}))
    with scene.database.transaction() as tx:
        after = set(tx.execute(words).scalars())
    assert before - after == {"77", "quillfeather", "mews", "suspectson"}
    assert after - before == {"suspectsen"}


def test_neither_ledger_nor_notice_nor_recall_holds_a_value_the_reason_or_the_message(scene, act):
    made = scene.incident(TRANSPORT)
    scene.look("imran-sadiq", made)
    before = len(entries(scene))
    said = act(
        values={"address": "77 Quillfeather Mews"}, reason="Grumbleworth said so.", message="Ask for it anew."
    )
    do(scene, made, said)
    left = json.dumps(entries(scene)[before:])
    for word in ("Victoria", "Quillfeather", "Grumbleworth", "anew"):
        assert word not in left
    notice = json.dumps(scene.notices(made), default=str)
    assert "Ask for it anew." in notice
    for word in ("Victoria", "Quillfeather", "Grumbleworth"):
        assert word not in notice


def test_entry_of_each_recipient_is_for_that_agency_and_the_owner_alone(scene, act):
    made = scene.incident(TRANSPORT, COUNCIL)
    scene.look("imran-sadiq", made)
    scene.look("dan-osei", made)
    before = len(entries(scene))
    do(scene, made, act(values={"address": "2 Victoria Road, Romford"}))
    left = [entry for entry in entries(scene)[before:] if entry["event"].startswith("sharing:recall")]
    assert sorted((entry["event"], tuple(entry["agencies"])) for entry in left) == [
        ("sharing:recall:made", (POLICE,)),
        ("sharing:recall:told", (TRANSPORT, POLICE)),
        ("sharing:recall:told", (COUNCIL, POLICE)),
    ]
    ids = {row["agency_id"]: row["id"] for row in scene.notices(made).values()}
    for entry in left[1:]:
        (agency,) = {*entry["agencies"]} - {POLICE}
        assert entry["detail"]["notices"] == [ids[agency]]
        assert "recall" not in entry["detail"]  # by which two recipients could tell that it is the same one


@pytest.mark.parametrize("message", ["It was in Victoria Road.", "It is in Quillfeather Mews.", "Ask Vera."])
def test_message_that_tells_the_value_or_names_somebody_protected_is_refused(scene, act, message):
    made = scene.incident(
        TRANSPORT, persons=(NewPerson(("victim",), {"given_name": "Vera", "family_name": "Oddfellow"}),)
    )
    scene.look("imran-sadiq", made)
    with pytest.raises(Invalid) as refused:
        do(scene, made, act(values={"address": "77 Quillfeather Mews"}, message=message))
    assert set(refused.value.problems) == {"message"}
    assert scene.look("imran-sadiq", made).fields["address"] == "1 Victoria Road, Romford"


def test_recall_without_a_reason_or_with_a_day_past_is_refused(scene, act):
    made = scene.incident(TRANSPORT)
    wrong = act(values={"address": None}, reason=" ", due=clock.today() - timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        do(scene, made, wrong)
    assert set(refused.value.problems) == {"reason", "due"}


def test_rehearsal_shows_the_same_people_and_changes_nothing(scene, act):
    made = scene.incident(TRANSPORT, BUSINESS)
    scene.look("imran-sadiq", made)
    scene.look("priya-nair", made)
    wanted = act(values={"address": "2 Victoria Road, Romford"})
    seen = scene.look(OWNER, made).version
    effect = rehearse(scene.database, actor(OWNER), "incident", made, wanted, seen=seen)
    assert [(each.name, each.fields) for each in effect.told] == [("PS Imran Sadiq", ("address",))]
    assert [each.name for each in effect.untold] == ["Priya Nair"]
    assert scene.notices(made) == {}
    assert scene.look(OWNER, made).version == seen
    with scene.database.transaction() as tx:
        assert tx.execute(select(recalls.c.id).where(recalls.c.record_id == made)).all() == []
    assert do(scene, made, wanted).told == 1


def test_only_the_owners_releasing_staff_recall(scene, act):
    made = scene.incident(TRANSPORT)
    wanted = act(values={"address": None})
    with pytest.raises(Missing):
        do(scene, made, wanted, user="hugh-barrow")
    for user in ("george-tan", "ivy-marchetti", "miriam-stokes"):
        with pytest.raises(Denied):
            do(scene, made, wanted, user=user)


def test_record_that_changed_meanwhile_is_not_recalled(scene, act):
    made = scene.incident(TRANSPORT)
    seen = scene.look(OWNER, made).version
    do(scene, made, act(values={"ward": "Hacton"}))
    with pytest.raises(Stale):
        recall(scene.database, actor(OWNER), "incident", made, act(values={"ward": "Heaton"}), seen=seen)
    assert scene.look(OWNER, made).fields["ward"] == "Hacton"


def test_source_stays_with_the_intelligence_role_in_a_recall_too(scene, act):
    made = scene.incident(TRANSPORT)
    with pytest.raises(Denied):
        do(scene, made, act(values={"handler": "Somebody else"}))


def test_amendment_tells_too_unless_the_field_moves_on_by_its_nature(scene):
    made = scene.incident(TRANSPORT)
    scene.look("imran-sadiq", made)

    def amend(**values):
        seen = scene.look(OWNER, made).version
        amend_seen(scene.database, actor(OWNER), "incident", made, values, seen=seen)

    amend(outcome="arrested")
    assert scene.notices(made) == {}
    amend(ward="Hacton", outcome="charged")
    assert scene.notices(made)["imran-sadiq"]["fields"] == ["ward"]


def test_value_that_was_empty_before_is_no_correction(scene, act):
    made = scene.incident(TRANSPORT)
    scene.look("imran-sadiq", made)
    assert do(scene, made, act(values={"place_kind": "street"})).told == 0


def test_member_of_another_shop_is_a_recipient_of_their_own_scheme_too(scene, act):
    report = NewRecord("incident", {"crime_type": "shoplifting", "ward": "St Edward's", "goods": ["alcohol"]})
    made = submit(scene.database, actor("magda-kowalska", EXCLUDING), report).id
    manager = actor("priya-nair", EXCLUDING)
    release_record(scene.database, manager, made, NewRelease("ROMFORD-SCHEME", (EXCLUDING,), ("members",)))
    for who in ("sunil-dhar", "magda-kowalska", "tom-brandreth"):
        scene.look(who, made, purpose=EXCLUDING)
    recall(scene.database, manager, "incident", made, act(values={"goods": ["meat"]}))
    # the shop that reported it and the scheme's staff are the owner's own
    assert set(scene.notices(made)) == {"sunil-dhar"}
    receipts = read_receipts(scene.database, manager, made)
    assert {look.name for look in receipts.looks} == {"Sunil Dhar"}


def test_copies_taken_out_of_the_portal_are_named_with_who_made_them(scene, act):
    made = scene.incident(TRANSPORT)
    at = clock.now()
    for event, user in (("sharing:export:made", "kate-lindqvist"), ("sharing:print:made", "imran-sadiq")):
        with scene.database.transaction() as tx:
            append(
                tx,
                Entry(
                    operation=Operation.DISCLOSURE, event=event, at=at, actor=user, agency=TRANSPORT,
                    session="0" * 64, agencies=frozenset({TRANSPORT, POLICE}), records=(made,),
                    detail={"purpose": "preventing-and-detecting-robbery"},
                ),
            )  # fmt: skip
    do(scene, made, act(values={"address": "2 Victoria Road, Romford"}))
    told = scene.notices(made)
    assert {user: [copy["event"] for copy in row["copies"]] for user, row in told.items()} == {
        "kate-lindqvist": ["sharing:export:made"],
        "imran-sadiq": ["sharing:print:made"],
    }
    assert all(row["fields"] == ["address"] for row in told.values())


def test_somebody_whose_account_is_gone_is_told_through_their_agency(scene, act):
    made = scene.incident(TRANSPORT)
    with scene.database.transaction() as tx:
        append(
            tx,
            Entry(
                operation=Operation.CONSULTATION, event="sharing:record:read", at=clock.now(), actor="nobody",
                agency=TRANSPORT, session="0" * 64, agencies=frozenset({TRANSPORT, POLICE}), records=(made,),
                detail={"purpose": "preventing-and-detecting-robbery"},
            ),
        )  # fmt: skip
    do(scene, made, act(values={"address": "2 Victoria Road, Romford"}))
    assert [(user, row["agency_id"]) for user, row in scene.notices(made).items()] == [(None, TRANSPORT)]


def test_list_pages_of_many_looks_are_all_read(scene, act, monkeypatch):
    made = scene.incident(TRANSPORT)
    for user in ("imran-sadiq", "hugh-barrow", "kate-lindqvist", "gareth-lunn"):
        scene.lists(user)
        scene.look(user, made)
    scene.sequence()
    scene.look("imran-sadiq", made)
    from foundation.ledger import reading

    monkeypatch.setattr(reading.entries_by_others, "__kwdefaults__", {"and_by": (), "chunk": 2})
    assert do(scene, made, act(values={"address": "2 Victoria Road, Romford"})).told == 4


def test_no_table_of_recalls_has_a_column_for_a_value():
    assert {"value", "before", "after", "old", "new"}.isdisjoint(
        column.name for name in ("recall", "recall_notice") for column in metadata.tables[name].c
    )


def test_entry_of_a_recall_names_the_record_so_that_its_owner_finds_it(scene, act):
    made = scene.incident(TRANSPORT)
    do(scene, made, act(values={"address": None}))
    scene.sequence()
    with scene.database.transaction() as tx:
        named = [entry.event for entry in entries_of_record(tx, made, 20)]
    assert "sharing:recall:made" in named
