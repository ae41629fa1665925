"""Published figures as imported. Every figure keeps the edition it came in, because history is restated."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from foundation.database import JsonText, UtcTime, metadata

#: One file taken in. A killed import leaves `finished_at` empty, and the same file carries on with its row.
import_run = Table(
    "import_run",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("file_name", String, nullable=False),
    Column("source_digest", String(64), nullable=False),  # SHA-256 of the file as it came
    Column("edition", String(7), nullable=False),  # last month covered, 2025-11
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("rows_read", Integer, nullable=False, default=0),
    Column("loaded", Integer, nullable=False, default=0),  # over all attempts
    Column("held", Integer, nullable=False, default=0),  # of the last attempt, as the two below
    Column("rejected", Integer, nullable=False, default=0),
    Column("report", JsonText, nullable=False),  # [[line, sentence], ...], the first 500
    Column("areas", JsonText, nullable=False),  # names, for the choice of an area
    Column("crimes", JsonText, nullable=False),  # [[category, subcategory], ...]
    UniqueConstraint("kind", "source_digest", "edition"),
)

#: How many crimes a force recorded in one area and month, as one edition says.
recorded_count = Table(
    "recorded_count",
    metadata,
    Column("key", String(32), primary_key=True),  # digest of all that names the figure: the same comes once
    Column("publisher", String, nullable=False),
    Column("area_kind", String(10), nullable=False),  # borough, ward
    Column("area", String, nullable=False),
    Column("area_key", String, nullable=False),  # folded, by which it is found
    Column("area_code", String(9)),
    Column("category", String, nullable=False),  # folded: editions differ in capitals
    Column("subcategory", String, nullable=False),
    Column("month", String(7), nullable=False),  # 2025-11
    Column("count", Integer, nullable=False),
    Column("edition", String(7), nullable=False),
    Column("imported_at", UtcTime, nullable=False),
    Column("import_id", ForeignKey("import_run.id"), nullable=False),
    Index("ix_recorded_count_area", "area_key", "category", "edition", "month"),
    Index("ix_recorded_count_kind", "area_kind", "category", "edition", "month"),
)

#: One crime of a police.uk street file. The point is snapped and made anonymous by the publisher.
street_crime = Table(
    "street_crime",
    metadata,
    #: Digest of publisher, month, type and Crime ID; where that is blank, of the place and the occurrence.
    Column("key", String(32), primary_key=True),
    Column("publisher", String, nullable=False),
    Column("month", String(7), nullable=False),
    Column("crime_type", String, nullable=False),
    Column("crime_id", String(64)),
    Column("occurrence", Integer, nullable=False),  # 1, 2, ... among rows without an ID that are alike
    Column("latitude", Float),
    Column("longitude", Float),
    Column("location", String, nullable=False),
    Column("lsoa_code", String(9)),  # as published: the version changes between years
    Column("lsoa_name", String),
    Column("area", String),  # the borough, from the LSOA's name, which versions share
    Column("outcome", String),
    Column("edition", String(7), nullable=False),
    Column("imported_at", UtcTime, nullable=False),
    Column("import_id", ForeignKey("import_run.id"), nullable=False),
    Index("ix_street_crime_area", "area", "crime_type", "month"),
)

#: What became of a crime, month by month.
street_outcome = Table(
    "street_outcome",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("publisher", String, nullable=False),
    Column("month", String(7), nullable=False),
    Column("crime_id", String(64)),
    Column("occurrence", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("area", String),
    Column("edition", String(7), nullable=False),
    Column("imported_at", UtcTime, nullable=False),
    Column("import_id", ForeignKey("import_run.id"), nullable=False),
    Index("ix_street_outcome_crime", "crime_id"),
)
