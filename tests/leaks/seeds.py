"""Leaks planted on purpose: each opens one channel in the product for as long as its block lasts."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from unittest.mock import patch

from markupsafe import Markup
from sqlalchemy import func, select

from foundation.errors import FilterRefused, Missing
from foundation.pictures import derive
from portal.api import bodies
from portal.api import records as api_records
from portal.gate import cursors
from portal.web import records as web_records
from portal.web import rendering
from sharing import disclosure, queries, receipts, sight, stills
from sharing.records.record import link, record
from sharing.release import treatments
from sharing.release.exit import Released
from sharing.release.pictures import Covering
from sharing.release.schema import FieldType, Treatment
from sharing.schemes import gallery

Planted = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Seed:
    """One planted leak: what it opens, for whom to ask, and which addresses tell."""

    name: str
    plant: Planted
    view: str
    paths: tuple[str, ...]


def _stored(tx: Any, record_id: str, type_: str) -> Mapping[str, Any]:
    """What is stored of a record, past every rule."""
    found = queries.rows(tx, type_, [record_id])
    return {name.removeprefix("own_"): value for name, value in found[0].items()} if found else {}


class _Open:
    """The transaction of the read that is going on, for leaks that look past the rules."""

    tx: Any = None


@contextmanager
def _watched() -> Iterator[type[_Open]]:
    look = sight.look

    def looking(tx: Any, *rest: Any) -> Any:
        _Open.tx = tx
        return look(tx, *rest)

    with patch.object(disclosure, "look", looking), patch.object(gallery, "look", looking):
        yield _Open


@contextmanager
def ordered_by_exact_time() -> Iterator[None]:
    """Lists follow the stored moment of the event, of which readers see the quarter of a day."""
    collect = sight.collect

    def sorted_(tx: Any, seen: Any, type_: str, **more: Any) -> Any:
        found, after = collect(tx, seen, type_, **more)
        return sorted(found, key=lambda each: str(_stored(tx, each.id, type_)["happened"])), after

    with patch.object(disclosure, "collect", sorted_):
        yield


@contextmanager
def withheld_in_a_comment() -> Iterator[None]:
    """Pages carry the stored account in a comment."""
    show = web_records.read_record

    def reading(database: Any, actor: Any, type_: str, record_id: str) -> Any:
        page = show(database, actor, type_, record_id)
        with database.transaction() as tx:
            _Open.tx = str(_stored(tx, record_id, type_).get("account"))
        return page

    render = web_records.render_template

    def rendered(*names: Any, **values: Any) -> str:
        return render(*names, **values) + Markup("<!-- {} -->").format(_Open.tx)

    with (
        patch.object(web_records, "read_record", reading),
        patch.object(web_records, "render_template", rendered),
    ):
        yield


@contextmanager
def hidden_rows_counted() -> Iterator[None]:
    """A header says how many records of the type there are, whoever may see them."""
    page = api_records._page

    def counted(type_: str) -> Any:
        answer = page(type_)
        with api_records.context.database().transaction() as tx:
            total = tx.execute(
                select(func.count()).select_from(record).where(record.c.type == type_)
            ).scalar()
        answer.headers["X-Total-Count"] = str(total)
        return answer

    with patch.object(api_records, "_page", counted):
        yield


@contextmanager
def filter_on_stored_values() -> Iterator[None]:
    """A filter compares what is stored, and any field may be filtered by."""

    def matches(shown: Released, wanted: Any) -> bool:
        held = _stored(_Open.tx, shown.id, shown.type)
        return all(str(held.get(name)) == value for name, value in wanted.equal.items())

    with (
        _watched(),
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
def hidden_says_forbidden() -> Iterator[None]:
    """What exists for others is refused in other words than what nobody has."""
    read = api_records.read_record

    def reading(database: Any, actor: Any, type_: str, record_id: str, **more: Any) -> Any:
        try:
            return read(database, actor, type_, record_id, **more)
        except Missing:
            with database.transaction() as tx:
                if _stored(tx, record_id, type_):
                    raise api_records.Invalid({"id": "You may not see this."}) from None
            raise

    with patch.object(api_records, "read_record", reading):
        yield


@contextmanager
def readable_cursor() -> Iterator[None]:
    """A cursor is the position itself."""
    with patch.object(cursors, "seal_cursor", lambda _secret, _bound, text: text.replace(" ", "_")):
        yield


@contextmanager
def original_account_as_text() -> Iterator[None]:
    """The text written for sharing gives way to the account as it was taken down."""
    body = bodies.record_body

    def original(shown: Released) -> dict[str, Any]:
        made = body(shown)
        if "account" in made["fields"]:
            made["fields"]["account"] = _stored(_Open.tx, shown.id, shown.type).get("account")
        return made

    with (
        _reopened(),
        patch.object(bodies, "record_body", original),
        patch.object(api_records, "record_body", original),
    ):
        yield


@contextmanager
def _reopened() -> Iterator[None]:
    """Keep a transaction open past the use case, in which leaks of the door can look."""
    page, one = api_records._page, api_records._one

    def inside(call: Callable[..., Any], *given: Any) -> Any:
        with api_records.context.database().engine.connect() as tx:
            _Open.tx = tx
            try:
                return call(*given)
            finally:
                _Open.tx = None

    with (
        patch.object(api_records, "_page", partial(inside, page)),
        patch.object(api_records, "_one", partial(inside, one)),
    ):
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
def unseen_persons_counted() -> Iterator[None]:
    """A record says how many persons are on it, also those who do not exist for the reader."""
    body = bodies.record_body

    def counted(shown: Released) -> dict[str, Any]:
        count = select(func.count()).select_from(link).where(link.c.record_id == shown.id)
        return {**body(shown), "persons": _Open.tx.execute(count).scalar()}

    with (
        _reopened(),
        patch.object(bodies, "record_body", counted),
        patch.object(api_records, "record_body", counted),
    ):
        yield


@contextmanager
def version_of_the_whole_row() -> Iterator[None]:
    """The version is a digest of all that is stored."""
    body = bodies.record_body

    def digested(shown: Released) -> dict[str, Any]:
        stored = repr(sorted(_stored(_Open.tx, shown.id, shown.type).items(), key=str))
        return {**body(shown), "version": hashlib.sha256(stored.encode()).hexdigest()[:32]}

    with (
        _reopened(),
        patch.object(bodies, "record_body", digested),
        patch.object(api_records, "record_body", digested),
    ):
        yield


@contextmanager
def more_where_only_hidden_follow() -> Iterator[None]:
    """There is a next page as soon as there are rows, whether or not the reader may see one of them."""
    collect = sight.collect

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
def hidden_media_listed() -> Iterator[None]:
    """A record shows a still for every picture that anybody holds."""
    rows = sight.released_rows

    def every(tx: Any, seen: Any, type_: str, ids: Any) -> list[Released]:
        shown = rows(tx, seen, type_, ids)
        total = tx.execute(select(func.count()).select_from(record).where(record.c.type == "media")).scalar()
        return shown * total if type_ == "media" else shown

    with patch.object(disclosure, "released_rows", every):
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
        return Covering(boxes=tuple(mark.box for mark in marks if mark.link is None))

    with patch.object(stills, "covering", some):
        yield


@contextmanager
def error_quotes_the_stored() -> Iterator[None]:
    """A refusal quotes what stands in the field."""
    ask = disclosure.refuse_hidden

    def quoting(wanted: Any, allowed: Any) -> None:
        try:
            ask(wanted, allowed)
        except FilterRefused:
            row = _Open.tx.execute(select(record.c.owner_reference).order_by(record.c.id)).scalars().all()
            raise api_records.Invalid({"value": f"The field holds {row}."}) from None

    with _watched(), patch.object(disclosure, "refuse_hidden", quoting):
        yield


@contextmanager
def receipts_of_others() -> Iterator[None]:
    """Whoever reads a record sees who else looked at anything."""
    entries = receipts.entries_of_record

    def all_entries(tx: Any, record_id: str, most: int) -> Any:
        others = tx.execute(
            select(record.c.id).where(record.c.id != record_id).order_by(record.c.id)
        ).scalars()
        return [
            *entries(tx, record_id, most),
            *(each for other in others for each in entries(tx, other, most)),
        ]

    with patch.object(receipts, "entries_of_record", all_entries):
        yield


@contextmanager
def waiting_counts_everybody() -> Iterator[None]:
    """The number on every page counts what waits for others."""

    def count(database: Any, _: Any) -> int:
        with database.transaction() as tx:
            return int(tx.execute(select(func.count()).select_from(record)).scalar_one())

    with patch.object(rendering, "count_waiting", count):
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
                sorted(page.things, key=lambda each: str(_stored(tx, each.id, each.type).get("registration")))
            ),
        )

    with patch.object(disclosure, "_page", ordered):
        yield


_INCIDENTS = ("/api/v1/incidents",)

SEEDS: tuple[Seed, ...] = (
    Seed("list ordered by the exact time", ordered_by_exact_time, "member-robbery", _INCIDENTS),
    Seed(
        "withheld value in a comment",
        withheld_in_a_comment,
        "member-robbery",
        ("/records/incidents/{incident-0}",),
    ),
    Seed("count of hidden rows in a header", hidden_rows_counted, "member-robbery", _INCIDENTS),
    Seed(
        "filter on stored values",
        filter_on_stored_values,
        "member-robbery",
        ("/api/v1/incidents?account={hidden}",),
    ),
    Seed("search hit in a hidden field", search_in_hidden_words, "member-robbery", ("/search?q={hidden}",)),
    Seed(
        "hidden answers unlike absent",
        hidden_says_forbidden,
        "railway",
        ("/api/v1/incidents/{unreleased-incident-2}",),
    ),
    Seed("cursor that can be read", readable_cursor, "member-robbery", ("/api/v1/incidents?limit=2",)),
    Seed(
        "original account as release text", original_account_as_text, "member-robbery", ("/api/v1/incidents",)
    ),
    Seed("mask keeps the length", mask_keeps_length, "member-robbery", ("/api/v1/vehicles",)),
    Seed("unseen persons counted", unseen_persons_counted, "member-robbery", ("/api/v1/sightings",)),
    Seed(
        "version of the whole row", version_of_the_whole_row, "railway", ("/api/v1/incidents/{incident-0}",)
    ),
    Seed(
        "next page of hidden rows",
        more_where_only_hidden_follow,
        "member-robbery",
        ("/api/v1/incidents?limit=200",),
    ),
    Seed("hidden media listed", hidden_media_listed, "railway", ("/records/incidents/{incident-0}",)),
    Seed("picture without covers", picture_uncovered, "member-robbery", ("/stills/{still}",)),
    Seed("every linked face uncovered", linked_faces_uncovered, "railway", ("/stills/{still}",)),
    Seed(
        "refusal quotes the stored value",
        error_quotes_the_stored,
        "member-robbery",
        ("/api/v1/incidents?no_such_field=1",),
    ),
    Seed(
        "receipts of others", receipts_of_others, "member-robbery", ("/records/incidents/{own-incident-9}",)
    ),
    Seed("waiting counts everybody's", waiting_counts_everybody, "school", ("/",)),
    Seed(
        "things by a hidden mark",
        things_by_hidden_mark,
        "railway",
        ("/api/v1/incidents/{incident-0}",),
    ),
)
