"""Agencies with their sites, users with their roles, sessions, keys, and attempts to sign in."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from foundation.database import JsonText, UtcTime, metadata

agency = Table(
    "agency",
    metadata,
    Column("id", String(60), primary_key=True),  # a slug, such as metropolitan-east-area
    Column("name", String, nullable=False),
    Column("short_name", String, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("business", Boolean, nullable=False),
)

site = Table(
    "site",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("address", String, nullable=False),
    Column("ward", String, nullable=False),
)

user = Table(
    "user",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False, index=True),
    Column("site_id", ForeignKey("site.id")),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, unique=True),  # folded
    Column("roles", JsonText, nullable=False),  # of auth.roles.Role
    Column("job_title", String, nullable=False, default=""),
    Column("password_hash", String),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("demonstration", String),  # one line for the sign-in page of the demonstration
    Column("demonstration_place", Integer, nullable=False, default=0),  # and the place on it
)

session = Table(
    "session",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the id in the cookie
    Column("user_id", ForeignKey("user.id"), nullable=False, index=True),
    Column("purpose", String(60)),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the key
    Column("id", String(36), nullable=False, unique=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),  # a service account of one agency
    Column("purposes", JsonText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("first_used_at", UtcTime),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(64), nullable=False),  # SHA-256 of the folded address that was typed
    Column("origin", String(64), nullable=False),  # SHA-256 of the network address
    Column("at", UtcTime, nullable=False),
    Column("good", Boolean, nullable=False),
    Index("ix_sign_in_attempt_account", "account", "at"),
    Index("ix_sign_in_attempt_origin", "origin", "at"),
)

#: Answers kept for 24 hours under a caller's idempotency key.
idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body_digest", String(64), nullable=False),
    Column("answer", String, nullable=False),
    Column("at", UtcTime, nullable=False),
)
