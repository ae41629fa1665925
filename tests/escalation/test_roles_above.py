"""Roles that are not one's own to give: refused at every door through which roles are given, to everybody."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from auth.accounts import NewUser, create_accounts
from auth.keys import issue_key
from auth.roles import PERMISSIONS, ROLE_LABELS, Action, Role, grants_of
from auth.sessions import open_session
from auth.tables import session
from foundation import clock
from portal.app import create_app
from tests.databases import sqlite_url
from tests.escalation.attempts import send
from tests.escalation.things import World
from tests.matrix.test_routes_and_roles import LIMITS, checksums
from tests.partnership import ROBBERY, load_partnership
from tests.portal import database_of, demonstration_settings, prepare_tables

GIVERS = tuple(role for role in Role if PERMISSIONS[role].actions & {Action.PEOPLE_RUN, Action.KEY_RUN})
AGENCY, OTHER = "havering", "somebody"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One agency in which each role that gives roles is held by somebody who holds no other."""
    folder = tmp_path_factory.mktemp("roles")
    app = create_app(demonstration_settings(folder, CONCORDAT_DATABASE_URL=sqlite_url(folder)))
    app.config["WTF_CSRF_ENABLED"] = False
    world = World(app, database_of(app))
    prepare_tables(world.database)
    load_partnership(world.database)
    people = [
        NewUser(f"only-{role}", AGENCY, role, f"{role}@x.example", frozenset({role})) for role in GIVERS
    ]
    people.append(NewUser(OTHER, AGENCY, "Somebody", "s@x.example", frozenset({Role.ANALYST})))
    create_accounts(world.database, [], [], people)
    for role in GIVERS:
        world.keys[role] = issue_key(world.database, f"only-{role}", [ROBBERY], clock.now() + LIMITS.length)
        with world.database.transaction() as tx:
            world.sessions[role] = open_session(tx, f"only-{role}", LIMITS, way="passkey")
            tx.execute(update(session).values(purpose=ROBBERY))
        send(world, role, "GET", "/api/v1/agencies", {})
    yield world
    world.database.close()


@pytest.fixture(autouse=True)
def _without_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.gate.guard.check_origin", lambda _forms: None)


def ways(role: Role) -> list[tuple[str, str, dict[str, object]]]:
    """Every request that gives a role: to somebody new, to somebody who is there, to a program."""
    new = {"name": "N", "roles": [role.value]}
    sheet = f"name,email,roles\nN,{role}@sheet.example,{ROLE_LABELS[role]}\n"
    return [
        ("POST", "/people/new", {**new, "roles": role.value, "email": f"{role}@page.example"}),
        ("POST", "/people/sheet", {"text": sheet, "act": "invite"}),
        ("POST", f"/people/{OTHER}/roles", {"roles": role.value}),
        ("POST", "/service-accounts/new", {"name": "Feed", "roles": role.value}),
        ("POST", "/api/v1/people", {"people": [{**new, "email": f"{role}@door.example"}]}),
    ]


def given(world: World, giver: Role, role: Role) -> list[str]:
    """The requests by which the giver did give the role."""
    found = []
    for method, path, body in ways(role):
        status, _ = send(world, giver, method, path, body)
        if status < 400 and not (path.endswith("sheet") and status == 200):
            found.append(path)
    return found


@pytest.mark.parametrize("giver", GIVERS)
def test_nobody_gives_a_role_that_is_not_theirs_to_give(world, giver):
    before = checksums(world.database)
    wrong = {role: given(world, giver, role) for role in Role if role not in grants_of(frozenset({giver}))}
    assert {role: paths for role, paths in wrong.items() if paths} == {}
    assert checksums(world.database) == before


@pytest.mark.parametrize("giver", GIVERS)
def test_nobody_gives_themselves_a_role(world, giver):
    before = checksums(world.database)
    for role in Role:
        assert send(world, giver, "POST", f"/people/only-{giver}/roles", {"roles": role.value})[0] >= 400
    assert checksums(world.database) == before


def test_what_is_theirs_to_give_is_given_by_the_same_requests(world):
    """Else they could be refused for something else than the role."""
    assert given(world, Role.ADMINISTRATOR, Role.OFFICER) == [path for _, path, _ in ways(Role.OFFICER)]


def test_role_that_somebody_may_suddenly_give_is_found(world, monkeypatch):
    monkeypatch.setattr("portal.web.people.grants_of", lambda _roles: frozenset(Role))
    monkeypatch.setattr("sharing.people.inviting.grants_of", lambda _roles: frozenset(Role))
    assert "/people/new" in given(world, Role.ADMINISTRATOR, Role.DPO)
