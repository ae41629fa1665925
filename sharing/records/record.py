"""What every record has, whatever its type; the persons on it; and the links between records."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, text

from foundation.database import JsonText, UtcTime, metadata
from sharing.records.columns import columns
from sharing.records.person import PERSON
from sharing.release.schema import FieldClass, Schema, fields

#: Fields that every record type has before its own.
EVERY = Schema(
    "record",
    (
        *fields(
            FieldClass.ADMIN,
            owner_reference="id",
            status="code",
            marking="code",
            recorded_at="time",
            recorded_by="staff",
            review_due="date",
        ),
        *fields(FieldClass.ASSESSMENT, statement_kind="code"),
    ),
)

_COPIED, _KEPT = text("derived_from IS NOT NULL"), text("keeper IS NOT NULL")

record = Table(
    "record",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("type", String(20), nullable=False),
    Column("owner", ForeignKey("agency.id"), nullable=False),
    Column("site", ForeignKey("site.id")),
    #: When it happened, by which ages at the event are judged; null counts as a child's.
    Column("happened", UtcTime),
    #: A person's own record (a subject) names the person it is about.
    Column("person_id", ForeignKey("person.id")),
    #: A vehicle, item or premises kept by the person of this link.
    Column("keeper", String(36)),
    #: Media belong to the record they were made for.
    Column("parent", ForeignKey("record.id")),
    Column("derived_from", ForeignKey("record.id")),
    #: Originator's conditions: {named_recipients, withhold_classes, sanitised_only, veto}.
    Column("conditions", JsonText),
    #: Of a still: the contributor looked over the whole picture for faces.
    Column("looked_over", Boolean, nullable=False, default=False),
    Column("row_version", Integer, nullable=False, default=1),
    *columns(EVERY),
    # So that a deletion finds at once what still leans on a record.
    Index("ix_record_copied", "derived_from", postgresql_where=_COPIED, sqlite_where=_COPIED),
    Index("ix_record_kept", "keeper", postgresql_where=_KEPT, sqlite_where=_KEPT),
    Index("ix_record_own", "owner", "type", "recorded_at", "id"),
    Index("ix_record_parent", "parent"),
    Index("ix_record_person", "person_id"),
    Index("ix_record_reference", "owner", "owner_reference"),
)

_ORDERED = text("anonymity_order IS NOT NULL")

#: A natural person, as far as rules must know: age, belief about age, and an order of anonymity.
person = Table(
    "person",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("date_of_birth", Date),
    Column("date_of_birth_verified", Boolean, nullable=False, default=False),
    #: {low, high, recorded}: years, years, ISO date.
    Column("apparent_age", JsonText),
    Column("believed_child", Boolean, nullable=False, default=False),
    #: The agency that holds a court's order of anonymity for the person.
    Column("anonymity_order", ForeignKey("agency.id")),
    #: The link with which the person came: on no other does what is known of the age become an age band.
    Column("entered_on", String(36)),
    Index("ix_person_ordered", "id", postgresql_where=_ORDERED, sqlite_where=_ORDERED),
)

#: A person on a record, with the values that belong to that event; `own` marks a subject's own row.
link = Table(
    "link",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("categories", JsonText, nullable=False),
    Column("own", Boolean, nullable=False, default=False),
    #: Confirmed by eye; only confirmed links count towards a repeat.
    Column("confirmed", Boolean, nullable=False, default=True),
    Column("made_by", ForeignKey("agency.id"), nullable=False),
    *columns(PERSON),
    Index("ix_link_record", "record_id"),
    Index("ix_link_person", "person_id", "record_id"),
)

#: A link between two records, which belongs to the agency that made it.
record_link = Table(
    "record_link",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("to_record", ForeignKey("record.id"), nullable=False, index=True),
    Column("made_by", ForeignKey("agency.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

#: A face or burnt-in text on a still: pixels of the re-encoded picture; a face may name a person's link.
box = Table(
    "box",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("media_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),  # face, text
    Column("link_id", String(36)),
    Column("left", Integer, nullable=False),
    Column("top", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
)

#: The words of a record, folded: candidates for a search, never answers, which come from the released form.
word = Table(
    "word",
    metadata,
    Column("word", String(64), primary_key=True),
    Column("record_id", ForeignKey("record.id"), primary_key=True),
    sqlite_with_rowid=False,  # the key is the whole row: half the pages to write
)
