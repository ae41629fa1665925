"""Receipts: who has looked at an own record, when, for what, and how much of it they were shown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation.database import Database
from foundation.ledger.reading import entries_of_record
from sharing import events
from sharing.agreements.tables import release
from sharing.contribution import own_record

_MOST = 200


@dataclass(frozen=True)
class Look:
    """One consultation of a record; `index` is its place in the ledger, None until it is sequenced."""

    at: datetime
    name: str
    agency: str
    purpose: str
    index: int | None


@dataclass(frozen=True)
class ReleaseLine:
    """A release of an own record as its owner sees it."""

    id: str
    agreement: str
    recipients: str
    at: datetime
    expires: datetime | None
    revoked: datetime | None


@dataclass(frozen=True)
class Receipts:
    """What an owner knows of an own record: to whom it went, and who has looked."""

    looks: tuple[Look, ...]
    releases: tuple[ReleaseLine, ...]


def read_receipts(database: Database, actor: Actor, record_id: str) -> Receipts:
    """Who has looked at an own record, the latest first, and its releases; one's own agency's looks left out.

    Raises:
        Missing: if the record is not the actor's agency's.
    """
    actor.require(Action.RECORD_READ)
    with database.transaction() as tx:
        own_record(tx, actor, record_id)
        agencies = {row.id: row.name for row in tx.execute(select(agency.c.id, agency.c.name))}
        entries = [
            entry
            for entry in entries_of_record(tx, record_id, _MOST)
            if entry.operation == "consultation" and entry.agency != actor.agency_id
        ]
        people = {
            row.id: row.name
            for row in tx.execute(
                select(user.c.id, user.c.name).where(user.c.id.in_({entry.actor for entry in entries}))
            )
        }
        looks = tuple(
            Look(
                entry.at,
                people.get(entry.actor, "Somebody who has left"),
                agencies.get(entry.agency, entry.agency),
                str(entry.detail.get("purpose", "")),
                entry.index,
            )
            for entry in entries
        )
        rows = tx.execute(select(release).where(release.c.record_id == record_id).order_by(release.c.at))
        releases = tuple(
            ReleaseLine(
                row.id,
                row.agreement_id,
                _recipients(row.recipients, agencies),
                row.at,
                row.expires,
                row.revoked,
            )
            for row in rows
        )
        events.receipts_read(tx, actor, record=record_id)
        return Receipts(looks, releases)


def _recipients(stored: list[str] | str, agencies: dict[str, str]) -> str:
    if stored == "all":
        return "All parties"
    names = {"members": "Members of business partnerships", **agencies}
    return ", ".join(names.get(each, each) for each in stored)
