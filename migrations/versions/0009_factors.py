"""Passkeys, authenticator apps, recovery codes and sign-ins in two steps; sessions that can be listed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"


def upgrade() -> None:
    _sessions()
    _factors()
    _told()
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("password_alone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text('UPDATE "user" SET password_alone = true WHERE password_hash IS NOT NULL'))
    with op.batch_alter_table("user") as table:
        table.alter_column("password_alone", existing_type=sa.Boolean(), server_default=None)


def _sessions() -> None:
    # Whoever is signed in signs in again: their sessions have no name to be listed by.
    op.execute("DELETE FROM session")
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("id", sa.String(36), nullable=False))
        table.add_column(sa.Column("way", sa.String(20), nullable=False))
        table.add_column(sa.Column("device", sa.String(80), nullable=False))
        table.create_unique_constraint("uq_session_id", ["id"])
    op.create_table(
        "sign_in_step",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_sign_in_step_user_id"),
        sa.PrimaryKeyConstraint("hash", name="pk_sign_in_step"),
    )


def _factors() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("last_used_at", sa.String(27)),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_passkey_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential", name="uq_passkey_credential"),
    )
    op.create_index("ix_passkey_user_id", "passkey", ["user_id"])
    op.create_table(
        "challenge",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("bound_to", sa.String(64), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_challenge"),
    )
    op.create_table(
        "totp",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.String(27)),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_totp_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_totp"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("used_at", sa.String(27)),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_recovery_code_user_id"),
        sa.PrimaryKeyConstraint("hash", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["user_id"])


def _told() -> None:
    op.create_table(
        "device",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("first_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_device_user_id"),
        sa.PrimaryKeyConstraint("user_id", "label", name="pk_device"),
    )
    op.create_table(
        "account_notice",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27)),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_account_notice_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_notice"),
    )
    op.create_index("ix_account_notice_user_id", "account_notice", ["user_id"])
