"""The tables of the ledger, and the triggers that refuse to change a leaf.

Pending rows are written with the operation they tell of. The sequencer alone moves them into the rest.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from foundation.database import JsonText, UtcTime, metadata

#: Counted by PostgreSQL as bigint; on SQLite only INTEGER is the row's own number.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

ledger_pending = Table(
    "ledger_pending",
    metadata,
    Column(
        "seq", _NUMBER, primary_key=True, autoincrement=True
    ),  # order of arrival, not of commit: never polled
    Column("id", String(36), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("operation", String(20), nullable=False),
    Column("event", String(80), nullable=False),
    Column("actor", String, nullable=False),
    Column("agency", String(60), nullable=False),
    Column("agencies", JsonText, nullable=False),  # sorted; holds `agency`
    Column("records", JsonText, nullable=False),  # sorted, each once
    Column("leaf", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("detail", String, nullable=False),  # canonical text
)

ledger_leaf = Table(
    "ledger_leaf",
    metadata,
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),  # from 0, without gaps
    Column("leaf", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),  # of the leaf, in the tree
    #: SHA-256 over the chain before and this hash. It proves nothing that the tree does not; it lets
    #: verification say at which index a difference begins.
    Column("chain", LargeBinary, nullable=False),
)

ledger_detail = Table(
    "ledger_detail",
    metadata,
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False, unique=True),
    Column("at", UtcTime, nullable=False),
    Column("operation", String(20), nullable=False),
    Column("event", String(80), nullable=False),
    Column("actor", String, nullable=False),
    Column("agency", String(60), nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("detail", String, nullable=False),
)

#: Who has looked at this record: one row for each record that an entry names.
ledger_record_mention = Table(
    "ledger_record_mention",
    metadata,
    Column("record_id", String(80), primary_key=True),
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

#: What concerns this agency: one row for each agency that an entry names.
ledger_agency_mention = Table(
    "ledger_agency_mention",
    metadata,
    Column("agency", String(60), primary_key=True),
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

#: Where the sequencer goes on with the tree of one agency's own entries.
ledger_agency = Table(
    "ledger_agency",
    metadata,
    Column("agency", String(60), primary_key=True),
    Column("entries", _NUMBER, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

ledger_checkpoint = Table(
    "ledger_checkpoint",
    metadata,
    Column("size", _NUMBER, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("note", String),  # the signed checkpoint, once it is signed
)

_SQLITE_GUARDS = """
CREATE TRIGGER ledger_leaf_no_update BEFORE UPDATE ON ledger_leaf
BEGIN SELECT RAISE(ABORT, 'leaves of the ledger are only ever added'); END;;

CREATE TRIGGER ledger_leaf_no_delete BEFORE DELETE ON ledger_leaf
BEGIN SELECT RAISE(ABORT, 'leaves of the ledger are only ever added'); END;;

-- INSERT OR REPLACE deletes without asking the trigger above
CREATE TRIGGER ledger_leaf_no_replace BEFORE INSERT ON ledger_leaf
WHEN EXISTS (SELECT 1 FROM ledger_leaf WHERE idx = NEW.idx)
BEGIN SELECT RAISE(ABORT, 'leaves of the ledger are only ever added'); END
"""

_POSTGRESQL_GUARDS = """
CREATE OR REPLACE FUNCTION ledger_leaf_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'leaves of the ledger are only ever added'; END $$;;

CREATE TRIGGER ledger_leaf_no_change BEFORE UPDATE OR DELETE ON ledger_leaf
FOR EACH ROW EXECUTE FUNCTION ledger_leaf_refuse();;

CREATE TRIGGER ledger_leaf_no_truncate BEFORE TRUNCATE ON ledger_leaf
FOR EACH STATEMENT EXECUTE FUNCTION ledger_leaf_refuse()
"""


def guard_statements(dialect_name: str) -> list[str]:
    """The statements that a migration runs after making the tables: leaves refuse to be changed or removed.

    Against a mistake, not against the database's owner: what the owner changes, partners find by the tree.
    """
    script = _SQLITE_GUARDS if dialect_name == "sqlite" else _POSTGRESQL_GUARDS
    return [statement.strip() for statement in script.split(";;")]
