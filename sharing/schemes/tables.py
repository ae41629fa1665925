"""A scheme: the periods and counts by which one partnership works."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from foundation.database import metadata

scheme = Table(
    "scheme",
    metadata,
    Column("agency_id", ForeignKey("agency.id"), primary_key=True),
    Column("name", String, nullable=False),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False),  # the scheme's own terms
    Column("purpose", String(60), nullable=False),
    Column("months", Integer, nullable=False),  # the period in which reports count
    Column("repeat_at", Integer, nullable=False),  # reports in the period that make a repeat
    Column("gallery_months", Integer, nullable=False),
    Column("child_gallery_months", Integer, nullable=False),
)
