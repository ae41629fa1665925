from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, MetaData, String, Table, select

from foundation import bulk
from foundation.bulk import insert_many, prepare_load
from foundation.database import Database, JsonText, UtcTime
from tests.databases import postgresql_url, sqlite_url

order = Table(  # a name that needs quotation marks
    "order",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime),
    Column("codes", JsonText),
    Column("day", Date),
    Column("sure", Boolean, nullable=False, default=True),
    Column("left", String),
    Column("raw", LargeBinary),
)
WHOLE = {
    "id": 1,
    "at": datetime(2026, 2, 17, 17, 36, tzinfo=UTC),
    "codes": ["a", "b"],
    "day": date(2026, 2, 17),
    "sure": False,
    "left": 'tab\t, line\n, back\\slash, {"’"}, NULL',
    "raw": bytes(range(256)),
}
#: Text that stands for something else in an array of PostgreSQL where it is not quoted.
ODD = ["", "NULL", "null", "{}", '"', "\\", "\\x00", "a,b", " a "]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    database = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    with database.transaction() as tx:
        order.metadata.create_all(tx)
        prepare_load(tx)
    yield database
    database.close()


def test_rows_come_back_as_insert_would_have_kept_them(database):
    with database.transaction() as tx:
        insert_many(
            tx, order, [WHOLE, {"id": 2}, *({"id": 3 + at, "left": text} for at, text in enumerate(ODD))]
        )
    with database.transaction() as tx:
        found = [dict(row._mapping) for row in tx.execute(select(order).order_by(order.c.id))]
    bare = {"at": None, "codes": None, "day": None, "sure": True, "left": None, "raw": None}
    odd = [{"id": 3 + at} | bare | {"left": text} for at, text in enumerate(ODD)]
    assert found == [WHOLE, {"id": 2} | bare, *odd]


def test_rows_that_are_copied_are_kept_alike(database, monkeypatch):
    monkeypatch.setattr(bulk, "_MANY", 1)
    test_rows_come_back_as_insert_would_have_kept_them(database)


def test_no_rows_are_no_statement(database):
    with database.transaction() as tx:
        insert_many(tx, order, [])


def test_a_row_that_breaks_a_constraint_fails_all(database):
    with pytest.raises(Exception, match=r"(?i)unique"), database.transaction() as tx:
        insert_many(tx, order, [WHOLE, WHOLE])
    with database.transaction() as tx:
        assert tx.execute(select(order)).all() == []


def test_a_value_that_has_no_form_in_an_array_is_refused():
    with pytest.raises(TypeError, match="no form for object"):
        bulk._array([1, object()])
