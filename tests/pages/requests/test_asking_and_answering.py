"""The pages of asking and answering, as each person meets them."""

import re
from datetime import timedelta

from sqlalchemy import select, update

from auth.tables import session
from foundation import clock
from sharing.agreements.tables import grant
from sharing.requests.tables import request
from tests.pages.requests.reading import hidden, record_page, words
from tests.portal import (
    database_of,
    without_marks,
)
from tests.unit.sharing.requests.scene import robbery

MEMBER, PREPARER, APPROVER, DPO = "magda-kowalska", "femi-oyelaran", "aaron-field", "miriam-stokes"
RUNNING = "running-the-partnership"
CHILDREN = "safeguarding-children"


def heads(**more):
    return {
        "need": "To serve an exclusion notice on the right person.",
        "proportion": "A description alone has led to the wrong person.",
        "basis": "gdpr-legitimate",
        "gateway": "dpa-sch1-10",
        "urgency": "normal",
        "days": "28",
        "keeping": "nowhere",
        "security": "portal-only",
        **more,
    }


def asked_by(browser, about, *keys):
    """Ask from the record's page; gives the address of the request."""
    page = record_page(about)
    begun = browser.send(page, "/requests/drafts", record=about.id, fields=list(keys), why="Why not")
    assert begun.status_code == 303
    address = begun.headers["Location"]
    sent = browser.send(address, address, record=about.id, fields=list(keys), **heads())
    assert sent.status_code == 303, words(sent)
    return sent.headers["Location"]


def prepared_by(browser, address, **more):
    until = clock.now().astimezone(clock.LONDON) + timedelta(days=28)
    given = {
        "give_0": "disclose",
        "users": [MEMBER],
        "until_date": until.date().isoformat(),
        "until_time": "12:00",
        "reasons": "You may use it to serve the notice.",
        "note": "",
        **more,
    }
    return browser.send(address, f"{address}/answer", **given)


def approve(browser, address, page=None):
    page = page or browser.get(address)
    proposal, digest = hidden(page, "proposal"), hidden(page, "digest")
    return browser.send(address, f"{address}/approve", proposal=proposal, digest=digest)


def test_member_asks_two_people_answer_and_the_field_opens_until_its_end(app, enter, about):
    magda, key = enter(MEMBER), about.key("adult", "family_name")
    assert "Suspectson" not in magda.get(record_page(about)).text
    address = asked_by(magda, about, key)
    said = words(magda.get(record_page(about)))
    assert "You asked on" in said
    femi = enter(PREPARER)
    assert "Romford BCRP asks for what is withheld" in words(femi.get("/"))
    assert "Family name (Suspect Adam Suspectson)" in words(femi.get("/requests"))
    assert prepared_by(femi, address, note="He has form.").status_code == 303
    assert "Another person of your agency has to approve this." in words(femi.get(address))
    assert "Approve and grant" not in femi.get(address).text
    assert approve(enter(APPROVER), address).status_code == 303
    page = magda.get(record_page(about))
    assert re.search(r"Suspectson\s.*Granted to you until", words(page))
    answered = words(magda.get(address))
    assert "You may use it to serve the notice." in answered
    assert "He has form." not in answered
    assert "Suspectson" not in magda.get("/records/incidents").text
    assert "Suspectson" not in enter("sunil-dhar").get(record_page(about)).text
    with database_of(app).transaction() as tx:
        until = tx.execute(select(grant.c.until_at).where(grant.c.record_id == about.id)).scalar_one()
        # the session has to outlive the grant for this look
        tx.execute(update(session).values(created_at=until, seen_at=until))
    with clock.stopped(until):
        assert "Suspectson" not in magda.get(record_page(about)).text


def test_ask_keeps_what_was_typed_and_names_what_is_missing(enter, about):
    magda, key = enter(MEMBER), about.key("adult", "family_name")
    begun = magda.send(
        record_page(about), "/requests/drafts", record=about.id, fields=[key], why="Typed at length."
    )
    address = begun.headers["Location"]
    form = magda.get(address)
    assert "Typed at length." in form.text
    assert re.search(rf'value="{re.escape(key)}" checked', form.text)
    assert "Suspectson" not in form.text
    wrong = magda.send(address, address, record=about.id, fields=[key], **heads(basis="", need="Short"))
    assert wrong.status_code == 422
    assert "Choose the lawful basis" in words(wrong)
    assert ">Short</textarea>" in wrong.text
    again = magda.get(address)
    assert ">Short</textarea>" in again.text
    assert "Request begun" in words(magda.get("/requests"))
    draft = address.partition("draft=")[2]
    assert magda.send(address, f"/requests/drafts/{draft}/discard").status_code == 303
    assert "Request begun" not in words(magda.get("/requests"))


