"""Partnerships, meetings with who comes, actions and what was answered to them."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Table

from foundation.database import JsonText, UtcTime, metadata

partnership = Table(
    "partnership",
    metadata,
    Column("id", String(60), primary_key=True),  # a slug
    Column("name", String, nullable=False),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False),
    Column("agencies", JsonText, nullable=False),  # ids of the agencies that sit in it
    Column("lead", ForeignKey("agency.id"), nullable=False),  # whose administrators give its roles
)

meeting = Table(
    "meeting",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partnership_id", ForeignKey("partnership.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("place", String, nullable=False),
    Column("agenda", JsonText, nullable=False),  # titles in order
)

attendance = Table(
    "attendance",
    metadata,
    Column("meeting_id", ForeignKey("meeting.id"), primary_key=True),
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("coming", Boolean),  # null: not answered
    Column("confidentiality_at", UtcTime),
)

action = Table(
    "action",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partnership_id", ForeignKey("partnership.id"), nullable=False, index=True),
    Column("meeting_id", ForeignKey("meeting.id"), nullable=False),
    Column("title", String, nullable=False),
    Column("measure", String, nullable=False),  # how it is known to be done
    Column("owner_agency", ForeignKey("agency.id"), nullable=False),
    Column("owner_user", ForeignKey("user.id"), nullable=False),
    Column("set_on", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("first_due", Date, nullable=False),
    Column("status", String(12), nullable=False),  # open, answered, closed
    Column("answer", String(12)),  # done, not_possible, not_done, at_risk
    Column("answer_text", String, nullable=False, default=""),
    Column("answered_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("row_version", Integer, nullable=False, default=1),
)

action_update = Table(
    "action_update",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("action_id", ForeignKey("action.id"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("by_user", ForeignKey("user.id"), nullable=False),
    Column("move", String(12), nullable=False),
    Column("text", String, nullable=False),
)
