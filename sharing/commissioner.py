"""What the Information Commissioner is handed of an agency's ledger: entries in words, each with its receipt.

The file stands by itself: whoever has it checks every entry with the program that lies in it, without asking
the portal or the agency.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

import foundation.ledger.verifier as programs
from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database
from foundation.errors import Invalid
from foundation.ledger.encoding.policy import Policy
from foundation.ledger.encoding.receipt import SUFFIX
from sharing.consultations import Asked, EntryLine, entries_asked_for, filters_set
from sharing.events import consultations as events
from sharing.exports.csv_file import written
from sharing.publishing import read_policy, receipts_of

#: Entries in one file at most: each comes with a proof of its own.
MOST = 500
LONGEST_REFERENCE = 60
#: Pages of entries that are looked through for one file; each opens up to 2,000.
_PAGES = 25
_FEWER = " Choose fewer days."
_VERIFIER = "verify.py"
_HEAD = ("Entry", "Log", "When", "Operation", "Event", "Who", "Agency", "What", "For", "Records", "Receipt")


@dataclass(frozen=True)
class HandedOver:
    """A file for the Commissioner, a ZIP; `digest` is the SHA-256 of its bytes, in hexadecimal digits."""

    name: str
    content: bytes
    digest: str
    entries: int


def hand_to_commissioner(
    database: Database, log: Database, actor: Actor, witnesses: Policy, asked: Asked, reference: str
) -> HandedOver:
    """Give out the entries of the actor's agency that fit, all of them, with what proves them.

    `database` shows the actor what concerns the agency; `log` is the same one as the server sees it, for the
    hashes of all agencies that a proof is made of. One entry says that it was done, for which `reference` of
    the Commissioner, and the file's digest, before a byte leaves. Entries that are not signed yet are left
    out, and the file says how many. A refusal after looking leaves the entry of a look.

    Raises:
        Invalid: without a reference, if more than `MOST` entries fit, or none, or a filter cannot be read.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.LEDGER_REVIEW)
    now = clock.now()
    reference = reference.strip()
    if not reference or len(reference) > LONGEST_REFERENCE:
        raise Invalid({"reference": f"Give the Commissioner’s reference, in {LONGEST_REFERENCE} characters."})
    actor.require_fresh_factor(now)
    found, waiting = _found(database, actor, asked)
    with log.transaction() as tx:
        receipts = receipts_of(tx, actor, witnesses, [line.id for line in found])
    lines = [line for line in found if line.id in receipts]
    waiting += len(found) - len(lines)
    if not lines:
        words = (
            "What fits is not signed yet. Try again in a minute."
            if waiting
            else "No entry fits what you chose."
        )
        raise _refused(database, actor, asked, waiting, words)
    beside = {
        "README.txt": _read_me(actor.agency_id, reference, now, asked, len(lines), waiting).encode(),
        "entries.csv": _table(lines),
        "policy.txt": read_policy(log, actor, witnesses).encode(),
        _VERIFIER: (files(programs) / _VERIFIER).read_bytes(),
    }
    content = _packed({**beside, **{_place(each): receipts[each.id].encode() for each in lines}}, now)
    digest = hashlib.sha256(content).hexdigest()
    with database.transaction() as tx:
        events.ledger_handed_over(
            tx, actor, reference=reference, entries=len(lines), asked=filters_set(asked), sha256=digest
        )
    name = f"{actor.agency_id}-ledger-{now:%Y-%m-%d-%H%M}.zip"
    return HandedOver(name, content, digest, len(lines))


def _found(database: Database, actor: Actor, asked: Asked) -> tuple[list[EntryLine], int]:
    """The entries that fit, the oldest first, and how many of them have no place in the log yet."""
    lines: list[EntryLine] = []
    before: int | None = None
    for _ in range(_PAGES):
        with database.transaction() as tx:
            page = entries_asked_for(tx, actor, asked, before=before, limit=MOST + 1)
        lines += page.entries
        before = page.before
        if before is None or len(lines) > MOST:
            break
    else:
        raise _refused(
            database, actor, asked, len(lines), "That is too much to look through at once." + _FEWER
        )
    if len(lines) > MOST:
        words = f"More than {MOST} entries fit, which is as many as one file holds." + _FEWER
        raise _refused(database, actor, asked, len(lines), words)
    placed = [line for line in reversed(lines) if line.index is not None]
    return placed, len(lines) - len(placed)


def _refused(database: Database, actor: Actor, asked: Asked, entries: int, words: str) -> Invalid:
    """The refusal of what was looked for: that none fit, or too many, is a look at the ledger as well."""
    with database.transaction() as tx:
        events.ledger_read(tx, actor, entries=entries, asked=filters_set(asked))
    return Invalid({"since": words})


def _place(line: EntryLine) -> str:
    return f"receipts/{line.id}{SUFFIX}"


def _table(lines: Sequence[EntryLine]) -> bytes:
    rows = [_HEAD, *(_row(each) for each in lines)]
    return written([str(cell) for cell in row] for row in rows)


def _row(line: EntryLine) -> tuple[object, ...]:
    told = (line.index, line.log, line.at.isoformat(), line.operation, line.event, line.who, line.agency)
    return (*told, line.what, line.purpose, line.records, _place(line))


def _packed(parts: dict[str, bytes], at: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            member = zipfile.ZipInfo(name, at.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, raw)
    return out.getvalue()


def _read_me(agency: str, reference: str, at: datetime, asked: Asked, entries: int, waiting: int) -> str:
    chosen = [f"  {name}: {value}" for name, value in vars(asked).items() if value]
    left_out = f"{waiting} more fit and were not signed yet; they are not in this file.\n" if waiting else ""
    return f"""Entries of the ledger of {agency} for the Information Commissioner

Reference: {reference}
Made: {at:%Y-%m-%d %H:%M} UTC
Entries: {entries}
{left_out}Chosen by:
{chr(10).join(chosen) or "  nothing: all that concerns the agency"}

entries.csv    the entries in words, the oldest first
receipts/      one file for each entry: its exact words and what proves that it stands in the signed log
policy.txt     whose signatures count. Compare it with the copy of another agency or of a witness.
verify.py      checks receipts; it needs Python 3.9 or newer, and no network

To check every entry, in the folder into which this was unpacked:

  python3 verify.py --policy policy.txt receipts/*

It prints "good" for each, or the first that is not. A receipt proves that an entry is there and unchanged,
not that there are no others: for that, ask the agency for its whole download, which verify.py checks as well.

Entries may be used only to check lawfulness, for discipline, for security and for criminal proceedings
(Data Protection Act 2018, section 62(4)). They hold names of fields, never what stood in them.
"""
