"""Recalls, handling, orders and the owner's view as pages: what each reads, and what comes back filled."""

import re
from datetime import timedelta

import pytest

from foundation import clock
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.disclosure import read_record
from sharing.submission import NewPerson, NewRecord
from tests.partnership import ROBBERY, actor, load_partnership
from tests.portal import Browser, create_app, database_of, demonstration_settings, prepare_tables

OWNER, READER, OTHER, DPO = "aaron-field", "imran-sadiq", "hugh-barrow", "miriam-stokes"
TRANSPORT, COUNCIL, BUSINESS = "british-transport-police", "havering", "romford-bcrp"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    made = create_app(demonstration_settings(tmp_path_factory.mktemp("portal")))
    database = database_of(made)
    prepare_tables(database)
    load_partnership(database)
    yield made
    database.close()


@pytest.fixture(scope="module")
def sit(app):
    """Somebody's browser, signed in for a purpose; one for each person."""
    browsers = {}

    def seated(user, purpose=ROBBERY):
        if user not in browsers:
            browser = Browser(app)
            browser.sign_in_as(user)
            browser.send("/purpose", "/purpose", purpose=purpose)
            browsers[user] = browser
        return browsers[user]

    return seated


@pytest.fixture
def incident(app):
    """A robbery of the police's, shared with transport police, the council and businesses."""
    new = NewRecord(
        "incident",
        {
            "crime_type": "robbery",
            "occurred": clock.now() - timedelta(hours=30),
            "address": "1 Victoria Road, Romford",
            "ward": "St Edward's",
            "method": ["threatened"],
            "loss": 4000,
            "violence": True,
        },
        persons=(
            NewPerson(
                ("suspect",),
                {"given_name": "Adam", "family_name": "Suspectson", "date_of_birth": "1991-02-03"},
            ),
        ),
        releases=tuple(
            NewRelease("HAV-CSP-01", (ROBBERY,), (each,), text="Two people took a telephone.")
            for each in (TRANSPORT, COUNCIL, BUSINESS)
        ),
    )
    return submit(database_of(app), actor(OWNER), new).id


def look(app, user, record_id):
    return read_record(database_of(app), actor(user), "incident", record_id).record


def page(incident):
    return f"/records/incidents/{incident}"


def sent(browser, where, **fields):
    """Send the form of the page to the page; gives the answer."""
    return browser.send(where, where.partition("?")[0], **fields)


def test_owner_recalls_a_field_recipient_answers_and_owner_reads_it(app, sit, incident):
    look(app, READER, incident)
    owner, reader = sit(OWNER), sit(READER)
    where = f"{page(incident)}/recall?what=field:address"
    version = re.search(r'name="version"[^>]*value="([^"]+)"', owner.get(where).text)[1]
    typed = {
        "what": "field:address",
        "version": version,
        "value": "9 Quillfeather Mews",
        "reason": "Grumbleworth erred.",
        "message": "Look again before you go.",
    }
    seen = sent(owner, where, do="see", **typed).text
    assert "1 person would be told" in seen
    assert "PS Imran Sadiq" in seen
    assert look(app, READER, incident).fields["address"] == "1 Victoria Road, Romford"
    done = sent(owner, where, do="recall", **typed)
    assert done.status_code == 303
    assert look(app, READER, incident).fields["address"] == "9 Quillfeather Mews"

    listed = reader.get("/recalls").text
    notice = re.search(r'href="(/recalls/notices/[^"]+)"', listed)[1]
    told = reader.get(notice).text
    assert "Look again before you go." in told
    for word in ("Quillfeather", "Victoria", "Grumbleworth", "Havering", "Barrow"):
        assert word not in told
    refused = sent(reader, notice, done="kept")
    assert refused.status_code == 422
    assert "Say why a copy has to be kept" in refused.text
    assert re.search(r'value="kept" checked', refused.text)
    assert sent(reader, notice, done="deleted").status_code == 303

    read = owner.get(done.location).text
    assert "1 of 1 has answered" in read
    assert "I deleted my copies" in read
    assert "Grumbleworth erred." in read
    assert sit(OTHER).get(notice).status_code == 404
    assert reader.get(done.location).status_code == 404


