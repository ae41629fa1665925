from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, func, select

from foundation.database import Database, JsonText, UtcTime
from foundation.errors import Unavailable
from foundation.prepared import run
from tests.databases import postgresql_url, sqlite_url

note = Table(
    "note",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime),
    Column("words", JsonText),
)
_COLUMNS = {column.name: bindparam(f"of_{column.name}", type_=column.type) for column in note.c}
_ONLY_WHILE_FEW = note.insert().from_select(
    [*_COLUMNS],
    select(*_COLUMNS.values()).where(
        select(func.count() + 0).select_from(note).scalar_subquery() < bindparam("most")
    ),
)
_NAMES = ("of_id", "of_at", "of_words", "most")
_AT = datetime(2026, 2, 17, 17, 36, tzinfo=UTC)
_WORDS = ["é", "%s"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    database = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    with database.transaction() as tx:
        note.metadata.create_all(tx)
    yield database
    database.close()


def test_values_are_kept_as_an_insert_keeps_them_and_rows_are_counted(database):
    with database.transaction() as tx:
        assert run(tx, _ONLY_WHILE_FEW, _NAMES, (1, _AT, _WORDS, 1)) == 1
        assert run(tx, _ONLY_WHILE_FEW, _NAMES, (2, _AT, _WORDS, 1)) == 0
        kept = tx.execute(select(note)).all()
    assert [tuple(row) for row in kept] == [(1, _AT, _WORDS)]


def test_parameter_without_a_value_is_a_fault(database):
    with pytest.raises(ValueError, match="not in tuple"), database.transaction() as tx:
        run(tx, _ONLY_WHILE_FEW, _NAMES[:3], (1, _AT, _WORDS))
    with pytest.raises(IndexError), database.transaction() as tx:
        run(tx, _ONLY_WHILE_FEW, _NAMES, (1, _AT, _WORDS))


def test_what_the_database_refuses_is_a_fault_and_no_outage(database):
    refused = database.engine.dialect.loaded_dbapi.IntegrityError
    with database.transaction() as tx:
        run(tx, _ONLY_WHILE_FEW, _NAMES, (1, _AT, _WORDS, 9))
    with pytest.raises(refused), database.transaction() as tx:
        run(tx, _ONLY_WHILE_FEW, _NAMES, (1, _AT, _WORDS, 9))
    with database.transaction() as tx:  # by the same connection and cursor
        assert run(tx, _ONLY_WHILE_FEW, _NAMES, (2, _AT, _WORDS, 9)) == 1
        assert tx.execute(select(func.count()).select_from(note)).scalar() == 2


def test_connection_that_broke_is_an_outage_and_the_next_transaction_has_another():
    url = postgresql_url()
    database, other = Database(url), Database(url)
    with database.transaction() as tx:
        note.metadata.create_all(tx)
        run(tx, _ONLY_WHILE_FEW, _NAMES, (1, _AT, _WORDS, 9))

    def broken_off():
        with database.transaction() as tx:
            run(tx, _ONLY_WHILE_FEW, _NAMES, (2, _AT, _WORDS, 9))
            own = tx.execute(select(func.pg_backend_pid())).scalar()
            with other.transaction() as end:
                end.execute(select(func.pg_terminate_backend(own)))
            run(tx, _ONLY_WHILE_FEW, _NAMES, (3, _AT, _WORDS, 9))

    with pytest.raises(Unavailable):
        broken_off()
    with database.transaction() as tx:
        assert run(tx, _ONLY_WHILE_FEW, _NAMES, (4, _AT, _WORDS, 9)) == 1
        assert tx.execute(select(note.c.id).order_by(note.c.id)).scalars().all() == [1, 4]
    database.close()
    other.close()
