"""Actions on pages: who was first and what becomes of the second, one form one action, what is closed."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from auth import once
from foundation import clock
from foundation.identifiers import new_id
from sharing.partnerships.actions import PAGE
from sharing.partnerships.tables import action, meeting, partnership
from tests.api.doors import CHAIR, COORDINATOR, OPERATOR, STRANGER, open_door_at
from tests.databases import postgresql_url, sqlite_url
from tests.pages.test_areas import signed_in
from tests.partnership import ROBBERY
from tests.portal import close

#: The first of them has a chair and a coordinator among the demonstration's people.
NAMES = {"havering-community-safety": "Havering together", "watch": "Station watch"}
MEETINGS = dict(
    zip(NAMES, ("5b0a1f6e-2f10-4f6f-9a57-3f4e8f1b7a01", "5b0a1f6e-2f10-4f6f-9a57-3f4e8f1b7a02"), strict=True)
)
CSP = "havering-community-safety"
RUNNING = "running-the-partnership"
TITLE = "Light the alley"


@pytest.fixture(params=["sqlite", "postgresql"])
def door(request, tmp_path):
    """Two partnerships of the council and the police, each with a meeting."""
    made = open_door_at(tmp_path, sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    soon = clock.now() + timedelta(hours=1)
    sits = ["havering", "metropolitan-east-area"]
    of = {"agreement_id": "HAV-CSP-01", "agencies": sits, "lead": "havering"}
    meets = {"number": 4, "title": "November", "place": "Here", "starts_at": soon, "ends_at": soon}
    with made.database.transaction() as tx:
        tx.execute(insert(partnership), [{"id": key, "name": name, **of} for key, name in NAMES.items()])
        rows = [{"id": id_, "partnership_id": key, "agenda": [], **meets} for key, id_ in MEETINGS.items()]
        tx.execute(insert(meeting), rows)
    yield made
    close(made.app)


def keep(door, where=CSP, **values):
    """The id of an action of the council's that is due in 30 days."""
    today, made = clock.today(), new_id()
    row = {
        "id": made, "partnership_id": where, "meeting_id": MEETINGS[where], "title": TITLE,
        "measure": "Lamps on", "owner_agency": "havering", "owner_user": COORDINATOR, "set_on": today,
        "due": today + timedelta(days=30), "first_due": today, "status": "open", **values,
    }  # fmt: skip
    with door.database.transaction() as tx:
        tx.execute(insert(action), row)
    return made


def answer(browser, made, version, move, text):
    path = f"/actions/{made}"
    return browser.send(path, path, move=move, text=text, version=version)


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def typed(page, text):
    """Whether the page gives the text back in a field."""
    return re.search(rf'<textarea[^>]* name="text"[^>]*>{re.escape(text)}</textarea>', page.text) is not None


def test_answer_to_what_was_closed_says_by_whom_and_gives_back_what_was_typed(door):
    made = keep(door, status="answered", answer="done", answer_text="Lit.", answered_at=clock.now())
    chair, owner = signed_in(door, CHAIR, RUNNING), signed_in(door, COORDINATOR, RUNNING)
    assert answer(chair, made, 1, "close", "Agreed.").status_code == 303
    late = answer(owner, made, 1, "at_risk", "The lamps flicker.")
    assert late.status_code == 409
    said = words(late)
    assert "Helen Marsh, Havering Council, changed this action first: “Close: the meeting agrees”, " in said
    assert "It is closed, so your answer was not taken in. What you typed is kept below, to copy." in said
    assert "Not a valid choice" not in said
    assert typed(late, "The lamps flicker.")
    assert "Keep the answer" not in said
    assert "The lamps flicker." not in owner.get(f"/actions/{made}").text


def test_second_answer_of_one_person_says_it_was_they_and_that_the_meeting_has_it(door):
    made, owner = keep(door), signed_in(door, OPERATOR, ROBBERY)
    assert answer(owner, made, 1, "done", "Lit.").status_code == 303
    late = answer(owner, made, 1, "at_risk", "The lamps flicker.")
    assert "You changed this action first: “Done, with evidence”, " in words(late)
    assert "It waits for the meeting now, so your answer was not taken in." in words(late)
    assert typed(late, "The lamps flicker.")


def test_late_answer_that_can_still_be_given_is_taken_at_the_second_sending(door):
    made, owner = keep(door), signed_in(door, COORDINATOR, RUNNING)
    assert answer(owner, made, 1, "at_risk", "Waits.").status_code == 303
    late = answer(owner, made, 1, "done", "Lit.")
    assert (late.status_code, typed(late, "Lit.")) == (409, True)
    version = re.search(r'name="version"[^>]* value="(\d+)"', late.text)[1]
    assert answer(owner, made, version, "done", "Lit.").status_code == 303


def test_answer_that_was_never_offered_is_still_none(door):
    made, owner = keep(door), signed_in(door, OPERATOR, ROBBERY)
    assert answer(owner, made, 1, "close", "So there.").status_code == 422
    with door.database.transaction() as tx:
        assert tx.execute(select(action.c.status)).scalars().all() == ["open"]


def setting(page, **more):
    due = (clock.today() + timedelta(days=9)).isoformat()
    drawn = re.search(r'name="once"[^>]*value="([^"]+)"', page.text)[1]
    return {"title": TITLE, "measure": "Lamps on", "owner": OPERATOR, "due": due, "once": drawn, **more}


