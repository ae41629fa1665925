"""What keeps a record that is due: a hold, or something open that would lose its ground under it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, or_, select, union_all
from sqlalchemy.sql.expression import literal

from foundation import clock
from foundation.database import Tx
from sharing.agreements.tables import break_glass
from sharing.handling.tables import anonymity_order
from sharing.recalls.tables import recall_notice
from sharing.records.media import media
from sharing.records.record import link, record
from sharing.requests.tables import note_proposal, request
from sharing.retention.tables import legal_hold


class Stop(StrEnum):
    """Why a record that is due stays."""

    COPY = "copy"
    FOOTAGE = "footage"
    GLASS = "glass"
    HOLD = "hold"
    KEEPER = "keeper"
    NOTE = "note"
    ORDER = "order"
    RECALL = "recall"
    REQUEST = "request"


#: What people read for each.
STOPS: Mapping[Stop, str] = {
    Stop.COPY: "Another record was copied from it, and what protects people here holds there too",
    Stop.FOOTAGE: "Footage on it is held",
    Stop.GLASS: "Somebody broke the glass on it, and that is not reviewed yet",
    Stop.HOLD: "Legal hold",
    Stop.KEEPER: "A thing is kept by somebody on it, whose protection the thing has from here",
    Stop.NOTE: "A note of necessity waits for its signature",
    Stop.ORDER: "A court order of anonymity is held on it",
    Stop.RECALL: "A recall of it is not acknowledged by everybody yet",
    Stop.REQUEST: "A request about it is open",
}


def stops_of(tx: Tx, ids: Collection[str]) -> Mapping[str, tuple[Stop, ...]]:
    """What keeps each of these records, in the order of `Stop`; a still's keep its record, and back."""
    if not ids:
        return {}
    groups = groups_of(tx, ids)
    every = sorted({each for group in groups.values() for each in group})
    found: dict[str, set[Stop]] = defaultdict(set)
    for row in tx.execute(union_all(*_selects(every))):
        found[row.id].add(Stop(row.stop))
    return {
        id_: tuple(stop for stop in Stop if any(stop in found[each] for each in group))
        for id_, group in groups.items()
    }


def groups_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, set[str]]:
    """Each record with its stills; a still with its record."""
    groups = {each: {each} for each in ids}
    tied = or_(record.c.parent.in_(sorted(groups)), record.c.id.in_(sorted(groups)))
    for row in tx.execute(select(record.c.id, record.c.parent).where(tied, record.c.parent.is_not(None))):
        for one, other in ((row.id, row.parent), (row.parent, row.id)):
            if one in groups:
                groups[one].add(other)
    return groups


def holding() -> ColumnElement[bool]:
    """Whether a hold counts now."""
    return legal_hold.c.ended_at.is_(None) & (legal_hold.c.until_day > clock.today())


def _selects(ids: list[str]) -> list[Select[tuple[str, str]]]:
    copy = record.alias("copy")
    kept = link.join(record, record.c.keeper == link.c.id)
    held = media.c.hold_until >= clock.today()
    waiting = recall_notice.c.acknowledged_at.is_(None)
    found = (
        (Stop.COPY, copy.c.derived_from, copy.c.derived_from.is_not(None), None),
        (Stop.FOOTAGE, media.c.record_id, held, None),
        (Stop.GLASS, break_glass.c.record_id, break_glass.c.reviewed.is_(None), None),
        (Stop.HOLD, legal_hold.c.record_id, holding(), None),
        (Stop.KEEPER, link.c.record_id, record.c.id != link.c.record_id, kept),
        (Stop.NOTE, note_proposal.c.record_id, note_proposal.c.state == "waiting", None),
        (Stop.ORDER, anonymity_order.c.record_id, anonymity_order.c.ended_at.is_(None), None),
        (Stop.RECALL, recall_notice.c.record_id, waiting, None),
        (Stop.REQUEST, request.c.record_id, request.c.state == "open", None),
    )
    selects = []
    for stop, column, holds, source in found:
        wanted = select(column.label("id"), literal(stop.value).label("stop")).where(column.in_(ids), holds)
        selects.append(wanted if source is None else wanted.select_from(source))
    return selects
