"""Who was shown what of a record: from the ledger, with the copies that they took out of the portal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from auth.sites import sites_column, sites_of
from auth.tables import agency, user
from foundation.database import Tx
from foundation.ledger.reading import LedgerEntry, entries_by_others
from sharing.accounts import LOOKS, shown_of
from sharing.record_audiences import members_elsewhere
from sharing.release.facts import Reader

#: Entries by which something leaves the portal for good, and what people read for each.
COPIES: Mapping[str, str] = {"sharing:export:made": "Export", "sharing:print:made": "Print"}


@dataclass(frozen=True)
class Copy:
    """Something taken out of the portal, by the event that tells of it."""

    event: str
    at: datetime


@dataclass
class Looker:
    """One person of another agency who was shown something of a record or of its stills.

    `fields` are the keys of what they were shown, by record; `unsaid` are records of which an entry does not
    say what it showed, so that it may have been anything. `purposes` are those they stated.
    """

    user: str
    agency: str
    fields: dict[str, set[str]] = field(default_factory=dict)
    unsaid: set[str] = field(default_factory=set)
    purposes: set[str] = field(default_factory=set)
    copies: list[Copy] = field(default_factory=list)
    last: datetime | None = None

    def was_shown(self, record_id: str, key: str) -> bool:
        """Whether this person was shown a value of the field, or a form of it."""
        return record_id in self.unsaid or key in self.fields.get(record_id, ())


class Lookers:
    """Everybody who was shown something of these records; `read_on` adds what has come in since.

    `at_site` is the site at which they were contributed: the owner's members of other sites are recipients.
    """

    def __init__(self, tx: Tx, owner: str, at_site: str | None, records: Sequence[str]) -> None:
        self._members = members_elsewhere(tx, owner, at_site)
        self.people: dict[tuple[str, str], Looker] = {}
        self._owner = owner
        self._records = records
        self._read: set[tuple[str, str]] = set()
        self._upto = dict.fromkeys(records, -1)
        self.read_on(tx)

    def read_on(self, tx: Tx) -> set[tuple[str, str]]:
        """Take in the entries that were not read yet; gives the people, as (user, agency), whom they name."""
        touched = set()
        for record_id in self._records:
            for entry in self._unread(tx, record_id):
                if entry.event not in LOOKS and entry.event not in COPIES:
                    continue
                key = (entry.actor, entry.agency)
                self._add(self.people.setdefault(key, Looker(*key)), entry, record_id)
                touched.add(key)
        return touched

    def _unread(self, tx: Tx, record_id: str) -> Iterator[LedgerEntry]:
        upto = newest = self._upto[record_id]
        for entry in entries_by_others(tx, record_id, self._owner, and_by=self._members):
            if entry.index is not None and entry.index <= upto:
                break
            newest = max(newest, -1 if entry.index is None else entry.index)
            if (entry.id, record_id) not in self._read:
                self._read.add((entry.id, record_id))
                yield entry
        self._upto[record_id] = newest

    @staticmethod
    def _add(looker: Looker, entry: LedgerEntry, record_id: str) -> None:
        shown = shown_of(entry.records, entry.detail, record_id)
        if shown is None:
            looker.unsaid.add(record_id)
        elif shown.opened:
            looker.fields.setdefault(record_id, set()).update(shown.opened)
        looker.purposes.add(str(entry.detail.get("purpose", "")))
        if entry.event in COPIES:
            looker.copies.append(Copy(entry.event, entry.at))
        looker.last = max(entry.at, looker.last or entry.at)


@dataclass(frozen=True)
class Known:
    """Who somebody is: as the engine sees them now, and by name. `user` is None for a vanished account."""

    user: str | None
    name: str
    agency_name: str
    reader: Reader


def known(tx: Tx, people: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    """Readers and names for people given as (user, agency)."""
    wanted = list(people)
    names = {row.id: row for row in tx.execute(select(agency))}
    ids = sorted({user_id for user_id, _ in wanted})
    theirs = select(user, sites_column()).where(user.c.id.in_(ids))
    rows = {row["id"]: row for row in tx.execute(theirs).mappings()}
    found = {}
    for user_id, home in wanted:
        row = rows.get(user_id)
        own = names[row["agency_id"] if row else home]
        reader = Reader(
            user=user_id,
            agency=own.id,
            kind=own.kind,
            business=own.business,
            roles=frozenset(row["roles"]) if row else frozenset(),
            sites=sites_of(row) if row else None,
        )
        name = row["name"] if row else "Somebody who has left"
        found[user_id, home] = Known(row["id"] if row else None, name, own.name, reader)
    return found
