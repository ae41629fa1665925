"""A sighting and a report that cannot be taken come back filled, with a sentence beside the field."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from foundation import clock
from foundation.pictures import BYTES_MOST
from portal.gate.limits import FORM_KILOBYTES
from sharing.drafts.keeping import keep_draft
from sharing.drafts.tables import draft
from sharing.records.record import record
from tests.pages.test_ages_typed import FORMS, OPERATOR, browser_of
from tests.pages.test_cameras import CAMERA
from tests.partnership import actor

TYPED = {"age": "adult", "mark": "LK21", "account": "Hazel."}
AGAIN = "Choose the picture again."


def picture():
    sent = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(sent, "PNG")
    return sent.getvalue()


def send(browser, path, fields, still=None):
    """Send the form as a browser does; a large picture goes out of memory."""
    data = {"csrf_token": browser.token(path), **fields}
    if still is not None:
        data["still"] = FileStorage(io.BytesIO(still), "still.png", content_type="image/png")
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(path, data=body, content_type=kind, headers={"Sec-Fetch-Site": "same-origin"})


def beside(page, name):
    """What the page says beside a field, or nothing."""
    said = re.search(rf'id="{name}-error">(?:<span[^>]*>[^<]*</span>)?(.*?)</p>', page.text, re.DOTALL)
    return unescape(said[1]) if said else ""


def kept(door):
    with door.database.transaction() as tx:
        return tx.execute(select(record.c.id)).all() + tx.execute(select(draft.c.id)).all()


def came_back(answer):
    assert answer.status_code == 422
    assert "Hazel." in answer.text
    assert re.search(r'name="age" value="adult" checked', answer.text)
    return answer


@pytest.mark.parametrize(("path", "fields"), FORMS)
@pytest.mark.parametrize(
    ("sent", "said"),
    [(b"", "This file is empty. Choose the picture again."), (b"x" * (BYTES_MOST + 1), "larger than 10 MB")],
)
def test_file_that_cannot_be_a_picture_is_refused_beside_its_field(door, path, fields, sent, said):
    back = came_back(send(browser_of(door, path), path, {**fields, **TYPED}, sent))
    assert said in beside(back, "still")
    assert kept(door) == []


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_form_that_comes_back_says_that_its_picture_is_gone_and_only_then(door, path, fields):
    browser = browser_of(door, path)
    wrong = {**fields, **TYPED, "seen_time": "", "time": ""}
    assert beside(came_back(send(browser, path, wrong, picture())), "still") == AGAIN
    assert beside(came_back(send(browser, path, wrong)), "still") == ""


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_time_in_the_future_is_said_beside_the_time_and_nothing_is_kept(door, path, fields):
    here = (clock.now() + timedelta(hours=3)).astimezone(clock.LONDON)
    later = {name: f"{here:%Y-%m-%d}" for name in ("seen_date", "day") if name in fields}
    later |= {name: f"{here:%H:%M}" for name in ("seen_time", "time") if name in fields}
    back = came_back(send(browser_of(door, path), path, {**fields, **TYPED, **later}, picture()))
    assert "Time is in the future" in beside(back, "time" if path == "/report" else "seen_time")
    assert beside(back, "still") == AGAIN
    assert kept(door) == []


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_request_that_is_too_large_says_the_limit_and_leads_back_to_the_form(door, path, fields):
    back = send(browser_of(door, path), path, fields, b"x" * FORM_KILOBYTES * 1_000)
    assert back.status_code == 413
    assert "A picture may have 10 MB at most" in back.text
    assert f'<a href="{path}">Open the form anew</a>' in back.text


BOTH = "You chose a camera, and typed another place. Leave one of the two empty."


def test_camera_and_another_place_are_refused_beside_the_place(door):
    """The point and the ward are the camera's, and would go out with an address that is not."""
    path, fields = FORMS[0]
    door.made("cameras", OPERATOR, {"values": CAMERA})
    browser = browser_of(door, path)
    back = came_back(browser.send(path, path, **{**fields, **TYPED, "camera": CAMERA["number"]}))
    assert beside(back, "address") == BOTH
    assert 'value="CAM-MEDLAR-8"' in back.text
    assert 'value="South Street"' in back.text
    for left_out in ("camera", "address"):
        one = {**fields, **TYPED, "camera": CAMERA["number"], left_out: ""}
        assert browser.send(path, path, **one).status_code == 303


def test_draft_with_both_that_was_kept_before_comes_back_filled_and_is_not_sent(door):
    path, fields = FORMS[0]
    door.made("cameras", OPERATOR, {"values": CAMERA})
    browser = browser_of(door, path)
    typed = {**fields, **TYPED, "camera": CAMERA["number"]}
    kept_as = keep_draft(door.database, actor(OPERATOR), "sighting", typed)
    before = len(kept(door))
    preview = f"/sightings/drafts/{kept_as}"
    for answer in (browser.get(preview), browser.send("/sightings/new", preview)):
        assert beside(came_back(answer), "address") == BOTH
        assert f'action="{path}?draft={kept_as}"' in answer.text
    assert len(kept(door)) == before
