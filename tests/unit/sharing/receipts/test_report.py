"""The owner's view: counts by record and agency, classes that were shown, who may see what; page by page."""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.errors import Denied, Invalid
from sharing.receipts.of_record import read_receipts
from sharing.receipts.report import period_asked, report_receipts
from sharing.record_audiences import who_may_see
from tests.partnership import EXCLUDING, ROBBERY, actor
from tests.unit.sharing.recalls.conftest import BUSINESS, COUNCIL, OWNER, TRANSPORT, scene

__all__ = ["scene"]


def report(scene, user=OWNER, **more):
    asked = {name: more.pop(name, None) for name in ("since", "until", "agency_id", "agreement_id")}
    return report_receipts(scene.database, actor(user), period_asked(**asked), **more)


def of(found, *records):
    return {(line.record, line.agency): line for line in found.lines if line.record in records}


def test_counts_looks_and_people_and_names_the_classes_that_were_shown(scene):
    made = scene.incident(TRANSPORT, BUSINESS)
    for user in ("imran-sadiq", "imran-sadiq", "hugh-barrow"):
        scene.look(user, made)
    scene.look("priya-nair", made)
    scene.look(OWNER, made)  # one's own agency does not count
    scene.sequence()
    found = of(report(scene), made)
    assert {agency: (line.looks, line.people) for (_, agency), line in found.items()} == {
        TRANSPORT: (3, 2),
        BUSINESS: (1, 1),
    }
    transport, business = found[made, TRANSPORT], found[made, BUSINESS]
    assert {"event", "place", "identity", "contact", "identifier"} <= set(transport.classes)
    assert "identity" not in business.classes
    assert "identifier" not in business.classes
    assert "place" in business.classes


def test_pages_follow_one_another_without_gap_or_double(scene):
    made = [scene.incident(TRANSPORT, COUNCIL) for _ in range(4)]
    for each in made:
        scene.look("imran-sadiq", each)
        scene.look("dan-osei", each)
    scene.sequence()
    whole = [(line.record, line.agency) for line in report(scene, limit=200).lines]
    paged, after = [], None
    while True:
        page = report(scene, limit=3, after=after)
        paged += [(line.record, line.agency) for line in page.lines]
        after = page.next
        if after is None:
            break
    assert paged == whole
    assert {(each, agency) for each in made for agency in (TRANSPORT, COUNCIL)} <= set(paged)


def test_narrowed_to_an_agency_an_agreement_and_a_period(scene):
    made = scene.incident(TRANSPORT, COUNCIL)
    scene.look("imran-sadiq", made)
    scene.look("dan-osei", made)
    scene.sequence()
    assert set(of(report(scene, agency_id=COUNCIL), made)) == {(made, COUNCIL)}
    assert of(report(scene, agreement_id="HAV-CSP-01"), made)
    assert of(report(scene, agreement_id="RRP-01"), made) == {}
    yesterday = clock.today() - timedelta(days=1)
    assert of(report(scene, since=yesterday, until=yesterday), made) == {}
    assert of(report(scene, since=clock.today(), until=clock.today()), made)


def test_data_protection_officer_counts_and_reads_no_reference(scene):
    made = scene.incident(TRANSPORT)
    scene.look("imran-sadiq", made)
    scene.sequence()
    (line,) = of(report(scene, "miriam-stokes"), made).values()
    assert (line.looks, line.reference) == (1, "")
    (line,) = of(report(scene), made).values()
    assert line.reference


def test_another_agencys_report_does_not_hold_the_record(scene):
    made = scene.incident(TRANSPORT)
    scene.look("imran-sadiq", made)
    scene.sequence()
    assert of(report(scene, "noor-haddad"), made) == {}
    assert of(report(scene, "ruth-okafor"), made) == {}


@pytest.mark.parametrize("user", ["magda-kowalska", "george-tan", "helen-marsh", "colm-daly"])
def test_others_are_refused(scene, user):
    with pytest.raises(Denied):
        report(scene, user)


