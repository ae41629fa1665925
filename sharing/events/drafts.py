"""Unsent answers, which are their writer's alone."""

from collections.abc import Iterable

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def draft_kept(tx: Tx, actor: Actor, *, draft: str, form: str) -> str:
    """Somebody's unsent answers were kept."""
    return entry(tx, actor, Operation.COLLECTION, "sharing:draft:kept", draft=draft, form=form)


def draft_read(tx: Tx, actor: Actor, *, draft: str) -> str:
    """Somebody looked at their own unsent answers."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:draft:read", draft=draft)


def drafts_listed(tx: Tx, actor: Actor, *, drafts: Iterable[str]) -> str:
    """Somebody looked at their own unsent answers of a form, to choose which to go on with."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:draft:listed", drafts=list(drafts))


def draft_discarded(tx: Tx, actor: Actor, *, draft: str) -> str:
    """Somebody let their unsent answers go; the entry does not hold them."""
    return entry(tx, actor, Operation.ERASURE, "sharing:draft:discarded", draft=draft)