def test_recall_that_cannot_be_taken_comes_back_filled_with_a_sentence(sit, incident):
    owner = sit(OWNER)
    where = f"{page(incident)}/recall?what=field:address"
    answer = sent(
        owner, where, what="field:address", do="recall", value="9 Mews Lane", message="In Mews Lane."
    )
    assert answer.status_code in (409, 422)
    version = re.search(r'name="version"[^>]*value="([^"]+)"', owner.get(where).text)[1]
    answer = sent(
        owner, where, what="field:address", version=version, do="recall", value="9 Mews Lane",
        message="In Mews Lane.",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Say why, for your agency" in answer.text
    assert "This tells part of what you take back or put in its place (lane, mews)" in answer.text
    assert 'value="9 Mews Lane"' in answer.text
    assert "In Mews Lane." in answer.text


def test_lost_race_says_so_and_keeps_what_was_typed(app, sit, incident):
    owner = sit(OWNER)
    where = f"{page(incident)}/recall?what=field:ward"
    version = re.search(r'name="version"[^>]*value="([^"]+)"', owner.get(where).text)[1]
    typed = {"what": "field:ward", "version": version, "reason": "Wrong.", "do": "recall"}
    assert sent(owner, where, value="Hacton", **typed).status_code == 303
    lost = sent(owner, where, value="Heaton", **typed)
    assert lost.status_code == 409
    assert "The record has changed since you read it" in lost.text
    assert 'value="Heaton"' in lost.text
    assert look(app, OWNER, incident).fields["ward"] == "Hacton"


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("loss", {"value": "55.50"}, 5550),
        ("violence", {"value": "no"}, False),
        ("method", {"value": "snatched"}, ["snatched"]),
        ("address", {"delete": "y", "value": "1 Victoria Road, Romford"}, None),
        ("crime_type", {"value": "theft-from-the-person"}, "theft-from-the-person"),
    ],
)
def test_each_kind_of_field_is_put_right_by_its_own_control(app, sit, incident, field, typed, kept):
    owner = sit(OWNER)
    where = f"{page(incident)}/recall?what=field:{field}"
    version = re.search(r'name="version"[^>]*value="([^"]+)"', owner.get(where).text)[1]
    answer = sent(owner, where, what=f"field:{field}", version=version, reason="Wrong.", do="recall", **typed)
    assert answer.status_code == 303, answer.text
    assert look(app, OWNER, incident).fields[field] == kept


def test_time_and_age_are_put_right(app, sit, incident):
    owner = sit(OWNER)
    link = look(app, OWNER, incident).persons[0].link
    for what, typed in (
        ("field:occurred", {"value": "2026-02-17", "value_time": "17:36"}),
        (f"age:{link}", {"date_of_birth": "1991-02-03", "may_be_child": "yes"}),
    ):
        where = f"{page(incident)}/recall?what={what}"
        version = re.search(r'name="version"[^>]*value="([^"]+)"', owner.get(where).text)[1]
        answer = sent(owner, where, what=what, version=version, reason="Wrong.", do="recall", **typed)
        assert answer.status_code == 303, answer.text
    shown = look(app, OWNER, incident)
    assert f"{shown.fields['occurred']:%H:%M %d}" == "17:36 17"
    assert shown.persons[0].fields["age_band"] is None  # an adult's date of somebody believed to be a child


def test_recipient_finds_no_way_to_recall_and_no_owners_side(app, sit, incident):
    reader = sit(READER)
    shown = reader.get(page(incident)).text
    for words in (
        "Take back",
        "Who has looked",
        "What each agency sees",
        '/recall"',
        "/handling",
        "/audiences",
    ):
        assert words not in shown
    for path in ("recall", "handling", "audiences", "anonymity-order?person=own"):
        assert reader.get(f"{page(incident)}/{path}").status_code == 404


def test_owner_sees_by_person_who_looked_and_by_audience_who_may(app, sit, incident):
    look(app, READER, incident)
    look(app, READER, incident)
    look(app, "priya-nair", incident)
    shown = sit(OWNER).get(page(incident)).text
    assert "3 looks, 2 people" in shown
    assert re.search(r"PS Imran Sadiq, British Transport Police: 2 looks", shown)
    assert "BTP<small>staff</small>" in shown
    every = sit(OWNER).get(f"{page(incident)}/audiences").text
    assert "Romford BCRP" in every
    assert "members" in every


def test_handling_is_looked_at_before_it_is_kept(app, sit, incident):
    owner = sit(OWNER)
    where = f"{page(incident)}/handling"
    version = re.search(r'name="version"[^>]*value="([^"]+)"', owner.get(where).text)[1]
    typed = {"marking": "OFFICIAL", "tlp": "AMBER+STRICT", "version": version}
    seen = sent(owner, where, do="see", **typed).text
    assert "Romford BCRP, members" in seen
    assert "Loses the whole record." in seen
    assert look(app, "priya-nair", incident)
    refused = sent(owner, where, do="keep", marking="OFFICIAL", tlp="RED", version=version)
    assert refused.status_code == 422
    assert "name them" in refused.text
    assert sent(owner, where, do="keep", **typed).status_code == 303
    assert sent(owner, where, do="keep", **typed).status_code == 409
    reader = sit(READER).get(page(incident)).text
    assert "TLP:AMBER+STRICT. Recipients only" in reader
    assert reader.count("<strong>OFFICIAL</strong>") == 2  # top and bottom, the marking of all that is shown


