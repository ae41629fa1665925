"""Lost factors, for which a second person of the agency vouches."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    users = ("user_id", "asked_by", "vouched_by")
    op.create_table(
        "lost_factor",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("asked_by", sa.String(36), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("vouched_by", sa.String(36)),
        sa.Column("vouched_at", sa.String(27)),
        sa.Column("hash", sa.String(64)),
        sa.Column("code_hash", sa.String(64)),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("used_at", sa.String(27)),
        sa.Column("ended_at", sa.String(27)),
        sa.CheckConstraint("vouched_by <> asked_by", name="ck_lost_factor_vouched_by_another"),
        sa.CheckConstraint(
            "user_id <> asked_by AND user_id <> vouched_by", name="ck_lost_factor_vouched_for_another"
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_lost_factor_agency_id"),
        *(sa.ForeignKeyConstraint([each], ["user.id"], name=f"fk_lost_factor_{each}") for each in users),
        sa.PrimaryKeyConstraint("id", name="pk_lost_factor"),
        sa.UniqueConstraint("hash", name="uq_lost_factor_hash"),
    )
    op.create_index("ix_lost_factor_user_id", "lost_factor", ["user_id"])
    op.create_index("ix_lost_factor_agency", "lost_factor", ["agency_id", "vouched_at"])
