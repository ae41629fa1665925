"""What reviews of unusual looks came to."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "unusual_outcome",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("of", sa.String(36), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("by", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_unusual_outcome_agency_id"),
        sa.ForeignKeyConstraint(["by"], ["user.id"], name="fk_unusual_outcome_by"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_unusual_outcome_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unusual_outcome"),
    )
    op.create_index("ix_unusual_outcome_agency", "unusual_outcome", ["agency_id", "at"])
