from dataclasses import replace
from datetime import timedelta

import pytest

from sharing.release.facts import BreakGlass, Conditions, Exit, Suspension
from sharing.release.schema import Category
from sharing.release.standing import review_overdue
from tests.unit.sharing.release.scene import (
    ADULT,
    NOW,
    agreement,
    clause,
    decided,
    link,
    reader,
    record,
    released,
    told,
    version,
)

MINUTE = timedelta(minutes=1)
INSPECTOR = reader("north", "duty_inspector")
SHOP = reader("romford", "duty_inspector")


def entry(**more):
    said = {
        "id": "B",
        "user": "north-user",
        "at": NOW - 5 * MINUTE,
        "role": "duty_inspector",
        "danger": "life",
        "reason": "A threat to kill.",
        "factor_at": NOW - 6 * MINUTE,
        "overdue": False,
        **more,
    }
    return BreakGlass(**said)


def opened(*entries, who=INSPECTOR, terms=None, leaving=Exit.ONE, **more):
    about = record(
        **{"releases": (), "persons": (link(ADULT, Category.VICTIM),), "break_glass": entries, **more}
    )
    return decided(terms or agreement(), about, who, leaving=leaving)


def test_break_glass_opens_a_record_without_a_release():
    found = opened(entry())
    assert told(found, "account") == ("disclose", "break-glass", "B")
    assert told(found, "persons.l1.family_name") == ("disclose", "break-glass", "B")
    assert opened() is None


@pytest.mark.parametrize(
    "more",
    [
        {"user": "somebody"},
        {"role": "officer"},
        {"role": "safeguarding_lead"},
        {"danger": "nuisance"},
        {"reason": " "},
        {"factor_at": NOW - 10 * MINUTE},
        {"factor_at": NOW - 4 * MINUTE},
        {"at": NOW - 30 * MINUTE, "factor_at": NOW - 31 * MINUTE},
        {"at": NOW + MINUTE, "factor_at": NOW},
        {"overdue": True},
    ],
)
def test_break_glass_is_good_only_as_it_was_meant(more):
    assert opened(entry(**more)) is None


def test_break_glass_is_never_for_business_recipients_or_members():
    assert opened(entry(user="romford-user"), who=SHOP) is None
    assert opened(entry(), who=replace(INSPECTOR, sites=frozenset({"s1"}))) is None


@pytest.mark.parametrize("leaving", [Exit.BULK, Exit.PRINT, Exit.EXPORT])
def test_break_glass_is_on_screen_only(leaving):
    assert opened(entry(), leaving=leaving) is None


def test_break_glass_needs_some_active_agreement_with_the_owner():
    assert opened(entry(), terms=agreement(suspensions=(Suspension(NOW - MINUTE),))) is None


def test_source_and_vetoes_stay_closed():
    assert told(opened(entry(), type="intelligence"), "handler")[0] == "absent"
    bound = Conditions(withhold_classes=frozenset({"event"}), veto=True)
    assert told(opened(entry(), conditions=bound), "occurred") == ("withhold", "no-clause", None)
    free = replace(bound, veto=False)
    assert told(opened(entry(), conditions=free), "occurred")[1] == "break-glass"
    named = Conditions(named_recipients=frozenset({"cps"}), veto=True)
    assert opened(entry(), conditions=named) is None
    assert opened(entry(), conditions=replace(named, veto=False)) is not None


def test_veto_on_the_text_keeps_the_original():
    bound = Conditions(sanitised_only=True, veto=True)
    assert told(opened(entry(), conditions=bound), "account")[:2] == ("withhold", "no-clause")


def test_veto_is_the_reason_only_where_a_clause_had_opened_the_field():
    bound = Conditions(withhold_classes=frozenset({"event"}), veto=True)
    lets, event = clause("0", {"place"}), clause("1", {"event"})
    for clauses, reason in (((lets,), "no-clause"), ((lets, event), "originator-condition")):
        found = opened(entry(), terms=agreement(*clauses), releases=(released(),), conditions=bound)
        assert told(found, "occurred")[:2] == ("withhold", reason)


def test_shared_agreement_is_active_when_the_glass_is_broken_and_still_now():
    for moment, good in ((NOW - 5 * MINUTE, True), (NOW - 4 * MINUTE, False)):
        begun = agreement(versions=(version(from_at=moment),))
        assert (opened(entry(), terms=begun) is not None) is good
    ended = agreement(ended=NOW)
    assert opened(entry(), terms=ended) is None
    relay = (replace(ended, id="A"), agreement(name="B", versions=(version(from_at=NOW - 4 * MINUTE),)))
    assert opened(entry(), terms=relay) is None


def test_break_glass_passes_an_anonymity_order():
    ordered = replace(ADULT, anonymity_order="yjs")
    assert told(opened(entry(), persons=(link(ordered),)), "persons.l1.family_name")[1] == "break-glass"


def test_with_a_review_overdue_a_second_person_of_the_agency_who_holds_the_role_is_needed():
    second = reader("north", "duty_inspector", user="second")
    assert opened(entry(overdue=True, second=second)) is not None
    for other in (INSPECTOR, reader("north", "officer", user="second"), replace(second, agency="havering")):
        assert opened(entry(overdue=True, second=other)) is None


def test_review_is_due_in_72_hours():
    hours = timedelta(hours=72)
    assert review_overdue([(NOW - hours, None)], NOW)
    assert not review_overdue([(NOW - hours + MINUTE, None)], NOW)
    assert not review_overdue([(NOW - hours, NOW)], NOW)
    assert review_overdue([(NOW - hours, NOW + MINUTE)], NOW)


def test_of_clause_and_break_glass_the_first_that_gives_as_much_is_cited():
    terms = agreement(clause("1", {"event"}), clause("2", {"place"}, "withhold"))
    found = opened(entry(), terms=terms, releases=(released(),))
    assert told(found, "occurred") == ("disclose", "clause", "1")
    assert told(found, "address") == ("disclose", "break-glass", "B")
