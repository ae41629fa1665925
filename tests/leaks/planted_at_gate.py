"""Leaks planted around every answer: headers, caches, errors, ids, and what stays behind in a browser."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from typing import Any
from unittest.mock import patch

from flask import request
from marshmallow import EXCLUDE, Schema
from sqlalchemy import update

from auth import once
from auth.tables import idempotency
from foundation.errors import Invalid
from portal.api import errors as api_errors
from portal.api import records as api_records
from portal.gate import headers
from portal.web import errors as web_errors
from portal.web import records as web_records
from portal.web import sign_in
from sharing import contribution, inserts
from sharing.records.registry import TABLES
from sharing.release.exit import Released
from tests.leaks.peeking import Open, reopened, stored

#: The upper half of an id of version 7.
_MOMENT = 0x0192F0A1B2C37000


@contextmanager
def faults_speak() -> Iterator[None]:
    """The page of a fault says what went wrong, with what was in it."""
    with patch.object(web_errors, "log_fault", str), patch.object(api_errors, "log_fault", str):
        yield


@contextmanager
def ids_in_order() -> Iterator[None]:
    """Ids are counted up, with the moment in front."""
    numbers = count(1)
    with patch.object(inserts, "new_id", lambda: str(uuid.UUID(int=_MOMENT << 64 | next(numbers)))):
        yield


@contextmanager
def told_what_is_unchanged() -> Iterator[None]:
    """An unchanged row is not sent again; whether it is unchanged, the whole stored row says."""
    one = api_records._one

    def conditional(type_: str, record_id: str) -> Any:
        answer = one(type_, record_id)
        with api_records.context.database().transaction() as tx:
            whole = repr(sorted(stored(tx, record_id, type_).items(), key=str))
        answer.set_etag(sha256(whole.encode()).hexdigest())
        return answer.make_conditional(request)

    with patch.object(api_records, "_one", conditional):
        yield


@contextmanager
def time_told() -> Iterator[None]:
    """A header says how long the database took."""
    with patch.dict(headers._FIXED, {"Server-Timing": "db;dur=3"}):
        yield


@contextmanager
def counters_told() -> Iterator[None]:
    """A header says how much is left of what all agencies share."""
    with patch.dict(headers._FIXED, {"RateLimit": '"all";r=41'}):
        yield


@contextmanager
def pages_may_be_kept() -> Iterator[None]:
    """Browsers and proxies may keep pages for a minute."""
    with patch.object(headers, "_caching", lambda: "private, max-age=60"):
        yield


@contextmanager
def kept_for_everybody() -> Iterator[None]:
    """The page of a record is read once and kept, whoever asks next."""
    read, kept = web_records.read_record, {}

    def keeping(database: Any, actor: Any, type_: str, record_id: str) -> Any:
        key = id(database), record_id
        if key not in kept:
            kept[key] = read(database, actor, type_, record_id)
        return kept[key]

    with patch.object(web_records, "read_record", keeping):
        yield


@contextmanager
def nothing_cleared() -> Iterator[None]:
    """Signing out leaves what the browser kept of the pages."""
    take = sign_in.take_cookie

    def taking(response: Any) -> None:
        take(response)
        del response.headers["Clear-Site-Data"]

    with patch.object(sign_in, "take_cookie", taking):
        yield


@contextmanager
def refusal_echoes() -> Iterator[None]:
    """A change that is refused comes back with what stands there."""
    amend = api_records.amend_seen

    def echoing(database: Any, actor: Any, type_: str, record_id: str, *given: Any, **more: Any) -> Any:
        with database.transaction() as tx:
            held = stored(tx, record_id, type_)
        if held and held["owner"] != actor.agency_id:
            raise Invalid({"account": f"It holds {held.get('account')}."})
        return amend(database, actor, type_, record_id, *given, **more)

    with patch.object(api_records, "amend_seen", echoing):
        yield


@contextmanager
def hidden_fields_emptied() -> Iterator[None]:
    """A change of what is seen empties what is not."""
    amend, table, before = api_records.amend_seen, TABLES["incident"], {}

    def emptying(database: Any, actor: Any, type_: str, record_id: str, *given: Any, **more: Any) -> Any:
        with database.transaction() as tx:
            before[record_id] = database, stored(tx, record_id, type_).get("account")
            tx.execute(update(table).where(table.c.record_id == record_id).values(account=None))
        return amend(database, actor, type_, record_id, *given, **more)

    with patch.object(api_records, "amend_seen", emptying):
        yield
    for record_id, (database, account) in before.items():
        with database.transaction() as tx:
            tx.execute(update(table).where(table.c.record_id == record_id).values(account=account))


@contextmanager
def unknown_keys_taken() -> Iterator[None]:
    """Keys that nobody may set are passed over in silence instead of being refused."""
    load = Schema.load

    def lenient(schema: Schema, *given: Any, **more: Any) -> Any:
        return load(schema, *given, **{**more, "unknown": EXCLUDE})

    with patch.object(Schema, "load", lenient):
        yield


@contextmanager
def replies_shared_by_all() -> Iterator[None]:
    """A reply is kept under its key alone, whoever's key it is."""
    done = once.done_before

    def anybodys(tx: Any, actor: Any, asked: Any) -> str | None:
        row = tx.execute(idempotency.select().where(idempotency.c.key == asked.key)).first()
        return str(row.answer) if row else done(tx, actor, asked)

    with patch.object(contribution, "done_before", anybodys):
        yield


@contextmanager
def version_counts_writes() -> Iterator[None]:
    """The version of a record is how it stands in the row."""

    def version(shown: Released) -> str:
        return str(stored(Open.tx, shown.id, shown.type)["recorded_at"].timestamp())

    with reopened(), patch.object(Released, "version", property(version)):
        yield
