"""Looking at the ledger, which is itself logged."""

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def ledger_downloaded(tx: Tx, actor: Actor, *, entries: int, after: int, size: int) -> str:
    """All that concerns the agency was given out to check elsewhere, between two sizes of the log."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:ledger:downloaded",
        entries=entries,
        after=after,
        size=size,
    )


def ledger_handed_over(
    tx: Tx, actor: Actor, *, reference: str, entries: int, asked: list[str], sha256: str
) -> str:
    """Entries were given out for the Information Commissioner, in a file of this digest.

    `asked` names the filters, never what was typed.
    """
    return entry(
        tx,
        actor,
        Operation.DISCLOSURE,
        "sharing:ledger:handed-over",
        reference=reference,
        entries=entries,
        asked=asked,
        sha256=sha256,
    )


def receipt_taken(tx: Tx, actor: Actor, *, of: str) -> str:
    """One entry was given out with its proof; `of` is its event id."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:ledger:receipt-taken", of=of)


def ledger_read(tx: Tx, actor: Actor, *, entries: int, asked: list[str]) -> str:
    """The agency's own entries of the ledger were shown; `asked` names the filters, never what was typed."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:ledger:read", entries=entries, asked=asked)


def entry_read(tx: Tx, actor: Actor, *, of: str) -> str:
    """One entry was shown in full, with what could be seen then; `of` is its event id."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:ledger:entry-read", of=of)
