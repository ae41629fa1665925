"""Who may start a portal on PostgreSQL, and how a server's roles come to be."""

from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import func, select

from foundation.database import Database
from foundation.errors import Misconfigured
from foundation.schema import migrate, require_current
from foundation.settings import Settings
from foundation.walls import LOOKUPS, REQUESTS, weakness
from migrations.walls import lookups
from migrations.walls.raising import stand
from migrations.walls.roles import refuse_old
from portal.app import create_app
from portal.cli.setup import prepare_all
from sharing.records.record import record
from tests.databases import database_settings, postgresql_url, seen_by
from tests.partnership import load_partnership
from tests.portal import close, production_settings


@pytest.fixture(scope="module")
def url():
    made = postgresql_url()
    database = Database(made)
    migrate(database)
    database.close()
    return made


@pytest.fixture
def run(url):
    """Statements as the superuser, undone by hand."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as link:
        yield link.execute


def started(folder, settings):
    app = create_app(production_settings(folder, **settings))
    close(app)


def test_production_starts_in_the_roles_of_requests_and_server(url, tmp_path):
    started(tmp_path, database_settings(url))


def test_behaviour_2_production_refuses_one_address_of_a_superuser(url, tmp_path):
    with pytest.raises(Misconfigured, match="postgres is a superuser, whom row-level security does not bind"):
        started(tmp_path, {"CONCORDAT_DATABASE_URL": url})


@pytest.mark.parametrize(
    ("plant", "undo", "said"),
    [
        (
            "ALTER ROLE concordat_app BYPASSRLS",
            "ALTER ROLE concordat_app NOBYPASSRLS",
            "bypasses row-level security",
        ),
        (
            "ALTER TABLE draft OWNER TO concordat_app",
            "ALTER TABLE draft OWNER TO concordat_owner",
            "owns tables",
        ),
        (
            "GRANT concordat_maintenance TO concordat_app",
            "REVOKE concordat_maintenance FROM concordat_app",
            "is in a role that row-level security does not bind",
        ),
        (
            "ALTER TABLE draft NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE draft FORCE ROW LEVEL SECURITY",
            "The table draft has no row-level security",
        ),
    ],
)
def test_production_refuses_a_role_or_table_without_its_wall(url, tmp_path, run, plant, undo, said):
    run(plant)
    try:
        with pytest.raises(Misconfigured, match=said):
            started(tmp_path, database_settings(url))
    finally:
        run(undo)
        run("GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO concordat_app")


def test_walls_of_another_version_are_refused_and_raised_anew(url, run):
    requests, owner = Database(seen_by(url, REQUESTS)), Database(url)
    require_current(requests)
    run("COMMENT ON SCHEMA wall IS 'of before'")
    run("CREATE POLICY planted ON record USING (true)")
    with pytest.raises(Misconfigured, match=r"row-level security is not that of this version.*setup prepare"):
        require_current(requests)
    migrate(owner)
    require_current(requests)
    assert run("SELECT count(*) FROM pg_policies WHERE policyname = 'planted'").fetchone() == (0,)
    for each in (requests, owner):
        each.close()


def test_walls_are_the_same_in_whatever_order_modules_are_loaded(url, monkeypatch):
    owner = Database(url)
    with owner.engine.connect() as tx:
        assert stand(tx)
        turned = dict(reversed(LOOKUPS.items()))
        assert list(turned) != sorted(turned)
        monkeypatch.setattr(lookups, "LOOKUPS", turned)
        assert stand(tx)
        monkeypatch.setattr(lookups, "LOOKUPS", {**turned, "planted": turned["let_in"]})
        assert not stand(tx)
    owner.close()


def test_prepare_makes_the_users_of_its_addresses(tmp_path, run):
    """Users of other names become members of the roles; their passwords are set where they are new."""
    fresh, name = postgresql_url(), f"portal_{uuid4().hex[:8]}"
    folder = tmp_path / "data"
    settings = Settings.without_secret(
        {
            "CONCORDAT_ENVIRONMENT": "demonstration",
            "CONCORDAT_DATA_DIR": str(folder),
            **database_settings(fresh),
            "CONCORDAT_DATABASE_URL": seen_by(fresh, f"{name}:a-word%2For-two"),
        }
    )
    prepare_all(settings)
    prepare_all(settings)
    requests = Database(seen_by(fresh, name), walled=True)
    assert weakness(requests) is None
    with requests.transaction() as tx:
        assert tx.execute(select(func.count()).select_from(record)).scalar() == 0
    requests.close()
    (kept,) = run(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{name}'").fetchone()
    assert kept.startswith("SCRAM-SHA-256$")


def test_owner_need_be_no_superuser(run):
    """As where somebody else runs the server: a user who may make roles, and owns the database."""
    name = f"admin_{uuid4().hex[:8]}"
    run(f"CREATE ROLE {name} LOGIN CREATEROLE CREATEDB")
    for role in (
        "concordat_owner",
        "concordat_wall",
        "concordat_maintenance",
        "concordat_app",
        "concordat_system",
    ):
        run(f"GRANT {role} TO {name} WITH ADMIN OPTION")
    fresh = postgresql_url()
    with psycopg.connect(fresh.replace("+psycopg", ""), autocommit=True) as link:
        link.execute(f'ALTER DATABASE "{link.info.dbname}" OWNER TO {name}')
    owner = Database(seen_by(fresh, name))
    migrate(owner, requests=seen_by(fresh, REQUESTS))
    load_partnership(owner)
    requests = Database(seen_by(fresh, REQUESTS))
    require_current(requests)
    assert weakness(requests) is None
    for each in (owner, requests):
        each.close()


def test_user_who_may_make_no_roles_is_told_so(run, monkeypatch):
    name = f"plain_{uuid4().hex[:8]}"
    run(f"CREATE ROLE {name} LOGIN")
    fresh = postgresql_url()
    with psycopg.connect(fresh.replace("+psycopg", ""), autocommit=True) as link:
        link.execute(f'ALTER DATABASE "{link.info.dbname}" OWNER TO {name}')
    monkeypatch.setattr("migrations.walls.roles.ROLES", ("concordat_not_there",))
    owner = Database(seen_by(fresh, name))
    with pytest.raises(Misconfigured, match="CONCORDAT_DATABASE_OWNER_URL"):
        migrate(owner)
    owner.close()


@pytest.mark.parametrize("number", [140013, 150009, 160005, 170001])
def test_versions_whose_policies_could_be_passed_by_are_refused(number):
    with pytest.raises(Misconfigured, match=r"15\.10"):
        refuse_old(number)


@pytest.mark.parametrize("number", [150010, 150018, 160006, 170002, 180000, 180006])
def test_versions_that_are_mended_are_taken(number):
    refuse_old(number)
