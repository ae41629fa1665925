"""Asking witnesses, which co-sign a checkpoint only if the log has grown from the last one they saw.

Source: C2SP tlog-witness 1.0.0. What they answer is checked and kept beside the checkpoint. A witness without
an address is asked by two files: `request_for` gives the one, `take_answer` reads the other.
"""

import logging
import threading
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import ConcordatError, Misconfigured, Missing
from foundation.ledger import logs
from foundation.ledger.encoding.checkpoint import read_body
from foundation.ledger.encoding.cosignature import cosigned_at
from foundation.ledger.encoding.note import read_lines, split
from foundation.ledger.encoding.policy import Policy, Witness, read_policy
from foundation.ledger.files import held_if_free
from foundation.ledger.published import (
    Signed,
    newest_signed,
    proof_of_growth,
    signed_at,
    span_of,
)
from foundation.ledger.tables import ledger_checkpoint, ledger_cosignature

_log = logging.getLogger(__name__)

#: Witnesses that have seen nothing for so long are worth an alarm.
LATE_AFTER = timedelta(hours=24)
_EVERY = 60.0  # seconds
_PATIENCE = 10.0  # seconds for one answer
_ANSWER_MOST = 100_000
_LOCK_FILE = "ledger.witness.lock"


class RefusedError(ConcordatError):
    """A witness has seen another history of this log, or more of it than there is here."""


