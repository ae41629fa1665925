"""The outbox: what is to be done, when, by whom it is being done, and how it ended."""

from sqlalchemy import Column, Index, Integer, String, Table, text

from foundation.database import JsonText, UtcTime, metadata

_OPEN = text("done_at IS NULL AND gave_up_at IS NULL")

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column(
        "payload", JsonText, nullable=False
    ),  # ids and slugs, never a value of a record; emptied when done
    Column("about", String(80)),  # what it is about, where waiting rows of one kind about it are one
    Column("agency_id", String(60)),  # whose administrators are told if it cannot be done
    Column("written_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    #: Who is doing it now, by a random word, and until when nobody else begins it.
    Column("lease", String(36)),
    Column("leased_until", UtcTime),
    Column("done_at", UtcTime),
    Column("gave_up_at", UtcTime),
    Column("last_error", String(80)),  # the class of the error, never its words
    Index("ix_outbox_due", "due_at", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("ix_outbox_about", "kind", "about"),
    Index("ix_outbox_agency", "agency_id", "gave_up_at"),
)
