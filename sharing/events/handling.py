"""How records are to be handled, and court orders of anonymity. Never a court's reference or a reason."""

from collections.abc import Sequence

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx
from foundation.ledger.append import Entry, Operation, append
from sharing.events.entry import entry
from sharing.subject_keys import subjects_on

#: In whose name owners are told of an order: not its holder's, whom they need not know.
_PORTAL = "portal"


def handling_set(  # noqa: PLR0913 - the exact keys of the event
    tx: Tx,
    actor: Actor,
    *,
    record: str,
    marking: str,
    handling: str,
    tlp: str,
    named: Sequence[str],
    classes: Sequence[str],
    sanitised: bool,
    veto: bool,
) -> str:
    """The owner set marking, grading and conditions; `named` are agencies, a lone `*` for anybody."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:handling:set",
        records=[record],
        marking=marking,
        handling=handling,
        tlp=tlp,
        named=list(named),
        classes=list(classes),
        sanitised=int(sanitised),
        veto=int(veto),
    )


def handling_previewed(tx: Tx, actor: Actor, *, record: str) -> str:
    """The owner looked at what other conditions would close and open; nothing was done."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:handling:previewed", records=[record])


def handling_read(tx: Tx, actor: Actor, *, record: str) -> str:
    """The owner looked at the conditions of a record."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:handling:read", records=[record])


def order_previewed(tx: Tx, actor: Actor, *, record: str) -> str:
    """Somebody looked at what an order of anonymity would close on their agency's records."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:order:previewed", records=[record])


def order_recorded(tx: Tx, actor: Actor, *, record: str, order: str) -> str:
    """The agency that holds a court's order of anonymity entered it for a person on its record."""
    return entry(tx, actor, Operation.ALTERATION, "sharing:order:recorded", records=[record], order=order)


def order_ended(tx: Tx, actor: Actor, *, record: str, order: str) -> str:
    """The holder ended an order of anonymity."""
    return entry(tx, actor, Operation.ALTERATION, "sharing:order:ended", records=[record], order=order)


def order_covers(tx: Tx, *, owner: str, records: Sequence[str], what: str) -> str:
    """An owner was told that an order now covers records of its own, or no longer does."""
    return append(
        tx,
        Entry(
            operation=Operation.DISCLOSURE,
            event="sharing:order:covers",
            at=clock.now(),
            actor=_PORTAL,
            agency=owner,
            session="",
            agencies=frozenset({owner}),
            records=tuple(records),
            detail={"what": what},
            subjects=subjects_on(tx, records),
        ),
    )


def orders_listed(tx: Tx, actor: Actor, *, orders: Sequence[str]) -> str:
    """The orders that the agency holds, and those that cover its records, were listed."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:order:listed", orders=list(orders))


def order_noted(tx: Tx, actor: Actor, *, record: str, notice: str) -> str:
    """An owner noted that an order covers a record of its own, or no longer does."""
    return entry(tx, actor, Operation.ALTERATION, "sharing:order:noted", records=[record], notice=notice)