@dataclass(frozen=True)
class Sighting:
    """What one witness saw last; size 0 and no time if it has seen nothing of this log."""

    name: str
    size: int
    at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether somebody should ask why."""
        return self.at is None or now - self.at > LATE_AFTER


def open_policy(path: Path | None) -> Policy:
    """The witnesses that the settings name; without a file there are none.

    Raises:
        Misconfigured: if the file cannot be read, or holds a line that is none.
    """
    if path is None:
        return Policy()
    try:
        return read_policy(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"The file of witnesses {path} is not good: {error}") from error


def published_policy(tx: Tx, witnesses: Policy) -> Policy:
    """Whose signatures count: every key that has signed, the newest first, and the witnesses."""
    found = [key for reign in reversed(logs.reigns(tx)) for key in (reign.verifier, reign.second) if key]
    return Policy(tuple(found), witnesses.witnesses, witnesses.groups, witnesses.quorum)


def sightings(tx: Tx, policy: Policy) -> tuple[Sighting, ...]:
    """What each witness saw last of the log that grows, in the order of the policy.

    By its signature and the time in it, not by what the row says beside it.
    """
    reign, table, checkpoint = logs.current(tx), ledger_cosignature, ledger_checkpoint
    first = reign.first if reign else 0
    newest = select(table.c.witness, func.max(table.c.size).label("size")).where(table.c.size > first)
    last = newest.group_by(table.c.witness).subquery()
    joined = table.join(last, (table.c.witness == last.c.witness) & (table.c.size == last.c.size)).join(
        checkpoint, checkpoint.c.size == table.c.size
    )
    rows = tx.execute(
        select(table.c.witness, table.c.size, table.c.line, checkpoint.c.note).select_from(joined)
    )
    found = {row.witness: row for row in rows}
    return tuple(_sighting(each, found.get(each.verifier.name), first) for each in policy.witnesses)


def _sighting(witness: Witness, row: Any, first: int) -> Sighting:
    try:
        seen = cosigned_at(row.note + row.line, witness.verifier) if row and row.note else None
        at = None if seen is None else datetime.fromtimestamp(seen, UTC)
    except (ValueError, OverflowError, OSError):
        at = None  # somebody else wrote it
    return Sighting(witness.name, row.size - first if at else 0, at)


def ask_all(database: Database, policy: Policy) -> list[str]:
    """Ask every witness with an address for the newest checkpoint; gives what went wrong, in sentences.

    Raises:
        RefusedError: if one has seen another history, or more than there is here; the others are asked first.
    """
    problems, refused = list[str](), list[RefusedError]()
    for witness in policy.witnesses:
        if witness.url:
            try:
                _ask(database, witness)
            except RefusedError as error:
                refused.append(error)
            except (OSError, HTTPException, ValueError) as error:
                problems.append(f"The witness {witness.name} could not be asked: {error}")
    if refused:
        raise refused[0]
    return problems


def refuse_what_witnesses_refuse(database: Database, policy: Policy) -> None:
    """Refuse to start where a witness has seen another history, or more; one that is silent is passed over.

    Raises:
        Misconfigured: saying which witness, and what to do.
    """
    try:
        for problem in ask_all(database, policy):
            _log.warning(problem)
    except RefusedError as error:
        raise Misconfigured(
            f"{error} Was the database restored from a backup? Nothing is signed. "
            "Bring back the newest database, or begin a new ledger: ledger ceremony"
        ) from error


def request_for(tx: Tx, witness: Witness, old: int | None = None) -> tuple[str, Signed]:
    """What the witness is asked: the newest checkpoint, and the proof that it grew from what it saw last.

    `old` is the size that the witness itself names; otherwise what it last signed counts.

    Raises:
        Missing: if nothing is signed yet.
    """
    span = span_of(tx)
    signed = newest_signed(tx, span)
    if signed is None:
        raise Missing("The ledger has signed nothing yet. Try again in a minute.")
    if old is None:
        table = ledger_cosignature
        known = select(func.max(table.c.size)).where(
            table.c.witness == witness.verifier.name, table.c.size > span.first
        )
        old = max((tx.execute(known).scalar_one() or span.first) - span.first, 0)
    if old > signed.size:
        raise RefusedError(_ahead(witness, old, signed.size))
    proof = proof_of_growth(tx, span, old, signed.size) if old < signed.size else ()
    lines = "".join(f"{b64encode(step).decode()}\n" for step in proof)
    return f"old {old}\n{lines}\n{signed.own_note}", signed


def take_answer(tx: Tx, witness: Witness, signed: Signed, answer: str) -> datetime:
    """Keep the witness's signature of the checkpoint; gives when it says it saw it.

    Raises:
        ValueError: if the answer does not carry a good signature of this witness.
    """
    own = [line for line in read_lines(answer) if line.is_of(witness.verifier)]
    lines = "".join(line.line() for line in own)
    seen = cosigned_at(signed.own_note + lines, witness.verifier)
    if seen is None:
        raise ValueError("the answer does not carry the witness's signature")
    at, table, size = datetime.fromtimestamp(seen, UTC), ledger_cosignature, signed.span.first + signed.size
    tx.execute(delete(table).where(table.c.witness == witness.verifier.name, table.c.size == size))
    row = {"witness": witness.verifier.name, "size": size, "at": at, "line": lines}
    tx.execute(insert(table), row)
    return at


def answer_to(tx: Tx, witness: Witness, request: str, answer: str) -> datetime | int:
    """Read the file that a witness wrote: when it saw the checkpoint, or the size that it saw last instead.

    Raises:
        RefusedError: if it has seen another history.
        Missing: if the request was for a checkpoint that is not kept here.
        ValueError: if the answer does not carry a good signature of this witness.
    """
    status, _, body = answer.partition("\n")
    if status == "409":
        return int(body)
    if status != "200":
        raise RefusedError(f"The witness {witness.name} refused ({status}): {body.strip()}")
    asked = read_body(split(request.partition("\n\n")[2])[0])
    return take_answer(tx, witness, signed_at(tx, span_of(tx), asked.size), body)


def _ask(database: Database, witness: Witness) -> None:
    with database.transaction() as tx:
        try:
            request, signed = request_for(tx, witness)
        except Missing:
            return
    if request.startswith(f"old {signed.size}\n"):
        return
    status, body = _post(witness.url, request)
    if status == 409:
        with database.transaction() as tx:
            request, signed = request_for(tx, witness, int(body))
        status, body = _post(witness.url, request)
    if status != 200:
        raise _refusal(witness, status, body)
    with database.transaction() as tx:
        take_answer(tx, witness, signed, body)


def _refusal(witness: Witness, status: int, body: str) -> Exception:
    if status == 422:
        return RefusedError(f"The witness {witness.name} has seen another history of this ledger.")
    return ValueError(f"{status} {body.strip()[:200]}")


def _ahead(witness: Witness, theirs: int, ours: int) -> str:
    return f"The witness {witness.name} has seen {theirs} leaves of this ledger, and there are {ours} here."


def _post(url: str, body: str) -> tuple[int, str]:
    request = Request(  # noqa: S310 - the address is a setting of the operator
        f"{url.rstrip('/')}/add-checkpoint", data=body.encode(), headers={"Content-Type": "text/plain"}
    )
    try:
        with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - as above
            return answer.status, answer.read(_ANSWER_MOST).decode("utf-8", "replace")
    except HTTPError as error:
        with error:
            return error.code, error.read(_ANSWER_MOST).decode("utf-8", "replace")
    except URLError as error:
        raise OSError(str(error.reason)) from error


class Witnessing:
    """Asks the witnesses every minute until stopped; one process of a folder at a time."""

    def __init__(self, database: Database, data_dir: Path, policy: Policy, interval: float = _EVERY) -> None:
        self._database = database
        self._data_dir = data_dir
        self._policy = policy
        self._interval = interval
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger-witnesses", daemon=True)

    def start(self) -> None:
        """Begin, once no witness was found to know more than this database.

        Raises:
            Misconfigured: if one does; the process must not start.
        """
        if any(each.url for each in self._policy.witnesses):
            refuse_what_witnesses_refuse(self._database, self._policy)
            self._thread.start()

    def stop(self) -> None:
        """End after the round in hand."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._interval):
            with held_if_free(self._data_dir, _LOCK_FILE) as free:
                if free:
                    self._round()

    def _round(self) -> None:
        try:
            for problem in ask_all(self._database, self._policy):
                _log.warning(problem)
            with self._database.transaction() as tx:
                late = [each.name for each in sightings(tx, self._policy) if each.is_late(clock.now())]
        except (ConcordatError, SQLAlchemyError) as error:
            _log.error("The witnesses could not be asked, or refuse: %s", error)
            return
        if late:
            _log.error("No checkpoint was seen in a day by: %s", ", ".join(late))
