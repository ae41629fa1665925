"""Agreements with versions and clauses; releases and whom they reach; necessity notes; stand-in names."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from foundation.database import JsonText, UtcTime, metadata

agreement = Table(
    "agreement",
    metadata,
    Column("id", String(40), primary_key=True),  # such as HAV-CSP-01
    Column("title", String, nullable=False),
    Column("ended", UtcTime),
)

agreement_version = Table(
    "agreement_version",
    metadata,
    Column("agreement_id", ForeignKey("agreement.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("signed", Boolean, nullable=False),
    Column("from_at", UtcTime, nullable=False),
    Column("until_at", UtcTime, nullable=False),
    Column("parties", JsonText, nullable=False),  # agency ids
    Column("purposes", JsonText, nullable=False),  # slugs
    Column("clauses", JsonText, nullable=False),  # in order, in the form of `Clause`
)

suspension = Table(
    "suspension",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False, index=True),
    Column("from_at", UtcTime, nullable=False),
    Column("until_at", UtcTime),
)

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False, index=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("rejoined", UtcTime),
)

#: A number that every change of agreement, role, release, note, condition, order or link raises in its own
#: transaction, so that nothing compiled from them outlives the change.
policy_epoch = Table(
    "policy_epoch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", Integer, nullable=False),
)

release = Table(
    "release",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False),
    Column("version", Integer, nullable=False),  # in force when it was made
    Column("purposes", JsonText, nullable=False),
    Column("recipients", JsonText, nullable=False),  # "all", or agency ids and "members"
    Column("category", String(12)),  # of the person, for a person's own record
    Column("text", String),
    Column("by_user", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("expires", UtcTime),
    Column("revoked", UtcTime),
    Index("ix_release_record", "record_id"),
)

#: Whom a release reaches, flat: one row per recipient and purpose, so that a reader's newest are found by
#: one index walk per agreement. `recipient` is an agency id, `members` or `*` for all parties of the day.
reach = Table(
    "reach",
    metadata,
    Column("release_id", ForeignKey("release.id"), primary_key=True),
    Column("recipient", String(60), primary_key=True),
    Column("purpose", String(60), primary_key=True),
    Column("agreement_id", String(40), nullable=False),
    Column("type", String(20), nullable=False),
    #: The record, or a still of it.
    Column("record_id", ForeignKey("record.id"), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("until_at", UtcTime, nullable=False),  # the earliest of expiry and revocation
    Index(
        "ix_reach_newest",
        "agreement_id",
        "recipient",
        "purpose",
        "type",
        "at",
        "record_id",
        # So that the newest are read off the index alone, in its order; else PostgreSQL reads all and sorts.
        postgresql_include=["until_at"],
    ),
    Index("ix_reach_record", "record_id"),
)

necessity_note = Table(
    "necessity_note",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("recipients", JsonText, nullable=False),
    Column("classes", JsonText, nullable=False),
    Column("reason", String, nullable=False),
    Column("from_at", UtcTime, nullable=False),
    Column("until_at", UtcTime, nullable=False),
    Column("approver", ForeignKey("user.id"), nullable=False),
)

#: A person's stand-in name inside one agreement, drawn once and never reused.
stand_in = Table(
    "stand_in",
    metadata,
    Column("agreement_id", ForeignKey("agreement.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("token", String(12), nullable=False),
    UniqueConstraint("token"),
)
