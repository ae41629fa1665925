"""A still on a subject's page is a picture of that person, and falls under the person's own floors."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from foundation import clock
from foundation.database import Database
from foundation.errors import Missing
from foundation.files import Files
from migrations.tables import every_table
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.disclosure import list_records, read_record
from sharing.schemes.gallery import read_gallery
from sharing.stills import show_still, take_still
from sharing.submission import Box, NewPerson, NewRecord
from tests.databases import sqlite_url
from tests.partnership import EXCLUDING, actor, load_partnership

FACE = (200, 170, 150)


@pytest.fixture
def database(tmp_path):
    opened = Database(sqlite_url(tmp_path))
    with opened.transaction() as tx:
        every_table().create_all(tx)
    load_partnership(opened)
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path):
    return Files((tmp_path / "media").as_uri())


def portrait():
    picture = Image.new("RGB", (320, 240), (40, 44, 50))
    picture.paste(FACE, (120, 40, 200, 140))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()


def subject(database, files, *, born):
    still = take_still(files, portrait(), boxes=(Box("face", 120, 40, 80, 100, 0),), looked_over=True)
    person = NewPerson(("suspect",), {"date_of_birth": born, "seen_as": "male", "picture": still.picture})
    values = {"state": "known", "card": "yellow", "gallery_until": clock.today() + timedelta(days=90)}
    release = NewRelease("ROMFORD-SCHEME", (EXCLUDING,), ("members",), category="suspect")
    new = NewRecord("subject", values, persons=(person,), stills=(still,), releases=(release,))
    return submit(database, actor("priya-nair", EXCLUDING), new).id


def card_and_still(database, record_id):
    member = actor("magda-kowalska", EXCLUDING)
    card = next(each for each in read_gallery(database, member) if each.subject.id == record_id)
    page = read_record(database, member, "subject", record_id)
    return card, [still.id for still in page.stills]


def test_adult_in_the_gallery_shows_the_face(database, files):
    record_id = subject(database, files, born="1990-01-01")
    card, stills = card_and_still(database, record_id)
    assert card.still == stills[0]
    data, _ = show_still(database, files, actor("magda-kowalska", EXCLUDING), card.still)
    red, green, blue = Image.open(io.BytesIO(data)).convert("RGB").getpixel((140, 60))
    assert max(abs(red - FACE[0]), abs(green - FACE[1]), abs(blue - FACE[2])) < 60


def test_child_in_the_gallery_shows_no_picture_at_all(database, files):
    record_id = subject(database, files, born=(clock.today() - timedelta(days=15 * 365)).isoformat())
    card, stills = card_and_still(database, record_id)
    assert card.still is None
    assert card.subject.withheld["picture"].reason.value == "protected"
    for still in stills:
        with pytest.raises(Missing):
            show_still(database, files, actor("magda-kowalska", EXCLUDING), still)


def test_the_schemes_own_staff_see_the_child(database, files):
    record_id = subject(database, files, born=(clock.today() - timedelta(days=15 * 365)).isoformat())
    staff = actor("priya-nair", EXCLUDING)
    page = read_record(database, staff, "subject", record_id)
    data, kind = show_still(database, files, staff, page.stills[0].id)
    assert (kind, Image.open(io.BytesIO(data)).size) == ("image/jpeg", (320, 240))


def alert(database, files, *, born):
    still = take_still(files, portrait(), looked_over=True)
    person = NewPerson(("suspect",), {"date_of_birth": born, "seen_as": "male"})
    values = {"issued": clock.now(), "picture": still.picture}
    release = NewRelease("ROMFORD-SCHEME", (EXCLUDING,), ("members",))
    new = NewRecord("alert", values, persons=(person,), releases=(release,))
    return submit(database, actor("priya-nair", EXCLUDING), new).id


def test_picture_of_an_alert_about_a_child_is_withheld_on_its_page_and_in_the_list(database, files):
    child = alert(database, files, born=(clock.today() - timedelta(days=15 * 365)).isoformat())
    adult = alert(database, files, born="1990-01-01")
    member = actor("magda-kowalska", EXCLUDING)
    listed = {each.id: each for each in list_records(database, member, "alert").records}
    for shown in (listed[child], read_record(database, member, "alert", child).record):
        assert shown.withheld["picture"].reason.value == "protected"
    for shown in (listed[adult], read_record(database, member, "alert", adult).record):
        assert shown.treated["picture"].treatment.slug == "generalise"
