"""Agreements as different people meet them on the pages: what each sees, and what each may send."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from auth.tables import session
from foundation import clock
from portal.app import create_app
from sharing.agreements import lifecycle, tables
from sharing.agreements.stages import Stage
from tests.negotiating import COUNCIL, DRAFTER, POLICE, SHOPS, SIGNATORY, Talks, actor, clause
from tests.partnership import load_partnership
from tests.portal import Browser, database_of, demonstration_settings, prepare_tables, without_marks

NEIL = SIGNATORY[POLICE]
OWNER = "dan-osei"
STRANGER = "paul-winstanley"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    made = create_app(demonstration_settings(tmp_path_factory.mktemp("portal")))
    prepare_tables(database_of(made))
    load_partnership(database_of(made))
    yield made
    database_of(made).close()


@pytest.fixture
def talks(app):
    return Talks(database_of(app))


@pytest.fixture
def enter(app):
    """Signs somebody in, in a browser of their own."""

    def entered(user):
        browser = Browser(app)
        browser.sign_in_as(user)
        return browser

    return entered


def said(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def hidden_field(answer, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.text)[1]


def forget_factor(app, user):
    """As if the person had proved six minutes ago who they are."""
    with database_of(app).transaction() as tx:
        tx.execute(
            update(session)
            .where(session.c.user_id == user)
            .values(factor_at=clock.now() - timedelta(minutes=6))
        )


def stage_of(talks, number=1):
    return talks.row(number)["stage"]


def test_register_tells_each_agency_how_its_agreements_stand(talks, enter):
    talks.concluded().frozen(2)
    talks.sign(COUNCIL, 2)
    page = said(enter(NEIL).get("/agreements"))
    assert (
        f"{talks.id} Robbery at night In force version 1 Version 2 being signed, 1 of 3 have signed" in page
    )
    assert talks.id not in said(enter(STRANGER).get("/agreements"))


def test_pages_of_a_stranger_are_the_same_bytes_whether_or_not_there_is_an_agreement(app, enter):
    stranger, paths = enter(STRANGER), ("/agreements", "/", "/agreements/T-SECRET/versions/1")
    before = [without_marks(stranger.get(path).text) for path in paths]
    Talks(database_of(app), "T-SECRET").frozen()
    assert [without_marks(stranger.get(path).text) for path in paths] == before
    for path in ("", "/versions/1", "/versions/1/sign", "/versions/1/clauses", "/suspend"):
        real, none = (stranger.get(f"/agreements/{name}{path}") for name in ("T-SECRET", "T-NOTHING"))
        assert real.status_code == none.status_code == 404
        assert without_marks(real.text) == without_marks(none.text).replace("T-NOTHING", "T-SECRET")


def test_signatory_reads_the_whole_text_with_its_digest_and_signs_it(talks, enter):
    talks.frozen()
    talks.sign(COUNCIL)
    talks.sign(SHOPS)
    browser = enter(NEIL)
    path = f"/agreements/{talks.id}/versions/1/sign"
    page = browser.get(path)
    assert "Crime and Disorder Act 1998, section 115." in said(page)
    assert "no version is in force before its last signature" in said(page)
    digest = hidden_field(page, "digest")
    assert digest == talks.row()["digest"]
    answer = browser.send(path, path, digest=digest, read="y")
    assert (answer.status_code, answer.location) == (303, f"/agreements/{talks.id}/versions/1")
    told = said(browser.get(answer.location))
    assert "Signed. Every party has signed: version 1 is in force from" in told
    assert "Signatures, 3 of 3" in told
    assert stage_of(talks) == Stage.SIGNED


def test_old_proof_is_asked_for_again_and_what_was_typed_goes_along(app, talks, enter):
    talks.frozen()
    browser, path = enter(NEIL), f"/agreements/{talks.id}/versions/1/sign"
    digest = hidden_field(browser.get(path), "digest")
    forget_factor(app, NEIL)
    asked = browser.send(path, path, digest=digest, read="y")
    assert asked.status_code == 401
    assert "Prove that it is you" in said(asked)
    assert talks.rows(tables.signature) == []
    kept = browser.send(path, "/confirm", then=path, post="yes", digest=digest, read="y")
    assert hidden_field(kept, "digest") == digest
    browser.send(path, path, digest=digest, read="y")
    (signature,) = talks.rows(tables.signature)
    assert signature["agency_id"] == POLICE


def test_text_that_was_frozen_anew_in_the_meantime_is_shown_and_not_signed(talks, enter):
    talks.frozen()
    browser, path = enter(NEIL), f"/agreements/{talks.id}/versions/1/sign"
    old = hidden_field(browser.get(path), "digest")
    lifecycle.send_back(talks.database, actor(DRAFTER), talks.id, 1, reason="A word is wrong.")
    version = tables.agreement_version
    with talks.database.transaction() as tx:
        tx.execute(
            update(version)
            .where(version.c.agreement_id == talks.id)
            .values(clauses=[clause(title="Another word.")])
        )
    lifecycle.send_to_review(talks.database, actor(DRAFTER), talks.id, 1, edition=1)
    lifecycle.send_to_signing(talks.database, actor(DRAFTER), talks.id, 1)
    answer = browser.send(path, path, digest=old, read="y")
    assert answer.status_code == 409
    assert "This is not the text that you were shown." in said(answer)
    assert "Another word." in said(answer)
    assert hidden_field(answer, "digest") == talks.row()["digest"] != old


def test_unread_version_is_not_signed(talks, enter):
    talks.frozen()
    browser, path = enter(NEIL), f"/agreements/{talks.id}/versions/1/sign"
    answer = browser.send(path, path, digest=talks.row()["digest"])
    assert answer.status_code == 422
    assert "Say that you have read it, or leave it unsigned." in said(answer)
    assert talks.rows(tables.signature) == []


def test_each_person_is_offered_what_is_theirs(talks, enter):
    talks.frozen()
    path = f"/agreements/{talks.id}/versions/1"
    offered = {user: said(enter(user).get(path)) for user in (NEIL, DRAFTER, "leanne-whitby")}
    assert "Read and sign for your agency" in offered[NEIL]
    assert "Read and sign" not in offered[DRAFTER]
    assert "Send back to draft" in offered[DRAFTER]
    assert "Send back to draft" not in offered["leanne-whitby"]
    assert "Your agency’s signatory signs this version." in offered["leanne-whitby"]


def test_drafter_sends_to_review_and_a_party_comments_on_a_clause_and_sends_it_back(talks, enter):
    talks.draft()
    path = f"/agreements/{talks.id}/versions/1"
    drafter, neil = enter(DRAFTER), enter(NEIL)
    assert neil.get(path).status_code == 404
    edition = hidden_field(drafter.get(f"{path}/review"), "edition")
    assert drafter.send(f"{path}/review", f"{path}/review", edition=edition).status_code == 303
    form = neil.get(f"{path}/comment?clause=1.1")
    assert '<option value="1.1" selected>' in form.text
    sent = neil.send(f"{path}/comment", f"{path}/comment", clause="1.1", text="Which street?")
    assert sent.location == f"{path}/clauses"
    assert "Which street? Supt. Neil Garroway, Met East Area" in said(drafter.get(f"{path}/clauses"))
    back = neil.send(f"{path}/back", f"{path}/back", reason="Name the street.")
    assert back.location == "/agreements"
    assert neil.get(path).status_code == 404
    assert "Sent back to draft Supt. Neil Garroway Met East Area Name the street." in said(
        drafter.get(f"{path}/history")
    )


def test_draft_that_is_not_ready_says_what_is_missing_and_stays(talks, enter):
    talks.draft(1, clause(fields=[]))
    path = f"/agreements/{talks.id}/versions/1/review"
    answer = enter(DRAFTER).send(path, path, edition="1")
    assert answer.status_code == 422
    assert "clause 1.1: The list fields is empty, and empty never means all." in said(answer)
    assert stage_of(talks) == Stage.DRAFT


def test_signatory_suspends_with_a_reason_and_everybody_reads_it(talks, enter):
    talks.concluded()
    neil, path = enter(NEIL), f"/agreements/{talks.id}/suspend"
    assert "nobody reads anything under this agreement" in said(neil.get(path))
    empty = neil.send(path, path, reason=" ")
    assert empty.status_code == 422
    assert "Say why." in said(empty)
    assert neil.send(path, path, reason="A breach is looked into.").status_code == 303
    other = said(enter(DRAFTER).get(f"/agreements/{talks.id}"))
    assert "Suspended" in other
    assert "A breach is looked into." in other
    assert "Resume" not in other
    assert "Resume the agreement" in said(neil.get(f"/agreements/{talks.id}"))


def test_act_that_is_not_ones_own_is_refused_on_its_page(talks, enter):
    talks.concluded()
    for user, act in ((NEIL, "resume"), (NEIL, "rejoin"), (DRAFTER, "suspend"), (OWNER, "record-review")):
        assert enter(user).get(f"/agreements/{talks.id}/{act}").status_code == 403


def test_withdrawal_rejoining_and_the_end_read_in_the_agreements_history(talks, enter):
    talks.concluded()
    neil, base = enter(NEIL), f"/agreements/{talks.id}"
    neil.send(f"{base}/withdraw", f"{base}/withdraw", reason="Merged.")
    assert "You have withdrawn" in said(neil.get("/agreements"))
    neil.send(f"{base}/rejoin", f"{base}/rejoin")
    for party in (COUNCIL, POLICE, SHOPS):
        browser = enter(SIGNATORY[party])
        browser.send(f"{base}/end", f"{base}/end", reason="Its purpose is served.")
    told = said(neil.get(base))
    assert "Ended" in told
    assert "Withdrew Supt. Neil Garroway Met East Area Merged." in told
    assert "Its purpose is served." in told


def test_owner_sees_what_would_open_and_confirms_for_all_at_once(talks, enter):
    talks.concluded()
    record = talks.sighting()
    talks.concluded(2, clause(), clause("1.2", fields=["address"]))
    dan, path = enter(OWNER), f"/agreements/{talks.id}/confirmation"
    page = dan.get(path)
    assert "1 record of your agency was released under an earlier version" in said(page)
    assert "Met East Area Sightings Place address Withheld In full" in said(page)
    assert "address" not in talks.seen(record)
    answer = dan.send(path, path, version=hidden_field(page, "version"))
    assert "Confirmed. What your agency released before is read by version 2 now." in said(
        dan.get(answer.location)
    )
    assert "address" in talks.seen(record)
    assert "Nothing to confirm" in said(dan.get(path))


def test_review_is_recorded_with_the_day_of_the_next(talks, enter):
    talks.concluded(review_due=clock.today())
    drafter, path = enter(DRAFTER), f"/agreements/{talks.id}/record-review"
    late = (clock.today() + timedelta(days=500)).isoformat()
    answer = drafter.send(path, path, findings="It holds.", next_due=late)
    assert answer.status_code == 422
    assert "The next review is after today and within a year." in said(answer)
    assert "It holds." in answer.text
    soon = (clock.today() + timedelta(days=100)).isoformat()
    assert drafter.send(path, path, findings="It holds.", next_due=soon).status_code == 303


def test_matrix_asks_about_the_case_in_the_address(talks, enter):
    talks.concluded(
        1, clause(), clause("1.2", fields=["identity"], records=["incident"], categories=["suspect"])
    )
    browser, path = enter("leanne-whitby"), f"/agreements/{talks.id}/versions/1"
    adult, child = (
        said(browser.get(f"{path}?type=incident&about={about}")) for about in ("suspect", "suspect-child")
    )
    assert "Identity given name, family name, alias, date of birth, gender In full 1.2 In full 1.2" in adult
    assert "Identity given name, family name, alias, date of birth, gender Not shown Never floor" in child


def test_changes_name_both_forms_of_a_clause(talks, enter):
    talks.concluded().reviewed(2, clause(treatment="generalise"))
    told = said(enter(NEIL).get(f"/agreements/{talks.id}/versions/2/changes"))
    assert "What version 2 changes against version 1" in told
    assert "What leaves In full Banded" in told


def test_exact_text_is_a_file_that_hashes_to_what_was_signed(talks, enter):
    from hashlib import sha256

    talks.frozen()
    answer = enter(NEIL).get(f"/agreements/{talks.id}/versions/1/exact-text")
    assert sha256(answer.data).hexdigest() == talks.row()["digest"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_what_waits_leads_to_where_it_is_done(talks, enter):
    talks.frozen()
    browser = enter(NEIL)
    browser.send("/purpose", "/purpose", purpose="running-the-partnership")
    home = browser.get("/")
    assert f'href="/agreements/{talks.id}/versions/1/sign"' in home.text
    assert f"{talks.id}: your agency has yet to sign version 1" in said(home)


def test_form_without_a_digest_signs_nothing(talks, enter):
    talks.frozen()
    path = f"/agreements/{talks.id}/versions/1/sign"
    assert enter(NEIL).send(path, path, read="y").status_code == 422
    assert talks.rows(tables.signature) == []
