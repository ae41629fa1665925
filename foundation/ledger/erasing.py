"""Erasing details while the tree stays as it is: what opens them goes, then what they held; the leaf remains.

Whoever erases appends an entry with what `erase_details` gives, so that the gap is accounted for in the log
itself. Which entries concern an agency stays known: its count would not come out otherwise.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from foundation.database import Tx
from foundation.errors import Unavailable
from foundation.ledger import logs
from foundation.ledger.encoding.batch import MANIFEST, OPENING
from foundation.ledger.naming import forget_places
from foundation.ledger.reading import opened_by
from foundation.ledger.tables import (
    ledger_agency_mention,
    ledger_detail,
    ledger_key,
    ledger_pending,
    ledger_subject_mention,
)

#: The event of the entry that tells of it, and the key in its detail that holds the spans.
ERASED_EVENT = "sharing:ledger:details-erased"
ERASED = "erased"
_SPAN = re.compile(r"([1-9][0-9]*):(0|[1-9][0-9]*)-(0|[1-9][0-9]*)")
#: Places of one statement.
_PART = 500


def erase_details(tx: Connection, places: Iterable[int]) -> list[str]:
    """Erase the details at these places, and give them as `log:first-last`, the spans that were erased.

    Counts of the log itself and how it opened are left; so is what was erased before.
    """
    wanted, found = sorted(set(places)), list[int]()
    for at in range(0, len(wanted), _PART):
        part = wanted[at : at + _PART]
        detail = ledger_detail.c
        rows = tx.execute(
            select(detail.idx).where(detail.idx.in_(part), detail.operation.not_in((MANIFEST, OPENING)))
        )
        found += rows.scalars()
    for at in range(0, len(found), _PART):
        part = found[at : at + _PART]
        for table in (ledger_key, ledger_detail, ledger_subject_mention):
            tx.execute(delete(table).where(table.c.idx.in_(part)))
        forget_places(tx, part)
    return list(_spans(sorted(found), logs.spans(tx)))


def past_places(tx: Tx, before: Mapping[str, datetime], limit: int) -> list[int]:
    """The first places whose details are past their period: of these operations, older than said for each.

    What tells of an erasure is never among them.
    """
    detail = ledger_detail.c
    past = or_(*((detail.operation == kind) & (detail.at < at) for kind, at in sorted(before.items())))
    wanted = select(detail.idx).where(past, detail.event != ERASED_EVENT).order_by(detail.idx).limit(limit)
    return list(tx.execute(wanted).scalars())


def spans_by_agency(tx: Tx, places: Iterable[int]) -> dict[str, list[str]]:
    """For each agency that any of these entries concerns, the spans of those that do."""
    wanted, mention, found = sorted(set(places)), ledger_agency_mention.c, dict[str, list[int]]()
    for at in range(0, len(wanted), _PART):
        for row in tx.execute(
            select(mention.agency, mention.idx).where(mention.idx.in_(wanted[at : at + _PART]))
        ):
            found.setdefault(row.agency, []).append(row.idx)
    spans = logs.spans(tx)
    return {agency: list(_spans(sorted(own), spans)) for agency, own in sorted(found.items())}


class Accounted:
    """Places of which entries say that their details were erased."""

    def __init__(self, ranges: Iterable[range]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for each in sorted(ranges, key=lambda span: span.start):
            if self._ends and each.start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], each.stop)
            else:
                self._starts.append(each.start)
                self._ends.append(each.stop)

    def __contains__(self, place: int) -> bool:
        at = bisect_right(self._starts, place) - 1
        return at >= 0 and place < self._ends[at]


def accounted_for(tx: Tx, agency: str | None = None, end: int | None = None) -> Accounted:
    """What entries say was erased: those that concern an agency and stand before a place, or all.

    Whether these entries are good is judged like that of any other; what cannot be read says nothing.
    """
    detail, mention = ledger_detail.c, ledger_agency_mention.c
    told = (
        select(detail.idx, detail.detail, ledger_key.c.key)
        .join_from(ledger_detail, ledger_key, ledger_key.c.idx == detail.idx)
        .where(detail.event == ERASED_EVENT)
    )
    if agency is not None:
        told = told.where(detail.idx.in_(select(mention.idx).where(mention.agency == agency)))
    if end is not None:
        told = told.where(detail.idx < end)
    spans = logs.spans(tx)
    return Accounted(places for row in tx.execute(told) for places in _told_by(row, spans))


def told_later(tx: Tx, agency: str, gone: Sequence[int], end: int) -> bool:
    """Whether an entry from this place on tells the agency that one of these was erased, and none before it.

    What nobody tells of is missing, and whoever checks is to find that.
    """
    early = accounted_for(tx, agency, end)
    left = [place for place in gone if place not in early]
    if not left:
        return False
    pending = ledger_pending.c
    if tx.execute(select(pending.seq).where(pending.event == ERASED_EVENT).limit(1)).first() is not None:
        return True
    late = accounted_for(tx, agency)
    return any(place in late for place in left)


def _told_by(row: Any, spans: Sequence[logs.LogSpan]) -> list[range]:
    try:
        _, text, _ = next(opened_by([row]))
        told = list(erased_places(json.loads(text)["detail"][ERASED], spans))
    except (Unavailable, ValueError, KeyError, TypeError):
        return []
    # What came after it cannot be what was erased with it: else one entry would excuse every later gap.
    return [range(each.start, min(each.stop, row.idx)) for each in told]


def erased_places(told: Iterable[str], spans: Sequence[logs.LogSpan]) -> Iterator[range]:
    """The places that an entry says were erased.

    Raises:
        ValueError: if a span has another form or is of no log.
    """
    first = {each.number: each.first for each in spans}
    for each in told:
        match = _SPAN.fullmatch(each)
        if match is None or int(match[1]) not in first:
            raise ValueError("this is not a span of erased entries")
        begun = first[int(match[1])]
        yield range(begun + int(match[2]), begun + int(match[3]) + 1)


def _spans(found: Sequence[int], logs_: Sequence[logs.LogSpan]) -> Iterator[str]:
    for log in logs_:
        own = [
            each - log.first for each in found if log.first <= each and (log.end is None or each < log.end)
        ]
        while own:
            last = own[0]
            length = next((at for at, each in enumerate(own) if each != last + at), len(own))
            yield f"{log.number}:{last}-{own[length - 1]}"
            own = own[length:]
