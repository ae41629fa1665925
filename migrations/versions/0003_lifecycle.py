"""The way of a version from stage to stage, when it begins, void signatures, endings and reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_VERSION = ["agreement_version.agreement_id", "agreement_version.number"]


def upgrade() -> None:
    with op.batch_alter_table("agreement_version") as table:
        table.add_column(sa.Column("stage_at", sa.String(27)))
        table.add_column(sa.Column("begins_at", sa.String(27)))
    op.execute("UPDATE agreement_version SET begins_at = from_at WHERE stage = 'signed'")
    _void_signatures()
    _steps()
    _beside_versions()
    op.create_index("ix_release_agreement", "release", ["agreement_id", "at"])


def _void_signatures() -> None:
    with op.batch_alter_table("signature") as table:
        table.add_column(sa.Column("voided", sa.String(27)))
        table.drop_constraint("uq_signature_agreement_id_number_agency_id", type_="unique")
    standing = sa.text("voided IS NULL")
    op.create_index(
        "uq_signature_standing",
        "signature",
        ["agreement_id", "number", "agency_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _steps() -> None:
    op.create_table(
        "version_step",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("reason", sa.String()),
        sa.ForeignKeyConstraint(
            ["agreement_id", "number"], _VERSION, name="fk_version_step_agreement_id_number"
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_version_step_agency_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_version_step_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_version_step"),
    )
    op.create_index("ix_version_step_version", "version_step", ["agreement_id", "number", "at"])


def _beside_versions() -> None:
    op.create_table(
        "confirmation_owed",
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("settled", sa.String(27)),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_confirmation_owed_agreement_id"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_confirmation_owed_agency_id"),
        sa.PrimaryKeyConstraint("agreement_id", "version", "agency_id", name="pk_confirmation_owed"),
    )
    op.create_index("ix_confirmation_owed_agency_id", "confirmation_owed", ["agency_id"])
    op.create_table(
        "ending_consent",
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_ending_consent_agreement_id"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_ending_consent_agency_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_ending_consent_user_id"),
        sa.PrimaryKeyConstraint("agreement_id", "agency_id", name="pk_ending_consent"),
    )
    op.create_table(
        "agreement_review",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("next_due", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_agreement_review_agreement_id"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_agreement_review_agency_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_agreement_review_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_review"),
    )
    op.create_index("ix_agreement_review_agreement_id", "agreement_review", ["agreement_id"])
