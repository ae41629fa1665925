"""Invitations, the joiners and leavers log, and when somebody last signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("signed_in_at", sa.String(27)))
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("job_title", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(36)),
        sa.Column("hash", sa.String(64)),
        sa.Column("invited_by", sa.String(36), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("sent_at", sa.String(27)),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("accepted_at", sa.String(27)),
        sa.Column("ended_at", sa.String(27)),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_invitation_agency_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_invitation_site_id"),
        sa.ForeignKeyConstraint(["invited_by"], ["user.id"], name="fk_invitation_invited_by"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("hash", name="uq_invitation_hash"),
    )
    op.create_index("ix_invitation_agency", "invitation", ["agency_id", "email"])
    op.create_table(
        "person_change",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("given", sa.String(), nullable=False),
        sa.Column("taken", sa.String(), nullable=False),
        sa.Column("by_user", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_person_change_agency_id"),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name="fk_person_change_by_user"),
        sa.PrimaryKeyConstraint("id", name="pk_person_change"),
    )
    op.create_index("ix_person_change_agency", "person_change", ["agency_id", "at", "id"])
    op.create_index("ix_person_change_person", "person_change", ["person", "at"])
