"""The pages of broken glass and of notes of necessity, as each person meets them."""

import re
from datetime import timedelta

from sqlalchemy import select

from foundation import clock
from sharing.agreements.tables import break_glass
from tests.pages.requests.reading import hidden, record_page, words
from tests.partnership import ROBBERY
from tests.portal import (
    Browser,
    database_of,
    without_marks,
)
from tests.unit.sharing.requests.scene import MET, robbery

MEMBER, PREPARER, APPROVER, DPO = "magda-kowalska", "femi-oyelaran", "aaron-field", "miriam-stokes"
RUNNING = "running-the-partnership"
CHILDREN = "safeguarding-children"


def glass(about, **more):
    reason = "He has said that he will kill her tonight."
    said = {"danger": "life", "owner": MET, "reference": about.reference, "reason": reason}
    return {**said, **more}


def test_glass_opens_one_record_on_screen_and_everybody_is_told(app, enter):
    about = robbery(database_of(app), to=())
    gareth = enter("gareth-lunn")
    assert gareth.get(record_page(about)).status_code == 404
    assert "Break the glass" in words(gareth.get("/"))
    opened = gareth.send("/break-glass", "/break-glass", **glass(about))
    assert opened.headers["Location"] == record_page(about)
    said = words(gareth.get(record_page(about)))
    assert re.search(r"Open because of a danger to life\. Until \d\d:\d\d", said)
    assert "Quillfeather" in said
    assert about.id not in gareth.get("/records/incidents").text
    for who, purpose in ((DPO, RUNNING), ("noor-haddad", RUNNING), (PREPARER, ROBBERY)):
        browser = enter(who, purpose)
        assert "The glass was broken" in words(browser.get("/")), who
    with database_of(app).transaction() as tx:
        made = tx.execute(select(break_glass.c.id).where(break_glass.c.record_id == about.id)).scalar_one()
    noor = enter("noor-haddad", RUNNING)
    page = f"/break-glass/{made}"
    assert "He has said that he will kill her tonight." in words(noor.get(page))
    assert noor.send(page, f"{page}/review", finding="", text="").status_code == 422
    good = noor.send(page, f"{page}/review", finding="justified", text="The call and the log agree.")
    assert good.status_code == 303
    assert "Justified" in words(noor.get("/break-glass/reviews"))
    dpo = enter(DPO, RUNNING)
    assert dpo.send(page, f"{page}/seen").status_code == 303
    assert enter("owen-fairlie").get(page).status_code == 404


def test_glass_that_does_not_open_says_the_same_whyever(app, enter):
    about = robbery(database_of(app), to=())
    gareth = enter("gareth-lunn")
    said = []
    for more in ({"reference": "2222-22"}, {"owner": "havering"}, {"owner": "newham"}, {"owner": "nowhere"}):
        answer = gareth.send("/break-glass", "/break-glass", **glass(about, **more))
        assert answer.status_code == 404
        page = re.sub(r"<select.*?</select>", "", answer.text, flags=re.DOTALL)
        said.append(without_marks(page))
    assert len(set(said)) == 1
    assert "There is no record with this reference that you can open." in said[0]
    assert "He has said that he will kill her tonight." in said[0]


def test_token_from_before_the_glass_was_broken_opens_nothing_any_more(app, enter):
    about = robbery(database_of(app), to=())
    gareth = enter("gareth-lunn")
    stolen = Browser(app)
    token = gareth.client.get_cookie("concordat").value
    stolen.client.set_cookie("concordat", token)
    assert stolen.get("/break-glass").status_code == 200
    assert gareth.send("/break-glass", "/break-glass", **glass(about)).status_code == 303
    assert "Quillfeather" in words(gareth.get(record_page(about)))
    turned_away = stolen.get(record_page(about))
    assert (turned_away.status_code, "/sign-in" in turned_away.location) == (302, True)


def test_glass_is_for_two_roles_and_no_key(enter):
    for who in ("imran-sadiq", "magda-kowalska", "priya-nair", PREPARER):
        browser = enter(who)
        assert browser.get("/break-glass").status_code == 403
        assert "Break the glass" not in words(browser.get("/"))


def test_note_is_written_signed_and_ended(enter, about):
    magda, aaron, marcus = enter(MEMBER), enter(APPROVER), enter("marcus-sallis", RUNNING)
    page = record_page(about)
    assert "Youngling" not in magda.get(page).text
    assert "Notes of necessity" in words(aaron.get(page))
    assert "Notes of necessity" not in words(magda.get(page))
    until = (clock.today() + timedelta(days=60)).isoformat()
    told = {
        "link": about.child,
        "recipients": ["romford-bcrp"],
        "classes": ["identity"],
        "reason": "He threatens staff and must be recognised.",
        "until": until,
        "approver": "marcus-sallis",
    }
    new = f"{page}/notes/new"
    assert "Choose a named approver" in words(aaron.send(new, new, **{**told, "approver": ""}))
    address = aaron.send(new, new, **told).headers["Location"]
    assert "asks you to sign a note" in words(marcus.get("/"))
    note = marcus.get(address)
    assert "Youngling" not in note.text
    assert marcus.send(address, f"{address}/sign", digest=hidden(note, "digest")).status_code == 303
    assert "Youngling" in magda.get(page).text
    assert marcus.send(address, f"{address}/end").status_code == 303
    assert "Youngling" not in magda.get(page).text
    assert magda.get(address).status_code == 404


def test_pages_of_roles_that_have_no_part_say_so(enter):
    colm = enter("colm-daly", RUNNING)
    for address in ("/requests", "/grants", "/break-glass", "/break-glass/reviews"):
        assert colm.get(address).status_code == 403, address
