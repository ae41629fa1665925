"""Recalls with their notices; court orders of anonymity with theirs; a count of what closes to readers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_HELD = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("policy_epoch") as table:
        table.add_column(sa.Column("closings", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("policy_epoch") as table:
        table.alter_column("closings", existing_type=sa.Integer(), server_default=None)
    _recall()
    _notice()
    _order()
    _order_notice()


def _recall() -> None:
    op.create_table(
        "recall",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("release_id", sa.String(36)),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("by_user", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_recall_record_id"),
        sa.ForeignKeyConstraint(["owner"], ["agency.id"], name="fk_recall_owner"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_recall_release_id"),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name="fk_recall_by_user"),
        sa.PrimaryKeyConstraint("id", name="pk_recall"),
    )
    op.create_index("ix_recall_owner", "recall", ["owner", "at", "id"])
    op.create_index("ix_recall_record", "recall", ["record_id"])


def _notice() -> None:
    op.create_table(
        "recall_notice",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("recall_id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("user_id", sa.String(36)),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("copies", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("acknowledged_at", sa.String(27)),
        sa.Column("acknowledged_by", sa.String(36)),
        sa.Column("done", sa.String(12)),
        sa.Column("said", sa.String()),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name="fk_recall_notice_recall_id"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_recall_notice_agency_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_recall_notice_user_id"),
        sa.ForeignKeyConstraint(["owner"], ["agency.id"], name="fk_recall_notice_owner"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_recall_notice_record_id"),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["user.id"], name="fk_recall_notice_acknowledged_by"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_notice"),
    )
    op.create_index("ix_recall_notice_recall", "recall_notice", ["recall_id"])
    op.create_index("ix_recall_notice_user", "recall_notice", ["user_id", "acknowledged_at"])
    columns = ["agency_id", "acknowledged_at", "due", "id"]
    op.create_index("ix_recall_notice_agency", "recall_notice", columns)


def _order() -> None:
    op.create_table(
        "anonymity_order",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("holder", sa.String(60), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("link_id", sa.String(36), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("by_user", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("ended_by", sa.String(36)),
        sa.Column("ended_why", sa.String()),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_anonymity_order_person_id"),
        sa.ForeignKeyConstraint(["holder"], ["agency.id"], name="fk_anonymity_order_holder"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_anonymity_order_record_id"),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name="fk_anonymity_order_link_id"),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name="fk_anonymity_order_by_user"),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name="fk_anonymity_order_ended_by"),
        sa.PrimaryKeyConstraint("id", name="pk_anonymity_order"),
    )
    op.create_index(
        "ix_anonymity_order_held",
        "anonymity_order",
        ["person_id"],
        unique=True,
        postgresql_where=_HELD,
        sqlite_where=_HELD,
    )
    op.create_index("ix_anonymity_order_holder", "anonymity_order", ["holder", "at"])


def _order_notice() -> None:
    op.create_table(
        "order_notice",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("noted_at", sa.String(27)),
        sa.Column("noted_by", sa.String(36)),
        sa.ForeignKeyConstraint(["order_id"], ["anonymity_order.id"], name="fk_order_notice_order_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_order_notice_record_id"),
        sa.ForeignKeyConstraint(["owner"], ["agency.id"], name="fk_order_notice_owner"),
        sa.ForeignKeyConstraint(["noted_by"], ["user.id"], name="fk_order_notice_noted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_order_notice"),
    )
    op.create_index("ix_order_notice_owner", "order_notice", ["owner", "noted_at", "at"])
    op.create_index("ix_order_notice_record", "order_notice", ["record_id"])
