"""A recall under way: the record before and after, who was shown it, and for whom anything changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx
from foundation.errors import Missing, Stale
from sharing.contribution import own_record
from sharing.recalls.acts import prefixed, split
from sharing.recalls.forms import lost, reference_shown
from sharing.recalls.lookers import Copy, Known, Looker, Lookers, known
from sharing.records.record import record
from sharing.release.exit import Released
from sharing.release.facts import Exit, Record
from sharing.sight import Seen, Sight, look, released_one

CHANGED = "The record has changed since you read it. Read it again, then change it."
#: How a notice names what a still showed.
STILLS = "stills"


@dataclass(frozen=True)
class Told:
    """Somebody who was shown something of the record, as its owner sees them.

    `fields` are the keys that this person was shown and that change for them; none if nothing does, and then
    nobody tells them. `copies` are what they took out of the portal. `reference` is the record's, as they
    were shown it.
    """

    user: str | None
    name: str
    agency: str
    agency_name: str
    fields: tuple[str, ...]
    copies: tuple[Copy, ...]
    last: datetime | None
    reference: str = ""


@dataclass(frozen=True)
class Effect:
    """Whom a recall tells, and who was shown something that stays as it is; by agency, then name."""

    told: tuple[Told, ...]
    untold: tuple[Told, ...]


@dataclass
class Scene:
    """One record in a recall. `before` and `after` hold it and its stills, by id.

    `quiet` are names of fields that tell nobody when they change.
    """

    sight: Sight
    row: Mapping[str, Any]
    shown: Released
    before: dict[str, Record]
    lookers: Lookers
    quiet: frozenset[str] = frozenset()
    after: dict[str, Record] = field(default_factory=dict)
    _now: datetime | None = None
    _people: dict[tuple[str, str], Known] = field(default_factory=dict)
    _found: dict[tuple[str, str], Told] = field(default_factory=dict)

    @property
    def held(self) -> dict[str, Any]:
        """What the actor is shown of the record, by key."""
        persons = {
            prefixed(person.link, name): value
            for person in self.shown.persons
            for name, value in person.fields.items()
        }
        return {**self.shown.fields, **persons}

    def look_again(self, tx: Tx) -> None:
        """Read the record as it stands after the change; decisions on both are of this moment."""
        self._now = clock.now()
        sight = self.sight.again()
        found = released_one(tx, sight, self.row["type"], self.row["id"])
        if found is None:
            raise Missing("There is no such record.")
        self.after = _with_stills(tx, sight, found)

    def effect(self, tx: Tx) -> Effect:
        """Whom it tells, as far as the ledger has been read."""
        return self._judged(tx, self.lookers.people.keys())

    def effect_at_last(self, tx: Tx) -> Effect:
        """The same once nobody reads any more: with those who have looked in the meantime."""
        return self._judged(tx, self.lookers.read_on(tx))

    def _judged(self, tx: Tx, keys: Iterable[tuple[str, str]]) -> Effect:
        wanted = list(keys)
        new = [key for key in wanted if key not in self._people]
        self._people |= known(tx, new) if new else {}
        for key in wanted:
            self._found[key] = self._told(self.lookers.people[key], self._people[key])
        people = sorted(self._found.values(), key=lambda each: (each.agency_name, each.name, each.user or ""))
        return Effect(
            tuple(each for each in people if each.fields), tuple(each for each in people if not each.fields)
        )

    def _told(self, looker: Looker, person: Known) -> Told:
        policy, now = self.sight.policy, self._now or self.sight.now
        changed: set[str] = set()
        for record_id, before in self.before.items():
            pair = (before, self.after[record_id])
            gone = lost(policy, pair, person.reader, looker.purposes, now)
            loud = {key for key in gone if split(key)[1] not in self.quiet}
            shown = {key for key in loud if looker.was_shown(record_id, key)}
            changed |= {STILLS} if shown and record_id != self.row["id"] else shown
        main = self.before[self.row["id"]]
        reference = reference_shown(policy, main, person.reader, looker.purposes, now) if changed else ""
        return Told(
            person.user,
            person.name,
            person.reader.agency,
            person.agency_name,
            tuple(sorted(changed)),
            tuple(looker.copies),
            looker.last,
            reference,
        )


def open_scene(tx: Tx, actor: Actor, type_: str, record_id: str, seen: str | None) -> Scene:
    """An own record, as it stands before a recall; `seen` is the version that the actor was shown, if known.

    Raises:
        Missing: if the record is not the actor's agency's, or not of that type.
        Stale: if it is no longer what was read.
        PurposeRequired: if the actor has stated no purpose.
    """
    row = own_record(tx, actor, record_id)
    sight = look(tx, actor, Exit.ONE)
    found = released_one(tx, sight, type_, record_id)
    if found is None:
        raise Missing("There is no such record.")
    if seen is not None and found.shown.version != seen:
        raise Stale(CHANGED)
    before = _with_stills(tx, sight, found)
    return Scene(sight, row, found.shown, before, Lookers(tx, actor.agency_id, row["site"], list(before)))


def _with_stills(tx: Tx, sight: Sight, found: Seen) -> dict[str, Record]:
    """The record and its stills, by id."""
    facts = {found.facts.id: found.facts}
    if found.stills:
        wanted = select(record.c.id).where(record.c.parent == found.facts.id, record.c.type == "media")
        for still_id in sorted(tx.execute(wanted).scalars()):
            still = released_one(tx, sight.again(), "media", still_id)
            if still is not None:
                facts[still_id] = still.facts
    return facts
