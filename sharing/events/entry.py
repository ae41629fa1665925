"""How every event of sharing becomes an entry of the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Insert, bindparam, func, select

from auth.actor import Actor
from auth.system import SystemActor
from foundation import clock
from foundation.database import Tx, metadata
from foundation.ledger.append import Entry, Operation, View, While, append, writing_while
from foundation.ledger.encoding.subject import Subject
from sharing.accounts import Account, whole_account
from sharing.subject_keys import subjects_on, subjects_shown

#: Types of which a list shows persons.
_OF_PERSONS = ("subject", "any")
#: The operations by name, as readers of the ledger choose among them.
OPERATIONS = tuple(each.value for each in Operation)


class Moment(NamedTuple):
    """When and under what something was decided: by the clock, the policy epoch and closings of its rows."""

    at: datetime
    epoch: int
    closings: int


class Decided(NamedTuple):
    """When something that leaves was decided, and the digest of the policy under which it was."""

    at: datetime
    policy: str


def entry(
    tx: Tx,
    actor: Actor | SystemActor,
    operation: Operation,
    event: str,
    *,
    agencies: Iterable[str] = (),
    records: Sequence[str] = (),
    under: Moment | datetime | None = None,
    **detail: Any,
) -> str:
    """Append one entry in the name of the actor and give its id.

    The agencies named besides the actor's own can read it. `under` is the moment of what was read, which the
    entry bears: what was decided before a period ended was not shown after it. Whoever holds the policy and
    the records meanwhile gives the time alone. Only modules of this package call this, each event from a
    function of its own, with a fixed name and fixed keys.

    Raises:
        Outdated: if the moment is another by now.
    """
    at, while_ = _when(under)
    left = Entry(
        subjects=subjects_on(tx, records) if records else (),
        counted=not records,
        operation=operation,
        event=event,
        at=at,
        actor=actor.user_id,
        agency=actor.agency_id,
        session=actor.session,
        agencies=frozenset({actor.agency_id, *agencies}),
        records=tuple(records),
        detail={"purpose": actor.purpose or "", **detail},
    )
    return append(tx, left, while_=while_)


def entry_of_shown(
    tx: Tx,
    actor: Actor,
    operation: Operation,
    event: str,
    *,
    shown: Sequence[Account],
    under: Moment | datetime | None = None,
    **detail: Any,
) -> None:
    """The same for what was shown of records, by the account of each owner: one entry, with a view for each.

    INVARIANT: an owner can read its own account alone, so it learns nothing of what else its reader saw; the
    reader's agency reads them all.

    Raises:
        Outdated: if the moment is another by now; nothing was written then.
    """
    concerned = _subjects(tx, shown, detail.get("type"))
    at, while_ = _when(under)
    said = {"purpose": actor.purpose or "", **detail}
    whole = whole_account(shown)
    left = Entry(
        subjects=tuple(one for each in shown for one in concerned[each.owner]),
        operation=operation,
        event=event,
        at=at,
        actor=actor.user_id,
        agency=actor.agency_id,
        session=actor.session,
        agencies=frozenset({actor.agency_id}),
        records=whole.records,
        detail={"shown": whole.told, **said},
        views=tuple(
            View(each.owner, each.records, concerned[each.owner])
            for each in shown
            if each.owner not in (None, actor.agency_id)
        ),
    )
    append(tx, left, while_=while_)


def _subjects(
    tx: Tx, shown: Sequence[Account], type_: str | None
) -> Mapping[str | None, tuple[Subject, ...]]:
    """Whom the entries of what was shown concern, by owner; `type_` is of a list."""
    links = {link for each in shown for form in each.told["forms"] for link in form.get("persons", ())}
    # A list shows no persons but on their own pages, and is the quickest of all reads.
    listed = type_ is None or type_ in _OF_PERSONS
    pages = [record for each in shown for record in each.records] if listed else []
    if not links and not pages:
        return dict.fromkeys((each.owner for each in shown), ())
    found = subjects_shown(tx, links, pages)
    return {each.owner: tuple(one for one in found if one.agency == each.owner) for each in shown}


def _when(under: Moment | datetime | None) -> tuple[datetime, While | None]:
    """The time that an entry bears, and the statement that writes it only while the moment is the same."""
    if isinstance(under, Moment):
        return under.at, (_under(), {"epoch": under.epoch, "closings": under.closings})
    return under or clock.now(), None


@cache
def _under() -> Insert:
    """Writes while nothing has changed or closed since; the table is declared in sharing.agreements."""
    table = metadata.tables["policy_epoch"]

    def still(name: str) -> ColumnElement[bool]:
        return func.coalesce(select(func.max(table.c[name])).scalar_subquery(), 0) == bindparam(name)

    return writing_while(still("epoch") & still("closings"))
