"""What every request passes at the web door."""

import re

import pytest
from flask import render_template, request

from auth.roles import Action
from foundation.errors import Conflict, Throttled, Unavailable
from portal.gate import context
from portal.gate.admission import allows, public
from portal.gate.limits import takes_kilobytes
from tests.people import INVENTED, PASSWORD, add_people
from tests.portal import (
    Browser,
    create_app,
    database_of,
    demonstration_settings,
    prepare_tables,
    without_marks,
)


def undeclared():
    return "should never be seen"


@allows(Action.LEDGER_READ)
def ledger_only():
    return "should never be seen by an operator"


@allows(Action.RECORD_READ)
def readers_only():
    return context.actor().name


@public
def raises():
    kinds = {"conflict": Conflict("Changed."), "wait": Throttled(9), "unavailable": Unavailable("Not now.")}
    raise kinds.get(request.args["kind"], ValueError("victim Jane Roe"))


@public
@takes_kilobytes(1000)
def large():
    return str(len(request.form.get("text", "")))


@public
def row_in_template():
    with context.database().transaction() as tx:
        from auth.tables import agency

        row = tx.execute(agency.select()).first()
    return render_template(
        "errors/missing.html", heading="", sentence="", reference=None, problems={"x": [row]}
    )


PLANTED = (undeclared, ledger_only, readers_only, raises, large, row_in_template)


@pytest.fixture
def planted(tmp_path):
    app = create_app(demonstration_settings(tmp_path))
    for view in PLANTED:
        app.add_url_rule(f"/{view.__name__}", view.__name__, view, methods=["GET", "POST"])
    database = database_of(app)
    prepare_tables(database)
    add_people(database)
    yield app
    database.close()


@pytest.fixture
def signed_in(planted):
    browser = Browser(planted)
    browser.sign_in_as(INVENTED)
    return browser


def test_view_that_declares_nothing_is_refused_even_to_those_signed_in(planted, signed_in):
    answer = signed_in.get("/undeclared")
    assert answer.status_code == 403
    assert "should never" not in answer.text
    assert Browser(planted).get("/undeclared").location == "/sign-in?next=/undeclared"


def test_view_is_open_to_the_roles_of_its_action_only(signed_in):
    assert signed_in.get("/ledger_only").status_code == 403
    assert signed_in.get("/readers_only").text == "Ann Vent"


def test_form_without_a_token_does_nothing_and_is_kept_to_send_again(browser):
    answer = browser.post(
        "/sign-in", data={"email": "dan.osei@havering.example", "password": PASSWORD, "next": '"><b>'}
    )
    assert answer.status_code == 400
    assert 'name="email" value="dan.osei@havering.example"' in answer.text
    assert PASSWORD not in answer.text
    assert "<b>" not in answer.text
    assert browser.client.get_cookie("concordat") is None


def test_kept_form_can_be_sent_again_with_its_new_token(planted, signed_in):
    kept = signed_in.post("/purpose", data={"purpose": "excluding-repeat-offenders", "csrf_token": "stale"})
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', kept.text))
    assert signed_in.post("/purpose", data=fields).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.example"}],
)
def test_form_from_another_site_is_refused_even_with_a_good_token(browser, headers):
    fields = {"csrf_token": browser.token("/sign-in"), "user": INVENTED}
    assert browser.post("/sign-in/demonstration", data=fields, headers=headers).status_code == 403
    assert browser.post("/sign-in/demonstration", data=fields, headers={"Origin": "null"}).status_code == 303


def test_every_answer_carries_the_headers(portal, browser):
    for path in ("/sign-in", "/nowhere", "/purpose", "/health", "/api/v1/nowhere"):
        headers = browser.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert (
            headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        )
        assert "camera=()" in headers["Permissions-Policy"]
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'nonce-")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_nonce_is_another_one_in_every_answer(browser):
    policies = {browser.get("/health").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_host_that_is_not_ours_is_refused(portal):
    assert Browser(portal, "http://evil.example").get("/sign-in").status_code == 400
    assert Browser(portal, "http://127.0.0.1").get("/sign-in").status_code == 200


def test_body_larger_than_its_view_takes_is_refused(planted):
    page = Browser(planted)
    fields = {"csrf_token": page.token("/sign-in")}
    assert page.post("/large", data={**fields, "text": "x" * 400_000}).text == "400000"
    assert page.post("/large", data={**fields, "text": "x" * 1_100_000}).status_code == 413
    assert page.post("/sign-in", data={**fields, "email": "x" * 300_000}).status_code == 413


def test_form_of_too_many_parts_is_refused(browser):
    boundary = "----weir"
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
    kind = f"multipart/form-data; boundary={boundary}"
    answer = browser.post("/sign-in", data=part * 301 + f"--{boundary}--\r\n", content_type=kind)
    assert answer.status_code == 413


@pytest.mark.parametrize(("kind", "status"), [("conflict", 409), ("wait", 429), ("unavailable", 503)])
def test_error_of_a_use_case_becomes_its_page(planted, kind, status):
    answer = Browser(planted).get(f"/raises?kind={kind}")
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("9" if kind == "wait" else None)


def test_fault_shows_a_reference_and_neither_page_nor_log_hold_the_value(planted, caplog):
    answer = Browser(planted).get("/raises?kind=fault")
    assert answer.status_code == 500
    reference = re.search(r"Reference (\w{4}-\w{2})", answer.text)[1]
    assert reference in caplog.text
    assert "ValueError" in caplog.text
    assert "Jane Roe" not in answer.text + caplog.text


def test_database_row_never_reaches_a_template(planted, caplog):
    answer = Browser(planted).get("/row_in_template")
    assert answer.status_code == 500
    assert "Havering" not in answer.text


def test_unknown_page_and_unknown_record_read_the_same(planted, signed_in):
    unknown = signed_in.get("/nowhere")
    missing = signed_in.send("/sign-in", "/sign-in/demonstration", user="nobody")
    assert (unknown.status_code, missing.status_code) == (404, 404)
    assert without_marks(unknown.text) == without_marks(missing.text)


def test_health_answers_without_anybody_signed_in(browser):
    assert browser.get("/health").json == {"status": "ready"}
