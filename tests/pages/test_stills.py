"""The caption of a picture says what was done to it for this reader; one not given is not asked for."""

import io
import re
from datetime import timedelta

import orjson
import pytest
from PIL import Image

from foundation import clock
from portal.api.bodies import detail_body, page_body
from portal.gate import context
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.disclosure import read_record
from sharing.stills import take_still
from sharing.submission import Box, NewPerson, NewRecord
from tests.partnership import EXCLUDING, actor, load_partnership
from tests.portal import (
    Browser,
    create_app,
    database_of,
    demonstration_settings,
    prepare_tables,
)

STAFF, MEMBER = "priya-nair", "magda-kowalska"
SUBJECT, BYSTANDER = Box("face", 120, 40, 80, 100, 0), Box("face", 20, 60, 60, 70)
NAMED = "Your name is on the picture."


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
    def seated(user):
        browser = Browser(app)
        browser.sign_in_as(user)
        browser.send("/purpose", "/purpose", purpose=EXCLUDING)
        return browser

    return seated


def subject(app, boxes, *, looked_over=True, born="1990-01-01"):
    """A subject of the scheme with one still, shared with members."""
    picture = io.BytesIO()
    Image.new("RGB", (320, 240), (40, 44, 50)).save(picture, "JPEG")
    with app.app_context():
        still = take_still(context.files(), picture.getvalue(), boxes=boxes, looked_over=looked_over)
    person = NewPerson(("suspect",), {"date_of_birth": born, "seen_as": "male", "picture": still.picture})
    values = {"state": "known", "card": "yellow", "gallery_until": clock.today() + timedelta(days=90)}
    release = NewRelease("ROMFORD-SCHEME", (EXCLUDING,), ("members",), category="suspect")
    new = NewRecord("subject", values, persons=(person,), stills=(still,), releases=(release,))
    return submit(database_of(app), actor(STAFF, EXCLUDING), new).id


def beside(browser, record_id):
    """The captions, and whether a picture stands there at all."""
    text = browser.get(f"/records/subjects/{record_id}").get_data(as_text=True)
    return re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", text), "/stills/" in text, text


@pytest.mark.parametrize(
    ("boxes", "looked_over", "caption"),
    [
        ((SUBJECT,), True, f"The time and the camera are covered. {NAMED}"),
        (
            (SUBJECT, BYSTANDER),
            True,
            f"Faces that are not yours to see, the time and the camera are covered. {NAMED}",
        ),
        (
            (SUBJECT, BYSTANDER),
            False,
            f"Only a few colours of the whole picture are shown, so that nobody can be made out. {NAMED}",
        ),
        (
            (),
            True,
            f"Only a few colours of the whole picture are shown, so that nobody can be made out. {NAMED}",
        ),
    ],
    ids=["own-face", "bystander", "nobody-looked", "no-face-marked"],
)
def test_caption_says_what_was_done_to_the_picture(app, sit, boxes, looked_over, caption):
    record_id = subject(app, boxes, looked_over=looked_over)
    captions, pictured, _ = beside(sit(MEMBER), record_id)
    assert (captions, pictured) == ([caption], True)
    assert beside(sit(STAFF), record_id)[0] == ["In full"]


def test_picture_of_a_child_is_neither_shown_nor_asked_for(app, sit):
    record_id = subject(app, (SUBJECT,), born=(clock.today() - timedelta(days=15 * 365)).isoformat())
    captions, pictured, text = beside(sit(MEMBER), record_id)
    assert (captions, pictured) == ([], False)
    assert "A still is held." in text


def test_json_tells_that_there_is_a_picture_and_not_where_it_lies(app, sit):
    record_id = subject(app, (SUBJECT,))
    database = database_of(app)
    for who in (MEMBER, STAFF):
        page = read_record(database, actor(who, EXCLUDING), "subject", record_id)
        (still,) = page.stills
        body = orjson.loads(orjson.dumps(detail_body(page)))
        listed = orjson.loads(orjson.dumps(page_body([page.record], None)))
        assert body["fields"]["picture"] == listed["records"][0]["fields"]["picture"] == "Picture"
        assert body["stills"][0]["fields"]["picture"] == f"/api/v1/media/{still.id}/picture"
        assert page.record.fields["picture"] not in orjson.dumps([body, listed]).decode()
