"""A sighting with a still: entered, previewed, opened by each audience, seen in the receipts, taken back."""

import io
import re
from datetime import date, timedelta

import pytest
from PIL import Image, ImageDraw, ImageStat
from playwright.sync_api import Page, expect

from foundation import clock
from tests.journeys.conftest import EXCLUDING, ROBBERY, facts, withheld

pytestmark = pytest.mark.browser

POLICE = "Metropolitan Police East Area"
TRANSPORT_POLICE = "British Transport Police"
MEMBERS = "Romford Business Crime Reduction Partnership"
TEXT = "Walked behind a woman from the station, then ran."
SUBJECT, BYSTANDER = (290, 150, 350, 210), (170, 150, 230, 210)


def day() -> date:
    return clock.today() - timedelta(days=1)


def long(day_: date) -> str:
    return f"{day_:%-d %B %Y}"


def still() -> dict[str, object]:
    """A grey picture with two faces of squares, which a blur makes flat."""
    picture = Image.new("RGB", (640, 360), (120, 120, 120))
    draw = ImageDraw.Draw(picture)
    for left, top, right, bottom in (SUBJECT, BYSTANDER):
        for x in range(left, right, 6):
            for y in range(top, bottom, 6):
                colour = "white" if (x + y) // 6 % 2 else "black"
                draw.rectangle((x, y, x + 5, y + 5), fill=colour)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=92)
    return {"name": "R014.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


def fill(page: Page, note: str) -> None:
    page.goto("/sightings/new")
    page.get_by_label("Date").fill(day().isoformat())
    page.get_by_label("Time", exact=True).fill("02:11:00")
    page.get_by_label("Camera, by number or street").fill("R014")
    page.locator("input[name=age][value=adult]").check()
    page.get_by_label("Age as seen").select_option("25-34")
    page.get_by_label("Hood up").check()
    page.get_by_label("Registration mark, in part").fill("KP?")
    page.get_by_label("Your own note").fill(note)
    page.get_by_label("Text for sharing").fill(TEXT)


def draw_faces(page: Page) -> None:
    """Choose the still and draw a box on the subject and one on a bystander, by key."""
    page.set_input_files("input[type=file]", still())
    page.wait_for_selector(".still__boxes", state="visible")
    page.locator(".still__boxes").focus()
    for key in ("b", "s", "b", *("ArrowLeft" for _ in range(20))):
        page.keyboard.press(key)
    expect(page.locator("[data-boxes-count]")).to_have_text("2 boxes, the subject marked.")
    page.get_by_label("I looked over the whole picture for faces").check()


def preview_of(page: Page) -> dict[str, dict[str, str]]:
    """The preview's cells: audience -> line -> words."""
    page.get_by_role("button", name="Preview what each will see").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What each will see")
    heads, *lines = page.locator("main table tr").all()
    names = heads.locator("th").all_text_contents()[1:]
    seen: dict[str, dict[str, str]] = {name.removesuffix("HAV-CSP-01"): {} for name in names}
    for line in lines:
        label = line.locator("th").text_content()
        cells = line.locator("td").all_text_contents()
        for audience, words in zip(seen.values(), cells, strict=True):
            audience[str(label)] = " ".join(words.split())
    return seen


def send(page: Page) -> str:
    page.get_by_role("button", name="Send to 3 audiences").click()
    expect(page.locator(".notice")).to_contain_text("Sent. The reference is ")
    return page.url


def contrast(page: Page, place: tuple[int, int, int, int]) -> float:
    """How much of a face's squares is left in the still that this reader gets; 0 is a flat area."""
    answer = page.request.get(str(page.locator("figure img").get_attribute("src")))
    assert answer.status == 200
    picture = Image.open(io.BytesIO(answer.body())).convert("L")
    scale = picture.width / 640
    inside = tuple(round(edge * scale) for edge in place)
    return ImageStat.Stat(picture.crop(inside)).stddev[0]


WHEN, QUARTER = f"{long(day())}, 02:11", f"{long(day())}, 00:00 to 06:00"


def assert_preview(seen: dict[str, dict[str, str]]) -> None:
    assert seen[POLICE]["When"] == seen[TRANSPORT_POLICE]["When"] == WHEN
    assert seen[MEMBERS]["When"].startswith(f"{QUARTER} Day and part of day")
    assert seen[MEMBERS]["Address"].startswith("St Edward's Ward only")
    assert seen[MEMBERS]["Entered by"] == "Withheld Nothing in HAV-CSP-01 shares this with their agency."
    assert {each["What happened"] for each in seen.values()} == {TEXT}


def assert_police_see_all_but_bystanders(page: Page) -> None:
    shown = facts(page)
    assert (shown["When"], shown["Address"]) == (WHEN, "South Street, station approach")
    assert (shown["What happened"], shown["Entered by"]) == (TEXT, "Dan Osei")
    assert (shown["Partial registration"], shown["Age band"]) == ("KP?", "25–34")
    covered = "Faces of bystanders are covered. Your name is on the picture."
    expect(page.locator("figcaption")).to_have_text(covered)
    assert contrast(page, BYSTANDER) < 30 < contrast(page, SUBJECT)


def assert_transport_police_see_one_face(page: Page) -> None:
    shown, held = facts(page), withheld(page)
    assert (shown["When"], shown["What happened"]) == (WHEN, TEXT)
    assert held["vulnerability markers"] == "Clause 4.5 of HAV-CSP-01 does not share this with your agency."
    expect(page.locator("figcaption")).to_contain_text("the time and the camera are covered")
    assert contrast(page, BYSTANDER) < 30 < contrast(page, SUBJECT)


def assert_member_sees_ward_and_quarter(page: Page) -> None:
    shown, held = facts(page), withheld(page)
    assert shown["When"] == f"{QUARTER} Day and part of day, clause 3.1b of HAV-CSP-01"
    assert shown["Address"] == "St Edward's Ward only, clause 3.1b of HAV-CSP-01"
    assert (shown["What happened"], shown["Face and head"]) == (TEXT, "Hood up")
    assert held["given name"] == "Clause 4.2 of HAV-CSP-01 does not share this with your agency."
    assert held["footage reference"] == "Clause 3.4 of HAV-CSP-01 does not share this with your agency."
    assert held["entered by"] == "Nothing in HAV-CSP-01 shares this with your agency."
    assert max(contrast(page, SUBJECT), contrast(page, BYSTANDER)) < 30
    for forbidden in ("hawthorn", "South Street", "Dan Osei", "02:11", "KP?", "51.57"):
        assert forbidden not in page.content()


AUDIENCES = {
    "DC Aaron Field": assert_police_see_all_but_bystanders,
    "PS Imran Sadiq": assert_transport_police_see_one_face,
    "Magda Kowalska": assert_member_sees_ward_and_quarter,
}


def test_sighting_is_shown_to_each_audience_by_its_clause_and_can_be_taken_back(people):
    dan = people.sign_in("Dan Osei", EXCLUDING)
    fill(dan, "Kept for the control room: hawthorn.")
    draw_faces(dan)
    assert_preview(preview_of(dan))
    address = send(dan)
    readers = [people.sign_in(name, EXCLUDING) for name in AUDIENCES]
    for reader, assert_shown in zip(readers, AUDIENCES.values(), strict=True):
        reader.goto(address)
        assert_shown(reader)
    dan.goto(address)
    assert "hawthorn" in facts(dan)["What happened"]
    looks = " ".join(dan.locator(".looked summary").all_inner_texts())
    assert [name for name in AUDIENCES if name not in looks] == []
    dan.get_by_role("link", name="Take back").click()
    dan.get_by_label("Why, for your agency’s own file").fill("Another person after all.")
    dan.get_by_role("button", name="Recall it now").click()
    expect(dan.locator(".notice")).to_contain_text("Recalled.")
    assert [name for name in AUDIENCES if name not in dan.locator("main").inner_text()] == []
    for reader in readers:
        assert reader.goto(address).status == 404
        expect(reader.locator("main")).to_contain_text("There is nothing here that you can see")


def test_analyst_sees_what_was_released_for_her_purpose_and_not_the_note(people):
    dan = people.sign_in("Dan Osei", ROBBERY)
    fill(dan, "Kept for the control room: rowan.")
    preview_of(dan)
    dan.locator("main form button").first.click()
    address = dan.url
    kate = people.sign_in("Kate Lindqvist", ROBBERY)
    kate.goto(address)
    shown, held = facts(kate), withheld(kate)
    assert shown["When"] == WHEN
    assert shown["What happened"] == TEXT
    assert held["care status"] == "Clause 4.5 of HAV-CSP-01 does not share this with your agency."
    assert "rowan" not in kate.content()


def test_refused_still_says_so_plainly_and_everything_typed_is_kept(people):
    dan = people.sign_in("Dan Osei", EXCLUDING)
    fill(dan, "Kept for the control room: alder.")
    file = {"name": "R014.jpg", "mimeType": "image/jpeg", "buffer": b"This is no picture.\n" * 40}
    dan.set_input_files("input[type=file]", file)
    dan.get_by_role("button", name="Preview what each will see").click()
    expect(dan.locator(".wrong")).to_contain_text(re.compile("JPEG, PNG or WebP"))
    assert dan.get_by_label("Your own note").input_value() == "Kept for the control room: alder."
    assert dan.get_by_label("Text for sharing").input_value() == TEXT
    assert dan.get_by_label("Camera, by number or street").input_value() == "R014"
    assert dan.get_by_label("Time", exact=True).input_value().startswith("02:11")
    assert dan.get_by_label("Hood up").is_checked()
    assert dan.locator("input[name=age][value=adult]").is_checked()
    assert dan.locator("input[name=recipients]:checked").count() == 3


def test_back_button_and_sending_twice_make_one_record(people):
    dan = people.sign_in("Dan Osei", EXCLUDING)
    fill(dan, "Unmistakable: quincunx.")
    preview_of(dan)
    second = dan.context.new_page()
    second.goto(dan.url)
    send(dan)
    second.get_by_role("button", name="Send to 3 audiences").click()
    expect(second.locator(".notice")).to_contain_text("This draft was sent or discarded before.")
    dan.go_back()
    expect(dan.locator(".notice")).to_contain_text("This draft was sent or discarded before.")
    dan.goto("/records/sightings?q=quincunx")
    expect(dan.locator("main tbody tr")).to_have_count(1)
