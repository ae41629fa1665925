"""Drafts as rows."""

from sqlalchemy import Column, ForeignKey, String, Table

from foundation.database import JsonText, UtcTime, metadata

draft = Table(
    "draft",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("user.id"), nullable=False, index=True),
    Column("form", String(20), nullable=False),
    Column("answers", JsonText, nullable=False),
    Column("at", UtcTime, nullable=False),
)
