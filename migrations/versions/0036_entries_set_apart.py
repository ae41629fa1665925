"""Entries that cannot be placed are set apart; an entry's rows in the index of subjects are found quickly."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

_TEXTS = ("operation", "event", "actor", "agency", "agencies", "sizes", "records", "owners", "subjects")


def upgrade() -> None:
    op.create_table(
        "ledger_set_apart",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False),
        sa.Column("found_at", sa.String(27), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "at", *_TEXTS)),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger_set_apart"),
    )
    op.create_index("ix_ledger_subject_mention_idx", "ledger_subject_mention", ["idx"])
