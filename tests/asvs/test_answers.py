"""What the portal answers where no other test has asked: methods, proxies, cookies, folders, passwords."""

import io
import json
import zipfile

import pytest
from flask import Response, request

from auth.codes import _new_code
from auth.passkeys import Party, begin_use
from foundation.crypto.passwords import hash_password, password_is_good
from foundation.database import Database
from foundation.errors import Invalid
from foundation.pictures import reencode
from portal.app import create_app
from portal.gate.admission import public
from portal.gate.identity import give_trip_cookie
from tests.people import INVENTED
from tests.portal import database_of, prepare_tables, production_settings


@pytest.mark.parametrize("path", ["/", "/sign-in", "/purpose", "/health", "/api/v1/records", "/static/x.css"])
def test_odd_methods_are_refused(browser, path):
    for method in ("TRACE", "CONNECT", "PROPFIND", "DEBUG"):
        answer = browser.client.open(path, method=method, base_url=browser.base_url)
        assert answer.status_code in {403, 404, 405}
        assert "Cookie" not in answer.text


@public
def seen_as():
    return f"{request.remote_addr} {request.scheme} {request.host}"


def test_headers_of_proxies_are_not_believed_without_one(portal, browser):
    portal.add_url_rule("/seen-as", "seen_as", seen_as)
    forged = {
        "X-Forwarded-For": "192.0.2.9",
        "X-Real-IP": "192.0.2.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-User-ID": INVENTED,
    }
    assert browser.get("/seen-as", headers=forged).text == "127.0.0.1 http localhost"
    assert browser.get("/purpose", headers=forged).location == "/sign-in?next=/purpose"


def test_cookies_stay_short(browser):
    set_ = browser.sign_in_as(INVENTED).headers.getlist("Set-Cookie")
    assert set_
    assert max(len(each.partition(";")[0]) for each in set_) < 4096


def test_cookie_of_the_way_to_a_provider_comes_back_with_a_link_and_to_no_script(portal):
    with portal.test_request_context("/"):
        answer = Response()
        give_trip_cookie(answer, "x")
    terms = set(answer.headers["Set-Cookie"].split("; "))
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"} <= terms


def test_challenge_of_a_passkey_is_long_and_another_each_time(portal):
    party = Party("localhost", "http://localhost", "s" * 43)
    asked = {
        json.loads(begin_use(database_of(portal), "x" * 43, party, "sign-in"))["challenge"] for _ in range(9)
    }
    assert len(asked) == 9
    assert min(map(len, asked)) >= 43  # 256 bits and more


def test_policy_closes_bases_forms_and_objects(browser):
    for path in ("/sign-in", "/nowhere", "/api/v1/nowhere"):
        policy = browser.get(path).headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "base-uri 'none'", "form-action 'self'"} <= set(policy)
        assert not [each for each in policy if each.startswith("object-src")]  # so default-src holds


def test_callback_is_ignored(browser):
    for path in ("/health", "/api/v1/openapi.json"):
        plain, asked = browser.get(path), browser.get(f"{path}?callback=planted&jsonp=planted")
        assert (asked.data, asked.content_type) == (plain.data, plain.content_type)


def test_folders_are_not_listed(browser):
    for path in ("/static/", "/static", "/static/vendor/", "/static/../", "/static/%2e%2e/app.py"):
        assert browser.get(path).status_code == 404


def test_only_known_kinds_of_static_files_are_served(portal, browser, tmp_path, monkeypatch):
    for name in ("notes.txt", "STAMP", ".gitkeep", "page.html", "shown.css"):
        (tmp_path / name).write_text("planted")
    monkeypatch.setattr(portal, "static_folder", str(tmp_path))
    for name in ("notes.txt", "STAMP", ".gitkeep", "page.html"):
        answer = browser.get(f"/static/{name}")
        assert (answer.status_code, "planted" in answer.text) == (404, False)
    with browser.get("/static/shown.css") as answer:
        assert answer.text == "planted"


def test_pages_offer_to_sign_out(browser):
    browser.sign_in_as(INVENTED)
    for path in ("/purpose", "/account", "/nowhere"):
        assert 'action="/sign-out"' in browser.get(path).text


def test_production_is_not_in_debug_mode(tmp_path):
    settings = production_settings(tmp_path)
    database = Database(settings.database_url)
    prepare_tables(database)
    database.close()
    app = create_app(settings)
    assert (app.debug, app.testing, app.config["PROPAGATE_EXCEPTIONS"]) == (False, False, None)
    database_of(app).close()


def test_long_password_is_taken_whole():
    stored = hash_password("otter " * 30)
    assert password_is_good(stored, "otter " * 30)
    assert not password_is_good(stored, "otter " * 29 + "other ")


def test_archive_is_no_still():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../still.jpg", b"x")
    with pytest.raises(Invalid):
        reencode(packed.getvalue())


def test_recovery_codes_are_long():
    codes = {_new_code().replace("-", "") for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {25}  # of 32 letters: 125 bits
    assert len(set("".join(codes))) == 32