def test_form_that_is_sent_twice_asks_once(app, enter, about):
    magda, key = enter(MEMBER), about.key("adult", "family_name")
    begun = magda.send(record_page(about), "/requests/drafts", record=about.id, fields=[key], why="Why")
    address = begun.headers["Location"]
    form = magda.get(address)
    typed = {"record": about.id, "fields": [key], "once": hidden(form, "once"), **heads()}
    typed["csrf_token"] = hidden(form, "csrf_token")
    first, again = (magda.post(address, data=typed) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["Location"] == first.headers["Location"]
    with database_of(app).transaction() as tx:
        made = tx.execute(select(request.c.id).where(request.c.record_id == about.id)).all()
    assert len(made) == 1


def test_form_sent_before_with_other_words_asks_whether_it_is_another_request(app, enter, about):
    magda, key = enter(MEMBER), about.key("adult", "family_name")
    address = f"/requests/new?record={about.id}"
    once = hidden(magda.get(address), "once")
    typed = {"record": about.id, "fields": [key], **heads()}
    assert magda.send(address, address, once=once, **typed).status_code == 303
    back = magda.send(address, address, once=once, **{**typed, "need": "For another reason."})
    assert back.status_code == 422
    assert "If this is another request, send it again." in words(back)
    assert ">For another reason.</textarea>" in back.text
    assert hidden(back, "once") != once


def test_address_of_the_door_prefills_the_form(enter, about):
    magda, key = enter(MEMBER), about.key("adult", "family_name")
    form = magda.get(f"/requests/new?record={about.id}&field={key}")
    assert re.search(rf'value="{re.escape(key)}" checked', form.text)
    assert magda.get("/requests/new").status_code == 303


def test_hidden_record_and_absent_one_are_the_same_bytes_to_who_asks(app, enter):
    magda, secret = enter(MEMBER), robbery(database_of(app), to=("havering",))
    pages = [
        without_marks(magda.get(f"/requests/new?record={each}").text)
        for each in (secret.id, "00000000-0000-4000-8000-000000000000")
    ]
    assert pages[0] == pages[1]
    assert "There is nothing here that you can see" in pages[0]


def test_request_of_others_is_the_same_bytes_as_none(enter, about):
    address = asked_by(enter(MEMBER), about, about.key("adult", "family_name"))
    absent = "/requests/00000000-0000-4000-8000-000000000000"
    for stranger in ("priya-nair", "sunil-dhar", "imran-sadiq", "owen-fairlie", "grace-abara"):
        browser = enter(stranger)
        pages = [without_marks(browser.get(each).text) for each in (address, absent)]
        assert pages[0] == pages[1], stranger


def test_owners_form_says_what_no_grant_opens_and_whose_protection_is_passed(enter, about):
    magda, femi = enter(MEMBER), enter(PREPARER)
    child = asked_by(magda, about, about.key("child", "family_name"))
    assert "A note of necessity has to be signed first." in words(femi.get(child))
    victim = asked_by(magda, about, about.key("victim", "family_name"))
    form = femi.get(victim)
    assert "Why does this pass the protection of victims and witnesses, for Victim Vera" in words(form)
    wrong = prepared_by(femi, victim, pass_0="")
    assert wrong.status_code == 422
    assert "Say why this person’s protection is passed" in words(wrong)
    assert "You may use it to serve the notice." in wrong.text
    assert prepared_by(femi, victim, pass_0="She asked us to tell them.").status_code == 303
    dpo = enter(DPO, RUNNING)
    said = words(dpo.get(victim))
    assert "Passes the protection of victims and witnesses" in said
    assert "She asked us to tell them." in said
    assert "Quillfeather" not in said
    assert approve(dpo, victim).status_code == 303


def test_stale_page_approves_nothing(enter, about):
    magda, femi, aaron = enter(MEMBER), enter(PREPARER), enter(APPROVER)
    address = asked_by(magda, about, about.key("adult", "family_name"))
    prepared_by(femi, address)
    read = aaron.get(address)
    prepared_by(femi, address, reasons="Changed after it was read.")
    late = approve(aaron, address, read)
    assert late.status_code == 409
    assert "nothing was granted" in words(late)
    assert "Suspectson" not in magda.get(record_page(about)).text


def test_old_proof_is_asked_for_again_and_then_it_is_granted(app, enter, about):
    magda, femi, aaron = enter(MEMBER), enter(PREPARER), enter(APPROVER)
    address = asked_by(magda, about, about.key("adult", "family_name"))
    prepared_by(femi, address)
    with database_of(app).transaction() as tx:
        old = clock.now() - timedelta(minutes=6)
        tx.execute(update(session).where(session.c.user_id == APPROVER).values(factor_at=old))
    page = aaron.get(address)
    asked = approve(aaron, address, page)
    assert asked.status_code == 401
    assert "Prove that it is you" in words(asked)
    assert "Suspectson" not in magda.get(record_page(about)).text
    kept = {"proposal": hidden(page, "proposal"), "digest": hidden(page, "digest")}
    proven = aaron.send(address, "/confirm", then=f"{address}/approve", post="yes", **kept)
    assert "Send it now" in words(proven)
    assert aaron.send(address, f"{address}/approve", **kept).status_code == 303
    assert "Suspectson" in magda.get(record_page(about)).text


def test_sent_back_and_refused_each_with_reasons(enter, about):
    magda, femi, aaron = enter(MEMBER), enter(PREPARER), enter(APPROVER)
    address = asked_by(magda, about, about.key("adult", "family_name"))
    prepared_by(femi, address)
    proposal = hidden(aaron.get(address), "proposal")
    assert aaron.send(address, f"{address}/return", proposal=proposal, why="").status_code == 422
    assert aaron.send(address, f"{address}/return", proposal=proposal, why="Fewer days.").status_code == 303
    assert "Sent back: Fewer days." in words(femi.get(address))
    assert "Fewer days." not in words(magda.get(address))
    wrong = femi.send(address, f"{address}/refuse", refusal="No.", refusal_note="")
    assert wrong.status_code == 422
    assert ">No.</textarea>" in wrong.text
    refused = femi.send(
        address, f"{address}/refuse", refusal="He has not been charged.", refusal_note="In May."
    )
    assert refused.status_code == 303
    said = words(magda.get(address))
    assert "He has not been charged." in said
    assert "In May." not in said
    assert address not in magda.get("/").text


def test_withdrawn_and_revoked(app, enter, about):
    magda, femi, aaron = enter(MEMBER), enter(PREPARER), enter(APPROVER)
    first = asked_by(magda, about, "crime_reference")
    assert magda.send(first, f"{first}/withdraw").status_code == 303
    assert "Withdrawn" in words(magda.get(first))
    assert prepared_by(femi, first).status_code == 409
    second = asked_by(magda, about, about.key("adult", "family_name"))
    prepared_by(femi, second)
    approve(aaron, second)
    assert "Granted to you" in words(magda.get("/grants"))
    with database_of(app).transaction() as tx:
        made = tx.execute(select(grant.c.id).where(grant.c.record_id == about.id)).scalar_one()
    assert magda.send("/grants", f"/grants/{made}/revoke").status_code in {403, 404}
    assert femi.send("/grants", f"/grants/{made}/revoke").status_code == 303
    assert "Suspectson" not in magda.get(record_page(about)).text
    assert "Taken back" in words(magda.get("/grants"))


def test_overdue_request_stands_with_the_data_protection_officer(app, enter, about):
    address = asked_by(enter(MEMBER), about, "crime_reference")
    with database_of(app).transaction() as tx:
        late = update(request).where(request.c.id == address.rpartition("/")[2])
        tx.execute(late.values(due_at=clock.now() - timedelta(hours=2)))
    dpo = enter(DPO, RUNNING)
    assert "Romford BCRP has had no answer" in words(dpo.get("/"))
    assert "2 hours over" in words(dpo.get(address))


def test_first_page_lists_nothing_of_which_the_role_reads_nothing(enter, about):
    path = record_page(about)
    assert path in enter("george-tan").get("/").text
    signatory = enter("neil-garroway", RUNNING).get("/")
    assert path not in signatory.text
    assert "Newest incidents" not in words(signatory)