def test_period_that_ends_before_it_begins_or_is_too_long_is_refused(scene):
    today = clock.today()
    with pytest.raises(Invalid):
        report(scene, since=today, until=today - timedelta(days=1))
    with pytest.raises(Invalid):
        report(scene, since=today - timedelta(days=400), until=today)


def test_as_many_statements_for_three_lines_as_for_thirty(scene):
    from sqlalchemy import event

    made = [scene.incident(TRANSPORT) for _ in range(4)]
    for each in made:
        scene.look("imran-sadiq", each)
    scene.sequence()
    counts = []
    for limit in (2, 50):
        sent = []

        def note(*told, sent=sent):
            sent.append(told[2])

        event.listen(scene.database.engine, "before_cursor_execute", note)
        report(scene, limit=limit)
        event.remove(scene.database.engine, "before_cursor_execute", note)
        counts.append(len([each for each in sent if not each.startswith(("BEGIN", "SAVEPOINT"))]))
    assert counts[0] == counts[1] <= 4  # and one more asks who it is


# -- one record


def test_receipts_tell_by_person_what_each_was_shown(scene):
    made = scene.incident(TRANSPORT, BUSINESS)
    scene.look("imran-sadiq", made)
    scene.lists("imran-sadiq")
    scene.look("priya-nair", made)
    receipts = read_receipts(scene.database, actor(OWNER), made)
    (priya, imran) = receipts.people
    assert (priya.name, len(priya.looks), priya.purposes) == ("Priya Nair", 1, (ROBBERY,))
    assert [len(look.full) > 0 for look in imran.looks] == [True, True]
    listed, whole = imran.looks
    assert any(key.startswith("persons.") for key in whole.full)
    assert not any(key.startswith("persons.") for key in listed.full)
    assert "address" in priya.looks[0].treated
    assert "crime_reference" in priya.looks[0].withheld


def audiences(scene, record_id, user=OWNER, purpose=None):
    found = who_may_see(scene.database, actor(user), "incident", record_id, purpose=purpose)
    return {(each.agencies, each.members, each.role): each for each in found.groups}


def test_who_may_see_what_is_what_they_are_shown(scene):
    made = scene.incident(TRANSPORT, BUSINESS)
    found = audiences(scene, made)
    transport = found[("BTP",), False, None]
    assert transport.forms["address"].treatment == "disclose"
    assert transport.forms["address"].clause == "2.3a"
    business = found[("Romford BCRP",), False, None]
    assert business.forms["address"].treatment == "generalise"
    assert found[("Romford BCRP",), True, None].purposes == (ROBBERY,)
    shown = scene.look("imran-sadiq", made)
    assert {
        key for key in transport.forms if "." not in key and transport.forms[key].treatment == "disclose"
    } <= set(shown.fields)
    assert not any(agencies == ("Havering Council",) for agencies, _, _ in found)


def test_role_that_clauses_name_is_an_audience_of_its_own(scene):
    made = scene.incident(COUNCIL)
    found = audiences(scene, made)
    person = next(
        key for key in found[("Havering Council",), False, "operator"].forms if "family_name" in key
    )
    assert found[("Havering Council",), False, "operator"].forms[person].treatment == "pseudonym"
    assert found[("Havering Council",), False, "officer"].forms[person].treatment == "mask"


def test_who_may_see_tells_a_colleague_nothing_of_what_their_role_does_not_read(scene):
    made = scene.incident(TRANSPORT)
    keys = set().union(*(each.forms for each in audiences(scene, made, "carol-dunmore").values()))
    assert any("family_name" in key for key in keys)
    own = scene.incident(TRANSPORT)
    keys = set().union(*(each.forms for each in audiences(scene, own, "george-tan").values()))
    assert keys
    assert not any("family_name" in key for key in keys)  # an analyst reads no identity of their own agency's


def test_another_purpose_is_another_audience(scene):
    made = scene.incident(TRANSPORT)
    assert audiences(scene, made, purpose=EXCLUDING) == {}
    assert audiences(scene, made, purpose=ROBBERY)
