"""Who has looked at an own record, when, for what, and what they were shown; and to whom it is released."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation.database import Database, Tx
from foundation.ledger.reading import LedgerEntry, entries_by_others
from sharing.accounts import Showing, shown_of
from sharing.agreements.tables import release
from sharing.contribution import own_record
from sharing.events import records as events
from sharing.record_audiences import members_elsewhere

_MOST = 200


@dataclass(frozen=True)
class Look:
    """One consultation of a record; `index` is its place in the ledger, None until it is sequenced.

    `full`, `treated` and `withheld` are keys of fields, valued or not, as the entry says.
    """

    at: datetime
    user: str
    name: str
    agency: str
    purpose: str
    index: int | None
    full: tuple[str, ...] = ()
    treated: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """Everything that one person has looked at of a record, the latest first."""

    name: str
    agency: str
    looks: tuple[Look, ...]

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes that they stated."""
        return tuple(sorted({look.purpose for look in self.looks}))


@dataclass(frozen=True)
class ReleaseLine:
    """A release of an own record as its owner sees it."""

    id: str
    agreement: str
    recipients: str
    at: datetime
    expires: datetime | None
    revoked: datetime | None
    text: str = ""


@dataclass(frozen=True)
class Receipts:
    """What an owner knows of an own record: to whom it went, and who has looked.

    Not `complete` if it was looked at more often than can be shown at once.
    """

    looks: tuple[Look, ...]
    releases: tuple[ReleaseLine, ...]
    complete: bool

    @property
    def people(self) -> tuple[Person, ...]:
        """The same looks by person; who looked last comes first."""
        found: dict[tuple[str, str], list[Look]] = {}
        for look in self.looks:
            found.setdefault((look.user, look.agency), []).append(look)
        return tuple(Person(looks[0].name, home, tuple(looks)) for (_, home), looks in found.items())


def read_receipts(database: Database, actor: Actor, record_id: str) -> Receipts:
    """Who has looked at an own record, the latest first, and its releases; the owner's staff left out.

    The owner's members of other sites are recipients, and so among them.

    Raises:
        Missing: if the record is not the actor's agency's.
    """
    actor.require(Action.RECORD_READ)
    with database.transaction() as tx:
        row = own_record(tx, actor, record_id)
        members = members_elsewhere(tx, actor.agency_id, row["site"])
        agencies = {row.id: row.name for row in tx.execute(select(agency.c.id, agency.c.name))}
        others = entries_by_others(tx, record_id, actor.agency_id, and_by=members)
        told = ((entry, shown_of(entry.records, entry.detail, record_id)) for entry in others)
        entries = [(entry, shown) for entry, shown in islice(told, 4 * _MOST) if shown is not None]
        looks = _looks(tx, entries[:_MOST], agencies)
        rows = tx.execute(select(release).where(release.c.record_id == record_id).order_by(release.c.at))
        releases = tuple(
            ReleaseLine(
                row.id,
                row.agreement_id,
                recipients_in_words(row.recipients, agencies),
                row.at,
                row.expires,
                row.revoked,
                row.text or "",
            )
            for row in rows
        )
        events.receipts_read(tx, actor, record=record_id)
        return Receipts(looks, releases, len(entries) <= _MOST)


def _looks(
    tx: Tx, entries: list[tuple[LedgerEntry, Showing]], agencies: Mapping[str, str]
) -> tuple[Look, ...]:
    ids = sorted({entry.actor for entry, _ in entries})
    rows = tx.execute(select(user.c.id, user.c.name).where(user.c.id.in_(ids)))
    people = {row.id: row.name for row in rows}
    return tuple(
        Look(
            entry.at,
            entry.actor,
            people.get(entry.actor, "Somebody who has left"),
            agencies.get(entry.agency, entry.agency),
            str(entry.detail.get("purpose", "")),
            entry.index,
            tuple(sorted(shown.full)),
            tuple(sorted(shown.treated)),
            tuple(sorted(shown.withheld)),
        )
        for entry, shown in entries
    )


def recipients_in_words(stored: list[str] | str, agencies: Mapping[str, str]) -> str:
    """The recipients of a release as people read them."""
    if stored == "all":
        return "All parties"
    names = {"members": "Members of business partnerships", **agencies}
    return ", ".join(names.get(each, each) for each in stored)
