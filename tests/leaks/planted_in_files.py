"""Leaks planted into files, letters, messages to programs and the ledger.

The scan that stops a leaking file is switched off with each, so that what finds it is the test.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from auth import letters
from foundation import clock
from foundation.ledger import append
from foundation.ledger.encoding import kept
from foundation.ledger.encoding.detail import new_nonce
from portal.api import exports as api_exports
from portal.jobs import kinds
from sharing import consultations
from sharing.exports import csv_file, making, pdf_file
from sharing.exports.sheets import Line, Sheet
from sharing.records.registry import TABLES
from sharing.webhooks import telling
from tests.leaks.watching_exits import guessed


@contextmanager
def _unscanned() -> Iterator[Mapping[str, str]]:
    """No file is stopped; gives the stored accounts of the records of the file that is being made."""
    accounts: dict[str, str] = {}
    gather = making.gather

    def remembering(*given: Any) -> Any:
        contents = gather(*given)
        accounts.update({each.shown.id: str(each.facts.values.get("account")) for each in contents.seen})
        return contents

    with patch.object(making, "gather", remembering), patch.object(making, "leaks_in", lambda _: ()):
        yield accounts


def _with_line(sheet: Sheet, accounts: Mapping[str, str]) -> Sheet:
    return replace(sheet, lines=(*sheet.lines, Line("", "account", "Note", accounts.get(sheet.id, ""))))


@contextmanager
def withheld_in_a_cell() -> Iterator[None]:
    """A CSV file has a column of what is withheld."""
    with _unscanned() as accounts, ExitStack() as stack:
        for name in ("list_file", "record_file"):
            write = getattr(making, name)

            def writing(sheets: Any, stamp: Any, write: Any = write) -> bytes:
                return bytes(write([_with_line(each, accounts) for each in sheets], stamp))

            stack.enter_context(patch.object(making, name, writing))
        yield


@contextmanager
def cells_as_they_are() -> Iterator[None]:
    """A cell that begins as a formula stays one."""
    with patch.object(csv_file, "cell", str):
        yield


@contextmanager
def withheld_in_the_document() -> Iterator[None]:
    """A PDF file has a line of what is withheld."""
    write = making.pdf_file
    with _unscanned() as accounts:

        def writing(sheets: Any, stamp: Any, at: Any) -> bytes:
            return write([_with_line(each, accounts) for each in sheets], stamp, at)

        with patch.object(making, "pdf_file", writing):
            yield


@contextmanager
def withheld_in_the_title() -> Iterator[None]:
    """The title of a PDF file, which lists of files show, says what is inside."""
    typeset = pdf_file.typeset
    with _unscanned() as accounts:

        def titled(name: str, document: Any, at: Any) -> bytes:
            return typeset(name, {**document, "title": next(iter(accounts.values()), "")}, at)

        with patch.object(pdf_file, "typeset", titled):
            yield


@contextmanager
def file_named_by_its_record() -> Iterator[None]:
    """The name of a file says what is inside."""
    fetch = api_exports.fetch_export
    with _unscanned() as accounts:

        def named(*given: Any) -> Any:
            file = fetch(*given)
            return replace(file, name=f"{next(iter(accounts.values()), '')[:16]}.csv")

        with patch.object(api_exports, "fetch_export", named):
            yield


def _account(tx: Any) -> str:
    table = TABLES["incident"]
    return str(
        tx.execute(
            select(table.c.account)
            .where(table.c.account.is_not(None))
            .order_by(table.c.account.desc())
            .limit(1)
        ).scalar()
    )


@contextmanager
def letter_says_what() -> Iterator[None]:
    """A letter says what waits, not only that something does."""
    post, written = letters.post_letter, letters.written

    def telling_more(database: Any, *given: Any) -> None:
        def more(*names: Any) -> tuple[str, str]:
            subject, text = written(*names)
            with database.transaction() as tx:
                return f"{subject}: {_account(tx)}", text

        with patch.object(letters, "written", more):
            post(database, *given)

    with patch.object(kinds, "post_letter", telling_more):
        yield


@contextmanager
def message_carries_values() -> Iterator[None]:
    """What programs are told holds a value of the record."""
    about, body, held = telling._about_to_send, telling._body, {}

    def looking(tx: Any, job: Any) -> Any:
        held["account"] = _account(tx)
        return about(tx, job)

    def carrying(*given: Any) -> bytes:
        return body(*given)[:-1] + f', "account": "{held["account"]}"}}'.encode()

    with patch.object(telling, "_about_to_send", looking), patch.object(telling, "_body", carrying):
        yield


@contextmanager
def programs_told_of_everything() -> Iterator[None]:
    """Programs are told of whatever happens, also to what does not exist for their agency."""

    def concerned(tx: Any, hook: Any, said: Any) -> Any:
        actor = telling.acting_for(tx, hook["account"], purpose=hook["purpose"], session="")
        return telling._Told(actor, clock.now(), telling._owner(tx, said["record"]))

    with patch.object(telling, "_concerned", concerned):
        yield


@contextmanager
def ledger_of_another() -> Iterator[None]:
    """The ledger shows the entries of another agency."""
    find = consultations.find_of_agency

    def of_another(tx: Any, _: str, *given: Any, **more: Any) -> Any:
        return find(tx, "romford-bcrp", *given, **more)

    with patch.object(consultations, "find_of_agency", of_another):
        yield


@contextmanager
def one_view_for_all_owners() -> Iterator[None]:
    """In the entry of a look each owner reads the records of all."""

    def of_all(told: Any, owners: Any) -> Any:
        return dict.fromkeys(told["agencies"], range(len(owners)))

    with patch.object(kept, "_places", of_all):
        yield


@contextmanager
def leaves_without_chance() -> Iterator[None]:
    """Entries that say the same have the same leaf, so that whoever has the log can guess."""

    class Drawing:
        @staticmethod
        def RAND_bytes(size: int) -> bytes:  # noqa: N802 - as the module names it
            return new_nonce()[: append.ID_SIZE] + bytes(size - append.ID_SIZE)

    with patch.object(append, "ssl", Drawing), patch.object(append, "new_views", guessed):
        yield
