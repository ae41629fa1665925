"""Leaks planted below the doors: each opens one channel for as long as its block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select

from foundation.errors import FilterRefused
from foundation.pictures import derive
from portal.api import records as api_records
from sharing import collecting, covers, disclosure, queries, sight, stills
from sharing.accounts import Showing
from sharing.receipts import of_record
from sharing.records.record import record
from sharing.register import lines
from sharing.release import treatments
from sharing.release.exit import Released
from sharing.release.pictures import Covering
from sharing.release.schema import FieldType, Treatment
from tests.leaks.peeking import Open, stored, watched


@contextmanager
def ordered_by_exact_time() -> Iterator[None]:
    """Lists follow the stored moment of the event, of which readers see the quarter of a day."""
    collect = collecting.collect

    def sorted_(tx: Any, seen: Any, type_: str, **more: Any) -> Any:
        found, after = collect(tx, seen, type_, **more)
        return sorted(found, key=lambda each: str(stored(tx, each.id, type_)["happened"])), after

    with patch.object(disclosure, "collect", sorted_):
        yield


@contextmanager
def filter_on_stored_values() -> Iterator[None]:
    """A filter compares what is stored, and any field may be filtered by."""

    def matches(shown: Released, wanted: Any) -> bool:
        held = stored(Open.tx, shown.id, shown.type)
        return all(str(held.get(name)) == value for name, value in wanted.equal.items())

    with (
        watched(),
        patch.object(disclosure, "matches", matches),
        patch.object(disclosure, "refuse_hidden", lambda *_: None),
    ):
        yield


@contextmanager
def search_in_hidden_words() -> Iterator[None]:
    """A word that stands in a hidden field finds the record."""
    with patch.object(disclosure, "matches", lambda *_: True):
        yield


@contextmanager
def mask_keeps_length() -> Iterator[None]:
    """A masked mark has as many stars as the mark had letters."""

    def starred(value: Any, _: Any) -> Any:
        return treatments.Masked(str(value)[:2] + "*" * (len(str(value)) - 2))

    with patch.dict(treatments._MASKED, {FieldType.VRM: starred}), _fresh_sheets():
        yield


@contextmanager
def _fresh_sheets() -> Iterator[None]:
    """Nothing compiled outlives the block or reaches into it."""
    from sharing.agreements import policy

    policy._held.clear()
    yield
    policy._held.clear()


@contextmanager
def more_where_only_hidden_follow() -> Iterator[None]:
    """There is a next page as soon as there are rows, whether or not the reader may see one of them."""
    collect = collecting.collect

    def eager(tx: Any, seen: Any, type_: str, **more: Any) -> Any:
        found, after = collect(tx, seen, type_, **more)
        rows = queries.page(tx, sight.scope_of(seen), type_, most=200)
        held = tx.execute(select(func.count()).select_from(record).where(record.c.type == type_)).scalar()
        last = (
            sight.Position(rows[-1]["position"], rows[-1]["id"]) if rows and held > len(found) + 4 else after
        )
        return found, last

    with patch.object(disclosure, "collect", eager):
        yield


@contextmanager
def drafts_of_others() -> Iterator[None]:
    """An agreement lists each of its versions, whoever drafts it."""
    with patch.object(lines, "sees", lambda *_: True):
        yield


@contextmanager
def hidden_media_listed() -> Iterator[None]:
    """A record shows a still for every picture that anybody holds."""
    rows = sight.seen_rows

    def every(tx: Any, seen: Any, type_: str, ids: Any) -> list[sight.Seen]:
        shown = rows(tx, seen, type_, ids)
        total = tx.execute(select(func.count()).select_from(record).where(record.c.type == "media")).scalar()
        return shown * total if type_ == "media" else shown

    with patch.object(sight, "seen_rows", every):
        yield


@contextmanager
def picture_uncovered() -> Iterator[None]:
    """What is shown is derived without the covers."""

    def bare(data: bytes, _boxes: Any, mark: Any, **_: Any) -> bytes:
        return derive(data, (), mark)

    with patch.object(stills, "derive", bare):
        yield


@contextmanager
def linked_faces_uncovered() -> Iterator[None]:
    """Only faces without a link are covered."""

    def some(treatment: Treatment, marks: Any, *_: Any, **__: Any) -> Covering:
        del treatment
        return Covering(boxes=tuple(mark.box for mark in marks or () if mark.link is None))

    with patch.object(covers, "covering", some):
        yield


@contextmanager
def error_quotes_the_stored() -> Iterator[None]:
    """A refusal quotes what stands in the field."""
    ask = disclosure.refuse_hidden

    def quoting(wanted: Any, allowed: Any) -> None:
        try:
            ask(wanted, allowed)
        except FilterRefused:
            row = Open.tx.execute(select(record.c.owner_reference).order_by(record.c.id)).scalars().all()
            raise api_records.Invalid({"value": f"The field holds {row}."}) from None

    with watched(), patch.object(disclosure, "refuse_hidden", quoting):
        yield


@contextmanager
def receipts_of_others() -> Iterator[None]:
    """Whoever reads a record sees who else looked at anything."""
    entries, shown = of_record.entries_by_others, of_record.shown_of

    def all_entries(tx: Any, record_id: str, agency: str, **more: Any) -> Any:
        others = tx.execute(
            select(record.c.id).where(record.c.id != record_id).order_by(record.c.id)
        ).scalars()
        return [
            *entries(tx, record_id, agency, **more),
            *(each for other in others for each in entries(tx, other, agency, **more)),
        ]

    def any_shown(*asked: Any) -> Any:
        return shown(*asked) or Showing()

    with (
        patch.object(of_record, "entries_by_others", all_entries),
        patch.object(of_record, "shown_of", any_shown),
    ):
        yield


@contextmanager
def things_by_hidden_mark() -> Iterator[None]:
    """Things that belong together stand in the order of a field that is not shown."""
    read = disclosure._page

    def ordered(tx: Any, *given: Any) -> Any:
        page = read(tx, *given)
        return replace(
            page,
            things=tuple(
                sorted(page.things, key=lambda each: str(stored(tx, each.id, each.type).get("registration")))
            ),
        )

    with patch.object(disclosure, "_page", ordered):
        yield
