"""What goes into a file, decided at the moment it is gathered, as the person whose file it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from auth.actor import Actor
from auth.tables import agency
from foundation.database import Tx
from sharing.accounts import Account, accounts
from sharing.collecting import collect
from sharing.events.entry import Decided
from sharing.exports.asking import MOST, Format, Refusal, filters_of
from sharing.exports.sheets import Sheet, digest_of, sheet_of
from sharing.filters import matches
from sharing.release.facts import Exit
from sharing.scope import Position
from sharing.sight import Seen, Sight, listed_rows, look, released_one, stills_and_things


class NoFile(Exception):  # noqa: N818 - says what the case is
    """There is nothing to make a file of; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Contents:
    """Records as facts and as released, in the order of the file; `persons` says whether it shows those too.

    `agencies` maps ids to names.
    """

    seen: tuple[Seen, ...]
    persons: bool
    agencies: Mapping[str, str]
    decided: Decided

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """What the file shows: of released values alone."""
        return tuple(sheet_of(each.shown, self.agencies, persons=self.persons) for each in self.seen)

    @cached_property
    def shown(self) -> str:
        """A digest of what the file shows."""
        return digest_of(self.sheets)

    @property
    def named(self) -> list[tuple[str, str]]:
        """(type, id) of each record."""
        return [(each.shown.type, each.shown.id) for each in self.seen]

    @property
    def told(self) -> tuple[Account, ...]:
        """What entries say of it."""
        return accounts(each.shown for each in self.seen)


def gather(tx: Tx, actor: Actor, asked: Mapping[Any, Any]) -> Contents:
    """What the export's row asks for, as the actor may take it with them now.

    Raises:
        NoFile: if that is nothing, or too much for a file.
    """
    sight = look(tx, actor, Exit.EXPORT)
    seen = _one(tx, sight, asked) if asked["record_id"] else _list(tx, sight, asked)
    if not seen:
        raise NoFile(Refusal.NOTHING)
    return Contents(tuple(seen), bool(asked["record_id"]), _names(tx), _decided(sight))


def gather_again(tx: Tx, actor: Actor, made: Mapping[Any, Any]) -> Contents:
    """The records of a file that was made, as they are decided now; those that are gone are left out."""
    sight = look(tx, actor, Exit.EXPORT)
    if made["record_id"]:
        seen = _one(tx, sight, made)
    else:
        seen = _in_order(tx, sight, made["type"], [record_id for _, record_id in made["contents"]])
    return Contents(tuple(seen), bool(made["record_id"]), _names(tx), _decided(sight))


def _decided(sight: Sight) -> Decided:
    return Decided(sight.now, sight.policy.digest)


def _one(tx: Tx, sight: Sight, asked: Mapping[Any, Any]) -> list[Seen]:
    found = released_one(tx, sight, asked["type"], asked["record_id"])
    if found is None:
        return []
    stills, things = stills_and_things(tx, sight, found)
    return [found, *stills, *things]


def _list(tx: Tx, sight: Sight, asked: Mapping[Any, Any]) -> list[Seen]:
    wanted, type_ = filters_of(asked["filters"]), asked["type"]
    found, more = collect(
        tx,
        sight,
        type_,
        after=Position(),
        limit=MOST[Format(asked["format"])],
        words=wanted.words,
        wanted=(lambda record: matches(record, wanted)) if wanted else None,
        persons=bool(wanted.words),
    )
    if more is not None:
        raise NoFile(Refusal.TOO_MANY)
    return _in_order(tx, sight, type_, [record.id for record in found])


def _in_order(tx: Tx, sight: Sight, type_: str, ids: Sequence[str]) -> list[Seen]:
    seen = {each.shown.id: each for each in listed_rows(tx, sight, type_, ids)}
    return [seen[record_id] for record_id in ids if record_id in seen]


def _names(tx: Tx) -> dict[str, str]:
    return {row.id: row.name for row in tx.execute(select(agency.c.id, agency.c.name))}
