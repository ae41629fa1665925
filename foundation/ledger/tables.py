"""The tables of the ledger, and the triggers that refuse to change a leaf.

Pending rows are written with the operation they tell of. The sequencer alone moves them into the rest; only
`erasing` removes anything, and only details.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, text

from foundation.database import JsonText, UtcTime, metadata
from foundation.ledger.sealing import Sealed

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
    Column("sizes", JsonText, nullable=False),  # for each agency, the bytes it takes home
    Column("records", JsonText, nullable=False),  # sorted, each once
    #: For each record, the number of the agency in whose view it stands; empty where all read the same.
    Column("owners", JsonText, nullable=False, default=[]),
    Column("subjects", JsonText, nullable=False, default=[]),  # references of the index, sorted
    Column("leaf", LargeBinary, nullable=False),
    Column("detail", Sealed, nullable=False),  # canonical text, with its secret
)

#: What was found among the waiting and cannot be placed, as it stood: `foundation.ledger.set_apart`.
ledger_set_apart = Table(
    "ledger_set_apart",
    metadata,
    Column("seq", _NUMBER, primary_key=True, autoincrement=False),
    Column("found_at", UtcTime, nullable=False),
    Column("problem", String, nullable=False),
    *(
        Column(each.name, LargeBinary if each.name in {"leaf", "detail"} else String, nullable=False)
        for each in ledger_pending.c
        if each.name != "seq"
    ),
)

#: `idx` counts from 0 without gaps, over all logs: after a database was restored a new log begins, and what
#: partners call an index is `idx` less the `first` of its log.
ledger_leaf = Table(
    "ledger_leaf",
    metadata,
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
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
    Column("detail", LargeBinary, nullable=False),  # sealed; opens with its key only
    Index(
        "ix_ledger_detail_manifest",
        "agency",
        "idx",
        sqlite_where=text("operation = 'manifest'"),
        postgresql_where=text("operation = 'manifest'"),
    ),
)

#: What opens one detail. To erase a detail is to delete this row; backups should forget this table first.
ledger_key = Table(
    "ledger_key",
    metadata,
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
)

#: Who has looked at this record: a row for each entry that names it. Entries of one batch and one agency, of
#: which its owner reads a view, share a row: a list that is asked for again and again names the same records.
ledger_record_mention = Table(
    "ledger_record_mention",
    metadata,
    Column("record_id", String(80), primary_key=True),
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),  # of the last of these entries
    Column("owner", String(60)),  # in whose view alone it stands, besides the actor's; null: all read it
    Column("agency", String(60)),  # of the actor, where there is an owner
    Column("places", JsonText, nullable=False),  # of all these entries, each once, in any order
    sqlite_with_rowid=False,
)

#: What concerned this subject: one row for each reference that an entry has, for each agency another.
#: Source of the references: foundation.ledger.encoding.subject. They stand in no detail and in no bundle.
ledger_subject_mention = Table(
    "ledger_subject_mention",
    metadata,
    Column("reference", String(32), primary_key=True),
    Column("idx", _NUMBER, primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

#: What concerns this agency: one row for each agency that an entry names.
ledger_agency_mention = Table(
    "ledger_agency_mention",
    metadata,
    Column("agency", String(60), primary_key=True),
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),  # bytes of opening and detail that the agency takes home
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
    Column("size", _NUMBER, primary_key=True, autoincrement=False),  # over all logs, as `idx` is
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("note", String),  # the signed checkpoint, once it is signed
)

#: Who has seen a checkpoint: the signature line of each witness.
ledger_cosignature = Table(
    "ledger_cosignature",
    metadata,
    Column("witness", String(250), primary_key=True),  # the name of its key
    Column("size", _NUMBER, primary_key=True, autoincrement=False),  # of the checkpoint
    Column("at", UtcTime, nullable=False),
    Column("line", String, nullable=False),
)

#: The keys that have signed, in their order. The last one signs now; its log is the one that grows.
ledger_signer = Table(
    "ledger_signer",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("log", Integer, nullable=False),
    Column("first", _NUMBER, nullable=False),  # idx of the log's first leaf
    Column("verifier", String, nullable=False),
    Column("second", String),  # the key of the second signature, if there is one
    Column("at", UtcTime, nullable=False),
    Column("note", String),  # how the key before it handed over; null for the first
)

#: Roots of complete subtrees of 256 ** level leaves, within one log; those of level 0 stand with the leaves.
ledger_node = Table(
    "ledger_node",
    metadata,
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
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
