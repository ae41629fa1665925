"""Keys that are bound to their holder's public key, and the signed requests that were taken."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    with op.batch_alter_table("api_key") as table:
        table.add_column(sa.Column("holder_key", sa.String(43)))
        table.add_column(sa.Column("unsigned_at", sa.String(27)))
        table.add_column(sa.Column("exposed_at", sa.String(27)))
    op.create_table(
        "signed_request",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_signed_request"),
    )
    op.create_index("ix_signed_request_expires_at", "signed_request", ["expires_at"])
