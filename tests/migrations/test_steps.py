"""The numbered steps give the tables that the code declares, on both databases."""

from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from auth.passkeys import passkey_bound, passkey_key
from auth.sites import sites_column, sites_of
from auth.tables import passkey, session, user
from foundation import clock
from foundation.crypto.sealing import open_sealed
from foundation.database import Database
from foundation.errors import Misconfigured
from foundation.schema import MIGRATIONS, current_revision, migrate, require_current
from migrations.tables import every_table
from sharing.agreements.tables import policy_epoch
from sharing.people.tables import invitation
from sharing.records.record import person, word
from sharing.retention.tables import retention_review
from tests.databases import postgresql_url, sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    opened = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    yield opened
    opened.close()


def differences(database):
    with database.engine.connect() as connection:
        return compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), every_table()
        )


def test_migrated_schema_is_the_declared_one(database):
    migrate(database)
    assert differences(database) == []


def test_comparison_finds_a_planted_column(database):
    migrate(database)
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE site ADD COLUMN planted VARCHAR"))
    assert "planted" in str(differences(database))


def test_migrating_twice_changes_nothing_and_keeps_the_first_policy_epoch(database):
    migrate(database)
    migrate(database)
    with database.transaction() as tx:
        assert tx.execute(select(policy_epoch.c.epoch)).scalars().all() == [1]


def test_migrated_ledger_refuses_to_change_a_leaf(database):
    migrate(database)
    leaf = "INSERT INTO ledger_leaf (idx, leaf, hash, chain) VALUES (0, '', '', '')"
    with database.transaction() as tx:
        tx.exec_driver_sql(leaf)
    with pytest.raises(DBAPIError, match="only ever added"), database.transaction() as tx:
        tx.exec_driver_sql("UPDATE ledger_leaf SET idx = 1")


def test_database_without_the_newest_step_is_refused_with_what_to_run(database):
    with pytest.raises(Misconfigured, match=r"step none.*setup prepare"):
        require_current(database)
    migrate(database)
    require_current(database)


def test_current_names_the_newest_step():
    newest = max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert current_revision() == newest


def test_passkeys_of_before_are_sealed_and_not_without_the_secret(database):
    migrate(database, "0023")
    with database.transaction() as tx:
        tx.exec_driver_sql(
            "INSERT INTO agency (id, name, short_name, kind, business, vetting_rules)"
            " VALUES ('havering', 'Havering', 'Havering', 'council', false, '{}')"
        )
        tx.exec_driver_sql(
            'INSERT INTO "user" (id, agency_id, name, email, roles, partnership_roles, vetting, job_title,'
            " disabled, password_alone, service, demonstration_place) VALUES"
            " ('dan', 'havering', 'Dan', 'dan@x.example', '[]', '[]', '[]', '', false, false, false, 0)"
        )
        tx.exec_driver_sql(
            "INSERT INTO passkey"
            " (id, user_id, credential, public_key, sign_count, backed_up, name, created_at)"
            " VALUES ('key', 'dan', 'credential', 'open', 0, false, 'Key', '2026-01-01T00:00:00.000000Z')"
        )
    with pytest.raises(Misconfigured, match="setup prepare"):
        migrate(database)
    migrate(database, secret_key="s" * 43)
    migrate(database)
    with database.transaction() as tx:
        sealed = tx.execute(select(passkey.c.public_key)).scalar_one()
    key, bound = passkey_key("s" * 43), passkey_bound("dan", "credential")
    assert open_sealed(key, bound, bytes.fromhex(sealed)) == b"open"


def test_sessions_and_passkeys_of_before_count_for_no_more_than_is_known_of_them(database):
    migrate(database, "0026")
    at = "2026-01-01T00:00:00.000000Z"
    with database.transaction() as tx:
        tx.exec_driver_sql(
            "INSERT INTO agency (id, name, short_name, kind, business, vetting_rules)"
            " VALUES ('havering', 'Havering', 'Havering', 'council', false, '{}')"
        )
        tx.exec_driver_sql(
            'INSERT INTO "user" (id, agency_id, member, name, email, roles, partnership_roles, vetting,'
            " job_title, disabled, password_alone, service, demonstration_place) VALUES"
            " ('dan', 'havering', false, 'Dan', 'd', '[]', '[]', '[]', '', false, false, false, 0)"
        )
        for way in ("passkey", "password and code", "password", "agency", "recovery"):
            tx.exec_driver_sql(
                "INSERT INTO session"  # noqa: S608 - fixed words
                " (hash, id, way, device, user_id, created_at, seen_at, ends_at, factor_at)"
                f" VALUES ('{way}', '{way}', '{way}', '', 'dan', '{at}', '{at}', '{at}', '{at}')"
            )
        tx.exec_driver_sql(
            "INSERT INTO passkey (id, user_id, credential, public_key, sign_count, backed_up, name,"  # noqa: S608
            f" created_at) VALUES ('key', 'dan', 'c', 'k', 0, false, 'Key', '{at}')"
        )
    migrate(database)
    with database.transaction() as tx:
        kept = dict(tx.execute(select(session.c.way, session.c.strength)).all())
        assert tx.execute(select(passkey.c.backup_eligible)).scalars().all() == [None]
    assert kept == {"passkey": 2, "password and code": 2, "password": 1, "agency": 1, "recovery": 1}


