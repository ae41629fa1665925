"""Whose transaction it is: what was shown decides, and no statement can say otherwise."""

import json

import pytest
from psycopg import errors

from foundation import clock, credential
from foundation.database import Database
from foundation.errors import Unauthenticated
from foundation.walls import REQUESTS, SERVER
from migrations.walls.declared import WALLS, servers
from tests.asking import asking
from tests.databases import seen_by
from tests.partnership import actor
from tests.walls.conftest import COUNCIL, POLICE, STRANGER, begin, seen

RECORDS = "SELECT id FROM record"
MINE = {"to the council", "to all", "the council's"}


def test_behaviour_1_owner_is_forced_and_sees_nothing_and_a_superuser_sees_all(world, superuser):
    assert world.named(seen(superuser, RECORDS)) == set(world.ids)
    superuser.execute("SET ROLE concordat_owner")
    assert seen(superuser, RECORDS) == set()
    superuser.execute("RESET ROLE; ALTER TABLE record NO FORCE ROW LEVEL SECURITY; SET ROLE concordat_owner")
    assert world.named(seen(superuser, RECORDS)) == set(world.ids)


def test_behaviour_3_without_a_context_every_walled_table_is_empty(world):
    with world.requesting(None) as link:
        shown = {
            name: link.execute(
                f'SELECT count({wall.columns[0] if wall.columns else "*"}) FROM "{name}"'
            ).fetchone()[0]
            for name, wall in WALLS.items()
            if wall.read and not wall.why_open
        }
    assert set(shown.values()) == {0}, shown
    assert len(shown) > 30


def test_people_see_their_agencys_records_and_those_that_reach_it(world):
    def shown(user):
        with world.requesting(user) as link:
            return world.named(seen(link, RECORDS))

    assert shown(COUNCIL) == MINE
    assert shown(POLICE) == set(world.ids) - {"the council's"}
    assert shown("magda-kowalska") == {"to all", "to members"}
    assert shown("priya-nair") == {"to all"}, "of the same agency, without a site"
    assert shown(STRANGER) == set()


def test_context_holds_the_sites_of_a_member_as_they_are_now(world, superuser):
    def held(user, *changes):
        with superuser.transaction(force_rollback=True):
            for change in changes:
                superuser.execute(change)
            begin(superuser, world.token(user))
            superuser.execute(f"SET LOCAL ROLE {REQUESTS}")
            (sites,) = seen(superuser, "SELECT wall.sites()::text")
            return None if sites is None else set(json.loads(sites)), world.named(seen(superuser, RECORDS))

    direct = {"north-street-phones", "victoria-road-news"}
    reached = {"to all", "to members"}
    foreign = "UPDATE area SET agency_id = 'east-bank-bcrp'"
    ended = "UPDATE area SET ended_at = '2026-01-01T00:00:00.000000Z'"
    none = "DELETE FROM user_site"
    assert held("priya-nair") == (None, {"to all"}), "staff"
    assert held("farah-quist") == (direct | {"brambles-department-store", "mercury-outdoor"}, reached)
    assert held("farah-quist", ended) == (direct, reached)
    assert held("farah-quist", foreign) == (direct, reached), "an area of another agency gives nothing"
    assert held("farah-quist", none, ended) == (set(), set()), "a member without a site: nothing reaches them"


def test_nobody_gives_themselves_a_site(world):
    for table in ("user_site", "user_area", "area_site", "area"):
        with world.requesting("farah-quist") as link, pytest.raises(errors.InsufficientPrivilege):
            link.execute(f"DELETE FROM {table}")
    with world.requesting("farah-quist") as link, pytest.raises(errors.InsufficientPrivilege):
        link.execute("INSERT INTO user_site VALUES ('farah-quist', 'hartwell-sports')")


def test_behaviour_4_context_ends_with_the_transaction_and_an_empty_setting_is_nobody(world):
    with world.link(REQUESTS) as link:
        begin(link, world.token(COUNCIL))
        assert world.named(seen(link, RECORDS)) == MINE
        link.commit()
        assert seen(link, "SELECT current_setting('concordat.context', true)") == {""}
        assert seen(link, RECORDS) == set()
        assert seen(link, "SELECT wall.agency()") == {None}


def test_behaviour_5_connection_that_is_used_again_carries_nobody_over(world):
    database = Database(seen_by(world.url, REQUESTS), pool_size=1, walled=True)

    def shown(user):
        if user is not None:
            credential.present(credential.Shown(world.token(user)))
        with database.transaction() as tx:
            found = {row[0] for row in tx.exec_driver_sql(RECORDS)}
            backend = tx.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        credential.present(None)
        return world.named(found), backend

    seen_ = [shown(user) for user in (COUNCIL, None, POLICE, STRANGER, COUNCIL)]
    database.close()
    assert [rows for rows, _ in seen_] == [MINE, set(), set(world.ids) - {"the council's"}, set(), MINE]
    assert len({backend for _, backend in seen_}) == 1


def test_behaviour_7_setting_the_context_chooses_no_agency(world):
    with world.requesting(POLICE) as link:
        (police,) = seen(link, "SELECT current_setting('concordat.context')")
    forged = police.replace("metropolitan-east-area", "havering")
    for planted in (police, forged, "0" * 64 + "{x,havering,NULL,2026}", "havering", "{}"):
        for local in ("true", "false"):
            with world.requesting(COUNCIL) as link:
                link.execute(f"SELECT set_config('concordat.context', %s, {local})", [planted])
                assert seen(link, RECORDS) == set()
                assert seen(link, "SELECT wall.agency()") == {None}