def test_page_is_marked_as_high_as_what_it_shows(sit, incident):
    reader = sit(READER)
    assert reader.get(page(incident)).text.count("<strong>OFFICIAL-SENSITIVE</strong>") == 2
    assert reader.get("/recalls").text.count("<strong>OFFICIAL-SENSITIVE</strong>") == 2


def test_order_is_entered_after_a_proof_and_ended_with_a_reason(app, sit, incident):
    owner = sit(OWNER)
    link = look(app, OWNER, incident).persons[0].link
    where = f"{page(incident)}/anonymity-order?person={link}"
    assert "Loses" in owner.get(where).text
    refused = sent(owner, where, person=link)
    assert refused.status_code == 422
    assert "Give the court" in refused.text
    assert sent(owner, where, person=link, reference="[2026] EWHC 12").status_code == 303
    assert look(app, READER, incident).persons[0].withheld["family_name"].reason == "anonymity-order"
    listed = owner.get("/anonymity-orders").text
    assert "[2026] EWHC 12" in listed
    end = re.search(r'action="(/anonymity-orders/[^"]+/end)"', listed)[1]
    empty = owner.send("/anonymity-orders", end)
    assert empty.status_code == 422
    assert "Say why it ends" in empty.text
    assert owner.send("/anonymity-orders", end, reason="Lifted today.").status_code == 303
    assert look(app, READER, incident).persons[0].fields["family_name"] == "Suspectson"


def test_intelligence_is_graded_previewed_and_sent(app, sit):
    writer = sit("niamh-corrigan")
    typed = {
        "topic": "stolen-phones",
        "report": "The whole report.",
        "source_evaluation": "1",
        "information_evaluation": "B",
        "source_reference": "SRC-0099",
        "marking": "OFFICIAL-SENSITIVE",
        "text": "Telephones answer from one address.",
        "recipients": f"HAV-CSP-01|{TRANSPORT}",
    }
    ungraded = sent(writer, "/intelligence/new", do="send", **typed)
    assert ungraded.status_code == 422
    assert "Say how it may be handled." in ungraded.text
    assert "The whole report." in ungraded.text
    bare = sent(writer, "/intelligence/new", do="send", code="C", **typed)
    assert "Say on which conditions it may be shared, or grade it P." in bare.text
    conditions = {"code": "C", "only": "y", "named": TRANSPORT, "withheld": "assessment"}
    seen = sent(writer, "/intelligence/new", do="see", **typed, **conditions)
    assert seen.status_code == 200
    assert "What each will see" in seen.text
    once = re.search(r'name="once"[^>]*value="([^"]+)"', seen.text)[1]
    made, again = (
        sent(writer, "/intelligence/new", do="send", once=once, **typed, **conditions) for _ in range(2)
    )
    assert (made.status_code, again.location) == (303, made.location)
    other = {**typed, "report": "Another report."}
    asks = sent(writer, "/intelligence/new", do="send", once=once, **other, **conditions)
    assert asks.status_code == 422
    assert "If this is another report, send it again." in asks.text
    assert "Another report." in asks.text
    own = writer.get(made.location).text
    assert "SRC-0099" in own
    assert "C May be shared on the conditions stated" in own
    read = sit(READER).get(made.location).text
    assert "Telephones answer from one address." in read
    for word in ("SRC-0099", "The whole report", "Reliable"):
        assert word not in read
    assert sit("dan-osei").get(made.location).status_code == 404


def test_report_is_for_officers_of_data_protection_and_releasing_staff(sit):
    assert sit(DPO, "running-the-partnership").get("/receipts").status_code == 200
    assert sit(OWNER).get("/receipts?agency=havering&since=2026-01-01&until=2026-02-01").status_code == 200
    wrong = sit(OWNER).get("/receipts?since=2026-02-02&until=2026-02-01")
    assert "The period ends before it begins." in wrong.text
    assert sit("george-tan").get("/receipts").status_code == 403


def test_what_waits_leads_to_the_notice(app, sit, incident):
    look(app, OTHER, incident)
    owner = sit(OWNER)
    where = f"{page(incident)}/recall?what=field:ward"
    version = re.search(r'name="version"[^>]*value="([^"]+)"', owner.get(where).text)[1]
    sent(owner, where, what="field:ward", version=version, value="Hacton", reason="Wrong.", do="recall")
    home = sit(OTHER).get("/").text
    assert "Its owner has taken back or corrected what you were shown" in home
    assert re.search(r'href="/recalls/notices/', home)
