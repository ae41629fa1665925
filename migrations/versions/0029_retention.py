"""Periods for which agencies keep their records, holds, and what stays of records that were deleted."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from foundation import clock

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "deleted_record",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["agency.id"], name="fk_deleted_record_owner"),
        sa.PrimaryKeyConstraint("record_id", name="pk_deleted_record"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "leaving_file",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_leaving_file"),
    )
    op.create_table(
        "retention_period",
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("category", sa.String(12), nullable=False),
        sa.Column("period", sa.String(12), nullable=False),
        sa.Column("by_user", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_retention_period_agency_id"),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name="fk_retention_period_by_user"),
        sa.PrimaryKeyConstraint("agency_id", "type", "category", name="pk_retention_period"),
    )
    _create_review()
    _create_holds()
    for name, column in (("copied", "derived_from"), ("kept", "keeper")):
        held = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_record_{name}", "record", [column], postgresql_where=held, sqlite_where=held)


def _create_review() -> None:
    """What is here already is not deleted before somebody had the time to look at what falls due."""
    op.create_table(
        "retention_review",
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_retention_review_agency_id"),
        sa.PrimaryKeyConstraint("agency_id", name="pk_retention_review"),
    )
    until = (clock.today() + timedelta(days=30)).isoformat()
    op.execute(
        f"INSERT INTO retention_review (agency_id, until_day) SELECT id, '{until}' FROM agency"  # noqa: S608 - a day
    )


def _create_holds() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("by_user", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("ended_by", sa.String(36)),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_legal_hold_record_id"),
        sa.ForeignKeyConstraint(["owner"], ["agency.id"], name="fk_legal_hold_owner"),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name="fk_legal_hold_by_user"),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name="fk_legal_hold_ended_by"),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
    )
    op.create_index("ix_legal_hold_record_id", "legal_hold", ["record_id"])
    op.create_index("ix_legal_hold_owner", "legal_hold", ["owner", "ended_at", "until_day"])
