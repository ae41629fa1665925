"""The sheet of all components in Chromium: axe finds nothing, nothing scrolls sideways, keys work."""

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from foundation.pictures import BYTES_MOST
from tests.pages.chromium import FLAGS, WHERE
from tests.pages.sheet import make_app

VENDOR = Path(__file__).parents[2] / "portal" / "static" / "vendor"

pytestmark = pytest.mark.browser

if not WHERE.exists():
    pytest.skip("browser tests need Chromium at /usr/bin/chromium", allow_module_level=True)
if not VENDOR.exists():
    pytest.skip("browser tests need the styles: run python -m portal.cli.assets", allow_module_level=True)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(WHERE), args=FLAGS)
        yield started
        started.close()


def _open(browser: Browser, address: str, width: int = 1280, scheme: str = "light") -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page, complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_components_are_accessible_and_fit(browser: Browser, address: str, width: int, scheme: str) -> None:
    page, complaints = _open(browser, address, width, scheme)
    page.locator("details").evaluate_all("each => each.forEach(one => { one.open = true })")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    page.close()


@pytest.mark.parametrize("path", ["/sign-in", "/purpose", "/error/missing", "/error/broken"])
def test_pages_are_accessible_and_fit_a_phone(browser: Browser, address: str, path: str) -> None:
    page, complaints = _open(browser, address + path, 320)
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert complaints == []
    page.close()


def test_targets_on_a_phone_are_44_high(browser: Browser, address: str) -> None:
    page, _ = _open(browser, address, 390)
    heights = page.locator(".button, .chip, .input, .find__button").evaluate_all(
        "each => each.map(one => one.getBoundingClientRect().height).filter(height => height > 0)"
    )
    assert min(heights) >= 43.9
    page.close()


def test_single_keys_work_but_not_while_typing_and_can_be_turned_off(browser: Browser, address: str) -> None:
    page, _ = _open(browser, address)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()
    page.locator("#find").evaluate("each => each.blur()")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.get_by_label("Single keys work on this device").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()
    page.close()


def test_chosen_appearance_stays_on_the_device(browser: Browser, address: str) -> None:
    page, _ = _open(browser, address)
    page.get_by_role("button", name="Keys and appearance").click()
    page.get_by_label("Dark").check()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 29)"
    page.close()


def test_boxes_are_drawn_by_key_and_by_drag(browser: Browser, address: str) -> None:
    page, complaints = _open(browser, address)
    picture = io.BytesIO()
    Image.new("RGB", (640, 360), (90, 90, 90)).save(picture, "PNG")
    still = {"name": "still.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    page.set_input_files("input[type=file]", still)
    page.wait_for_selector(".still__boxes", state="visible")
    area = page.locator(".still__boxes")
    area.focus()
    for key in ("b", "ArrowLeft", "Shift+ArrowDown", "s"):
        page.keyboard.press(key)
    place = area.bounding_box()
    page.mouse.move(place["x"] + 20, place["y"] + 20)
    page.mouse.down()
    page.mouse.move(place["x"] + 90, place["y"] + 80)
    page.mouse.up()
    drawn = json.loads(page.input_value("input[name=boxes]"))
    assert [box["subject"] for box in drawn] == [True, False]
    assert drawn[0] == {"kind": "face", "left": 284, "top": 150, "width": 60, "height": 66, "subject": True}
    assert complaints == []
    page.close()


def test_file_that_is_too_large_is_put_away_at_once_and_said(browser: Browser, address: str) -> None:
    page, complaints = _open(browser, address)
    words = page.get_by_text("This file is larger than 10 MB. Make the picture smaller and send it again.")
    for size, large in ((BYTES_MOST + 1, True), (BYTES_MOST, False)):
        still = {"name": "still.png", "mimeType": "image/png", "buffer": b"x" * size}
        page.set_input_files("input[type=file]", still)
        assert words.is_visible() == large
        assert bool(page.input_value("input[type=file]")) != large
    assert complaints == []
    page.close()


def test_everything_works_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(address)
    assert page.get_by_role("link", name="Gallery", exact=True).is_visible()
    assert page.locator("input[name=boxes]").input_value() == ""
    assert page.get_by_role("button", name="Preview what each will see").is_visible()
    context.close()
