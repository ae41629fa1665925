"""An agency's periods, holds on its records, and files of stills that have yet to leave the store."""

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table

from foundation.database import UtcTime, metadata

#: How long an agency keeps its records of a type, and of those the ones with somebody of a category on them.
retention_period = Table(
    "retention_period",
    metadata,
    Column("agency_id", ForeignKey("agency.id"), primary_key=True),
    Column("type", String(20), primary_key=True),
    Column("category", String(12), primary_key=True),  # of sharing.retention.periods.CATEGORIES; "" for all
    Column("period", String(12), nullable=False),  # of sharing.retention.periods.PERIODS
    Column("by_user", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
)

#: Nothing of an agency's is deleted before this day: its schedule has changed, or is new to what is here.
retention_review = Table(
    "retention_review",
    metadata,
    Column("agency_id", ForeignKey("agency.id"), primary_key=True),
    Column("until_day", Date, nullable=False),
)

#: While one stands, its record is not deleted. Of one record one at a time: a new one ends the one before.
legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("owner", ForeignKey("agency.id"), nullable=False),
    Column("reason", String, nullable=False),
    Column("until_day", Date, nullable=False),  # the first day on which it does not count any more
    Column("by_user", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("ended_by", ForeignKey("user.id")),
    Index("ix_legal_hold_owner", "owner", "ended_at", "until_day"),
)

#: The random name of a file whose record is gone; the row goes once the file has.
leaving_file = Table(
    "leaving_file",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("at", UtcTime, nullable=False),
)