def test_records_of_before_are_up_for_review_before_any_is_deleted(database):
    migrate(database, "0028")
    with database.transaction() as tx:
        tx.exec_driver_sql(
            "INSERT INTO agency (id, name, short_name, kind, business, vetting_rules)"
            " VALUES ('havering', 'Havering', 'Havering', 'council', false, '{}')"
        )
    migrate(database)
    with database.transaction() as tx:
        kept = tx.execute(select(retention_review)).all()
    assert [tuple(row) for row in kept] == [("havering", clock.today() + timedelta(days=30))]


def test_rows_of_the_first_tables_outlive_the_steps_after_them(database):
    migrate(database, "0001")
    with database.transaction() as tx:
        tx.exec_driver_sql("INSERT INTO agency VALUES ('havering', 'Havering', 'Havering', 'council', false)")
        tx.exec_driver_sql("INSERT INTO agreement (id, title) VALUES ('HAV-CSP-01', 'Robbery')")
        tx.exec_driver_sql(
            "INSERT INTO agreement_version"
            " (agreement_id, number, signed, from_at, until_at, parties, purposes, clauses) VALUES"
            " ('HAV-CSP-01', 1, true, '', '', '[]', '[]', '[]'),"
            " ('HAV-CSP-01', 2, false, '', '', '[]', '[]', '[]')"
        )
    migrate(database)
    with database.transaction() as tx:
        wanted = "SELECT number, stage, begins_at FROM agreement_version ORDER BY number"
        stages = tx.exec_driver_sql(wanted).all()
    assert [tuple(row) for row in stages] == [(1, "signed", ""), (2, "draft", None)]


BEFORE_AREAS = """
INSERT INTO agency VALUES ('romford', 'Romford', 'Romford', 'bcrp', true, '{}');
INSERT INTO site VALUES ('shop', 'romford', 'Shop', '1 Road', 'Ward');
INSERT INTO "user"
  (id, agency_id, site_id, name, email, roles, partnership_roles, vetting, job_title,
   disabled, password_alone, service, demonstration_place) VALUES
  ('magda', 'romford', 'shop', 'M', 'm', '["member"]', '[]', '[]', '', false, false, false, 0),
  ('priya', 'romford', NULL, 'P', 'p', '["officer"]', '[]', '[]', '', false, false, false, 0);
INSERT INTO invitation
  (id, agency_id, user_id, email, name, roles, partnership_roles, vetting, job_title, site_id,
   invited_by, made_at, expires_at) VALUES
  ('i', 'romford', 'new', 'n', 'N', '["member"]', '[]', '[]', '', 'shop', 'priya', '', '')
"""


def test_whoever_had_a_site_is_a_member_who_holds_it_and_nobody_else_is_one(database):
    migrate(database, "0023")
    with database.transaction() as tx:
        for statement in BEFORE_AREAS.split(";"):
            tx.exec_driver_sql(statement)
    migrate(database)
    with database.transaction() as tx:
        rows = tx.execute(select(user.c.id, user.c.member, sites_column()).order_by(user.c.id)).mappings()
        assert {row["id"]: sites_of(row) for row in rows} == {"magda": {"shop"}, "priya": None}
        invited = tx.execute(select(invitation.c.sites, invitation.c.areas)).one()
    assert (invited.sites, invited.areas) == (["shop"], [])


@pytest.mark.parametrize("step", ["0030", "0031"])
@pytest.mark.parametrize("waits", [False, True])
def test_ledger_with_views_that_cannot_be_proven_any_more_is_refused_and_left_as_it_is(database, waits, step):
    migrate(database, step)
    with database.transaction() as tx:
        if waits:
            tx.exec_driver_sql(
                "INSERT INTO ledger_pending (id, at, operation, event, actor, agency, agencies, sizes,"
                " records, owners, subjects, leaf, detail) VALUES"
                " ('id', '2026-01-01T00:00:00.000000Z', 'consultation', 'event', 'dan', 'havering',"
                " '[\"havering\"]', '[1]', '[\"one\"]', '[0]', '[]', '', '')"
            )
        else:
            tx.exec_driver_sql(
                "INSERT INTO ledger_record_mention (record_id, idx, owner) VALUES ('one', 0, 'havering')"
            )
    with pytest.raises(Misconfigured, match="Begin with a new database"):
        migrate(database)
    with pytest.raises(Misconfigured, match=f"step {step}"):
        require_current(database)


