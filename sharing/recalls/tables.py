"""Recalls of what was shared, and the notices by which those who were shown it are told."""

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table

from foundation.database import JsonText, UtcTime, metadata

#: One act of an owner. Only the owner's agency reads this row: its reason is for the owner's own file.
recall = Table(
    "recall",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("owner", ForeignKey("agency.id"), nullable=False),
    Column("kind", String(12), nullable=False),  # of sharing.recalls.kinds.Kind
    Column("release_id", ForeignKey("release.id")),  # what was taken back
    Column("fields", JsonText, nullable=False),  # keys of what was corrected or deleted; never a value
    Column("reason", String, nullable=False),
    Column("message", String, nullable=False),  # what those who are told read
    Column("by_user", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("due", Date, nullable=False),
    Index("ix_recall_owner", "owner", "at", "id"),
    Index("ix_recall_record", "record_id"),
)

#: One person who was shown it and whose released form changed. It says by itself all that this person reads:
#: nothing in it is another recipient's, and nobody outside the owner's agency needs the recall's own row.
recall_notice = Table(
    "recall_notice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("recall_id", ForeignKey("recall.id"), nullable=False),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("user_id", ForeignKey("user.id")),  # none for somebody whose account is gone
    Column("owner", ForeignKey("agency.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("type", String(20), nullable=False),
    Column("reference", String, nullable=False),  # as this person was shown it, else empty
    Column("fields", JsonText, nullable=False),  # keys of what this person was shown and that changed
    Column("copies", JsonText, nullable=False),  # [{event, at}]: what this person took out of the portal
    Column("message", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("due", Date, nullable=False),
    Column("acknowledged_at", UtcTime),
    Column("acknowledged_by", ForeignKey("user.id")),
    Column("done", String(12)),  # with the copies: of sharing.recalls.kinds.Done
    Column("said", String),
    Index("ix_recall_notice_recall", "recall_id"),
    Index("ix_recall_notice_user", "user_id", "acknowledged_at"),
    Index("ix_recall_notice_agency", "agency_id", "acknowledged_at", "due", "id"),
)
