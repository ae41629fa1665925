"""Pages for somebody who asks for more than a person reads: stopped for a while, and told."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.tables import account_notice
from foundation import clock
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.tables import ledger_pending
from portal.app import create_app
from portal.gate import pace
from portal.gate.pace import ACTS_A_MINUTE, pace_of
from tests.people import INVENTED, add_people
from tests.portal import (
    Browser,
    close,
    database_of,
    demonstration_settings,
    prepare_tables,
    production_settings,
)

A_MINUTE = 60
STILL = "/stills/0b9a5c3e-2f55-4b6e-9a7e-1d2c3b4a5f60"


@pytest.fixture
def portal(tmp_path):
    app = create_app(demonstration_settings(tmp_path, CONCORDAT_REQUESTS_A_MINUTE=str(A_MINUTE)))
    prepare_tables(database_of(app))
    add_people(database_of(app))
    yield app
    close(app)


@pytest.fixture
def signed_in(portal):
    with clock.stopped(clock.now()):
        browser = Browser(portal)
        browser.sign_in_as(INVENTED)
        yield browser


def alarms(app):
    """How often the person was told, and what the entries of the ledger say it was for."""
    with database_of(app).transaction() as tx:
        told = list(tx.execute(select(account_notice.c.kind)).scalars())
        entries = [
            json.loads(seen_by(each, None)) for each in tx.execute(select(ledger_pending.c.detail)).scalars()
        ]
    return told.count("pace-exceeded"), [
        each["detail"]["kind"] for each in entries if each["event"] == "auth:pace:exceeded"
    ]


def test_copier_is_stopped_with_a_sentence_and_told_of_once(portal, signed_in):
    codes = [signed_in.get("/purpose").status_code for _ in range(A_MINUTE + 5)]
    assert codes == [200] * A_MINUTE + [429] * 5
    answer = signed_in.get("/purpose")
    assert answer.headers["Retry-After"] == "60"
    assert "You have asked for more in a minute than pages can be read" in answer.text
    assert "Wait 60 seconds" in answer.text
    assert alarms(portal) == (1, ["requests"])


def test_another_session_is_no_way_around(portal, signed_in):
    for _ in range(A_MINUTE):
        signed_in.get("/purpose")
    other = Browser(portal)
    other.sign_in_as(INVENTED)
    assert other.get("/purpose").status_code == 429


def test_signing_out_and_coming_back_after_a_minute_are_open(portal, signed_in):
    token = signed_in.token("/purpose")
    for _ in range(A_MINUTE):
        signed_in.get("/purpose")
    with clock.stopped(clock.now() + timedelta(seconds=61)):
        assert signed_in.get("/purpose").status_code == 200
    out = signed_in.post("/sign-out", data={"csrf_token": token}, headers={"Sec-Fetch-Site": "same-origin"})
    assert out.location == "/sign-in"


def test_static_files_and_strangers_are_not_counted(portal, signed_in):
    stranger = Browser(portal)
    for _ in range(A_MINUTE + 5):
        with signed_in.get("/static/concordat.css") as answer:
            assert answer.status_code == 200
        assert stranger.get("/purpose").status_code == 302
    assert signed_in.get("/purpose").status_code == 200


def test_stills_come_with_their_page_and_are_not_counted_as_pages(portal, signed_in):
    """A gallery asks for dozens at once; of an account that is over its records they are still refused."""
    signed_in.send("/purpose", "/purpose", purpose="excluding-repeat-offenders")
    for _ in range(A_MINUTE + 5):
        assert signed_in.get(STILL).status_code == 404  # there is none of this id, and it was not refused
    assert signed_in.get("/purpose").status_code == 200
    with portal.test_request_context(STILL):
        assert [*pace._held_to(act=False)] == ["records"]


def test_forms_are_not_sent_faster_than_by_hand(portal, tmp_path_factory, signed_in):
    token = signed_in.token("/purpose")

    def choose():
        data = {"csrf_token": token, "purpose": "excluding-repeat-offenders"}
        return signed_in.post("/purpose", data=data, headers={"Sec-Fetch-Site": "same-origin"})

    answers = [choose() for _ in range(ACTS_A_MINUTE + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {303}
    assert answers[-1].status_code == 429
    assert "more in a minute than can be filled in by hand" in answers[-1].text
    assert signed_in.get("/purpose").status_code == 200


def test_production_holds_everybody_to_a_pace_and_the_demonstration_nobody(tmp_path_factory):
    strict = pace_of(production_settings(tmp_path_factory.mktemp("production")))
    free = pace_of(demonstration_settings(tmp_path_factory.mktemp("demonstration")))
    for held in (strict, free):
        held.add("ann", "requests", 300)
        held.add("ann", "records", 20_000)
        held.add("ann", "acts", ACTS_A_MINUTE)
    assert all(strict.left("ann", kind) for kind in ("requests", "acts", "records"))
    assert not any(free.left("ann", kind) for kind in ("requests", "acts", "records"))
