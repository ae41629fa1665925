"""Ids of another agency's things, in every address and every field: refused as if nobody had such a thing."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Table, delete, select

from auth.tables import user
from foundation.database import Database, Tx
from foundation.outbox.tables import outbox
from portal.web import sightings
from sharing.drafts.keeping import read_draft
from sharing.drafts.tables import draft
from sharing.exports.tables import export
from tests.databases import sqlite_url
from tests.escalation import attempts, fields
from tests.escalation.attempts import ELSEWHERE, PEOPLE_ONLY, UNKNOWN, Attempt, send
from tests.escalation.cases import Case
from tests.escalation.cases_of_pages import cases_of_pages
from tests.escalation.cases_of_programs import cases_of_programs
from tests.escalation.things import BUSINESSES, POLICE, VICTIM, World
from tests.escalation.world import actor, open_world
from tests.matrix.test_routes_and_roles import checksums

ABSENT = {403, 404}


class UndoneError(Exception):
    """Nothing of what was done is kept."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("escalation")
    opened = open_world(folder, sqlite_url(folder))
    for agency in (POLICE, BUSINESSES):
        send(opened, agency, "GET", "/api/v1/agencies", {})  # the first use of a key leaves a trace
    yield opened
    opened.database.close()


@pytest.fixture(autouse=True)
def _without_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.gate.guard.check_origin", lambda _forms: None)


@contextmanager
def kept_nothing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is done inside is answered in full and then undone."""
    opened = Database.transaction

    @contextmanager
    def undone(database: Database) -> Iterator[Tx]:
        with suppress(UndoneError), opened(database) as tx:
            yield tx
            raise UndoneError

    with monkeypatch.context() as patch:
        patch.setattr(Database, "transaction", undone)
        yield


def told_apart(world: World, tries: list[Attempt]) -> list[str]:
    """Attempts that are answered otherwise than for an id that nobody has, or not refused."""
    found = []
    for each in tries:
        status, text = send(world, POLICE, each.method, each.path, each.body)
        nothing = send(world, POLICE, each.method, each.unknown, each.body)
        same = (status, text.replace(each.foreign, "ID")) == (nothing[0], nothing[1].replace(UNKNOWN, "ID"))
        if not same or status not in {*ABSENT, ELSEWHERE.get(each.endpoint)}:
            found.append(f"{each.name}: {status}, of nobody {nothing[0]}")
    return found


def test_every_part_of_every_address_is_known_as_an_id_or_none(world):
    assert attempts.uncovered(world.app) == []


def test_no_address_tells_or_does_anything_with_the_id_of_another_agency(world):
    before, tries = checksums(world.database), [*attempts.attempts(world, POLICE)]
    assert len(tries) > 250
    assert told_apart(world, tries) == []
    assert checksums(world.database) == before


def test_the_same_requests_find_the_thing_when_its_own_agency_sends_them(world, monkeypatch):
    """Else an attempt could be refused for something else than whose the thing is."""
    unfound = []
    for each in attempts.attempts(world, POLICE):
        if not each.whole or each.type not in {"", "incident"}:
            continue
        if each.endpoint.startswith("api_") and each.endpoint.partition(".")[2] in PEOPLE_ONLY:
            continue
        refused = send(world, POLICE, each.method, each.path, each.body)[0]
        with kept_nothing(monkeypatch):
            if send(world, each.owner, each.method, each.path, each.body)[0] in {refused, 400, 500}:
                unfound.append(each.name)
    assert unfound == []


def of_fields(world: World) -> set[str]:
    return fields.of_programs(world.app) | fields.of_forms() | fields.of_views()


def test_every_field_is_known_as_an_id_or_none(world):
    assert fields.uncovered(of_fields(world)) == []
    assert fields.stale(of_fields(world)) == []
    assert {case.name for case in cases(world)} == fields.IDS


def cases(world: World) -> list[Case]:
    return [*cases_of_programs(world), *cases_of_pages(world)]


def answered(world: World, case: Case, id_: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """The answer to the case with this id, without it; of what is one's own without any id."""
    path, body = case.with_id(id_)
    if case.keeps:
        with without_new_rows(world.database):
            status, text = send(world, case.attacker, case.method, path, body)
        return status, re.sub(r'[0-9a-f]{8}-[0-9a-f-]{27}|20\d\d-[^"]*', "", text)
    if id_ == case.own:
        with kept_nothing(monkeypatch):
            return send(world, case.attacker, case.method, path, body)
    status, text = send(world, case.attacker, case.method, path, body)
    return status, text.replace(id_, "ID")


@contextmanager
def without_new_rows(database: Database) -> Iterator[None]:
    """Drafts, exports and jobs that are begun inside are gone afterwards; those that were there stay."""

    def ids(tx: Tx) -> dict[Table, set[str]]:
        return {table: set(tx.execute(select(table.c.id)).scalars()) for table in (draft, export, outbox)}

    with database.transaction() as tx:
        before = ids(tx)
    yield
    with database.transaction() as tx:
        for table, now in ids(tx).items():
            tx.execute(delete(table).where(table.c.id.in_(now - before[table])))


def told_apart_in_fields(tries: Iterable[Case], world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Cases that are answered otherwise than with an id that nobody has, or no otherwise with one's own."""
    found = []
    for case in tries:
        theirs = answered(world, case, case.foreign, monkeypatch)
        if theirs != answered(world, case, UNKNOWN, monkeypatch):
            found.append(f"{case.name} of another agency at {case.path}: {theirs[0]}")
        if case.own and answered(world, case, case.own, monkeypatch) == theirs:
            found.append(f"{case.name} of one's own at {case.path} is refused as well")
    return found


def test_no_field_tells_or_does_anything_with_the_id_of_another_agency(world, monkeypatch):
    before = checksums(world.database)
    assert told_apart_in_fields(cases(world), world, monkeypatch) == []
    assert checksums(world.database) == before


# That all this finds what it is for.


def test_use_case_that_does_not_ask_whose_it_is_is_found(world, monkeypatch):
    def anybodys(tx, _actor, person_id):
        return tx.execute(select(user).where(user.c.id == person_id)).mappings().one()

    monkeypatch.setattr("sharing.people.reviewing.own_person", anybodys)
    before = checksums(world.database)
    tries = [each for each in attempts.attempts(world, POLICE) if each.endpoint == "people.confirm"]
    assert len(told_apart(world, tries)) == 1
    assert [name for name, digest in checksums(world.database).items() if digest != before[name]]


def test_field_that_is_not_asked_whose_it_is_is_found(world, monkeypatch):
    def anybodys(database, _actor, draft_id):
        return read_draft(database, actor(world, VICTIM), draft_id)

    monkeypatch.setattr(sightings, "read_draft", anybodys)
    tries = [case for case in cases(world) if case.path.startswith("/sightings/new?draft")]
    found = told_apart_in_fields(tries, world, monkeypatch)
    assert any(each.startswith("request draft of another agency") for each in found)


def test_address_and_field_that_nobody_has_looked_at_are_found(world):
    rule = world.app.url_rule_class("/planted/<uuid:planted_id>", endpoint="planted.show")
    world.app.url_map.add(rule)
    assert attempts.uncovered(world.app) == ["/planted/<uuid:planted_id>: planted_id"]
    assert fields.uncovered({"planted_id", "record"}) == ["planted_id"]
    assert fields.taken("x = request.form.get('planted_id')") == {"planted_id"}
