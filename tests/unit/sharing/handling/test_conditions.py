"""What a label or a condition closes, to whom, through the one engine; and which handling is refused."""

import json

import pytest
from sqlalchemy import select, update

from auth.tables import site
from foundation.errors import Conflict, Denied, Invalid, Missing
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.tables import ledger_pending
from sharing.agreements.releases import NewRelease
from sharing.contribution import release_record, submit
from sharing.handling.conditions import Handling, preview_handling, read_handling, set_handling
from sharing.handling.grading import preview_handled, submit_handled
from sharing.records.record import record
from sharing.submission import NewRecord
from tests.partnership import ROBBERY, actor
from tests.unit.sharing.recalls.conftest import BUSINESS, COUNCIL, OWNER, POLICE, TRANSPORT, scene

__all__ = ["scene"]

READERS = {"imran-sadiq": TRANSPORT, "dan-osei": COUNCIL, "priya-nair": BUSINESS, "magda-kowalska": BUSINESS}


def handle(scene, record_id, user=OWNER, type_="incident", **asked):
    set_handling(scene.database, actor(user), type_, record_id, Handling(**asked))


def readers(scene, record_id):
    """Those of the readers for whom the record exists."""
    found = set()
    for user in READERS:
        try:
            scene.look(user, record_id)
        except Missing:
            continue
        found.add(user)
    return found


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({}, set(READERS)),
        ({"tlp": "CLEAR"}, set(READERS)),
        ({"tlp": "GREEN"}, set(READERS)),
        ({"tlp": "AMBER"}, set(READERS)),
        ({"tlp": "AMBER+STRICT"}, {"imran-sadiq", "dan-osei"}),
        ({"tlp": "AMBER+STRICT", "named": (TRANSPORT,)}, {"imran-sadiq"}),
        ({"tlp": "RED", "named": (TRANSPORT,)}, {"imran-sadiq"}),
        ({"named": (BUSINESS,)}, {"priya-nair", "magda-kowalska"}),
        ({"named": ()}, set()),
    ],
)
def test_label_and_named_recipients_leave_whom_they_say(scene, asked, left):
    made = scene.incident(TRANSPORT, COUNCIL, BUSINESS)
    handle(scene, made, **asked)
    assert readers(scene, made) == left
    assert scene.look(OWNER, made).fields["address"]  # the owner's own staff are not bound


def test_label_never_widens_what_the_agreement_gives(scene):
    made = scene.incident(TRANSPORT)
    handle(scene, made, tlp="CLEAR")
    assert readers(scene, made) == {"imran-sadiq"}
    handle(scene, made, tlp="RED", named=(COUNCIL,))
    assert readers(scene, made) == set()


def test_class_withheld_by_a_condition_says_so_and_the_rest_stays(scene):
    made = scene.incident(TRANSPORT)
    handle(scene, made, withheld=("place",))
    shown = scene.look("imran-sadiq", made)
    assert shown.withheld["address"].reason == "originator-condition"
    assert shown.fields["crime_type"] == "robbery"


@pytest.mark.parametrize("tlp", ["GREEN", "AMBER", "AMBER+STRICT"])
def test_copy_of_a_labelled_record_goes_no_further(scene, tlp):
    made = scene.incident(TRANSPORT, COUNCIL)
    handle(scene, made, tlp=tlp)
    copied = submit(scene.database, actor("hugh-barrow"), NewRecord("incident", {"crime_type": "robbery"})).id
    with scene.database.transaction() as tx:
        tx.execute(update(record).where(record.c.id == copied).values(derived_from=made))
    release = NewRelease("HAV-CSP-01", (ROBBERY,), (BUSINESS,))
    release_record(scene.database, actor("hugh-barrow"), copied, release)
    scene.gone("priya-nair", copied)
    handle(scene, made, tlp="CLEAR")
    assert scene.look("priya-nair", copied).fields["crime_type"] == "robbery"


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"tlp": "RED"}, "named"),
        ({"tlp": "RED", "named": (TRANSPORT, BUSINESS)}, "named"),
        ({"tlp": "AMBER+STRICT", "named": (BUSINESS,)}, "named"),
        ({"named": ("nobody",)}, "named"),
        ({"tlp": "PINK"}, "tlp"),
        ({"withheld": ("source",)}, "withheld"),
        ({"marking": "SECRET"}, "marking"),
        ({"marking": "Top Secret"}, "marking"),
        ({"code": "C"}, "code"),
    ],
)
def test_handling_that_cannot_be_kept_is_refused_with_the_place(scene, asked, where):
    made = scene.incident(TRANSPORT, BUSINESS)
    with pytest.raises(Invalid) as refused:
        handle(scene, made, **asked)
    assert set(refused.value.problems) == {where}
    if where == "marking":
        assert "security officer" in refused.value.problems[where]
    assert "imran-sadiq" in readers(scene, made)