def test_behaviour_5_setting_for_the_session_is_nothing_to_the_next_transaction(world):
    """A plain SET outlives its transaction; the seal in it does not."""
    with world.link(REQUESTS) as link:
        begin(link, world.token(COUNCIL))
        link.execute("SELECT set_config('concordat.context', current_setting('concordat.context'), false)")
        link.commit()
        assert seen(link, "SELECT length(current_setting('concordat.context')) > 64") == {True}
        assert seen(link, RECORDS) == set()
        begin(link, world.token(POLICE))
        assert "hidden" in world.named(seen(link, RECORDS))


def test_sealed_ids_are_no_context_and_the_context_no_ids(world):
    with world.requesting(COUNCIL) as link:
        link.execute("SELECT set_config('concordat.opened', current_setting('concordat.context'), true)")
        assert seen(link, "SELECT wall.opened()") == {None}
        hidden = f'["{world.ids["hidden"]}"]'
        link.execute("SELECT set_config('concordat.opened', %s, true)", ["0" * 64 + hidden])
        assert seen(link, "SELECT wall.opened()") == {None}
        assert world.ids["hidden"] not in seen(link, RECORDS)


def test_transaction_is_nobody_elses_after_it_is_somebodys(world):
    with world.requesting(COUNCIL) as link, pytest.raises(errors.InvalidAuthorizationSpecification):
        begin(link, world.token(POLICE))


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE session SET ends_at = '2001-01-01T00:00:00.000000Z'",
        "DELETE FROM session",
        "UPDATE \"user\" SET disabled = true WHERE id = 'dan-osei'",
    ],
)
def test_credential_that_has_ended_begins_nothing(world, fault):
    token = world.token(COUNCIL)
    with world.link() as link:
        link.execute(fault)
        link.execute("SET LOCAL ROLE concordat_app")
        with pytest.raises(errors.InvalidAuthorizationSpecification):
            begin(link, token)
        link.rollback()


def test_credential_that_ends_before_the_transaction_is_a_sign_in(world):
    database = Database(seen_by(world.url, REQUESTS), walled=True)
    with (
        credential.presenting(credential.Shown("nobody's")),
        pytest.raises(Unauthenticated, match="Sign in"),
        database.transaction(),
    ):
        raise AssertionError("it began")
    with asking(world.owner, actor(COUNCIL)) as asked, asked.transaction() as tx:
        assert tx.exec_driver_sql("SELECT wall.agency()").scalar() == "havering"
    database.close()


def test_token_is_sent_with_the_begin_and_stands_in_no_statement(world):
    with asking(world.owner, actor(COUNCIL)) as asked, asked.transaction() as tx:
        own = tx.exec_driver_sql("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()").scalar()
        prepared = tx.exec_driver_sql(
            "SELECT string_agg(statement, ' ') FROM pg_prepared_statements"
        ).scalar()
    assert "wall.begin($1, $2)" in prepared
    assert credential.held() is None
    assert "wall.begin" not in own


def test_the_servers_own_role_is_nobody_and_sees_every_row(world):
    with world.link(SERVER) as link:
        assert world.named(seen(link, RECORDS)) == set(world.ids)
        assert seen(link, "SELECT wall.agency()") == {None}


def test_agreements_are_those_of_the_moment(world):
    """Kept between transactions, and thrown away when a version changes."""

    def standing(at):
        with world.link(REQUESTS) as link:
            link.execute("SELECT wall.begin(%s, %s)", [world.token(COUNCIL), at])
            (found,) = seen(link, "SELECT wall.agreements()::text")
            link.commit()
        return found

    now = clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert "HAV-CSP-01" in standing(now)
    assert standing("2001-01-01T00:00:00.000000Z") == "[]"
    assert "HAV-CSP-01" in standing(now)
    with world.link() as link:
        link.execute("UPDATE agreement_version SET parties = '[]' WHERE agreement_id = 'HAV-CSP-01'")
        link.execute("SET LOCAL ROLE concordat_app")
        link.execute("SELECT wall.begin(%s, %s)", [world.token(COUNCIL), now])
        assert "HAV-CSP-01" not in seen(link, "SELECT wall.agreements()::text").pop()
        link.rollback()
    assert "HAV-CSP-01" in standing(now)


def test_requests_read_no_session_key_or_password(world):
    for table in (name for name, wall in WALLS.items() if wall == servers()):
        with world.requesting(COUNCIL) as link, pytest.raises(errors.InsufficientPrivilege):
            link.execute(f'SELECT 1 FROM "{table}"')
    for column in ("email", "password_hash", "*"):
        with world.requesting(COUNCIL) as link, pytest.raises(errors.InsufficientPrivilege):
            link.execute(f'SELECT {column} FROM "user"')
    for statement in (
        "INSERT INTO session VALUES ('0', 'aaron-field', NULL, '', '', '9', '')",
        "UPDATE \"user\" SET agency_id = 'metropolitan-east-area' WHERE id = 'dan-osei'",
        "SELECT key FROM wall.secret",
        "SELECT * FROM wall.standing",
        "SELECT wall.open('x', 'metropolitan-east-area', NULL, '2026')",
        "SET ROLE concordat_system",
        "SET ROLE concordat_maintenance",
        "SET SESSION AUTHORIZATION postgres",
        "CREATE TEMP TABLE record (id text)",
        "CREATE FUNCTION leak(text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
    ):
        with world.requesting(COUNCIL) as link, pytest.raises(errors.Error):
            link.execute(statement)
