"""Exports that were asked for, and what was stopped by the scan."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from foundation.database import JsonText, UtcTime, metadata

export = Table(
    "export",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),  # the person's when they asked
    Column("purpose", String(60), nullable=False),
    Column("session", String(64), nullable=False),  # hash of the session or key in which they asked
    Column("format", String(4), nullable=False),  # of sharing.exports.asking.Format
    Column("type", String(20), nullable=False),
    Column("record_id", String(36)),  # one record, or none for a list
    Column("filters", JsonText, nullable=False),  # {equal, spans, words}, as the list was narrowed
    Column("asked_at", UtcTime, nullable=False),
    Column("state", String(8), nullable=False),  # of sharing.exports.asking.State
    Column("reason", String(20)),  # why it was refused, of sharing.exports.asking.Refusal
    Column("made_at", UtcTime),
    Column("expires_at", UtcTime),
    Column("file_key", String(40)),
    Column("file_secret", String(64)),  # what the stored file is sealed with, in hexadecimal
    Column("digest", String(64)),  # SHA-256 of the file as it is fetched
    Column("contents", JsonText),  # [[type, id], …], in the order of the file
    Column("shown", String(64)),  # SHA-256 of what the file shows of them
    Column("fetched_at", UtcTime),
    Index("ix_export_user", "user_id", "asked_at"),
)

#: A file that was stopped because a value that its reader may not see stood in it; told to the owner.
export_stop = Table(
    "export_stop",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),  # the owner
    Column("export_id", String(36), nullable=False),
    Column("user_id", ForeignKey("user.id"), nullable=False),  # for whom it was made
    Column("at", UtcTime, nullable=False),
    Column("records", JsonText, nullable=False),  # ids
    Column("fields", JsonText, nullable=False),  # names, never a value
    Column("seen_at", UtcTime),
    Column("seen_by", ForeignKey("user.id")),
    Index("ix_export_stop_agency", "agency_id", "seen_at"),
)