def test_agency_that_gets_members_tomorrow_was_left_out_today(scene):
    made = scene.incident(TRANSPORT, COUNCIL, BUSINESS)
    handle(scene, made, tlp="AMBER+STRICT")
    with scene.database.transaction() as tx:
        assert tx.execute(select(site.c.id).where(site.c.agency_id == "east-bank-bid")).first() is None
        (stored,) = tx.execute(select(record.c.conditions).where(record.c.id == made)).scalars()
    assert "east-bank-bid" not in stored["named_recipients"]
    assert TRANSPORT in stored["named_recipients"]


def test_preview_says_who_loses_what_and_keeps_nothing(scene):
    made = scene.incident(TRANSPORT, COUNCIL, BUSINESS)
    asked = Handling(named=(TRANSPORT,), withheld=("place",))
    found = preview_handling(scene.database, actor(OWNER), "incident", made, asked)
    fared = {(change.agencies, change.members): change for change in found if change.role is None}
    assert fared[("BTP",), False].closes == ("address", "ward")
    assert not fared[("BTP",), False].gone
    assert fared[("Havering Council",), False].gone
    assert fared[("Romford BCRP",), True].gone
    assert readers(scene, made) == set(READERS)
    assert read_handling(scene.database, actor(OWNER), "incident", made).handling == Handling()
    handle(scene, made, named=(TRANSPORT,), withheld=("place",))
    loosened = preview_handling(scene.database, actor(OWNER), "incident", made, Handling())
    assert {change.agencies for change in loosened if change.comes} == {
        ("Havering Council",),
        ("Romford BCRP",),
    }


def test_handling_reads_back_as_it_was_said(scene):
    made = scene.incident(TRANSPORT)
    asked = Handling(
        "OFFICIAL", "AMBER+STRICT", "", None, ("identity", "place"), sanitised_only=True, veto=True
    )
    set_handling(scene.database, actor(OWNER), "incident", made, asked)
    assert read_handling(scene.database, actor(OWNER), "incident", made).handling == asked
    assert scene.look(OWNER, made).fields["marking"] == "OFFICIAL"


def test_lost_race_changes_nothing(scene):
    made = scene.incident(TRANSPORT)
    version = read_handling(scene.database, actor(OWNER), "incident", made).version
    set_handling(scene.database, actor(OWNER), "incident", made, Handling(tlp="AMBER"), version=version)
    with pytest.raises(Conflict):
        set_handling(scene.database, actor(OWNER), "incident", made, Handling(), version=version)
    assert read_handling(scene.database, actor(OWNER), "incident", made).handling.tlp == "AMBER"


def test_only_the_owners_releasing_staff_set_it(scene):
    made = scene.incident(TRANSPORT)
    with pytest.raises(Missing):
        handle(scene, made, user="hugh-barrow")
    with pytest.raises(Denied):
        handle(scene, made, user="george-tan")


def test_setting_it_leaves_one_entry_for_the_owner_alone(scene):
    made = scene.incident(TRANSPORT)
    handle(scene, made, tlp="RED", named=(TRANSPORT,), veto=True)
    with scene.database.transaction() as tx:
        last = tx.execute(
            select(ledger_pending.c.detail).order_by(ledger_pending.c.seq.desc()).limit(1)
        ).scalar()
    entry = json.loads(seen_by(last, None))
    assert (entry["event"], entry["agencies"]) == ("sharing:handling:set", [POLICE])
    assert entry["detail"] == {
        "purpose": ROBBERY, "marking": "OFFICIAL-SENSITIVE", "handling": "", "tlp": "RED",
        "named": [TRANSPORT], "classes": [], "sanitised": 0, "veto": 1,
    }  # fmt: skip


