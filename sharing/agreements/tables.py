"""Agreements with versions and signatures; what is let go under them, and whom it reaches; stand-ins.

Whatever opens a field stands here: releases, grants, necessity notes and broken glass.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from foundation.database import JsonText, UtcTime, metadata

agreement = Table(
    "agreement",
    metadata,
    Column("id", String(40), primary_key=True),  # such as HAV-CSP-01
    Column("title", String, nullable=False),
    Column("ended", UtcTime),
    Column("ended_by", ForeignKey("user.id")),
    Column("ended_why", String),
)

agreement_version = Table(
    "agreement_version",
    metadata,
    Column("agreement_id", ForeignKey("agreement.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("stage", String(8), nullable=False),  # of sharing.agreements.stages.Stage
    Column("from_at", UtcTime, nullable=False),
    Column("until_at", UtcTime, nullable=False),
    Column("parties", JsonText, nullable=False),  # agency ids
    Column("purposes", JsonText, nullable=False),  # slugs
    Column("clauses", JsonText, nullable=False),  # in order, in the form of `Clause`
    #: What the register says under its nine heads, by the slugs of sharing.agreements.heads; texts.
    Column("heads", JsonText),
    Column("review_due", Date),
    #: SHA-256 of the exact version, set when it goes to be signed; every signature binds it.
    Column("digest", String(64)),
    #: Since when it is at its stage; None for a draft that has never left it.
    Column("stage_at", UtcTime),
    #: When a signed version begins: at `from_at` or at its last signature, whichever is later. None until
    #: then, and in versions that were loaded as signed.
    Column("begins_at", UtcTime),
    Column("drafted_by", ForeignKey("user.id")),
    Column("drafted_agency", ForeignKey("agency.id")),
    Column("drafted_at", UtcTime),
    #: Rises with every change of a draft, so that two people do not write over each other.
    Column("edition", Integer, nullable=False, default=1),
)

#: One party's signature of one version, which binds the hash of its exact text. It is void once the version
#: has gone back to be changed.
signature = Table(
    "signature",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agreement_id", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("role", String(30), nullable=False),  # in which the person signed
    Column("digest", String(64), nullable=False),
    Column("factor_at", UtcTime, nullable=False),  # when the person last proved who they are
    Column("at", UtcTime, nullable=False),
    Column("voided", UtcTime),
    ForeignKeyConstraint(
        ["agreement_id", "number"], ["agreement_version.agreement_id", "agreement_version.number"]
    ),
)
Index(
    "uq_signature_standing",
    signature.c.agreement_id,
    signature.c.number,
    signature.c.agency_id,
    unique=True,
    sqlite_where=signature.c.voided.is_(None),
    postgresql_where=signature.c.voided.is_(None),
)

#: A version's way from stage to stage: who moved it, and why it went back.
version_step = Table(
    "version_step",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agreement_id", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("stage", String(8), nullable=False),  # to which it went
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", String),
    ForeignKeyConstraint(
        ["agreement_id", "number"], ["agreement_version.agreement_id", "agreement_version.number"]
    ),
    Index("ix_version_step_version", "agreement_id", "number", "at"),
)

#: What parties say to each other of a version that is not signed yet; of a clause or of the whole.
comment = Table(
    "comment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agreement_id", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("clause", String(20)),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("text", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    ForeignKeyConstraint(
        ["agreement_id", "number"], ["agreement_version.agreement_id", "agreement_version.number"]
    ),
    Index("ix_comment_version", "agreement_id", "number", "at"),
)

#: The owner's word that a later version may loosen what was released under an earlier one.
confirmation = Table(
    "confirmation",
    metadata,
    Column("release_id", ForeignKey("release.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("by_user", ForeignKey("user.id"), nullable=False),
)

#: Who owns records that the version would open more than the one they were released under, and has to say so.
confirmation_owed = Table(
    "confirmation_owed",
    metadata,
    Column("agreement_id", ForeignKey("agreement.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), primary_key=True, index=True),
    Column("at", UtcTime, nullable=False),
    Column("settled", UtcTime),
)

suspension = Table(
    "suspension",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False, index=True),
    Column("from_at", UtcTime, nullable=False),
    Column("until_at", UtcTime),
    Column("agency_id", ForeignKey("agency.id")),  # whose signatory suspended it
    Column("by_user", ForeignKey("user.id")),
    Column("reason", String),
)

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False, index=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("rejoined", UtcTime),
    Column("by_user", ForeignKey("user.id")),
    Column("reason", String),
)

#: One party's word that the agreement shall end for all; it ends once every remaining party has given it.
ending_consent = Table(
    "ending_consent",
    metadata,
    Column("agreement_id", ForeignKey("agreement.id"), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), primary_key=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", String, nullable=False),
)

#: What a review found, and when the next is due.
agreement_review = Table(
    "agreement_review",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False, index=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("findings", String, nullable=False),
    Column("next_due", Date, nullable=False),
)

#: A number that every change of agreement, role, release, note, condition, order or link raises in its own
#: transaction, so that nothing compiled from them outlives the change.
policy_epoch = Table(
    "policy_epoch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", Integer, nullable=False),
    #: Rises with what closes something to readers without being compiled: recalls, conditions, orders.
    Column("closings", Integer, nullable=False, default=0),
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
    Index("ix_release_agreement", "agreement_id", "at"),
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
    Index("ix_reach_record", "record_id", "recipient"),
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

#: What an owner granted on request: single fields of one record, for one agency or some of its users.
grant = Table(
    "grant",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("request_id", String(36), nullable=False, index=True),  # of sharing.requests.tables
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False),
    Column("fields", JsonText, nullable=False),  # keys such as persons.<link>.family_name
    Column("treatment", String(12), nullable=False),
    Column("to_agency", ForeignKey("agency.id"), nullable=False),
    Column("to_users", JsonText),  # user ids; null for everybody of an agency that is no business
    Column("purpose", String(60), nullable=False),
    Column("from_at", UtcTime, nullable=False),
    Column("until_at", UtcTime, nullable=False),  # brought forward when it is revoked
    Column("passes", JsonText, nullable=False),  # [{link, floor, why}]
    Column("revoked", UtcTime),
    Column("revoked_by", ForeignKey("user.id")),
    Index("ix_grant_reader", "to_agency", "until_at", "record_id"),
)

#: Danger to life: who opened which record, why, and who reviewed it. `at` is empty while it waits for a
#: second person, whom it needs where a review was overdue.
break_glass = Table(
    "break_glass",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("role", String(30), nullable=False),
    Column("danger", String(20), nullable=False),
    Column("reason", String, nullable=False),
    Column("purpose", String(60), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("factor_at", UtcTime, nullable=False),
    Column("at", UtcTime),
    Column("overdue", Boolean, nullable=False),
    Column("second_user", ForeignKey("user.id")),
    Column("second_factor_at", UtcTime),
    Column("reviewed", UtcTime),
    Column("reviewed_by", ForeignKey("user.id")),
    Column("finding", String(20)),
    Column("review_text", String),
    CheckConstraint("second_user <> user_id", name="second_person"),
    CheckConstraint("reviewed_by <> user_id", name="reviewed_by_another"),
    Index("ix_break_glass_agency", "agency_id", "reviewed", "at"),
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
