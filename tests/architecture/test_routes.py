"""Every route says who may come in, in kebab-case, with typed parts."""

import re

import pytest

from auth.roles import Action
from portal.app import create_app
from portal.gate.admission import PUBLIC_ENDPOINTS, allows, declared, public
from tests.portal import database_of, demonstration_settings

#: What anybody may reach without signing in. A line more here is a decision for the reviewer.
PUBLIC = {
    "GET /api/v1/docs",
    "GET /api/v1/openapi.json",
    "GET /health",
    "GET /help",
    "GET /help/accessibility",
    "GET /help/privacy",
    "GET /help/recorded",
    "GET /join/<string:token>",
    "GET /regain/<string:token>",
    "GET /sign-in",
    "GET /sign-in/agency/<uuid:provider_id>/return",
    "GET /sign-in/code",
    "GET /static/<path:filename>",
    "POST /join/<string:token>",
    "POST /join/<string:token>/passkey/options",
    "POST /policy-reports",
    "POST /regain/<string:token>",
    "POST /regain/<string:token>/passkey/options",
    "POST /sign-in",
    "POST /sign-in/agency/<uuid:provider_id>",
    "POST /sign-in/agency/<uuid:provider_id>/sign-out",
    "POST /sign-in/code",
    "POST /sign-in/passkey",
    "POST /sign-in/passkey/options",
    "POST /sign-in/demonstration",
    "POST /sign-out",
}

_TYPED = re.compile(r"<(uuid|int|path|string|any\([^)]*\)|[a-z_]+):\w+>")


@pytest.fixture
def app(tmp_path):
    made = create_app(demonstration_settings(tmp_path))
    yield made
    database_of(made).close()


def routes(app):
    """Method and path -> what its view declares."""
    found = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            mark = declared(app.view_functions[rule.endpoint], method)
            found[f"{method} {rule.rule}"] = "public" if rule.endpoint in PUBLIC_ENDPOINTS else mark
    return found


def undeclared(app):
    return sorted(route for route, mark in routes(app).items() if mark is None)


def untidy(app):
    """Paths that are not kebab-case, or hold a part without a type."""
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    return [rule for rule in rules if not re.fullmatch(r"[a-z0-9/.-]+", _TYPED.sub("x", rule))]


def test_every_route_declares_an_action_or_is_public(app):
    assert undeclared(app) == []


def test_only_the_short_list_is_public(app):
    assert {route for route, mark in routes(app).items() if mark == "public"} == PUBLIC


def test_paths_are_kebab_case_with_typed_parts(app):
    assert untidy(app) == []


def test_undeclared_route_and_untidy_path_are_found(app):
    app.add_url_rule("/planted", "planted", lambda: "")
    app.add_url_rule("/Not_kebab/<part>", "untidy", public(lambda part: part))
    assert undeclared(app) == ["GET /planted"]
    assert untidy(app) == ["/Not_kebab/<part>"]


def test_mark_of_a_method_counts_before_that_of_its_class(app):
    class Thing:
        @allows(Action.RECORD_SUBMIT)
        def post(self):
            """Send one in."""

        def get(self):
            """Say nothing of who may."""

    def view():
        """As `MethodView.as_view` would give it."""

    view.view_class = Thing
    assert declared(view, "POST") is Action.RECORD_SUBMIT
    assert declared(view, "GET") is None
