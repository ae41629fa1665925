"""What partners take home from the ledger: the public part, all that concerns their agency, single receipts.

The public part is the same for everybody and tells nothing of anybody: it leaves no entry, for the log would
grow by being read. What concerns an agency is opened for it, and leaves one.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from foundation.ledger import logs, published
from foundation.ledger.downloads import Plan, newest_offered, plan_bundle
from foundation.ledger.encoding.policy import Policy
from foundation.ledger.encoding.tiles import read_path
from foundation.ledger.published import is_signed, newest_signed, signed_steps, span_of
from foundation.ledger.receipts import receipt_of
from foundation.ledger.witnessing import Sighting, published_policy, sightings
from sharing.events import consultations as events

#: Leaves of the log in a part of a download.
PART = 50_000


@dataclass(frozen=True)
class Standing:
    """How far the log reaches and who has seen it; `size` 0 and no time before anything was signed.

    `offered` is the size of the checkpoint with which downloads are made: the newest that a witness has seen.
    """

    log: int
    size: int
    root: bytes
    at: datetime | None
    offered: int
    sightings: tuple[Sighting, ...]

    @property
    def seen(self) -> int:
        """How many witnesses have seen something of it."""
        return sum(each.at is not None for each in self.sightings)


def read_standing(database: Database, actor: Actor, witnesses: Policy) -> Standing:
    """Where the log stands that grows now, and what each witness saw last."""
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        reign = logs.current(tx)
        signed = newest_signed(tx, logs.span_of(reign)) if reign else None
        offered = newest_offered(tx, signed.span, _names(witnesses)).size if signed else 0
        seen = sightings(tx, witnesses)
    if signed is None:
        return Standing(1, 0, b"", None, 0, seen)
    return Standing(signed.span.number, signed.size, signed.checkpoint.root, signed.at, offered, seen)


def read_parts(
    database: Database, actor: Actor, witnesses: Policy, after: int = 0, apart: int = PART
) -> tuple[tuple[int, int], ...]:
    """What can be downloaded one after the other instead of all at once, as (after, size) of checkpoints.

    Each is a bundle of some `apart` leaves of the log that grows, the last one what is left. After the newest
    checkpoint that is offered there is nothing.

    Raises:
        Invalid: if nothing of the size `after` was ever signed.
    """
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        reign = logs.current(tx)
        if reign is None or newest_signed(tx, logs.span_of(reign)) is None:
            return ()
        span = logs.span_of(reign)
        offered = newest_offered(tx, span, _names(witnesses)).size
        if after and not is_signed(tx, span, after):
            raise Invalid({"after": "No bundle of this ledger has this number in its name."})
        ends = [*signed_steps(tx, span, after, offered, apart), offered]
    begins = [after, *ends[:-1]]
    return tuple((begin, end) for begin, end in zip(begins, ends, strict=True) if begin < end)


def read_checkpoint(database: Database, actor: Actor, log: int | None = None) -> str:
    """The newest signed checkpoint of a log, with the signatures of witnesses.

    Without a number it is that of the log that grows.

    Raises:
        Missing: if there is none.
    """
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        signed = newest_signed(tx, span_of(tx, log))
    if signed is None:
        raise Missing("There is nothing here that you can see.")
    return signed.note


def read_tile(database: Database, actor: Actor, level: int, path: str, log: int | None = None) -> bytes:
    """A tile of hashes. Source: C2SP tlog-tiles.

    Raises:
        Missing: if the signed tree has no such tile.
    """
    actor.require(Action.LEDGER_READ)
    try:
        piece = read_path(path)
    except ValueError as error:
        raise Missing("There is nothing here that you can see.") from error
    with database.transaction() as tx:
        return published.tile_of(tx, span_of(tx, log), level, piece)


def read_leaves(database: Database, actor: Actor, path: str, log: int | None = None) -> bytes:
    """A bundle of public leaves. Source: C2SP tlog-tiles.

    Raises:
        Missing: if the signed tree has no such bundle.
    """
    actor.require(Action.LEDGER_READ)
    try:
        piece = read_path(path)
    except ValueError as error:
        raise Missing("There is nothing here that you can see.") from error
    with database.transaction() as tx:
        return published.entries_of(tx, span_of(tx, log), piece)


def read_policy(database: Database, actor: Actor, witnesses: Policy) -> str:
    """Whose signatures count, as a file for checking. Source: C2SP tlog-policy."""
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        return "".join(f"{line}\n" for line in published_policy(tx, witnesses).lines())


def read_successions(database: Database, actor: Actor) -> str:
    """How keys followed one another: the notes, parted by an empty line; empty if there was one key only."""
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        return "\n".join(each.note for each in logs.reigns(tx) if each.note)


def plan_download(
    database: Database, actor: Actor, witnesses: Policy, *, size: int = 0, after: int = 0
) -> Plan:
    """Begin to give out all that concerns the actor's agency; this becomes one entry before a byte leaves.

    `size` and `after` are sizes of signed checkpoints; at zero it is everything up to the newest that a
    witness has seen. `foundation.ledger.downloads.write_bundle` gives the bytes of the plan.

    Raises:
        Missing: if there is no such checkpoint.
    """
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        plan = plan_bundle(tx, actor.agency_id, size=size, after=after, witnesses=_names(witnesses))
        events.ledger_downloaded(tx, actor, entries=plan.entries, after=after, size=plan.size)
    return plan


def take_receipt(database: Database, actor: Actor, witnesses: Policy, event_id: str) -> str:
    """The receipt of one entry that names the actor's agency, as a file that verifies by itself.

    Raises:
        Missing: if there is no such entry, or it does not name the agency.
        Conflict: if it is not signed yet.
    """
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        receipt = receipt_of(tx, event_id, actor.agency_id, _names(witnesses))
        events.receipt_taken(tx, actor, of=event_id)
    return receipt.text()


def receipts_of(tx: Tx, actor: Actor, witnesses: Policy, event_ids: Sequence[str]) -> dict[str, str]:
    """The receipts of these entries as far as they are signed; whoever calls this leaves an entry.

    Raises:
        Missing: if one of them does not name the actor's agency.
    """
    receipts = {}
    for each in event_ids:
        with suppress(Conflict):  # not signed yet
            receipts[each] = receipt_of(tx, each, actor.agency_id, _names(witnesses)).text()
    return receipts


def _names(witnesses: Policy) -> list[str]:
    return [each.verifier.name for each in witnesses.witnesses]
