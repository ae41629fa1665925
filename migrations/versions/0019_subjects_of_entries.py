"""Keys of subjects, and the index by which the entries that concerned one are found."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "subject_key",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("key", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_subject_key_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_subject_key"),
    )
    op.create_table(
        "ledger_subject_mention",
        sa.Column("reference", sa.String(32), nullable=False),
        sa.Column(
            "idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("reference", "idx", name="pk_ledger_subject_mention"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ledger_pending") as table:
        table.add_column(sa.Column("subjects", sa.String()))
    op.execute("UPDATE ledger_pending SET subjects = '[]'")
    with op.batch_alter_table("ledger_pending") as table:
        table.alter_column("subjects", existing_type=sa.String(), nullable=False)
