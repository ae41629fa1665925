"""Rules for members, and who accepted which version when."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "member_rules",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_member_rules_agency_id"),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name="fk_member_rules_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_member_rules"),
        sa.UniqueConstraint("agency_id", "number", name="uq_member_rules_number"),
    )
    op.create_table(
        "rules_acceptance",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("rules_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_rules_acceptance_user_id"),
        sa.ForeignKeyConstraint(["rules_id"], ["member_rules.id"], name="fk_rules_acceptance_rules_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rules_acceptance"),
    )
    op.create_index("ix_rules_acceptance_user", "rules_acceptance", ["user_id", "rules_id", "at"])
