"""Identity providers of agencies, who is linked to them, and sign-ins on the way there and back."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("provider_session", sa.String(64)))
        table.create_index("ix_session_provider_session", ["provider_session"])
    _providers()
    op.create_table(
        "sign_on_trip",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("bound_to", sa.String(64), nullable=False),
        sa.Column("provider_id", sa.String(36), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("user_id", sa.String(36)),
        sa.Column("session_id", sa.String(36)),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("begun_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["identity_provider.id"], name="fk_sign_on_trip_provider_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_sign_on_trip_user_id"),
        sa.PrimaryKeyConstraint("hash", name="pk_sign_on_trip"),
    )
    op.create_index("ix_sign_on_trip_provider_id", "sign_on_trip", ["provider_id"])
    op.create_table(
        "logout_token",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_logout_token"),
    )


def _providers() -> None:
    op.create_table(
        "identity_provider",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("client_id", sa.String(200), nullable=False),
        sa.Column("client_secret", sa.String(), nullable=False),
        sa.Column("acr", sa.String(200), nullable=False),
        sa.Column("enforced", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("places", sa.String(), nullable=False),
        sa.Column("places_at", sa.String(27), nullable=False),
        sa.Column("keys", sa.String(), nullable=False),
        sa.Column("keys_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_identity_provider_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_provider"),
        sa.UniqueConstraint("agency_id", name="uq_identity_provider_agency_id"),
        sa.UniqueConstraint("issuer", name="uq_identity_provider_issuer"),
    )
    op.create_table(
        "identity_link",
        sa.Column("provider_id", sa.String(36), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("linked_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["identity_provider.id"], name="fk_identity_link_provider_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_identity_link_user_id"),
        sa.PrimaryKeyConstraint("provider_id", "subject", name="pk_identity_link"),
        sa.UniqueConstraint("user_id", name="uq_identity_link_user_id"),
    )
