"""What programs of agencies can be told of, who has asked to be told, and saying that something happened.

Whoever is told learns an id and looks for themselves. Who it is, is found when it is their turn
(sharing.webhooks), as the rules are then.
"""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, String, Table, exists, select

from foundation.database import JsonText, Tx, UtcTime, metadata
from foundation.outbox.rows import put

#: The kind of job.
ANNOUNCE = "webhook:announce"


class Event(StrEnum):
    """What can be told."""

    ALERT = "alert:issued"
    ANSWERED = "request:answered"
    RECALLED = "record:recalled"
    RELEASED = "record:released"


#: An address of an agency's own program, and as whom it is decided what the program is told.
webhook = Table(
    "webhook",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False, index=True),
    Column("url", String, nullable=False),
    Column("events", JsonText, nullable=False),  # of Event
    Column("account", ForeignKey("user.id"), nullable=False),  # whose sight decides
    Column("purpose", String(60), nullable=False),
    Column("secret", String, nullable=False),  # sealed, in hexadecimal
    Column("made_by", ForeignKey("user.id"), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
)


def announce(
    tx: Tx,
    event: Event,
    *,
    record: tuple[str, str] | None = None,
    request: str | None = None,
    release: str | None = None,
    agencies: Iterable[str] = (),
) -> None:
    """Say that something happened to a record, given as (type, id), or to a request.

    `agencies` are those whom it concerns; of a record with none, or with `members` or `*` among them, whoever
    it exists for. That a record was released concerns only those for whom that `release` lives. Where no
    agency has asked to be told of anything, nothing is written.
    """
    type_, record_id = record or (None, None)
    payload = {
        "event": event,
        "type": type_,
        "record": record_id,
        "request": request,
        "release": release,
        "agencies": sorted(set(agencies)),
    }
    put(tx, ANNOUNCE, payload, only_if=exists(select(webhook.c.id).where(webhook.c.ended_at.is_(None))))


def announce_release(tx: Tx, record: tuple[str, str], release: str, recipients: Iterable[str]) -> None:
    """Say that a record, given as (type, id), was released to these recipients by this release."""
    event = Event.ALERT if record[0] == "alert" else Event.RELEASED
    announce(tx, event, record=record, release=release, agencies=recipients)
