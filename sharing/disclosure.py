"""The way out: reads. Decide, fetch, release, write the ledger entry, commit, return.

Every function here opens one transaction, in which the decision is taken and the entry written; what it
returns has the ledger's commit behind it.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database, Tx
from foundation.errors import Deleted, Missing
from sharing.accounts import accounts
from sharing.collecting import collect
from sharing.covers import Done, done_to
from sharing.events import records as events
from sharing.filters import Filters, could_show, matches, refuse_hidden
from sharing.records.deleted import was_deleted
from sharing.records.registry import SCHEMAS
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.facts import Exit
from sharing.release.standing import OPEN_FOR, is_staff
from sharing.scope import Position
from sharing.sight import Seen, Sight, looking, released_one, standing_agreements, stills_and_things

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

    `own` says that the reader is its owner's staff; a member is for their own site's records only. `broken`
    says until when it is open because somebody is in danger, `granted` when each grant ends, by its id. `tlp`
    is the label by which its originator limits it, empty for none: an instruction to whoever reads it. `done`
    is what is done to the pictures that the actor is given, by the still's id.
    """

    record: Released
    own: bool = False
    stills: tuple[Released, ...] = ()
    things: tuple[Released, ...] = ()
    broken: datetime | None = None
    granted: Mapping[str, datetime] = field(default_factory=dict)
    tlp: str = ""
    done: Mapping[str, Done] = field(default_factory=dict)


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
    """Records of the types that all the words find in released form, the newest of each type first."""
    actor.require(Action.RECORD_READ)
    wanted = Filters(words=words)
    with database.transaction() as tx:

        def read(sight: Sight) -> tuple[Released, ...]:
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

        return looking(tx, actor, Exit.BULK, read)


def read_record(database: Database, actor: Actor, type_: str, record_id: str) -> RecordPage:
    """One record with its stills and the things linked to it, each in released form.

    Raises:
        Missing: if it does not exist for the actor; the words are the same as for an id that nobody has.
        Deleted: if it was deleted, and was the actor's agency's, or its people were shown it.
        PurposeRequired: if the actor has stated no purpose.
    """
    return _read(database, actor, (type_, record_id), Exit.ONE, events.record_read)


def print_record(database: Database, actor: Actor, type_: str, record_id: str) -> RecordPage:
    """The same, as it may be put on paper: decided for print, and entered as a print.

    Raises:
        Missing: as `read_record` does.
        PurposeRequired: if the actor has stated no purpose.
    """
    return _read(database, actor, (type_, record_id), Exit.PRINT, events.print_made)


def _read(
    database: Database, actor: Actor, named: tuple[str, str], exit_: Exit, leave: Callable[..., None]
) -> RecordPage:
    """The record named by (type, id), by an exit; `leave` leaves the entries of what was shown."""
    type_, record_id = named
    actor.require(Action.RECORD_READ)
    with database.transaction() as tx:

        def read(sight: Sight) -> RecordPage | None:
            found = released_one(tx, sight, type_, record_id)
            if found is None:
                events.record_missed(tx, actor, type_=type_, reference=record_id)
                return None
            page = _page(tx, sight, found)
            shown = (page.record, *page.stills, *page.things)
            leave(tx, actor, shown=accounts(shown), policy=sight.policy.digest, under=sight.moment)
            return page

        page = looking(tx, actor, exit_, read)
        # A member is shown records of their sites alone, and whether it was one of them is not kept.
        gone = page is None and not actor.member and was_deleted(tx, actor.agency_id, type_, record_id)
    if gone:
        raise Deleted("This was deleted after its time.")
    if page is None:
        raise Missing("There is nothing here that you can see.")
    return page


def filterable(sight: Sight, type_: str) -> frozenset[str]:
    """The fields by which this reader may narrow a list of the type."""
    roles = [sight.policy.roles[role] for role in sight.reader.roles if role in sight.policy.roles]
    return could_show(SCHEMAS[type_], sight.reader, standing_agreements(sight), roles, sight.now)


def _page(tx: Tx, sight: Sight, seen: Seen) -> RecordPage:
    record = seen.shown
    stills, things = stills_and_things(tx, sight, seen)
    return RecordPage(
        record=record,
        own=is_staff(sight.reader, seen.facts),
        stills=_shown(stills),
        things=_shown(things),
        broken=_broken_until(seen),
        granted={each.id: each.until for each in seen.facts.grants if each.id in _cited(record)},
        tlp=seen.tlp,
        done=done_to(tx, sight, stills),
    )


def _shown(seen: Sequence[Seen]) -> tuple[Released, ...]:
    return tuple(each.shown for each in seen)


def _cited(shown: Released) -> frozenset[str]:
    """The clauses, grants and broken glass by which anything of the record leaves."""
    groups: tuple[Released | ReleasedPerson, ...] = (shown, *shown.persons)
    disclosed = frozenset(each.clause for group in groups for each in group.disclosed.values())
    treated = frozenset(each.clause for group in groups for each in group.treated.values())
    return frozenset(each for each in disclosed | treated if each is not None)


def _broken_until(seen: Seen) -> datetime | None:
    cited = _cited(seen.shown) if seen.facts.break_glass else frozenset()
    return next((each.at + OPEN_FOR for each in seen.facts.break_glass if each.id in cited), None)


def log_list(tx: Tx, sight: Sight, type_: str, found: Sequence[Released], filters: Filters) -> None:
    """Leave what a list leaves: each owner reads in it what each of its own records showed."""
    events.records_listed(
        tx,
        sight.actor,
        type_=type_,
        shown=accounts(found),
        policy=sight.policy.digest,
        under=sight.moment,
        search=_digest(sight, filters),
    )


def _digest(sight: Sight, filters: Filters) -> str:
    asked = "|".join([*filters.words, *(f"{name}={value}" for name, value in sorted(filters.equal.items()))])
    return hmac.new(sight.actor.session.encode(), asked.encode(), "sha256").hexdigest() if asked else ""
