"""What is done to the log by hand and seldom: another key, and a new log after a restore.

Both can be interrupted at any moment and run again: the next keys are on disk before the database names them,
and take the place of the old ones after it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Misconfigured
from foundation.ledger import logs
from foundation.ledger.custody import (
    KEY_FILE,
    Anchor,
    Keys,
    keep_next,
    let_next_take_over,
    new_keys,
    next_keys,
    open_keys,
    read_anchor,
    read_keys,
    write_anchor,
)
from foundation.ledger.encoding.batch import OPENING, OPENING_EVENT, of_the_log
from foundation.ledger.encoding.checkpoint import Checkpoint, read_note
from foundation.ledger.encoding.detail import Plain
from foundation.ledger.encoding.succession import Succession, Why, read_succession
from foundation.ledger.encoding.tree import EMPTY_ROOT
from foundation.ledger.files import held
from foundation.ledger.logs import LogSpan
from foundation.ledger.published import newest_signed
from foundation.ledger.sealing import seal
from foundation.ledger.sequencer import lock, open_with
from foundation.ledger.signing import check_anchor, refuse_a_fork, sign_newest
from foundation.ledger.tables import ledger_agency, ledger_leaf


@dataclass(frozen=True)
class Gap:
    """What a new log says of the one before it: `last` leaves were signed, `kept` of them are still there."""

    origin: str
    last: int
    kept: int
    note: str


def change_key(database: Database, data_dir: Path) -> str:
    """Sign with a new key from now on; gives the note in which the old key hands over to it.

    Raises:
        Misconfigured: if the database or the old key is not the log's.
        Conflict: if nothing was signed yet, so that a new key can simply be made.
    """
    following = next_keys(data_dir)
    if following is None:
        sign_newest(database, data_dir)
    with held(data_dir):
        keys, anchor = read_keys(data_dir / KEY_FILE), read_anchor(data_dir)
        if following is None:
            following = new_keys(keys.first.name, second=keys.second is not None)
            keep_next(data_dir, following)
        with database.transaction() as tx:
            lock(tx)
            note = _hand_over(tx, keys, following, anchor)
        let_next_take_over(data_dir)
    return note


def _hand_over(tx: Tx, keys: Keys, following: Keys, anchor: Anchor) -> str:
    found = logs.current(tx)
    if found is not None and found.verifier == following.first.verifier:
        return found.note or ""  # it was interrupted after this
    reign = refuse_a_fork(tx, anchor, keys.first)
    if reign is None:
        raise Conflict("Nothing was signed with this key yet.")
    told = Succession(
        Why.CHANGED, keys.first.verifier, following.first.verifier, anchor.size, anchor.root, anchor.size
    )
    note = told.signed(keys.first, following.first)
    logs.add(tx, following, log=reign.log, first=reign.first, note=note)
    return note


def begin_anew(
    database: Database,
    data_dir: Path,
    checkpoints: Sequence[str] = (),
    copies: Mapping[str, Iterable[int]] | None = None,
) -> Gap:
    """Begin a new log where the database was restored and does not reach what was signed.

    `checkpoints` are signed ones that witnesses or agencies hold: the largest of them and of the anchor is
    the last good one. `copies` are the indices of the old log that agencies still hold in their bundles.

    Raises:
        Conflict: if the database reaches what was signed, or is larger than all that is known to be signed.
        Misconfigured: if a checkpoint is not signed by the log.
    """
    old = read_keys(data_dir / KEY_FILE) if (data_dir / KEY_FILE).exists() else None
    following = next_keys(data_dir)
    with database.transaction() as tx:
        reign = logs.current(tx) or logs.begin(tx, old or open_keys(data_dir))
        span = logs.spans(tx)[-1]
    if following is not None and reign.verifier == following.first.verifier:
        gap = _gap(reign.note or "")  # it was interrupted after this
    else:
        given = [_read(note, span) for note in checkpoints]
        _refuse_what_is_whole(database, data_dir, span, given)
        last = _last_good(data_dir, span, given)
        following = following or new_keys(_next_name(reign), second=reign.second is not None)
        old = old if old and old.first.verifier == reign.verifier else None
        with held(data_dir):
            keep_next(data_dir, following)
        with database.transaction() as tx:
            lock(tx)
            gap = _open_log(tx, old, following, last, copies or {})
    with held(data_dir):
        write_anchor(data_dir, Anchor(following.first.name, 0, EMPTY_ROOT))
        let_next_take_over(data_dir)
    sign_newest(database, data_dir)
    return gap


def _gap(note: str) -> Gap:
    told, _ = read_succession(note)
    return Gap(told.old.name, told.last, told.kept, note)


def _refuse_what_is_whole(
    database: Database, data_dir: Path, span: LogSpan, given: Sequence[Checkpoint]
) -> None:
    """There is nothing to begin anew where everything that was signed is here."""
    try:
        check_anchor(database, data_dir)
    except Misconfigured:
        return
    with database.transaction() as tx:
        signed = newest_signed(tx, span)
    size = signed.size if signed else 0
    if all(each.size <= size for each in given):
        raise Conflict("This database holds everything that the ledger has signed. Nothing was begun.")


def _last_good(data_dir: Path, span: LogSpan, given: Sequence[Checkpoint]) -> Checkpoint:
    found = list(given)
    try:
        anchor = read_anchor(data_dir)
    except Misconfigured:
        if not found:
            raise
    else:
        if anchor.origin == span.origin:
            found.append(Checkpoint(anchor.origin, anchor.size, anchor.root))
    if not found:
        raise Misconfigured("The anchor is of another ledger. Give the last checkpoint that a partner holds.")
    return max(found, key=lambda each: each.size)


def _read(note: str, span: LogSpan) -> Checkpoint:
    for verifier in span.verifiers:
        try:
            return read_note(note, verifier)
        except ValueError:
            continue
    raise Misconfigured("A checkpoint that was given is not signed by a key of this ledger.")


def _next_name(reign: logs.Reign) -> str:
    name = reign.verifier.name
    return f"{name.removesuffix(f'/{reign.log}') if reign.log > 1 else name}/{reign.log + 1}"


def _open_log(
    tx: Connection, old: Keys | None, new: Keys, last: Checkpoint, copies: Mapping[str, Iterable[int]]
) -> Gap:
    reign = logs.begin(tx, old) if old else logs.reigns(tx)[-1]
    signed = newest_signed(tx, logs.span_of(reign))
    kept = signed.size if signed else 0
    if kept > last.size:
        raise Conflict(
            f"This database holds a signed checkpoint of {kept} leaves, and the last good one that is known "
            f"has {last.size}. Give the last checkpoint that a partner holds."
        )
    told = Succession(Why.RESTORED, reign.verifier, new.first.verifier, last.size, last.root, kept)
    note = told.signed(new.first, *([old.first] if old else []))
    place = tx.execute(select(func.max(ledger_leaf.c.idx))).scalar_one()
    first = 0 if place is None else place + 1
    following = logs.add(tx, new, log=reign.log + 1, first=first, note=note)
    tx.execute(delete(ledger_agency))  # each agency's count begins again with the log
    opening = of_the_log(OPENING, OPENING_EVENT, "", clock.now(), seal, _opening(told, following, copies))
    open_with(tx, following, opening)
    return _gap(note)


def _opening(told: Succession, reign: logs.Reign, copies: Mapping[str, Iterable[int]]) -> dict[str, Plain]:
    """What the first leaf of a new log commits to."""
    lost = [[told.kept, told.last - 1]] if told.last > told.kept else []
    known = {
        agency: [index for index in sorted(set(indices)) if told.kept <= index < told.last]
        for agency, indices in sorted(copies.items())
    }
    return {
        "log": reign.log,
        "origin": reign.verifier.name,
        "previous": {"origin": told.old.name, "size": told.last, "root": told.root.hex()},
        "kept": told.kept,
        "lost": lost,
        "known": {agency: indices for agency, indices in known.items() if indices},
    }
