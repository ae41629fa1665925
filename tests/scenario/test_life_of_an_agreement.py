"""The life of one agreement through its pages: four people of three agencies, step by step.

A council drafts it, police and transport police comment and sign, a record is read under it, asked about,
granted, recalled; and it ends. After each step stands what each of the four sees, and what the ledger says.
"""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from foundation import clock
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.records.record import link
from sharing.submission import NewPerson, NewRecord
from tests.databases import database_settings, postgresql_url, sqlite_url
from tests.negotiating import COUNCIL, POLICE, new_entries
from tests.partnership import ROBBERY, actor, load_partnership
from tests.portal import close, create_app, database_of, demonstration_settings, prepare_tables
from tests.scenario.agreeing import amended, drafted, reviewed, signed, tried_out
from tests.scenario.life import DAN, GONE, IMRAN, LEANNE, RUTH, TRANSPORT, Life, hidden, said


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def life(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("life")
    url = sqlite_url(folder) if request.param == "sqlite" else postgresql_url()
    app = create_app(demonstration_settings(folder, **database_settings(url)))
    database = database_of(app)
    prepare_tables(database)
    load_partnership(database)
    yield Life(app, database)
    close(app)


def opened(life):
    """The council releases an incident: what happened opens at the next read, names and places do not."""
    with life.later(minutes=10):
        new = NewRecord(
            "incident",
            {
                "crime_type": "robbery",
                "occurred": clock.now() - timedelta(hours=30),
                "loss": 400_000,
                "address": "1 Victoria Road, Romford",
                "ward": "St Edward's",
            },
            (
                NewPerson(
                    ("victim",),
                    {
                        "given_name": "Vera",
                        "family_name": "Quillfeather",
                        "date_of_birth": date(1990, 5, 1),
                        "clothing": ["black-puffer"],
                    },
                ),
            ),
            releases=(NewRelease(life.agreement, (ROBBERY,), (POLICE, TRANSPORT)),),
        )
        life.record = submit(life.database, actor(DAN), new).id
        with life.database.transaction() as tx:
            life.victim = tx.execute(select(link.c.id).where(link.c.record_id == life.record)).scalar_one()
        page, entry = life.read(LEANNE)
        assert "£4,000" in page
        assert "Black puffer jacket" in page
        assert "Quillfeather" not in page
        assert f"Withheld Nothing in {life.agreement} shares this with your agency." in page
        assert "£4,000" in life.sees(IMRAN)
        assert "1 Victoria Road" in life.sees(DAN)
        assert "Quillfeather" not in life.sees(RUTH)  # her role reads no persons, of her own agency either
    (form,) = entry["detail"]["shown"]["forms"]
    assert entry["detail"]["shown"]["records"] == [f"0 {life.agreement}"]
    assert form["by"] == ["1.1"]
    assert form["persons"][life.victim]["by"] == ["1.2"]
    assert form["persons"][life.victim]["withheld"]["family_name"] == "no-clause"
    assert re.fullmatch("[0-9a-f]{64}", entry["detail"]["policy"])
    life.policy = entry["detail"]["policy"]


def suspended_and_resumed(life):
    """One party suspends it for all at the next read; only the owner's own staff still see the record."""
    base = f"/agreements/{life.agreement}"
    with life.later(minutes=10), new_entries(life.database) as entries:
        imran = life.enter(IMRAN)
        done = imran.send(f"{base}/suspend", f"{base}/suspend", reason="A loss is looked into.")
        assert done.status_code == 303
        assert [life.sees(who) for who in (LEANNE, IMRAN)] == [GONE, GONE]
        assert "£4,000" in life.sees(DAN)
        for who in (RUTH, LEANNE):
            assert "A loss is looked into." in said(life.enter(who).get(base))
    events = [each["event"] for each in entries]
    assert "sharing:agreement:suspended" in events
    assert events.count("sharing:record:missed") == 2
    with life.later(minutes=10):
        assert imran.send(f"{base}/resume", f"{base}/resume").status_code == 401
        assert life.sees(LEANNE) == GONE
        assert life.enter(IMRAN).send(f"{base}/resume", f"{base}/resume").status_code == 303
        assert all("£4,000" in life.sees(who) for who in (LEANNE, IMRAN, DAN))


def asked(life):
    """The reader asks from what is withheld; only she and the owner learn of it."""
    key = f"persons.{life.victim}.family_name"
    with life.later(minutes=10), new_entries(life.database) as entries:
        leanne = life.enter(LEANNE)
        begun = leanne.send(
            life.record_page(), "/requests/drafts", record=life.record, fields=[key], why="To visit her."
        )
        assert begun.status_code == 303
        sent = leanne.send(
            begun.location,
            begun.location,
            record=life.record,
            fields=[key],
            need="To visit the right person.",
            proportion="A description alone led to the wrong door.",
            basis="gdpr-public-task",
            gateway="cda-115",
            urgency="normal",
            days="28",
            keeping="nowhere",
            security="portal-only",
        )
        assert sent.status_code == 303, said(sent)
        life.request = sent.location
        assert "Family name" in said(life.enter(DAN).get(life.request))
        assert life.enter(IMRAN).get(life.request).status_code == 404
        assert "Quillfeather" not in life.sees(LEANNE)
    (entry,) = [each for each in entries if each["event"] == "sharing:request:asked"]
    assert (entry["operation"], entry["agencies"]) == ("collection", [COUNCIL, POLICE])
    assert entry["detail"]["rules"] == {key: f"no-clause {life.agreement}"}


def granted(life):
    """One of the owner's prepares, another approves exactly that; it opens for her alone."""
    with life.later(minutes=10), new_entries(life.database) as entries:
        dan = life.enter(DAN)
        life.until = life.at + timedelta(days=7)
        local = life.until.astimezone(clock.LONDON)
        answer = dan.send(
            life.request,
            f"{life.request}/answer",
            give_0="disclose",
            users=[LEANNE],
            until_date=local.date().isoformat(),
            until_time=local.strftime("%H:%M"),
            reasons="To visit her.",
            note="",
            pass_0="She agreed on the telephone.",
        )
        assert answer.status_code == 303, said(answer)
        assert "Another person of your agency has to approve this." in said(dan.get(life.request))
        assert "Quillfeather" not in life.sees(LEANNE)
        ruth = life.enter(RUTH)
        page = ruth.get(life.request)
        content = {name: hidden(page, name) for name in ("proposal", "digest")}
        assert dan.send(life.request, f"{life.request}/approve", **content).status_code == 403
        assert ruth.send(life.request, f"{life.request}/approve", **content).status_code == 303
        page, entry = life.read(LEANNE)
        assert "Quillfeather" in page
        assert "Quillfeather" not in life.sees(IMRAN)
        assert "Quillfeather" not in said(life.enter(LEANNE).get("/records/incidents"))
    by = {each["event"]: each for each in entries}
    victim = f"{life.victim} protected"
    assert by["sharing:answer:prepared"]["detail"]["second"] == 1
    assert by["sharing:answer:approval-denied"]["detail"]["why"] == "prepared-it"
    approved = by["sharing:answer:approved"]["detail"]
    assert (approved["digest"], approved["prepared_by"]) == (content["digest"], DAN)
    assert approved["floors"] == [victim]
    made = by["sharing:grant:made"]["detail"]
    assert made["to_users"] == [LEANNE]
    assert made["grants"][0] in entry["detail"]["shown"]["forms"][0]["persons"][life.victim]["by"]


def expired(life):
    """At its end the grant is over at the next read, to the second."""
    assert life.until > life.at
    life.at = life.until - timedelta(seconds=61)
    with life.later(seconds=0):
        assert "Quillfeather" in life.sees(LEANNE)
    with life.later(seconds=61):
        page, entry = life.read(LEANNE)
        assert "Quillfeather" not in page
    person = entry["detail"]["shown"]["forms"][0]["persons"][life.victim]
    assert person["withheld"]["family_name"] == "no-clause"


def recalled(life):
    """The owner puts a value right; those who were shown it are told without it, and answer."""
    where = f"{life.record_page()}/recall?what=field:loss"
    with life.later(minutes=10), new_entries(life.database) as entries:
        dan = life.enter(DAN)
        typed = {
            "what": "field:loss",
            "version": hidden(dan.get(where), "version"),
            "value": "2500",
            "reason": "The shop miscounted.",
            "message": "Look again.",
        }
        done = dan.send(where, where.partition("?")[0], do="recall", **typed)
        assert done.status_code == 303, said(done)
        for who in (LEANNE, IMRAN):
            page = life.sees(who)
            assert "£2,500" in page
            assert "£4,000" not in page
            browser = life.enter(who)
            notice = re.search(r'href="(/recalls/notices/[^"]+)"', browser.get("/recalls").text)[1]
            assert "Look again." in said(browser.get(notice))
            assert "miscounted" not in said(browser.get(notice))
            if who == LEANNE:
                assert browser.send(notice, notice, done="deleted").status_code == 303
        told = said(dan.get(done.location))
        assert "British Transport Police 0 of 1 have answered" in told
        assert "Metropolitan Police East Area 1 of 1 has answered" in told
        for who in (LEANNE, IMRAN):  # a recipient does not learn of the others
            assert life.enter(who).get(done.location).status_code == 404
    events = [each["event"] for each in entries]
    assert "sharing:recall:made" in events
    assert events.count("sharing:recall:told") == 2
    assert events.count("sharing:recall:acknowledged") == 1
    told = re.sub(
        r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}", "", str(entries)
    )  # ids and digests hold any digits
    assert re.search(r"(?<![\d.])2,?500(?!\d)", told) is None


def ended(life):
    """It ends once every party has agreed, and then nothing of it is read by anybody but the owner."""
    base = f"/agreements/{life.agreement}/end"
    with life.later(minutes=10), new_entries(life.database) as entries:
        for who in (RUTH, LEANNE):
            assert life.enter(who).send(base, base, reason="Its purpose is served.").status_code == 303
        assert "£2,500" in life.sees(LEANNE)
        assert life.enter(IMRAN).send(base, base, reason="So say we.").status_code == 303
        assert [life.sees(who) for who in (LEANNE, IMRAN)] == [GONE, GONE]
        assert "£2,500" in life.sees(DAN)
        for who in (RUTH, DAN, LEANNE, IMRAN):
            assert "Ended" in said(life.enter(who).get(f"/agreements/{life.agreement}"))
    events = [each["event"] for each in entries]
    assert events.count("sharing:agreement:ending-agreed") == 3
    assert "sharing:agreement:ended" in events


def test_life_of_an_agreement(life):
    steps = (
        drafted,
        tried_out,
        reviewed,
        signed,
        opened,
        suspended_and_resumed,
        amended,
        asked,
        granted,
        expired,
        recalled,
        ended,
    )
    for step in steps:
        step(life)