@pytest.mark.parametrize("step", ["0030", "0031"])
def test_ledger_of_before_without_views_goes_on(database, step):
    migrate(database, step)
    with database.transaction() as tx:
        tx.exec_driver_sql("INSERT INTO ledger_record_mention (record_id, idx) VALUES ('one', 0)")
    migrate(database)
    require_current(database)


def test_index_row_of_before_is_of_its_one_entry_and_names_who_looked_where_it_has_an_owner(database):
    migrate(database, "0032")
    with database.transaction() as tx:
        tx.exec_driver_sql(
            "INSERT INTO ledger_detail (idx, id, at, operation, event, actor, agency, detail) VALUES"
            " (7, 'id', '2026-01-01T00:00:00.000000Z', 'consultation', 'event', 'dan', 'newham', '')"
        )
        tx.exec_driver_sql(
            "INSERT INTO ledger_record_mention (record_id, idx, owner) VALUES"
            " ('one', 7, 'havering'), ('two', 7, NULL)"
        )
    migrate(database)
    with database.transaction() as tx:
        rows = tx.exec_driver_sql(
            "SELECT record_id, idx, owner, agency, places FROM ledger_record_mention ORDER BY record_id"
        )
        assert [tuple(row) for row in rows] == [
            ("one", 7, "havering", "newham", "[7]"),
            ("two", 7, None, None, "[7]"),
        ]


BEFORE_TEXTS = """
INSERT INTO agency (id, name, short_name, kind, business, vetting_rules) VALUES
  ('havering', 'Havering', 'Havering', 'council', false, '{}');
INSERT INTO "user"
  (id, agency_id, member, name, email, roles, partnership_roles, vetting, job_title,
   disabled, password_alone, service, demonstration_place) VALUES
  ('dan', 'havering', false, 'Dan', 'd', '[]', '[]', '[]', '', false, false, false, 0);
INSERT INTO agreement (id, title) VALUES ('HAV-CSP-01', 'Robbery');
INSERT INTO record (id, type, owner, looked_over, row_version) VALUES
  ('one', 'sighting', 'havering', false, 1), ('two', 'sighting', 'havering', false, 1);
INSERT INTO release
  (id, record_id, agreement_id, version, purposes, recipients, text, by_user, at) VALUES
  ('a', 'one', 'HAV-CSP-01', 1, '[]', '"all"', 'To the Quince tree.', 'dan', ''),
  ('b', 'one', 'HAV-CSP-01', 1, '[]', '"all"', 'To the café, run', 'dan', ''),
  ('c', 'two', 'HAV-CSP-01', 1, '[]', '"all"', NULL, 'dan', '');
INSERT INTO word (word, record_id) VALUES ('quince', 'one'), ('medlar', 'two')
"""


def test_words_of_the_texts_of_releases_are_kept_beside_those_that_were(database):
    migrate(database, "0033")
    with database.transaction() as tx:
        for statement in BEFORE_TEXTS.split(";"):
            tx.exec_driver_sql(statement)
    migrate(database)
    with database.transaction() as tx:
        kept = tx.execute(select(word.c.record_id, word.c.word).order_by(word.c.record_id, word.c.word)).all()
    of_one = ["cafe", "quince", "run", "the", "to", "tree"]
    assert [tuple(row) for row in kept] == [*(("one", each) for each in of_one), ("two", "medlar")]


def test_persons_of_before_came_with_their_own_record_or_with_the_only_one_that_tells_of_them(database):
    migrate(database, "0033")
    with database.transaction() as tx:
        tx.exec_driver_sql(
            "INSERT INTO agency (id, name, short_name, kind, business, vetting_rules)"
            " VALUES ('bcrp', 'Romford', 'Romford', 'bcrp', true, '{}')"
        )
        tx.exec_driver_sql(
            "INSERT INTO record (id, type, owner, looked_over, row_version)"
            " VALUES ('one', 'incident', 'bcrp', false, 1), ('two', 'incident', 'bcrp', false, 1)"
        )
        for name in ("page", "only", "shared", "nowhere"):
            tx.exec_driver_sql(
                "INSERT INTO person (id, date_of_birth_verified, believed_child)"  # noqa: S608 - fixed words
                f" VALUES ('{name}', false, false)"
            )
        for link, record, name, own in (
            ("a", "one", "page", "false"),
            ("b", "two", "page", "true"),
            ("c", "one", "only", "false"),
            ("d", "one", "shared", "false"),
            ("e", "two", "shared", "false"),
        ):
            tx.exec_driver_sql(
                "INSERT INTO link (id, record_id, person_id, categories, own, confirmed, made_by)"  # noqa: S608
                f" VALUES ('{link}', '{record}', '{name}', '[]', {own}, true, 'bcrp')"
            )
    migrate(database)
    with database.transaction() as tx:
        kept = dict(tx.execute(select(person.c.id, person.c.entered_on)).all())
    assert kept == {"page": "b", "only": "c", "shared": None, "nowhere": None}
