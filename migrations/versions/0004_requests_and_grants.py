"""Requests with their answers, grants, broken glass, notes that wait for a signature, and notices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_record_reference", "record", ["owner", "owner_reference"])
    _break_glass()
    _glass_try()
    _notice()
    _grant()
    _note_proposal()
    _request()
    _proposal()


def _break_glass() -> None:
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("danger", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("factor_at", sa.String(27), nullable=False),
        sa.Column("at", sa.String(27)),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("second_user", sa.String(36)),
        sa.Column("second_factor_at", sa.String(27)),
        sa.Column("reviewed", sa.String(27)),
        sa.Column("reviewed_by", sa.String(36)),
        sa.Column("finding", sa.String(20)),
        sa.Column("review_text", sa.String()),
        sa.CheckConstraint("reviewed_by <> user_id", name="ck_break_glass_reviewed_by_another"),
        sa.CheckConstraint("second_user <> user_id", name="ck_break_glass_second_person"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_break_glass_agency_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_break_glass_record_id"),
        sa.ForeignKeyConstraint(["reviewed_by"], ["user.id"], name="fk_break_glass_reviewed_by"),
        sa.ForeignKeyConstraint(["second_user"], ["user.id"], name="fk_break_glass_second_user"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_break_glass_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_break_glass"),
    )
    op.create_index("ix_break_glass_agency", "break_glass", ["agency_id", "reviewed", "at"])
    op.create_index("ix_break_glass_record_id", "break_glass", ["record_id"])


def _glass_try() -> None:
    op.create_table(
        "glass_try",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_glass_try_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_glass_try"),
    )
    op.create_index("ix_glass_try_user", "glass_try", ["user_id", "at"])


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("audience", sa.String(12), nullable=False),
        sa.Column("user_id", sa.String(36)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("about", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27)),
        sa.Column("seen_by", sa.String(36)),
        sa.Column("mailed_at", sa.String(27)),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_notice_agency_id"),
        sa.ForeignKeyConstraint(["seen_by"], ["user.id"], name="fk_notice_seen_by"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_notice_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_about", "notice", ["about"])
    op.create_index("ix_notice_agency", "notice", ["agency_id", "seen_at", "audience"])


def _grant() -> None:
    op.create_table(
        "grant",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("request_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("treatment", sa.String(12), nullable=False),
        sa.Column("to_agency", sa.String(60), nullable=False),
        sa.Column("to_users", sa.String()),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("from_at", sa.String(27), nullable=False),
        sa.Column("until_at", sa.String(27), nullable=False),
        sa.Column("passes", sa.String(), nullable=False),
        sa.Column("revoked", sa.String(27)),
        sa.Column("revoked_by", sa.String(36)),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_grant_agreement_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_grant_record_id"),
        sa.ForeignKeyConstraint(["revoked_by"], ["user.id"], name="fk_grant_revoked_by"),
        sa.ForeignKeyConstraint(["to_agency"], ["agency.id"], name="fk_grant_to_agency"),
        sa.PrimaryKeyConstraint("id", name="pk_grant"),
    )
    op.create_index("ix_grant_reader", "grant", ["to_agency", "until_at", "record_id"])
    op.create_index("ix_grant_record_id", "grant", ["record_id"])
    op.create_index("ix_grant_request_id", "grant", ["request_id"])


def _note_proposal() -> None:
    op.create_table(
        "note_proposal",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("link_id", sa.String(36), nullable=False),
        sa.Column("recipients", sa.String(), nullable=False),
        sa.Column("classes", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until_at", sa.String(27), nullable=False),
        sa.Column("written_by", sa.String(36), nullable=False),
        sa.Column("written_at", sa.String(27), nullable=False),
        sa.Column("approver", sa.String(36), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_at", sa.String(27)),
        sa.Column("factor_at", sa.String(27)),
        sa.Column("refused_why", sa.String()),
        sa.Column("note_id", sa.String(36)),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("ended_by", sa.String(36)),
        sa.CheckConstraint("approver <> written_by", name="ck_note_proposal_signed_by_another"),
        sa.ForeignKeyConstraint(["approver"], ["user.id"], name="fk_note_proposal_approver"),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name="fk_note_proposal_ended_by"),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name="fk_note_proposal_link_id"),
        sa.ForeignKeyConstraint(["note_id"], ["necessity_note.id"], name="fk_note_proposal_note_id"),
        sa.ForeignKeyConstraint(["owner"], ["agency.id"], name="fk_note_proposal_owner"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_note_proposal_record_id"),
        sa.ForeignKeyConstraint(["written_by"], ["user.id"], name="fk_note_proposal_written_by"),
        sa.PrimaryKeyConstraint("id", name="pk_note_proposal"),
    )
    op.create_index("ix_note_proposal_approver", "note_proposal", ["approver", "state"])
    op.create_index("ix_note_proposal_record_id", "note_proposal", ["record_id"])


def _request() -> None:
    op.create_table(
        "request",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("by_user", sa.String(36), nullable=False),
        sa.Column("by_agency", sa.String(60), nullable=False),
        sa.Column("by_key", sa.Boolean(), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("users", sa.String(), nullable=False),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(30), nullable=False),
        sa.Column("gateway", sa.String(30), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("proportion", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("keeping", sa.String(30), nullable=False),
        sa.Column("security", sa.String(30), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("answered_at", sa.String(27)),
        sa.Column("answered_by", sa.String(36)),
        sa.Column("answer_text", sa.String()),
        sa.Column("seen_at", sa.String(27)),
        sa.Column("owner_note", sa.String()),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_request_agreement_id"),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name="fk_request_answered_by"),
        sa.ForeignKeyConstraint(["by_agency"], ["agency.id"], name="fk_request_by_agency"),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name="fk_request_by_user"),
        sa.ForeignKeyConstraint(["owner"], ["agency.id"], name="fk_request_owner"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_request_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
    )
    op.create_index("ix_request_by_user", "request", ["by_user", "asked_at"])
    op.create_index("ix_request_owner", "request", ["owner", "state", "due_at"])
    op.create_index("ix_request_record_id", "request", ["record_id"])


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("request_id", sa.String(36), nullable=False),
        sa.Column("asked_by", sa.String(36), nullable=False),
        sa.Column("prepared_by", sa.String(36), nullable=False),
        sa.Column("prepared_at", sa.String(27), nullable=False),
        sa.Column("by_key", sa.Boolean(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("second", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("approved_by", sa.String(36)),
        sa.Column("approved_at", sa.String(27)),
        sa.Column("factor_at", sa.String(27)),
        sa.Column("returned_why", sa.String()),
        sa.CheckConstraint("NOT by_key OR approved_by IS NULL", name="ck_proposal_prepared_by_a_person"),
        sa.CheckConstraint("NOT second OR approved_by <> prepared_by", name="ck_proposal_second_person"),
        sa.CheckConstraint("approved_by <> asked_by", name="ck_proposal_approved_by_another"),
        sa.ForeignKeyConstraint(["approved_by"], ["user.id"], name="fk_proposal_approved_by"),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name="fk_proposal_asked_by"),
        sa.ForeignKeyConstraint(["prepared_by"], ["user.id"], name="fk_proposal_prepared_by"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_proposal_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_index("ix_proposal_request", "proposal", ["request_id", "prepared_at"])
    op.create_index(
        "uq_proposal_approved",
        "proposal",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index(
        "uq_proposal_waiting",
        "proposal",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
