"""Details of the ledger are kept sealed, each with a key of its own; cosignatures, signing keys, whole tiles.

What was written before is marked as bare here, since a migration holds no key; `setup prepare` seals it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

#: What stands in front of a bare secret: no key's id, and the rest of the width of a wrapped one.
_BARE = bytes(12)
_PAGE = 1000


def upgrade() -> None:
    _create_tables()
    for name, key in (("ledger_pending", "seq"), ("ledger_detail", "idx")):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("sealed", sa.LargeBinary()))
        _fill(name, key)
        with op.batch_alter_table(name) as table:
            table.drop_column("nonce")
            table.drop_column("detail")
            table.alter_column(
                "sealed", new_column_name="detail", existing_type=sa.LargeBinary(), nullable=False
            )
    op.create_index(
        "ix_ledger_detail_manifest",
        "ledger_detail",
        ["agency", "idx"],
        sqlite_where=sa.text("operation = 'manifest'"),
        postgresql_where=sa.text("operation = 'manifest'"),
    )


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _create_tables() -> None:
    op.create_table(
        "ledger_key",
        sa.Column("idx", _number(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("idx", name="pk_ledger_key"),
    )
    op.create_table(
        "ledger_cosignature",
        sa.Column("witness", sa.String(250), nullable=False),
        sa.Column("size", _number(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("witness", "size", name="pk_ledger_cosignature"),
    )
    op.create_table(
        "ledger_signer",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("first", _number(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("second", sa.String()),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("note", sa.String()),
        sa.PrimaryKeyConstraint("number", name="pk_ledger_signer"),
    )
    op.create_table(
        "ledger_node",
        sa.Column("log", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", _number(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "number", name="pk_ledger_node"),
    )


def _fill(name: str, key: str) -> None:
    """Put nonce and detail of every row together, or the nonce into its own table, a page at a time."""
    connection = op.get_bind()
    old = sa.table(name, sa.column(key), sa.column("nonce"), sa.column("detail"), sa.column("sealed"))
    keys = sa.table("ledger_key", sa.column("idx"), sa.column("key"))
    last = -1
    while rows := connection.execute(
        sa.select(old.c[key], old.c.nonce, old.c.detail)
        .where(old.c[key] > last)
        .order_by(old.c[key])
        .limit(_PAGE)
    ).all():
        apart = name == "ledger_detail"
        for row in rows:
            bare = b"" if apart else _BARE + row.nonce
            values = {"sealed": bare + row.detail.encode()}
            connection.execute(sa.update(old).where(old.c[key] == row[0]).values(**values))
        if apart:
            connection.execute(sa.insert(keys), [{"idx": row[0], "key": _BARE + row.nonce} for row in rows])
        last = rows[-1][0]
