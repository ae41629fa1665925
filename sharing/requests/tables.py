"""Requests with their answers, notes that wait for a signature, and who is to be told of what."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, text

from foundation.database import JsonText, UtcTime, metadata

_WAITING = text("state = 'waiting'")
_APPROVED = text("state = 'approved'")

#: Somebody asks the owner of a record for fields that are withheld. Never changed once it was asked.
request = Table(
    "request",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("owner", ForeignKey("agency.id"), nullable=False),
    Column("agreement_id", ForeignKey("agreement.id"), nullable=False),
    Column("purpose", String(60), nullable=False),
    Column("by_user", ForeignKey("user.id"), nullable=False),
    Column("by_agency", ForeignKey("agency.id"), nullable=False),
    Column("by_key", Boolean, nullable=False),  # by a program, with a service account's key
    Column("fields", JsonText, nullable=False),  # keys such as persons.<link>.family_name
    Column("users", JsonText, nullable=False),  # who needs it, of the asking agency
    Column("everybody", Boolean, nullable=False),  # or everybody of that agency
    Column("basis", String(30), nullable=False),
    Column("gateway", String(30), nullable=False),
    Column("need", String, nullable=False),
    Column("proportion", String, nullable=False),
    Column("urgency", String(10), nullable=False),
    Column("days", Integer, nullable=False),
    Column("keeping", String(30), nullable=False),
    Column("security", String(30), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("state", String(10), nullable=False),  # open, granted, part, refused, withdrawn
    Column("answered_at", UtcTime),
    Column("answered_by", ForeignKey("user.id")),
    Column("answer_text", String),  # what the asking side reads
    Column("seen_at", UtcTime),  # when the asking person first saw the answer
    Column("owner_note", String),  # the owner's alone
    Index("ix_request_owner", "owner", "state", "due_at"),
    Index("ix_request_by_user", "by_user", "asked_at"),
)

#: An answer that somebody prepared. An approval binds the digest of `content`; it is used once, and expires.
proposal = Table(
    "proposal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("request_id", ForeignKey("request.id"), nullable=False),
    Column("asked_by", ForeignKey("user.id"), nullable=False),  # as in the request, for the checks below
    Column("prepared_by", ForeignKey("user.id"), nullable=False),
    Column("prepared_at", UtcTime, nullable=False),
    Column("by_key", Boolean, nullable=False),
    Column("content", JsonText, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the content, in its stored form
    Column("second", Boolean, nullable=False),  # needs another person than the one who prepared it
    Column("expires_at", UtcTime, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, approved, void, returned
    Column("approved_by", ForeignKey("user.id")),
    Column("approved_at", UtcTime),
    Column("factor_at", UtcTime),
    Column("returned_why", String),
    CheckConstraint("approved_by <> asked_by", name="approved_by_another"),
    CheckConstraint("NOT second OR approved_by <> prepared_by", name="second_person"),
    CheckConstraint("NOT by_key OR approved_by IS NULL", name="prepared_by_a_person"),
    Index("ix_proposal_request", "request_id", "prepared_at"),
    Index("uq_proposal_waiting", "request_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index(
        "uq_proposal_approved", "request_id", unique=True, sqlite_where=_APPROVED, postgresql_where=_APPROVED
    ),
)

#: A note of necessity that its named approver has yet to sign, or has signed or refused.
note_proposal = Table(
    "note_proposal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("owner", ForeignKey("agency.id"), nullable=False),
    Column("link_id", ForeignKey("link.id"), nullable=False),
    Column("recipients", JsonText, nullable=False),
    Column("classes", JsonText, nullable=False),
    Column("reason", String, nullable=False),
    Column("until_at", UtcTime, nullable=False),
    Column("written_by", ForeignKey("user.id"), nullable=False),
    Column("written_at", UtcTime, nullable=False),
    Column("approver", ForeignKey("user.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(10), nullable=False),  # waiting, signed, refused, withdrawn, ended
    Column("decided_at", UtcTime),
    Column("factor_at", UtcTime),
    Column("refused_why", String),
    Column("note_id", ForeignKey("necessity_note.id")),
    Column("ended_at", UtcTime),
    Column("ended_by", ForeignKey("user.id")),
    CheckConstraint("approver <> written_by", name="signed_by_another"),
    Index("ix_note_proposal_approver", "approver", "state"),
)

#: What somebody is to be told at once: it waits on their first page until one of them has seen it, and can be
#: mailed. `audience` is of sharing.requests.notices; it names no value, only what happened to what.
notice = Table(
    "notice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("audience", String(12), nullable=False),
    Column("user_id", ForeignKey("user.id")),  # for an audience of one person
    Column("kind", String(20), nullable=False),
    Column("about", String(36), nullable=False),  # id of the request, broken glass or note
    Column("at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),
    Column("seen_by", ForeignKey("user.id")),
    Column("mailed_at", UtcTime),
    Index("ix_notice_agency", "agency_id", "seen_at", "audience"),
    Index("ix_notice_about", "about"),
)

#: References that could not be opened, so that nobody can try one after another.
glass_try = Table(
    "glass_try",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_glass_try_user", "user_id", "at"),
)
