"""The outbox, exports with what was stopped of them, and webhooks with their deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _outbox()
    _exports()
    _webhooks()


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("about", sa.String(80)),
        sa.Column("agency_id", sa.String(60)),
        sa.Column("written_at", sa.String(27), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(36)),
        sa.Column("leased_until", sa.String(27)),
        sa.Column("done_at", sa.String(27)),
        sa.Column("gave_up_at", sa.String(27)),
        sa.Column("last_error", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    waiting = sa.text("done_at IS NULL AND gave_up_at IS NULL")
    op.create_index(
        "ix_outbox_due", "outbox", ["due_at", "id"], postgresql_where=waiting, sqlite_where=waiting
    )
    op.create_index("ix_outbox_about", "outbox", ["kind", "about"])
    op.create_index("ix_outbox_agency", "outbox", ["agency_id", "gave_up_at"])


def _exports() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("record_id", sa.String(36)),
        sa.Column("filters", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(20)),
        sa.Column("made_at", sa.String(27)),
        sa.Column("expires_at", sa.String(27)),
        sa.Column("file_key", sa.String(40)),
        sa.Column("file_secret", sa.String(64)),
        sa.Column("digest", sa.String(64)),
        sa.Column("contents", sa.String()),
        sa.Column("shown", sa.String(64)),
        sa.Column("fetched_at", sa.String(27)),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_export_user_id"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_export_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )
    op.create_index("ix_export_user", "export", ["user_id", "asked_at"])
    op.create_table(
        "export_stop",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("export_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("records", sa.String(), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(27)),
        sa.Column("seen_by", sa.String(36)),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_export_stop_agency_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_export_stop_user_id"),
        sa.ForeignKeyConstraint(["seen_by"], ["user.id"], name="fk_export_stop_seen_by"),
        sa.PrimaryKeyConstraint("id", name="pk_export_stop"),
    )
    op.create_index("ix_export_stop_agency", "export_stop", ["agency_id", "seen_at"])


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("events", sa.String(), nullable=False),
        sa.Column("account", sa.String(36), nullable=False),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_webhook_agency_id"),
        sa.ForeignKeyConstraint(["account"], ["user.id"], name="fk_webhook_account"),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name="fk_webhook_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
    )
    op.create_index("ix_webhook_agency_id", "webhook", ["agency_id"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("webhook_id", sa.String(36), nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("type", sa.String(20)),
        sa.Column("record_id", sa.String(36)),
        sa.Column("request_id", sa.String(36)),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("last_at", sa.String(27)),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name="fk_webhook_delivery_webhook_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
    )
    op.create_index("ix_webhook_delivery_log", "webhook_delivery", ["webhook_id", "at"])
