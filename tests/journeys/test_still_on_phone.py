"""The picture tool under a finger: a swipe scrolls, a box is drawn on purpose, and a list does the rest."""

import io
import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import EXCLUDING

pytestmark = pytest.mark.browser

PHONE = 320


class Fingers:
    """What fingers do to a page, as the browser itself hears it; points are in pixels of the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        given = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    def move(self, *paths: tuple[tuple[float, float], tuple[float, float]]) -> None:
        """Each path is a finger's (from, to); all go at once, and lift together."""
        self.touch("touchStart", *(start for start, _ in paths))
        for step in range(1, 11):
            along = [
                (start[0] + (end[0] - start[0]) * step / 10, start[1] + (end[1] - start[1]) * step / 10)
                for start, end in paths
            ]
            self.touch("touchMove", *along)
            self.page.wait_for_timeout(16)
        self.touch("touchEnd")
        self.page.wait_for_timeout(300)


@pytest.fixture
def phone(people) -> Page:
    """A new sighting on a phone with a picture chosen, which stands in the middle of the screen."""
    page = people.sign_in("Dan Osei", EXCLUDING, PHONE, touch=True)
    page.goto("/sightings/new")
    data = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 90, 90)).save(data, "PNG")
    page.set_input_files(
        "input[type=file]", {"name": "R014.png", "mimeType": "image/png", "buffer": data.getvalue()}
    )
    expect(page.locator(".still__boxes")).to_be_visible()
    centred(page)
    return page


def centred(page: Page) -> None:
    page.locator(".still").evaluate("each => each.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(100)


def within(page: Page, across: float, down: float) -> tuple[float, float]:
    """A point of the screen, by its share of the picture's width and height."""
    area = page.locator(".still__boxes").bounding_box()
    assert area is not None
    return area["x"] + area["width"] * across, area["y"] + area["height"] * down


def drawn(page: Page) -> list[dict[str, object]]:
    return list(json.loads(page.input_value("input[name=boxes]")))


def scrolled(page: Page) -> float:
    return float(page.evaluate("window.scrollY"))


def draw(page: Page) -> Locator:
    return page.get_by_role("button", name="Draw a box")


def test_swipe_on_the_picture_scrolls_the_page_and_draws_nothing(phone):
    before = scrolled(phone)
    Fingers(phone).move((within(phone, 0.5, 0.9), within(phone, 0.5, 0.1)))
    assert scrolled(phone) > before + 50
    assert drawn(phone) == []
    expect(phone.locator(".still__box")).to_have_count(0)


def test_one_box_is_drawn_after_the_button_and_then_a_swipe_scrolls_again(phone):
    fingers, before = Fingers(phone), scrolled(phone)
    draw(phone).tap()
    centred(phone)
    before = scrolled(phone)
    fingers.move((within(phone, 0.25, 0.25), within(phone, 0.5, 0.75)))
    assert scrolled(phone) == before
    (box,) = drawn(phone)
    near = {"left": 160, "top": 120, "width": 160, "height": 240}
    assert all(abs(int(str(box[name])) - value) <= 6 for name, value in near.items())
    fingers.move((within(phone, 0.8, 0.9), within(phone, 0.8, 0.1)))
    assert scrolled(phone) > before + 50
    assert len(drawn(phone)) == 1


def test_two_tapped_corners_make_a_box(phone):
    draw(phone).tap()
    centred(phone)
    phone.touchscreen.tap(*within(phone, 0.75, 0.75))
    expect(phone.get_by_text("Now tap the opposite corner.")).to_be_visible()
    assert drawn(phone) == []
    phone.touchscreen.tap(*within(phone, 0.5, 0.5))
    (box,) = drawn(phone)
    assert abs(int(str(box["left"])) - 320) <= 6
    assert abs(int(str(box["width"])) - 160) <= 6


def test_two_fingers_zoom_while_a_box_is_to_be_drawn(phone):
    draw(phone).tap()
    centred(phone)
    left = within(phone, 0.45, 0.5), within(phone, 0.1, 0.5)
    right = within(phone, 0.55, 0.5), within(phone, 0.9, 0.5)
    Fingers(phone).move(left, right)
    assert phone.evaluate("window.visualViewport.scale") > 1.2
    assert drawn(phone) == []
    expect(phone.locator(".still__box")).to_have_count(0)


def test_boxes_are_marked_and_removed_by_finger_and_by_key_from_the_list(phone):
    for left in (0.1, 0.6):
        draw(phone).tap()
        centred(phone)
        Fingers(phone).move((within(phone, left, 0.2), within(phone, left + 0.3, 0.6)))
    boxes = phone.get_by_role("list", name="Boxes on the picture")
    expect(boxes.get_by_role("listitem")).to_have_count(2)
    for button in boxes.get_by_role("button").all():
        place = button.bounding_box()
        assert place is not None
        assert place["height"] >= 43.9
        assert place["x"] + place["width"] <= PHONE
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert [each["id"] for each in Axe().run(phone).response["violations"]] == []
    boxes.get_by_role("button", name="Mark as the subject, box 1").tap()
    boxes.get_by_role("button", name="Mark as the subject, box 2").tap()
    assert [box["subject"] for box in drawn(phone)] == [False, True]
    expect(phone.get_by_text("Box 2, the subject")).to_be_visible()
    expect(phone.locator("[data-boxes-count]")).to_have_text("2 boxes, the subject marked.")
    boxes.get_by_role("button", name="Remove, box 1").press("Enter")
    assert [box["subject"] for box in drawn(phone)] == [True]
    expect(boxes.get_by_role("button", name="Remove, box 1")).to_be_focused()
    phone.keyboard.press("Shift+Tab")
    phone.keyboard.press("Enter")
    assert [box["subject"] for box in drawn(phone)] == [False]
    boxes.get_by_role("button", name="Remove, box 1").press("Enter")
    assert drawn(phone) == []
    expect(draw(phone)).to_be_focused()
