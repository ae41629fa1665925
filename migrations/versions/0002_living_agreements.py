"""Stages, heads, signatures, comments and confirmations of agreements; when a session's factor was proven."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _agreements()
    _beside_versions()
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("factor_at", sa.String(27)))
    op.execute("UPDATE session SET factor_at = created_at")
    with op.batch_alter_table("session") as table:
        table.alter_column("factor_at", existing_type=sa.String(27), nullable=False)


def _agreements() -> None:
    with op.batch_alter_table("agreement") as table:
        table.add_column(sa.Column("ended_by", sa.String(36)))
        table.add_column(sa.Column("ended_why", sa.String()))
        table.create_foreign_key("fk_agreement_ended_by", "user", ["ended_by"], ["id"])
    with op.batch_alter_table("agreement_version") as table:
        table.add_column(sa.Column("stage", sa.String(8)))
        table.add_column(sa.Column("heads", sa.String()))
        table.add_column(sa.Column("review_due", sa.Date()))
        table.add_column(sa.Column("digest", sa.String(64)))
        table.add_column(sa.Column("drafted_by", sa.String(36)))
        table.add_column(sa.Column("drafted_agency", sa.String(60)))
        table.add_column(sa.Column("drafted_at", sa.String(27)))
        table.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        table.create_foreign_key("fk_agreement_version_drafted_by", "user", ["drafted_by"], ["id"])
        table.create_foreign_key("fk_agreement_version_drafted_agency", "agency", ["drafted_agency"], ["id"])
    op.execute("UPDATE agreement_version SET stage = CASE WHEN signed THEN 'signed' ELSE 'draft' END")
    with op.batch_alter_table("agreement_version") as table:
        table.alter_column("stage", existing_type=sa.String(8), nullable=False)
        table.alter_column("edition", existing_type=sa.Integer(), server_default=None)
        table.drop_column("signed")
    with op.batch_alter_table("suspension") as table:
        table.add_column(sa.Column("agency_id", sa.String(60)))
        table.add_column(sa.Column("by_user", sa.String(36)))
        table.add_column(sa.Column("reason", sa.String()))
        table.create_foreign_key("fk_suspension_agency_id", "agency", ["agency_id"], ["id"])
        table.create_foreign_key("fk_suspension_by_user", "user", ["by_user"], ["id"])
    with op.batch_alter_table("withdrawal") as table:
        table.add_column(sa.Column("by_user", sa.String(36)))
        table.add_column(sa.Column("reason", sa.String()))
        table.create_foreign_key("fk_withdrawal_by_user", "user", ["by_user"], ["id"])


def _beside_versions() -> None:
    version = ["agreement_version.agreement_id", "agreement_version.number"]
    op.create_table(
        "signature",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("factor_at", sa.String(27), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id", "number"], version, name="fk_signature_agreement_id_number"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_signature_agency_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_signature_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signature"),
        sa.UniqueConstraint(
            "agreement_id", "number", "agency_id", name="uq_signature_agreement_id_number_agency_id"
        ),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(20)),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id", "number"], version, name="fk_comment_agreement_id_number"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_comment_agency_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_comment_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )
    op.create_index("ix_comment_version", "comment", ["agreement_id", "number", "at"])
    op.create_table(
        "confirmation",
        sa.Column("release_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by_user", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_confirmation_release_id"),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name="fk_confirmation_by_user"),
        sa.PrimaryKeyConstraint("release_id", "version", name="pk_confirmation"),
    )
