"""How an operation leaves its entries: one insert, in the operation's own transaction.

Only auth.events and sharing.events call this; they hold the closed lists of events.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, bindparam, select, union_all

from foundation.database import Tx
from foundation.errors import Outdated
from foundation.identifiers import new_id
from foundation.ledger import pressure
from foundation.ledger.encoding.detail import Plain, canonical, leaf, moment, new_nonce
from foundation.ledger.encoding.subject import Subject, references
from foundation.ledger.sealing import seal
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
    and the actor's own is always one of them. `records` are named so that the owner can find who looked, and
    `subjects` by references that lead to nobody once their keys are erased.
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
_COLUMNS = tuple(column for column in ledger_pending.c if column.name != "seq")

#: Gives the statement of `writing_while` for so many entries; and the parameters of its condition.
While = tuple[Callable[[int], Insert], Mapping[str, Any]]


def writing_while(condition: ColumnElement[bool], entries: int) -> Insert:
    """The statement for so many entries that writes them only while the condition holds.

    Parameters of the condition are the caller's. It is judged when the insert runs and not when the
    transaction began: on PostgreSQL the insert waits for `foundation.ledger.order.after_all_readers` before
    it takes its snapshot.
    """
    rows = union_all(*(_values(number).where(condition) for number in range(entries)))
    guarded = ledger_pending.insert().inline().from_select([column.name for column in _COLUMNS], rows)
    return guarded.execution_options(preserve_rowcount=True)


def _values(number: int) -> Select[Any]:
    return select(*(bindparam(_of(number, column.name), type_=column.type) for column in _COLUMNS))


def _of(number: int, column: str) -> str:
    """The name of a parameter, which may not be that of a column."""
    return f"of_{number}_{column}"


def append(tx: Tx, entry: Entry) -> str:
    """Write the entry with the operation it tells of, and give the event's id.

    Raises:
        Unavailable, ValueError: as `append_all` does.
    """
    return append_all(tx, [entry])[0]


def append_all(tx: Tx, entries: Sequence[Entry], *, while_: While | None = None) -> list[str]:
    """Write what one operation leaves, all of it or nothing, and give the events' ids.

    The caller shows nothing before the transaction has ended well. With `while_` it may be a few hundred
    entries: they are one statement.

    Raises:
        Unavailable: for a consultation, while too many entries wait to be sequenced; for anything, if this
            process has not opened the key under which details are sealed.
        Outdated: if the condition of `while_` no longer holds; nothing was written then.
        ValueError: if the detail holds what has no canonical form.
    """
    if any(entry.operation is Operation.CONSULTATION for entry in entries):
        pressure.refuse_when_late()
    rows = [_row(entry) for entry in entries]
    _write(tx, rows, while_)
    return [str(row["id"]) for row in rows]


def _row(entry: Entry) -> Mapping[str, object]:
    event_id, nonce = new_id(), new_nonce()
    agencies = sorted({entry.agency, *entry.agencies})
    records = sorted(set(entry.records))
    detail = canonical(_whole(entry, event_id, agencies, records))
    return {
        "id": event_id,
        "at": entry.at,
        "operation": entry.operation.value,
        "event": entry.event,
        "actor": entry.actor,
        "agency": entry.agency,
        "agencies": agencies,
        "records": records,
        "subjects": sorted({each.found_by for each in entry.subjects}),
        "leaf": leaf(detail, nonce, entry.at),
        "detail": seal(detail, nonce),
    }


def _write(tx: Tx, rows: Sequence[Mapping[str, object]], while_: While | None) -> None:
    if while_ is None:
        tx.execute(_INSERT, rows[0] if len(rows) == 1 else rows)  # one alone is quicker than a list of one
        return
    statement, parameters = while_
    values = {_of(number, name): value for number, row in enumerate(rows) for name, value in row.items()}
    written = tx.execute(statement(len(rows)), values | dict(parameters))
    if written.rowcount != len(rows):
        raise Outdated("What you asked for changed while you were reading. Nothing is lost. Try again.")


def _whole(entry: Entry, event_id: str, agencies: list[str], records: list[str]) -> Mapping[str, Plain]:
    subjects = references(entry.subjects, event_id, filled=not entry.counted)
    return {
        **({"subjects": subjects} if subjects else {}),
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
