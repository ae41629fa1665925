"""The way out: reads. Decide, fetch, release, write the ledger entry, commit, return.

Every function here opens one transaction, in which the decision is taken and the entry written; what it
returns has the ledger's commit behind it.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database, Tx
from foundation.errors import Missing
from sharing import events, queries
from sharing.accounts import account
from sharing.collecting import collect
from sharing.filters import Filters, could_show, matches, refuse_hidden
from sharing.records.registry import SCHEMAS
from sharing.release.exit import Released
from sharing.release.facts import Exit
from sharing.release.standing import is_staff
from sharing.scope import Position
from sharing.sight import Seen, Sight, look, looking, released_one, released_rows, standing_agreements

#: Records on a page unless asked otherwise, and at most.
DEFAULT = 50
MOST = 200


@dataclass(frozen=True)
class Page:
    """One page of a list: released records, newest first, and where the next page starts, if there is one."""

    records: tuple[Released, ...]
    next: Position | None


@dataclass(frozen=True)
class RecordPage:
    """One record as this reader sees it, with its stills and the things linked to it.

    `own` says that the reader is its owner's staff; a member is for their own site's records only.
    """

    record: Released
    own: bool = False
    stills: tuple[Released, ...] = ()
    things: tuple[Released, ...] = ()


def list_records(
    database: Database,
    actor: Actor,
    type_: str,
    *,
    filters: Filters | None = None,
    after: Position | None = None,
    limit: int = DEFAULT,
    exit_: Exit = Exit.BULK,
) -> Page:
    """The newest records of a type that exist for the actor, in released form.

    Raises:
        Invalid: if a filter names a field that no agreement or role could show the actor.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_READ)
    wanted = filters or Filters()
    with database.transaction() as tx:

        def read(sight: Sight) -> Page:
            if wanted.names:
                refuse_hidden(wanted, filterable(sight, type_))
            found, next_ = collect(
                tx,
                sight,
                type_,
                after=after or Position(),
                limit=min(max(limit, 1), MOST),
                words=wanted.words,
                wanted=(lambda record: matches(record, wanted)) if wanted else None,
                persons=bool(wanted.words),
            )
            log_list(tx, sight, type_, found, wanted)
            return Page(tuple(found), next_)

        return looking(tx, actor, exit_, read)


def search(
    database: Database, actor: Actor, words: tuple[str, ...], types: Sequence[str]
) -> tuple[Released, ...]:
    """Records of the types whose released form holds all the words, the newest of each type first."""
    actor.require(Action.RECORD_READ)
    wanted = Filters(words=words)
    with database.transaction() as tx:
        sight = look(tx, actor, Exit.BULK)
        found: list[Released] = []
        for type_ in types if words else ():
            some, _ = collect(
                tx,
                sight,
                type_,
                after=Position(),
                limit=DEFAULT,
                words=words,
                wanted=lambda record: matches(record, wanted),
            )
            found.extend(some)
        log_list(tx, sight, "any", found, wanted)
        return tuple(found)


def read_record(
    database: Database, actor: Actor, type_: str, record_id: str, *, exit_: Exit = Exit.ONE
) -> RecordPage:
    """One record with its stills and the things linked to it, each in released form.

    Raises:
        Missing: if it does not exist for the actor; the words are the same as for an id that nobody has.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_READ)
    with database.transaction() as tx:

        def read(sight: Sight) -> RecordPage | None:
            found = released_one(tx, sight, type_, record_id)
            if found is None:
                events.record_missed(tx, actor, type_=type_, reference=record_id)
                return None
            page = _page(tx, sight, found)
            shown = (page.record, *page.stills, *page.things)
            events.record_read(tx, actor, shown=account(shown), policy=sight.epoch)
            return page

        page = looking(tx, actor, exit_, read)
    if page is None:
        raise Missing("There is nothing here that you can see.")
    return page


def filterable(sight: Sight, type_: str) -> frozenset[str]:
    """The fields by which this reader may narrow a list of the type."""
    roles = [sight.policy.roles[role] for role in sight.reader.roles if role in sight.policy.roles]
    return could_show(SCHEMAS[type_], sight.reader, standing_agreements(sight), roles, sight.now)


def _page(tx: Tx, sight: Sight, seen: Seen) -> RecordPage:
    record = seen.shown
    stills = queries.media_of(tx, [record.id]).get(record.id, []) if seen.stills else []
    ends = queries.types_of(tx, [link.to for link in record.links])
    things: list[Released] = []
    for type_ in sorted(set(ends.values())):
        things += released_rows(tx, sight, type_, [each for each, kind in ends.items() if kind == type_])
    own = is_staff(sight.reader, seen.facts)
    return RecordPage(record, own, tuple(released_rows(tx, sight, "media", stills)), tuple(things))


def log_list(tx: Tx, sight: Sight, type_: str, found: Sequence[Released], filters: Filters) -> None:
    """Leave the one entry of a list, with what each record on it showed."""
    events.records_listed(
        tx,
        sight.actor,
        type_=type_,
        shown=account(found),
        policy=sight.epoch,
        search=_digest(sight, filters),
    )


def _digest(sight: Sight, filters: Filters) -> str:
    asked = "|".join([*filters.words, *(f"{name}={value}" for name, value in sorted(filters.equal.items()))])
    return hmac.new(sight.actor.session.encode(), asked.encode(), "sha256").hexdigest() if asked else ""
