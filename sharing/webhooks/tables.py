"""What was told to which program, and how it went."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from foundation.database import UtcTime, metadata

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("id", String(36), primary_key=True),  # by which the receiver knows it again
    Column("webhook_id", ForeignKey("webhook.id"), nullable=False),
    Column("event", String(20), nullable=False),  # of sharing.announcements.Event, or `test`
    Column("type", String(20)),
    Column("record_id", String(36)),
    Column("request_id", String(36)),
    Column("at", UtcTime, nullable=False),
    Column("state", String(10), nullable=False),  # of sharing.webhooks.log.State
    Column("told", Boolean, nullable=False, default=False),  # that it was told stands in the ledger
    Column("attempts", Integer, nullable=False, default=0),
    Column("status", Integer),  # of the last answer; none if there was none
    Column("last_at", UtcTime),
    Index("ix_webhook_delivery_log", "webhook_id", "at"),
)
