"""Every component renders with real templates, tells nothing that is withheld, and refuses rows."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import create_engine, literal, select

from tests.pages.sheet import ERRORS, make_app
from tests.pages.sheet_forms import SECRET
from tests.pages.sheet_values import ACTOR, PEOPLE, Group, Item, Withheld

PAGES = ("/", "/sign-in", "/purpose", *(f"/error/{name}" for name in ERRORS))


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def rendered(app: Flask) -> Iterator[object]:
    with app.test_request_context("/"):
        yield render_template_string


@pytest.mark.parametrize("path", PAGES)
def test_page_has_one_h1_its_landmarks_and_both_markings(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert page.count("<h1") == 1
    assert all(page.count(f"<{name}") == 1 for name in ("main", "header", "footer"))
    assert page.count("<title>") == 1
    assert 'href="#main"' in page
    assert 'id="main"' in page
    assert len(re.findall(r'<div class="marking', page)) == 2
    assert "Not a GOV.UK service" in page


@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_style_no_handler_and_no_foreign_address(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page)
    assert "<style" not in page
    assert not re.search(r'(src|href|action)="(https?:)?//', page)
    assert all('nonce="' in tag for tag in re.findall(r"<script[^>]*>", page))


def test_values_are_escaped(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;R014&lt;/b&gt; &#34;South&#34;" in page


def test_form_keeps_what_was_typed_but_no_password(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'value="2026-02-17"' in page
    assert "white-soled trainers</textarea>" in page
    assert re.search(r'value="cap" checked', page)
    assert re.search(r'value="met" checked', page)
    assert SECRET not in page


def test_error_is_told_above_the_form_and_beside_its_field(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "There is 1 thing to put right" in page
    assert '<a href="#clock">Time is in the future: it is now 14:21.</a>' in page
    assert re.search(r'id="clock" name="clock" aria-describedby="clock-error" aria-invalid="true"', page)


def test_withheld_value_shows_as_the_word_and_nothing_of_the_value(rendered: object) -> None:
    source = '{% from "components/values.html" import shown %}{{ shown(value) }}'
    first = rendered(source, value=Withheld())
    longer = Withheld()
    longer.value = SECRET * 40
    assert "Withheld" in first
    assert first == rendered(source, value=longer)
    assert SECRET not in first
    assert str(len(SECRET)) not in re.sub(r"<[^>]*>", "", first)


@pytest.mark.parametrize(
    "expression", ["value", "value ~ ''", "value | string", "value | length", "[value] | join"]
)
def test_withheld_value_printed_in_any_other_way_stops_the_page(rendered: object, expression: str) -> None:
    with pytest.raises(TypeError):
        rendered("{{ " + expression + " }}", value=Withheld())


def test_withheld_group_gives_reason_clause_and_the_ways_in_fixed_order(rendered: object) -> None:
    group = Group("Name, date of birth", ("name", "date_of_birth"), "Not shared before charge.")
    ask = {"action": "/ask", "owner": "BTP", "hear_by": "By Friday.", "csrf": "t", "id": "a"}
    source = '{% from "components/values.html" import withheld %}{{ withheld(group, ask) }}'
    page = rendered(source, group=group, ask=ask)
    told = ("Withheld", "Not shared before charge.", "Why, and how to ask", "Clause 4.2 of HAV-CSP-01",
            "Who decides", "When you will hear", "What do you need?", "Why do you need it?",
            "Continue to your request", "call 999")  # fmt: skip
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert re.findall(r'name="fields" value="([^"]+)"', page) == ["name", "date_of_birth"]


def test_withheld_group_that_nobody_can_lower_offers_no_form(rendered: object) -> None:
    group = Group("Names", ("name",), "Never to businesses.", "protected", "", "")
    source = '{% from "components/values.html" import withheld %}{{ withheld(group) }}'
    page = rendered(source, group=group)
    assert "<form" not in page
    assert "Nobody can lower this protection" in page
    assert "how to ask" not in page


def test_row_of_the_database_in_a_page_is_refused_four_deep(rendered: object) -> None:
    with create_engine("sqlite://").connect() as connection:
        row = connection.execute(select(literal(SECRET))).one()
        mapping = connection.execute(select(literal(SECRET).label("name"))).mappings().one()
    for planted in (row, mapping, [row], {"a": ({"b": [mapping]},)}):
        with pytest.raises(TypeError, match="sqlalchemy") as refusal:
            rendered("nothing", value=planted)
        assert SECRET not in str(refusal.value)
    assert rendered("plain", value={"a": [1]}) == "plain"


def test_undefined_name_stops_the_page(rendered: object) -> None:
    with pytest.raises(Exception, match="is undefined"):
        rendered("{{ nowhere }}")


def test_menu_has_only_places_that_exist_and_marks_the_open_one(client: FlaskClient) -> None:
    menu = client.get("/").text.split('id="menu">')[1].split("</ul>")[0]
    assert re.findall(r">([A-Z][^<]+)</a>", menu) == ["Home", "Footage", "Gallery", "Requests"]
    assert menu.count("aria-current") == 1


def test_table_keeps_its_roles_and_labels_for_a_phone(client: FlaskClient) -> None:
    table = client.get("/").text.split("Footage clocks</caption>")[1].split("</table>")[0]
    roles = ("row", "columnheader", "rowheader", "cell", "rowgroup")
    assert all(f'role="{role}"' in table for role in roles)
    assert 'data-label="Time left"' in table


def test_chart_has_its_numbers_in_a_table(client: FlaskClient) -> None:
    chart = client.get("/").text.split('aria-labelledby="spring-title"')[1].split("</figure>")[0]
    cells = re.findall(r'<td class="number">([^<]+)</td>', chart)
    assert cells == ["6", "7", "9", "17", "7", "to come"]


def test_sign_in_groups_people_by_agency_with_a_button_each(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    assert page.count("<button") == len(PEOPLE) + 2
    assert page.index("London Borough of Havering") < page.index("Dan Osei") < page.index("DC Aaron Field")
    assert ACTOR.name not in page


def test_missing_says_the_same_whatever_the_view_says(rendered: object) -> None:
    source = '{% extends "errors/missing.html" %}'
    told = rendered(source, heading=f"No {SECRET}", sentence=SECRET)
    assert SECRET not in told
    assert told == rendered(source)


def test_error_page_tells_problems_and_reference(rendered: object) -> None:
    page = rendered('{% extends "errors/broken.html" %}', reference="6KQ2-W9", problems={"a": "Too long."})
    assert "Reference 6KQ2-W9" in page
    assert "Too long." in page
    assert "Nothing was changed" in page


@pytest.mark.parametrize(("days", "kind"), [(1.8, "red"), (6, "amber"), (9, None)])
def test_footage_clock_warns_at_seven_and_two_days(rendered: object, days: float, kind: str | None) -> None:
    source = '{% from "components/states.html" import footage_clock %}{{ footage_clock("left", days, 31) }}'
    colours = re.findall(r"meter__done--(\w+)", rendered(source, days=days))
    assert colours == ([kind] if kind else [])


def test_card_without_leave_to_show_its_picture_says_why(rendered: object) -> None:
    person = Item(address="/p", name="ID sought 35", state="", colour="", picture="", alt="",
                  picture_withheld="May be under 18", text="", do="", do_not="", until=None)  # fmt: skip
    page = rendered('{% from "components/cards.html" import card %}{{ card(p) }}', p=person)
    assert "<img" not in page
    assert "Picture withheld" in page
    assert "May be under 18" in page
