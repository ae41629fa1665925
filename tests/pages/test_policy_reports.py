"""Reports of breaches of the content policy: taken from anybody, bounded, and logged in our words alone."""

import json
import logging
from datetime import timedelta

import pytest

from foundation import clock
from portal.gate.headers import DIRECTIVES
from portal.web import policy_reports

REPORT = {
    "csp-report": {
        "document-uri": "http://localhost/purpose?next=/people",
        "effective-directive": "script-src-elem",
        "blocked-uri": "inline",
        "script-sample": "steal('Vera Quillfeather')",
    }
}
REPORTED = [
    {
        "type": "csp-violation",
        "url": "http://localhost/sign-in",
        "body": {
            "documentURL": "http://localhost/sign-in",
            "effectiveDirective": "img-src",
            "blockedURL": "https://evil.example/?stolen=Vera",
        },
    }
]
PLANTED = "\x1b[31mVera\nfault: no"


@pytest.fixture(autouse=True)
def lines(monkeypatch):
    monkeypatch.setattr(policy_reports, "_lines", policy_reports._Lines())


def sent(browser, body, kind="application/csp-report", **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return browser.post("/policy-reports", data=data, content_type=kind, headers=headers)


def logged(caplog):
    return [each.getMessage() for each in caplog.records if each.name == "concordat"]


@pytest.fixture(autouse=True)
def _heard(caplog):
    caplog.set_level(logging.WARNING, "concordat")


def test_policy_of_every_page_says_where_breaches_are_reported(portal, browser):
    answer = browser.get("/sign-in")
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "report-uri /policy-reports" in policy
    assert "report-to policy" in policy
    assert answer.headers["Reporting-Endpoints"] == 'policy="/policy-reports"'


def test_both_forms_of_report_are_logged_by_directive_and_route(portal, browser, caplog):
    assert sent(browser, REPORT).status_code == 204
    assert sent(browser, REPORTED, "application/reports+json; charset=utf-8").status_code == 204
    assert logged(caplog) == [
        "policy breached: script-src-elem on sign_in.show_purposes by inline",
        "policy breached: img-src on sign_in.show_sign_in by an address",
    ]


def test_nothing_of_a_report_is_repeated(portal, browser, caplog):
    planted = dict.fromkeys(
        ("document-uri", "blocked-uri", "script-sample", "referrer", "original-policy", "status-code"),
        PLANTED,
    )
    for directive in (*sorted(DIRECTIVES), PLANTED):
        answer = sent(browser, {"csp-report": {**planted, "effective-directive": directive}})
        assert (answer.status_code, answer.data) == (204, b"")
    assert len(logged(caplog)) == len(DIRECTIVES)
    assert not any("Vera" in line or "\x1b" in line or "\n" in line for line in logged(caplog))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"null", b"7", b'"text"', b"[" * 20_000, b'{"csp-report": [1]}',
     b"[[], 1, null]", b'[{"type": "csp-violation", "body": 1}]',
     b'{"csp-report": {"effective-directive": ["img-src"]}}'],
)  # fmt: skip
def test_what_is_no_report_is_taken_and_not_logged(portal, browser, caplog, body):
    assert sent(browser, body).status_code == 204
    assert logged(caplog) == []


def test_body_is_small_of_its_kind_and_said_to_be(portal, browser):
    assert sent(browser, b" " * 33_000).status_code == 413
    assert sent(browser, REPORT, "application/json").status_code == 415
    assert sent(browser, REPORT, "text/plain").status_code == 415
    assert browser.get("/policy-reports").status_code == 405


def test_log_is_not_flooded(portal, browser, caplog):
    now = clock.now()
    with clock.stopped(now):
        policy_reports._lines._began = now
        for _ in range(10):
            sent(browser, [each for each in REPORTED for _ in range(50)], "application/reports+json")
    assert len(logged(caplog)) == 30
    with clock.stopped(now + timedelta(minutes=1)):
        sent(browser, REPORT)
    assert logged(caplog)[30:] == [
        "policy breaches: 70 more were reported in a minute",
        "policy breached: script-src-elem on sign_in.show_purposes by inline",
    ]
