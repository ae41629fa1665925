"""Each route of both doors for each role: let in or refused exactly as the permission table says.

The gate runs as it is; behind it each view is replaced by one that says that it was reached, so that a cell
tells of the gate and of nothing else, and so that every route can be tried with any id.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy import select

from auth.accounts import NewUser, create_accounts
from auth.keys import issue_key
from auth.roles import IN_PARTNERSHIP, PERMISSIONS, Action, PartnershipRole, Role
from auth.sessions import Limits, open_session
from foundation import clock
from foundation.database import Database
from migrations.tables import every_table
from portal.app import create_app
from portal.gate.admission import PUBLIC_ENDPOINTS, declared
from portal.gate.identity import cookie_name
from tests.databases import sqlite_url
from tests.partnership import ROBBERY, load_partnership
from tests.portal import database_of, demonstration_settings, prepare_tables

LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12), 2)
REACHED = 299
CSP = "havering-community-safety"
_VALUES = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1", "float": "1.0"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("matrix")
    made = create_app(demonstration_settings(folder, CONCORDAT_DATABASE_URL=sqlite_url(folder)))
    database = database_of(made)
    prepare_tables(database)
    load_partnership(database)
    create_accounts(
        database,
        users=[
            NewUser(f"only-{role}", "havering", role.value, f"{role}@x.example", frozenset({role}))
            for role in Role
        ],
    )
    create_accounts(
        database,
        users=[
            NewUser(f"only-{CSP}-{role}", "havering", role.value, f"{role}@csp.example",
                    frozenset({Role.AUDITOR}), partnership_roles=frozenset({PartnershipRole(CSP, role)}))
            for role in IN_PARTNERSHIP
        ],
    )  # fmt: skip
    yield made
    database.close()


@pytest.fixture(scope="module")
def keys(app: Flask) -> dict[Role, tuple[str, str]]:
    """For each role, the token of a session and a key."""
    database, until, found = database_of(app), clock.now() + timedelta(days=1), {}
    for role in Role:
        with database.transaction() as tx:
            token = open_session(tx, f"only-{role}", LIMITS, way="password")
        key = issue_key(database, f"only-{role}", [ROBBERY], until)
        found[role] = (token, key)
        ask(app, "GET", "/api/v1/agencies", (token, key))  # the first use of a key leaves a trace
    return found


def routes(app: Flask) -> list[tuple[str, str, Action]]:
    """Method, address with made-up parts, and action of each route that is not public."""
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            mark = declared(app.view_functions[rule.endpoint], method)
            if rule.endpoint not in PUBLIC_ENDPOINTS and isinstance(mark, Action):
                parts = {name: _part(rule._converters[name]) for name in rule.arguments}
                found.append((method, adapter.build(rule.endpoint, {**(rule.defaults or {}), **parts}), mark))
    return found


def _part(converter: Any) -> str:
    name = type(converter).__name__.removesuffix("Converter").lower()
    name = {"integer": "int"}.get(name, name)
    return min(converter.items) if name == "any" else _VALUES.get(name, "nobody")


def ask(app: Flask, method: str, path: str, held: tuple[str, str] | None, **more: Any) -> Response:
    client = app.test_client()
    token, key = held or ("", "")
    if held and not path.startswith("/api/"):
        client.set_cookie(cookie_name(_settings(app)), token, domain="localhost")
    said = {"Authorization": f"Bearer {key}", "Sharing-Purpose": ROBBERY} if path.startswith("/api/") else {}
    return client.open(path, method=method, base_url="http://localhost", headers=said if held else {}, **more)


def _settings(app: Flask) -> Any:
    from portal.gate import context

    with app.app_context():
        return context.settings()


@pytest.fixture
def reached(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every view says that it was reached, and does nothing."""

    def stub(view: Any) -> Any:
        @wraps(view)
        def say(**_: object) -> Response:
            return Response(status=REACHED)

        return say

    for endpoint, view in list(app.view_functions.items()):
        monkeypatch.setitem(app.view_functions, endpoint, stub(view))
    monkeypatch.setattr("portal.gate.guard.check_origin", lambda _forms: None)


def cells(app: Flask, keys: dict[Role, tuple[str, str]], role: Role) -> list[str]:
    """Every cell of a role that is not as the table says."""
    wrong = []
    for method, path, action in routes(app):
        status = ask(app, method, path, keys[role]).status_code
        expected = REACHED if action in PERMISSIONS[role].actions else 403
        if status != expected:
            wrong.append(f"{role} {method} {path} ({action}): {status}, not {expected}")
    return wrong


@pytest.mark.usefixtures("reached")
@pytest.mark.parametrize("role", list(Role))
def test_each_route_lets_in_exactly_whom_the_table_names(app, keys, role):
    assert cells(app, keys, role) == []


@pytest.mark.usefixtures("reached")
@pytest.mark.parametrize("role", IN_PARTNERSHIP)
def test_a_role_in_a_partnership_adds_its_own_routes_and_no_other(app, role):
    database, user = database_of(app), f"only-{CSP}-{role}"
    with database.transaction() as tx:
        token = open_session(tx, user, LIMITS, way="password")
    held = (token, issue_key(database, user, [ROBBERY], clock.now() + timedelta(days=1)))
    allowed = PERMISSIONS[Role.AUDITOR].actions | IN_PARTNERSHIP[role]
    wrong = [
        f"{method} {path} ({action})"
        for method, path, action in routes(app)
        if (ask(app, method, path, held).status_code == REACHED) is not (action in allowed)
    ]
    assert wrong == []


@pytest.mark.usefixtures("reached")
def test_nobody_without_a_session_or_a_key_reaches_anything(app):
    let_in = [
        f"{method} {path}"
        for method, path, _ in routes(app)
        if ask(app, method, path, None).status_code not in {302, 401}
    ]
    assert let_in == []


@pytest.mark.usefixtures("reached")
def test_a_wrong_cell_is_found(app, keys, monkeypatch):
    auditor = PERMISSIONS[Role.AUDITOR]
    wider = {**PERMISSIONS, Role.AUDITOR: replace(auditor, actions=auditor.actions | {Action.EXPORT_MAKE})}
    monkeypatch.setattr("auth.roles.PERMISSIONS", wider)
    assert any("export" in each for each in cells(app, keys, Role.AUDITOR))


def test_the_table_has_every_route_of_both_doors(app):
    paths = [path for _, path, _ in routes(app)]
    assert sum(path.startswith("/api/v1/") for path in paths) > 50
    assert sum(not path.startswith("/api/") for path in paths) > 80


def checksums(database: Database) -> dict[str, str]:
    """By table, a digest of its rows, save what refused requests may write and what comes with entries."""
    apart = {"session", "ledger_pending", "ledger_pressure", "idempotency", "subject_key"}
    seen = {"first_used_at", "last_used_at"}
    found = {}
    with database.transaction() as tx:
        for table in every_table().sorted_tables:
            if table.name not in apart:
                kept = [column for column in table.c if column.name not in seen]
                rows = sorted(repr(tuple(row)) for row in tx.execute(select(*kept)))
                found[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    return found


@pytest.mark.parametrize("role", list(Role))
def test_what_is_refused_changes_nothing(app, keys, role):
    before = checksums(database_of(app))
    for method, path, action in routes(app):
        if action not in PERMISSIONS[role].actions and method != "GET":
            body = (
                {"json": {"roles": ["administrator"]}}
                if path.startswith("/api/")
                else {"data": {"roles": "dpo"}}
            )
            assert ask(app, method, path, keys[role], **body).status_code == 403, path
    assert checksums(database_of(app)) == before