# -- intelligence


INTELLIGENCE = "niamh-corrigan"


def report(**values):
    text = "Telephones answer from one address."
    return NewRecord(
        "intelligence",
        {
            "topic": "stolen-phones",
            "report": "The whole report.",
            "source_evaluation": "1",
            "information_evaluation": "B",
            "handler": "DC Niamh Corrigan",
            **values,
        },
        releases=(NewRelease("HAV-CSP-01", (ROBBERY,), (TRANSPORT,), text=text),),
    )


def test_graded_report_with_conditions_reaches_the_named_agency_without_its_source(scene):
    asked = Handling(code="C", named=(TRANSPORT,), withheld=("assessment",))
    made = submit_handled(scene.database, actor(INTELLIGENCE), report(), asked).id
    shown = scene.look("imran-sadiq", made, type_="intelligence")
    assert shown.fields["report"] == "Telephones answer from one address."
    assert shown.withheld["source_evaluation"].reason == "originator-condition"
    assert "handler" not in shown.fields
    assert "handler" not in shown.withheld
    own = scene.look(INTELLIGENCE, made, type_="intelligence")
    assert (own.fields["handler"], own.fields["handling"]) == ("DC Niamh Corrigan", "C")
    colleague = scene.look(OWNER, made, type_="intelligence")
    assert colleague.withheld["handler"].reason == "role"


@pytest.mark.parametrize(
    ("values", "asked", "where"),
    [
        ({}, Handling(), {"code"}),
        ({"source_evaluation": ""}, Handling(code="P"), {"source_evaluation"}),
        ({"information_evaluation": "F"}, Handling(code="P"), {"information_evaluation"}),
        ({}, Handling(code="C"), {"code"}),
        ({}, Handling(code="P", veto=True), {"code"}),
        ({"report": "SECRET\nHe was seen."}, Handling(code="P"), {"report"}),
    ],
)
def test_report_without_a_whole_grading_is_refused(scene, values, asked, where):
    with pytest.raises(Invalid) as refused:
        submit_handled(scene.database, actor(INTELLIGENCE), report(**values), asked)
    assert set(refused.value.problems) == where


def test_report_is_refused_ungraded_at_every_door(scene):
    with pytest.raises(Invalid) as refused:
        submit(scene.database, actor(INTELLIGENCE), report())
    assert set(refused.value.problems) == {"handling"}
    with pytest.raises(Invalid):
        submit(scene.database, actor(INTELLIGENCE), report(handling="C"))


def test_source_is_taken_from_the_intelligence_role_only(scene):
    asked = Handling(code="P")
    with pytest.raises(Denied):
        submit_handled(scene.database, actor(OWNER), report(), asked)
    made = submit_handled(scene.database, actor(OWNER), report(handler=None), asked)
    assert scene.look("imran-sadiq", made.id, type_="intelligence").fields["handling"] == "P"


def test_preview_of_a_report_has_its_conditions_in_it(scene):
    asked = Handling(code="C", withheld=("assessment",))
    (seen,) = preview_handled(scene.database, actor(INTELLIGENCE), report(), asked)
    assert seen.record.withheld["judgement"].reason == "originator-condition"
    barred = Handling(code="C", named=(COUNCIL,))
    (seen,) = preview_handled(scene.database, actor(INTELLIGENCE), report(), barred)
    assert seen.record is None


def test_handling_code_and_its_conditions_are_changed_together(scene):
    made = submit_handled(
        scene.database, actor(INTELLIGENCE), report(), Handling(code="C", named=(TRANSPORT,))
    ).id
    with pytest.raises(Invalid):
        handle(scene, made, user=INTELLIGENCE, type_="intelligence", code="C")
    handle(scene, made, user=INTELLIGENCE, type_="intelligence", code="P", tlp="AMBER")
    assert scene.look(INTELLIGENCE, made, type_="intelligence").fields["handling"] == "P"
