"""What stays of a record that was deleted after its time: that it was, for those who were given it."""

from sqlalchemy import Column, ForeignKey, String, Table, select

from foundation.database import JsonText, Tx, UtcTime, metadata

deleted_record = Table(
    "deleted_record",
    metadata,
    Column("record_id", String(36), primary_key=True),
    Column("type", String(20), nullable=False),
    Column("owner", ForeignKey("agency.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("told", JsonText, nullable=False),  # ids of other agencies whose people were shown it
    sqlite_with_rowid=False,
)


def was_deleted(tx: Tx, agency: str, type_: str, record_id: str) -> bool:
    """Whether this was a record of the agency, or one that its people were shown, and was deleted."""
    wanted = select(deleted_record.c.owner, deleted_record.c.told)
    row = tx.execute(
        wanted.where(deleted_record.c.record_id == record_id, deleted_record.c.type == type_)
    ).first()
    return row is not None and (row.owner == agency or agency in row.told)


def owner_before(tx: Tx, record_id: str) -> str:
    """Whose record it was; "" for one that was never deleted."""
    wanted = select(deleted_record.c.owner).where(deleted_record.c.record_id == record_id)
    return str(tx.execute(wanted).scalar_one_or_none() or "")
