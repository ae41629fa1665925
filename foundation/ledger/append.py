"""How an operation leaves its entry: one insert, in the operation's own transaction.

Only auth.events and sharing.events call this; they hold the closed lists of events.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.database import Tx
from foundation.identifiers import new_id
from foundation.ledger import pressure
from foundation.ledger.encoding import Plain, canonical, leaf, moment, new_nonce
from foundation.ledger.tables import ledger_pending


class Operation(StrEnum):
    """The six operations of section 62 of the Data Protection Act 2018, and what guards them."""

    ALTERATION = "alteration"
    COLLECTION = "collection"
    COMBINATION = "combination"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    ERASURE = "erasure"
    SECURITY = "security"


@dataclass(frozen=True)
class Entry:
    """What one operation leaves in the ledger.

    `actor` is a pseudonym and `session` a hash. `agencies` are all that the entry concerns: they can read it,
    and the actor's own is always one of them. `records` are named so that the owner can find who looked.
    """

    operation: Operation
    event: str
    at: datetime
    actor: str
    agency: str
    session: str
    agencies: frozenset[str]
    records: tuple[str, ...]
    detail: Mapping[str, Plain]


@dataclass(frozen=True)
class EventKind:
    """One line of a closed list: an event's name, its operation, and the exact keys of its detail."""

    name: str
    operation: Operation
    keys: frozenset[str]

    def entry(
        self,
        *,
        at: datetime,
        actor: str,
        agency: str,
        session: str,
        agencies: Iterable[str] = (),
        records: Iterable[str] = (),
        **detail: Plain,
    ) -> Entry:
        """The entry of one such event.

        Raises:
            ValueError: if the detail has a key too many or too few.
        """
        if detail.keys() != self.keys:
            raise ValueError(f"{self.name} takes {sorted(self.keys)}, not {sorted(detail)}")
        whole = frozenset({agency, *agencies})
        return Entry(self.operation, self.name, at, actor, agency, session, whole, tuple(records), detail)


_INSERT = ledger_pending.insert().inline()  # without RETURNING: nobody needs the number


def append(tx: Tx, entry: Entry) -> str:
    """Write the entry with the operation it tells of, and give the event's id.

    The caller shows nothing before the transaction has ended well.

    Raises:
        Unavailable: for a consultation, while too many entries wait to be sequenced.
        ValueError: if the detail holds what has no canonical form.
    """
    if entry.operation is Operation.CONSULTATION:
        pressure.refuse_when_late()
    event_id, nonce = new_id(), new_nonce()
    agencies = sorted({entry.agency, *entry.agencies})
    records = sorted(set(entry.records))
    detail = canonical(_whole(entry, event_id, agencies, records))
    row = {
        "id": event_id,
        "at": entry.at,
        "operation": entry.operation.value,
        "event": entry.event,
        "actor": entry.actor,
        "agency": entry.agency,
        "agencies": agencies,
        "records": records,
        "leaf": leaf(detail, nonce, entry.at),
        "nonce": nonce,
        "detail": detail,
    }
    tx.execute(_INSERT, row)
    return event_id


def _whole(entry: Entry, event_id: str, agencies: list[str], records: list[str]) -> Mapping[str, Plain]:
    return {
        "id": event_id,
        "at": moment(entry.at),
        "operation": entry.operation.value,
        "event": entry.event,
        "actor": entry.actor,
        "agency": entry.agency,
        "session": entry.session,
        "agencies": agencies,
        "records": records,
        "detail": entry.detail,
    }
