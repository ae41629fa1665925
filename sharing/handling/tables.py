"""Court orders of anonymity, and the notices by which owners learn that one covers a record of theirs."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, text

from foundation.database import UtcTime, metadata

_HELD = text("ended_at IS NULL")

#: While one is held, `person.anonymity_order` names its holder: that column is what the engine reads.
anonymity_order = Table(
    "anonymity_order",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("holder", ForeignKey("agency.id"), nullable=False),
    Column("record_id", ForeignKey("record.id"), nullable=False),  # the holder's own, on which it was entered
    Column("link_id", ForeignKey("link.id"), nullable=False),
    Column("reference", String, nullable=False),  # the court's
    Column("by_user", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("ended_by", ForeignKey("user.id")),
    Column("ended_why", String),
    # Of one person one order at a time, however many try at once.
    Index("ix_anonymity_order_held", "person_id", unique=True, postgresql_where=_HELD, sqlite_where=_HELD),
    Index("ix_anonymity_order_holder", "holder", "at"),
)

#: "A court's order now covers this record of yours", or no longer; it says neither whose nor about whom.
order_notice = Table(
    "order_notice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("order_id", ForeignKey("anonymity_order.id"), nullable=False),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("owner", ForeignKey("agency.id"), nullable=False),
    Column("what", String(8), nullable=False),  # begun, ended
    Column("at", UtcTime, nullable=False),
    Column("noted_at", UtcTime),
    Column("noted_by", ForeignKey("user.id")),
    Index("ix_order_notice_owner", "owner", "noted_at", "at"),
    Index("ix_order_notice_record", "record_id"),
)
