"""Leaks planted into what the doors answer: each opens one channel for as long as its block lasts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from sqlalchemy import ColumnElement, String, func, select, type_coerce
from sqlalchemy.exc import IntegrityError

from foundation.errors import Conflict
from foundation.ledger.tables import ledger_pending
from portal.api import records as api_records
from portal.web import home, insight, search
from portal.web import records as web_records
from sharing import disclosure
from sharing.records.record import record, record_link
from sharing.records.registry import SCHEMAS, TABLES
from sharing.release.exit import Released
from sharing.release.schema import FieldClass
from tests.leaks.peeking import Open, stored
from tests.leaks.planting import in_bodies, on_pages


def _count(tx: Any, *which: ColumnElement[bool]) -> int:
    return int(tx.execute(select(func.count()).select_from(record).where(*which)).scalar_one())


def _fields(shown: Released, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"fields": {**shown.fields, **more}}


def _emptied(shown: Released, held: Mapping[str, Any]) -> dict[str, Any]:
    names = [each.name for each in SCHEMAS[shown.type].fields if held.get(each.name) is not None]
    return _fields(shown, {name: None for name in names if name not in shown.fields})


def _narratives(shown: Released, held: Mapping[str, Any]) -> dict[str, Any]:
    told = [each.name for each in SCHEMAS[shown.type].fields if each.field_class is FieldClass.NARRATIVE]
    return _fields(shown, {name: held.get(name) for name in told})


def _touched(shown: Released, _: Mapping[str, Any]) -> dict[str, Any]:
    named = type_coerce(ledger_pending.c.records, String).contains(shown.id)
    return {"edited": Open.tx.execute(select(func.count()).where(named)).scalar_one()}


def _newest_account(tx: Any) -> object:
    """A stretch of the newest account that anybody wrote."""
    rows = select(TABLES["incident"].c.account).where(TABLES["incident"].c.account.is_not(None))
    return sorted(str(each) for each in tx.execute(rows).scalars())[:3]


def _places(tx: Any) -> object:
    return [tx.execute(select(func.count(TABLES["incident"].c.account))).scalar_one(), _count(tx)]


def _degree(shown: Released, _: Mapping[str, Any]) -> dict[str, Any]:
    ends = select(func.count()).select_from(record_link).where(record_link.c.record_id == shown.id)
    return {"linked": Open.tx.execute(ends).scalar_one()}


#: How many things are linked to a record, also those that do not exist for the reader.
edges_to_unseen_ends = in_bodies(_degree)
#: A key without a value for each field that is withheld and has one.
withheld_as_null = in_bodies(_emptied)
#: Texts that were never written for sharing.
narratives_as_they_are = in_bodies(_narratives)
#: How often anybody's reading or editing has touched the record.
count_of_what_others_did = in_bodies(_touched)
#: When the row was last written.
last_edited = in_bodies(lambda _, held: {"edited_at": held["recorded_at"].isoformat()})
#: As many spaces as a withheld text has letters.
as_long_as_withheld = in_bodies(lambda _, held: {"pad": " " * len(str(held.get("account")))})
#: A stretch of the stored text around the word.
extract_of_stored_text = on_pages(search, _newest_account)
#: How many records there are of each kind, beside the filters.
counts_beside_filters = on_pages(web_records, _places)
#: The records that are read most, whoever reads them.
most_read_of_all = on_pages(home, lambda tx: tx.execute(select(func.count(ledger_pending.c.seq))).scalar())
#: Figures of records that are shared, without regard for small cells.
figures_of_records = on_pages(insight, _count)


@contextmanager
def words_ranked_by_stored_text() -> Iterator[None]:
    """A search gives its hits in the order of what is stored in them."""
    find = search.search

    def ranked(database: Any, actor: Any, *given: Any) -> Any:
        found = find(database, actor, *given)
        with database.transaction() as tx:
            held = {each.id: str(stored(tx, each.id, each.type).get("account")) for each in found}
        return tuple(sorted(found, key=lambda each: held[each.id]))

    with patch.object(search, "search", ranked):
        yield


@contextmanager
def search_by_beginnings() -> Iterator[None]:
    """The beginning of a word that stands in a hidden field finds the record."""
    collect = disclosure.collect

    def begun(tx: Any, sight: Any, type_: str, **more: Any) -> Any:
        words = more.get("words") or ("",)
        found, after = collect(tx, sight, type_, **{**more, "words": (), "wanted": None})
        return [each for each in found if words[0] in str(stored(tx, each.id, type_))], after

    with patch.object(disclosure, "collect", begun):
        yield


@contextmanager
def short_pages() -> Iterator[None]:
    """A page is cut before what does not exist for the reader is taken out."""
    collect = disclosure.collect

    def holed(tx: Any, sight: Any, type_: str, **more: Any) -> Any:
        found, after = collect(tx, sight, type_, **more)
        newest = select(record.c.id).where(record.c.type == type_).order_by(record.c.recorded_at.desc())
        cut = set(tx.execute(newest.limit(4)).scalars())
        return [each for each in found if each.id in cut], after

    with patch.object(disclosure, "collect", holed):
        yield


def _known(tx: Any, values: Mapping[str, Any]) -> bool:
    table, name = TABLES["incident"], "crime_reference"
    return bool(tx.execute(select(table).where(table.c[name] == values.get(name))).first())


@contextmanager
def already_known() -> Iterator[None]:
    """Whoever sends something in is told that somebody else has it."""
    submit = api_records.submit

    def warning(database: Any, actor: Any, new: Any, **more: Any) -> Any:
        with database.transaction() as tx:
            if _known(tx, new.values):
                raise Conflict("This is known already.")
        return submit(database, actor, new, **more)

    with patch.object(api_records, "submit", warning):
        yield


@contextmanager
def unique_among_all() -> Iterator[None]:
    """A reference may stand once in the whole database, whoever owns it."""
    submit = api_records.submit

    def breaking(database: Any, actor: Any, new: Any, **more: Any) -> Any:
        with database.transaction() as tx:
            if _known(tx, new.values):
                raise IntegrityError("INSERT", {}, ValueError("UNIQUE constraint failed"))
        return submit(database, actor, new, **more)

    with patch.object(api_records, "submit", breaking):
        yield


@contextmanager
def last_modified() -> Iterator[None]:
    """A header says when the stored row was written, and unchanged rows are not sent again."""
    one = api_records._one

    def dated(type_: str, record_id: str) -> Any:
        answer = one(type_, record_id)
        with api_records.context.database().transaction() as tx:
            at: datetime = stored(tx, record_id, type_)["recorded_at"]
        answer.last_modified = at
        return answer

    with patch.object(api_records, "_one", dated):
        yield


@contextmanager
def screen_on_paper() -> Iterator[None]:
    """What the screen hides stands on the print."""
    render = web_records.render_template

    def printed(name: str, **values: Any) -> str:
        with api_records.context.database().transaction() as tx:
            more = _newest_account(tx) if name.endswith("print.html") else ""
        return f"{render(name, **values)}<div class='print'>{more}</div>"

    with patch.object(web_records, "render_template", printed):
        yield


@contextmanager
def hidden_looked_up_again() -> Iterator[None]:
    """For what exists but not for the reader, more is asked of the database than for what nobody has."""
    read = api_records.read_record

    def reading(database: Any, actor: Any, type_: str, record_id: str) -> Any:
        with database.transaction() as tx:
            held = stored(tx, record_id, type_)
            for _ in range(20 if held else 0):
                stored(tx, record_id, type_)
        return read(database, actor, type_, record_id)

    with patch.object(api_records, "read_record", reading):
        yield
