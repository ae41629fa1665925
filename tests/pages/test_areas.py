"""Areas on the pages: made, changed and ended, and what a member of several sites reads and reports."""

import re

import pytest
from sqlalchemy import delete, insert, select

from auth.roles import Role
from auth.tables import user, user_site
from sharing.agreements.policy import bump_epoch
from sharing.records.record import record
from sharing.schemes.tables import scheme
from tests.api.doors import open_door_at
from tests.databases import postgresql_url, sqlite_url
from tests.partnership import ROBBERY
from tests.portal import Browser, close

ADMINISTRATOR, MEMBER, AREA_MANAGER = "tessa-lyle", "magda-kowalska", "farah-quist"
REPORT = {"kind": "theft", "day": "2026-02-17", "time": "14:19", "age": "adult", "prosecution": "no"}

SCHEME = {
    "agency_id": "romford-bcrp", "name": "Romford", "agreement_id": "ROMFORD-SCHEME",
    "purpose": "excluding-repeat-offenders", "months": 12, "repeat_at": 3, "gallery_months": 12,
    "child_gallery_months": 6,
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def door(request, tmp_path):
    made = open_door_at(tmp_path, sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    with made.database.transaction() as tx:
        tx.execute(insert(scheme), SCHEME)
    yield made
    close(made.app)


def signed_in(door, who, purpose=None):
    browser = Browser(door.app)
    assert browser.sign_in_as(who).status_code == 303
    if purpose:
        assert browser.send("/purpose", "/purpose", purpose=purpose).status_code == 303
    return browser


def sites_of(door, who):
    page = signed_in(door, who).get("/account").text
    return re.sub(r"<[^>]+>", " ", page.partition("<dt>Sites</dt>")[2].partition("</dd>")[0])


def test_area_is_made_changed_and_ended_and_its_member_reads_why_they_hold_what(door):
    browser = signed_in(door, ADMINISTRATOR)
    shops = ["hartwell-sports", "minto-pharmacy"]
    made = browser.send("/people/areas", "/people/areas", name="South Street", sites=shops)
    assert made.status_code == 303
    path = made.location
    assert "Hartwell Sports" in browser.get("/people/areas").text
    put = {
        "roles": "member",
        "areas": path.rpartition("/")[2],
        "sites": ["hartwell-sports", "greenway-foods"],
    }
    assert browser.send(f"/people/{MEMBER}", f"/people/{MEMBER}/roles", **put).status_code == 303
    held = sites_of(door, MEMBER)
    assert "South Street, an area: Hartwell Sports, Minto Pharmacy" in held
    assert "Greenway Foods" in held
    assert "Given by Tessa Lyle" in held
    changed = browser.send(path, path, name="South Street", sites=["brambles-department-store"])
    assert changed.status_code == 303
    assert "an area: Brambles" in sites_of(door, MEMBER)
    put = {"roles": "member", "areas": path.rpartition("/")[2]}
    assert browser.send(f"/people/{MEMBER}", f"/people/{MEMBER}/roles", **put).status_code == 303
    assert browser.send(path, f"{path}/end").status_code == 303
    assert browser.get(path).status_code == 404
    assert "no record exists for a member without a site" in sites_of(door, MEMBER)
    with door.database.transaction() as tx:
        row = tx.execute(select(user).where(user.c.id == MEMBER)).mappings().one()
        assert row["member"]
        assert Role.MEMBER in row["roles"]


def test_what_cannot_be_is_said_beside_its_field(door):
    browser = signed_in(door, ADMINISTRATOR)
    for fields, said in (
        ({"name": "Romford Town Centre"}, "Another area of your agency has this name."),
        ({"name": "X", "sites": "broadway-foods"}, "Choose from the list."),
    ):
        refused = browser.send("/people/areas", "/people/areas", **fields)
        assert refused.status_code == 422
        assert said in refused.text
    none = browser.send(f"/people/{MEMBER}", f"/people/{MEMBER}/roles", roles="member")
    assert none.status_code == 422
    assert "A member has a site or an area of your agency" in none.text


def test_member_of_several_sites_says_at_which_it_was_and_of_no_other(door):
    browser = signed_in(door, AREA_MANAGER, ROBBERY)
    page = browser.get("/report").text
    offered = re.findall(
        r'<option value="([^"]*)"', page.partition('name="site"')[2].partition("</select>")[0]
    )
    assert offered == [
        "",
        "brambles-department-store",
        "mercury-outdoor",
        "north-street-phones",
        "victoria-road-news",
    ]
    silent = browser.send("/report", "/report", **REPORT)
    assert silent.status_code == 422
    assert "Say at which of your sites it was." in silent.text
    foreign = browser.send("/report", "/report", **REPORT, site="hartwell-sports")
    assert foreign.status_code == 422
    sent = browser.send("/report", "/report", **REPORT, site="mercury-outdoor")
    assert sent.status_code == 303
    with door.database.transaction() as tx:
        assert tx.execute(select(record.c.site)).scalars().all() == ["mercury-outdoor"]
    assert "Mercury Gardens" in browser.get(sent.location).text


def test_records_of_a_site_open_while_the_area_holds_it_and_not_after(door):
    browser, shop = signed_in(door, AREA_MANAGER, ROBBERY), signed_in(door, MEMBER, ROBBERY)
    sent = {
        site: browser.send("/report", "/report", **REPORT, site=site).location
        for site in ("mercury-outdoor", "brambles-department-store", "victoria-road-news")
    }
    elsewhere = shop.send("/report", "/report", **REPORT).location

    def opened():
        listed = browser.get("/records/incidents").text
        shown = {site for site, path in sent.items() if browser.get(path).status_code == 200}
        assert {site for site, path in sent.items() if path in listed} == shown
        return shown

    assert opened() == {*sent}
    assert browser.get(elsewhere).status_code == 404
    assert elsewhere not in browser.get("/records/incidents").text
    assert [shop.get(path).status_code for path in (*sent.values(), elsewhere)] == [404, 404, 404, 200]
    path = "/people/areas/romford-town-centre"
    keeper = signed_in(door, ADMINISTRATOR)
    less = {"name": "Romford town centre", "sites": "mercury-outdoor"}
    assert keeper.send(path, path, **less).status_code == 303
    assert opened() == {"mercury-outdoor", "victoria-road-news"}
    assert keeper.send(path, f"{path}/end").status_code == 303
    assert opened() == {"victoria-road-news"}
    with door.database.transaction() as tx:
        tx.execute(delete(user_site))
        bump_epoch(tx)
    assert opened() == set()
    assert browser.send("/report", "/report", **REPORT).status_code == 422
