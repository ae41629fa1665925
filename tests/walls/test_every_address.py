"""Every address of both doors on PostgreSQL: nothing that a door asks is beyond the rights of its role.

A door that takes the reader's role and reads what only the server's may fails here, and on SQLite nowhere.
"""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from auth.roles import Action
from portal.gate.admission import PUBLIC_ENDPOINTS, declared
from tests.databases import postgresql_url
from tests.escalation.attempts import attempts, send
from tests.escalation.test_foreign_ids import kept_nothing, told_apart
from tests.escalation.things import ATTACKERS, POLICE, VICTIM, World
from tests.escalation.world import open_world
from tests.portal import close


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    opened = open_world(tmp_path_factory.mktemp("addresses"), postgresql_url())
    yield opened
    close(opened.app)


@pytest.fixture(autouse=True)
def _without_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.gate.guard.check_origin", lambda _forms: None)


def plain(world: World) -> list[str]:
    """Addresses to be fetched that hold no part of anybody's."""
    found = []
    for rule in world.app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()) or rule.endpoint in PUBLIC_ENDPOINTS:
            continue
        if isinstance(declared(world.app.view_functions[rule.endpoint], "GET"), Action):
            found.append(rule.rule)
    return found


def test_no_list_asks_for_more_than_its_role_may(everywhere):
    paths = plain(everywhere)
    assert len(paths) > 50
    broken = [
        f"{path} for {agency}"
        for agency in (*ATTACKERS, VICTIM)
        for path in paths
        if send(everywhere, agency, "GET", path, {})[0] >= HTTPStatus.INTERNAL_SERVER_ERROR
    ]
    assert broken == []


def test_no_act_on_ones_own_asks_for_more_than_its_role_may(everywhere, monkeypatch):
    broken = []
    for each in attempts(everywhere, POLICE):
        with kept_nothing(monkeypatch):
            status, _ = send(everywhere, each.owner, each.method, each.path, each.body)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            broken.append(f"{each.name}: {status}")
    assert broken == []


def test_nothing_of_another_agency_is_told_apart_from_what_nobody_has(everywhere):
    assert told_apart(everywhere, [*attempts(everywhere, POLICE)]) == []
