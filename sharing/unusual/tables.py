"""What reviews of unusual looks came to."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from foundation.database import UtcTime, metadata

unusual_outcome = Table(
    "unusual_outcome",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("kind", String(10), nullable=False),  # of sharing.unusual.measures.Kind
    Column("user_id", ForeignKey("user.id"), nullable=False),  # whose looks they were
    Column("of", String(36), nullable=False),  # a day, or the entry's event id
    Column("outcome", String(10), nullable=False),  # of sharing.unusual.reviewing.OUTCOMES
    Column("by", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_unusual_outcome_agency", "agency_id", "at"),
)
