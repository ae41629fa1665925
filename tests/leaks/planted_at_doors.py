"""Leaks planted at the doors: each opens one channel for as long as its block lasts."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from markupsafe import Markup
from sqlalchemy import func, select

from foundation.errors import Missing
from portal.api import bodies
from portal.api import records as api_records
from portal.gate import cursors
from portal.web import records as web_records
from portal.web import rendering
from sharing.records.record import link, record
from sharing.release.exit import Released
from tests.leaks.peeking import Open, reopened, stored


@contextmanager
def withheld_in_a_comment() -> Iterator[None]:
    """Pages carry the stored account in a comment."""
    show = web_records.read_record

    def reading(database: Any, actor: Any, type_: str, record_id: str) -> Any:
        page = show(database, actor, type_, record_id)
        with database.transaction() as tx:
            Open.tx = str(stored(tx, record_id, type_).get("account"))
        return page

    render = web_records.render_template

    def rendered(*names: Any, **values: Any) -> str:
        return render(*names, **values) + Markup("<!-- {} -->").format(Open.tx)

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
def hidden_says_forbidden() -> Iterator[None]:
    """What exists for others is refused in other words than what nobody has."""
    read = api_records.read_record

    def reading(database: Any, actor: Any, type_: str, record_id: str, **more: Any) -> Any:
        try:
            return read(database, actor, type_, record_id, **more)
        except Missing:
            with database.transaction() as tx:
                if stored(tx, record_id, type_):
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
    body = bodies._body

    def original(shown: Released, *more: Any) -> dict[str, Any]:
        made = body(shown, *more)
        account = stored(Open.tx, shown.id, shown.type).get("account")
        return {**made, "fields": {**made["fields"], "account": account}}

    with reopened(), patch.object(bodies, "_body", original):
        yield


@contextmanager
def unseen_persons_counted() -> Iterator[None]:
    """A record says how many persons are on it, also those who do not exist for the reader."""
    body = bodies._body

    def counted(shown: Released, *more: Any) -> dict[str, Any]:
        count = select(func.count()).select_from(link).where(link.c.record_id == shown.id)
        return {**body(shown, *more), "persons": Open.tx.execute(count).scalar()}

    with reopened(), patch.object(bodies, "_body", counted):
        yield


@contextmanager
def version_of_the_whole_row() -> Iterator[None]:
    """The version, and with it the entity tag, is a digest of all that is stored."""

    def digest(shown: Released) -> str:
        whole = repr(sorted(stored(Open.tx, shown.id, shown.type).items(), key=str))
        return hashlib.sha256(whole.encode()).hexdigest()[:32]

    with reopened(), patch.object(Released, "version", property(digest)):
        yield


@contextmanager
def waiting_counts_everybody() -> Iterator[None]:
    """The number on every page counts what waits for others."""

    def count(database: Any, _: Any) -> int:
        with database.transaction() as tx:
            return int(tx.execute(select(func.count()).select_from(record)).scalar_one())

    with patch.object(rendering, "count_waiting", count):
        yield