def set_by(browser, **values):
    path = f"/meetings/{MEETINGS[CSP]}"
    return browser.send(path, f"{path}/actions", **values)


def count(door):
    with door.database.transaction() as tx:
        return len(tx.execute(select(action.c.id)).all())


def test_form_that_is_sent_twice_sets_one_action_and_each_new_form_another(door):
    chair = signed_in(door, CHAIR, RUNNING)
    for actions in (1, 2):
        values = setting(chair.get(f"/meetings/{MEETINGS[CSP]}"))
        first, again = (set_by(chair, **values) for _ in range(2))
        assert (first.status_code, again.status_code) == (303, 303)
        assert again.location == first.location
        assert count(door) == actions


def test_form_sent_before_with_other_words_asks_and_is_another_action_if_sent_again(door):
    chair = signed_in(door, CHAIR, RUNNING)
    values = setting(chair.get(f"/meetings/{MEETINGS[CSP]}"))
    assert set_by(chair, **values).status_code == 303
    back = set_by(chair, **{**values, "measure": "A photograph"})
    assert back.status_code == 422
    assert "You sent this form before, with other answers. Nothing was sent now." in words(back)
    assert 'value="A photograph"' in back.text
    assert count(door) == 1
    assert set_by(chair, **setting(back, measure="A photograph")).status_code == 303
    assert count(door) == 2


def test_form_keeps_its_key_while_it_comes_back(door):
    chair = signed_in(door, CHAIR, RUNNING)
    values = setting(chair.get(f"/meetings/{MEETINGS[CSP]}"))
    back = set_by(chair, **{**values, "title": ""})
    assert (back.status_code, setting(back)["once"]) == (422, values["once"])


def test_second_tap_while_the_first_is_being_taken_in_leads_to_the_same_action(door, monkeypatch):
    chair = signed_in(door, CHAIR, RUNNING)
    values = setting(chair.get(f"/meetings/{MEETINGS[CSP]}"))
    first = set_by(chair, **values)
    answers, done_before = iter([None]), once.done_before
    # The second looks before the first is kept, and then cannot commit.
    monkeypatch.setattr(once, "done_before", lambda *of: next(answers, done_before(*of)))
    second = set_by(chair, **values)
    assert (second.status_code, second.location) == (303, first.location)
    assert count(door) == 1


def test_closed_actions_are_listed_the_last_first_page_by_page_and_the_open_ones_are_not(door):
    now = clock.now()
    keep(door, title="Still open")
    for n in range(PAGE + 2):
        # Two that were closed at once fall on either side of a page's end.
        at = now - timedelta(days=min(n, PAGE - 1))
        keep(door, title=f"Closed {n:02}", status="closed", closed_at=at)
    chair = signed_in(door, CHAIR, RUNNING)
    assert 'href="/actions/closed"' in chair.get("/actions").text
    first = chair.get("/actions/closed")
    older = re.search(r'href="(/actions/closed\?cursor=[^"]+)" rel="next"', first.text)[1]
    second = chair.get(older)
    pages = [re.findall(r">(Closed \d\d)</a>", page.text) for page in (first, second)]
    assert [len(page) for page in pages] == [PAGE, 2]
    assert pages[0][:3] == ["Closed 00", "Closed 01", "Closed 02"]
    assert sorted(pages[0] + pages[1]) == [f"Closed {n:02}" for n in range(PAGE + 2)]
    assert 'rel="next"' not in second.text
    assert "Still open" not in first.text + second.text
    assert signed_in(door, STRANGER).get(older).status_code == 422


def test_nobody_outside_the_partnership_reads_what_it_closed(door):
    keep(door, status="closed", closed_at=clock.now())
    assert TITLE in signed_in(door, CHAIR, RUNNING).get("/actions/closed").text
    page = signed_in(door, STRANGER).get("/actions/closed")
    assert TITLE not in page.text


def test_lists_and_the_action_say_of_which_partnership_it_is(door):
    chair = signed_in(door, CHAIR, RUNNING)
    for state in ({"status": "open"}, {"status": "closed", "closed_at": clock.now()}):
        made = {where: keep(door, where, title=f"For {where}", **state) for where in NAMES}
        listed = chair.get("/actions" if state["status"] == "open" else "/actions/closed").text
        for where, name in NAMES.items():
            row = listed.partition(f"For {where}</a>")[2].partition("</tr>")[0]
            assert [each in row for each in NAMES.values()] == [each == name for each in NAMES.values()]
            assert name in words(chair.get(f"/actions/{made[where]}"))


@pytest.mark.parametrize(
    ("days", "status", "said"),
    [
        (-3, "open", ("Red overdue", "3 days over")),
        (-1, "open", ("Red overdue", "1 day over")),
        (0, "open", ("Amber due within 7 days", ", today")),
        (20, "open", ("Green on track", "in 20 days")),
        (-2, "answered", ("Blue owner says done", "2 days over")),
    ],
)
def test_action_says_in_words_how_it_stands(door, days, status, said):
    made = keep(door, due=clock.today() + timedelta(days=days), status=status)
    page = words(signed_in(door, CHAIR, RUNNING).get(f"/actions/{made}"))
    assert [each for each in said if each not in page] == []
