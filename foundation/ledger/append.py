"""How an operation leaves its entry: one insert, in the operation's own transaction.

Only auth.events and sharing.events call this; they hold the closed lists of events.
"""

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Insert, String, bindparam, select

from foundation.database import Tx
from foundation.errors import Outdated
from foundation.identifiers import ID_SIZE, id_of
from foundation.ledger import pressure
from foundation.ledger.encoding.bundle import opening_size
from foundation.ledger.encoding.detail import NONCE_SIZE, Plain, canonical, leaf, leaf_of
from foundation.ledger.encoding.kept import kept_text, view_texts
from foundation.ledger.encoding.subject import Subject, index_digest, references
from foundation.ledger.encoding.views import new_views
from foundation.ledger.sealing import seal
from foundation.ledger.tables import ledger_pending
from foundation.moments import in_utc
from foundation.prepared import run


class Operation(StrEnum):
    """The six operations of section 62 of the Data Protection Act 2018, and what guards them."""

    ALTERATION = "alteration"
    COLLECTION = "collection"
    COMBINATION = "combination"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    ERASURE = "erasure"
    SECURITY = "security"


class View(NamedTuple):
    """What one other agency reads of an entry that concerns several: of its own records, and of no others.

    What it says is made from the entry's own detail: `foundation.ledger.encoding.kept`.
    """

    agency: str
    records: tuple[str, ...]
    subjects: tuple[Subject, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What one operation leaves in the ledger.

    `actor` is a pseudonym and `session` a hash. `agencies` are all that the entry concerns: they can read it,
    and the actor's own is always one of them. Where there are `views`, each other agency reads its own
    instead. `records` are named so that the owner can find who looked, and `subjects` by references that lead
    to nobody once their keys are erased.
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
    subjects: tuple[Subject, ...] = ()
    #: Whether the number of subjects is known to all who can read the entry; else it is hidden.
    counted: bool = True
    views: tuple[View, ...] = ()


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


#: As `_row` gives their values; its time is text already.
_COLUMNS = tuple(column for column in ledger_pending.c if column.name != "seq")
_TYPES = {"at": String()}
_VALUES = {
    column.name: bindparam(f"of_{column.name}", type_=_TYPES.get(column.name, column.type))
    for column in _COLUMNS
}
_NAMES = tuple(f"of_{column.name}" for column in _COLUMNS)
_INSERT = ledger_pending.insert().inline().values(_VALUES)  # without RETURNING: nobody needs the number

#: The statement of `writing_while`, and the parameters of its condition.
While = tuple[Insert, Mapping[str, Any]]


def writing_while(condition: ColumnElement[bool]) -> Insert:
    """The statement that writes an entry only while the condition holds; make it once.

    Parameters of the condition are the caller's. It is judged when the insert runs and not when the
    transaction began: on PostgreSQL the insert waits for `foundation.ledger.order.after_all_readers` before
    it takes its snapshot.
    """
    row = select(*_VALUES.values()).where(condition)
    return ledger_pending.insert().inline().from_select([*_VALUES], row)


def append(tx: Tx, entry: Entry, *, while_: While | None = None) -> str:
    """Write the entry with the operation it tells of, and give the event's id.

    The caller shows nothing before the transaction has ended well.

    Raises:
        Unavailable: for a consultation, while too many entries wait to be sequenced; for anything, if this
            process has not opened the key under which details are sealed.
        Outdated: if the condition of `while_` no longer holds; nothing was written then.
        ValueError: if the detail holds what has no canonical form.
    """
    if entry.operation is Operation.CONSULTATION:
        pressure.refuse_when_late()
    row = _row(entry)
    _write(tx, row, while_)
    return str(row[0])


def _row(entry: Entry) -> tuple[object, ...]:
    # From OpenSSL's generator: the system's lets other threads go first, which costs a busy server far more.
    drawn = ssl.RAND_bytes(ID_SIZE + NONCE_SIZE)
    event_id, secret = id_of(drawn[:ID_SIZE]), drawn[ID_SIZE:]
    agencies = sorted({entry.agency, *entry.agencies, *(view.agency for view in entry.views)})
    records = sorted(set(entry.records))
    at, found_by = in_utc(entry.at), sorted({each.found_by for each in entry.subjects})
    said: dict[str, Plain] = {
        "id": event_id,
        "at": at,
        "operation": entry.operation.value,
        "event": entry.event,
        "actor": entry.actor,
        "agency": entry.agency,
        "session": entry.session,
        "agencies": agencies,
        "records": records,
        "detail": entry.detail,
        **_subjects(entry, event_id, found_by, secret),
    }
    whole = canonical(said)
    if entry.views:
        owners, subjects = _owners(entry, agencies, records), _of_views(entry, event_id)
        texts = view_texts(said, whole, owners, subjects)
        views = new_views(secret, texts)
        kept, public = kept_text(views.salt, owners, subjects, whole), leaf_of(views.commitment(), entry.at)
        opening = opening_size(texts)
        sizes = [opening + _bytes_of(texts[agency]) for agency in agencies]
    else:
        kept, public, owners = whole, leaf(whole, secret, entry.at), []
        sizes = [opening_size() + _bytes_of(whole)] * len(agencies)
    return (
        event_id,
        at,
        entry.operation.value,
        entry.event,
        entry.actor,
        entry.agency,
        agencies,
        sizes,
        records,
        owners,
        found_by,
        public,
        seal(kept, secret),
    )


def _write(tx: Tx, row: tuple[object, ...], while_: While | None) -> None:
    statement, condition = while_ or (_INSERT, {})
    written = run(tx, statement, (*_NAMES, *condition), (*row, *condition.values()))
    if written != 1:
        raise Outdated("What you asked for changed while you were reading. Nothing is lost. Try again.")


def _bytes_of(text: str) -> int:
    """How long it is in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def _owners(entry: Entry, agencies: list[str], records: list[str]) -> list[int]:
    """For each record, the number of the agency in whose view it stands: the actor's own if in no other's."""
    place = {agency: number for number, agency in enumerate(agencies)}
    number = {record: place[view.agency] for view in entry.views for record in view.records}
    if not number.keys() <= {*records} or len(number) != sum(len(view.records) for view in entry.views):
        raise ValueError("a view names a record that its entry does not, or that of another view")
    own = place[entry.agency]
    return [number.get(record, own) for record in records]


def _of_views(entry: Entry, event_id: str) -> Mapping[str, list[str]]:
    """The references of each view that has any; of this view alone: two owners' lead to nothing together."""
    if not entry.subjects and entry.counted:
        return {}
    made = (
        (view.agency, references(view.subjects, f"{event_id} {view.agency}", filled=not entry.counted))
        for view in entry.views
    )
    return {agency: found for agency, found in made if found}


def _subjects(entry: Entry, event_id: str, found_by: list[str], secret: bytes) -> Mapping[str, Plain]:
    """The references of the entry as they stand in its text, and what it says of the index; if it has any."""
    found = references(entry.subjects, event_id, filled=not entry.counted)
    return {"index": index_digest(secret, found_by), "subjects": found} if found else {}
