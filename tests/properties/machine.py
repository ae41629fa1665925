"""Random histories of partnerships: after each act a reader, at the end every one, is asked three ways."""

from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RULE_MARKER,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select

from auth.tables import user
from foundation.database import Database
from sharing.agreements.stages import Stage
from sharing.release.facts import Exit
from tests.properties import agreeing, play, recording
from tests.properties import strategies as some
from tests.properties.asking import Asked, differences
from tests.properties.databases import empty
from tests.properties.export import World, export
from tests.properties.met import met
from tests.properties.play import Play, pick
from tests.properties.profiles import HISTORIES

_EXITS = (Exit.ONE, Exit.BULK, Exit.EXPORT, Exit.PRINT)


#: What all histories came to, so that it can be said that they met what they are to judge.
MET: Counter[str] = Counter()


class History(RuleBasedStateMachine):
    """One history in a database with every table; `kind` is what decisions count as."""

    database: ClassVar[Database]
    kind: ClassVar[str] = "sqlite"
    readers_asked: ClassVar[int] = 1

    def __init__(self) -> None:
        super().__init__()
        empty(self.database)
        self.play = Play(self.database)
        self.parted = False

    def teardown(self) -> None:
        try:
            if self.play.homes and not self.parted:
                world = self._ask(self._everybody())
                if self.kind in HISTORIES:
                    MET.update({name: count for name, count in met(world).items() if count})
        finally:
            self.play.close()

    @initialize(
        kinds=st.lists(some.kind, min_size=1, max_size=2, unique=True),
        clauses=some.clauses,
        type_=some.sent,
        people=some.crowd,
        text=some.text,
        to=st.sampled_from([["*"], ["agency-2", "agency-3"]]),
    )
    def begin(
        self,
        kinds: list[str],
        clauses: list[Any],
        type_: str,
        people: list[Any],
        text: str | None,
        to: list[str],
    ) -> None:
        """Police, a council and somebody more agree; the police send a record in and release it."""
        for each in ("police", "council", *kinds):
            play.found_agency(self.play, each)
        agreeing.agree(self.play, [home.id for home in self.play.homes], clauses, 400)
        recording.send(self.play, self.play.homes[0], type_, people, 3, 0)
        more = {
            "purposes": some.PURPOSES,
            "recipients": to,
            "text": text,
            "days": None,
            "category": "suspect",
        }
        recording.release(self.play, self.play.records[0], self.play.agreements[0], more)

    # Who is there.

    @precondition(lambda self: len(self.play.users) < 14)
    @rule(home=some.nth, roles=some.roles, kind=st.one_of(st.none(), some.kind), business=st.booleans())
    def join(self, home: int, roles: frozenset[Any], kind: str | None, *, business: bool) -> None:
        """A person of an agency that is there, or a whole agency."""
        if kind is None or len(self.play.homes) == 5:
            play.hire(self.play, pick(self.play.homes, home), roles)
        else:
            play.found_agency(self.play, kind, business=business)

    @rule(who=some.nth, roles=some.roles)
    def change_roles(self, who: int, roles: frozenset[Any]) -> None:
        chosen = pick(self.play.users, who)
        if not chosen.endswith("-sender"):
            play.change_roles(self.play, chosen, roles)

    @rule(who=some.nth)
    def disable(self, who: int) -> None:
        chosen = pick(self.play.users, who)
        if not chosen.endswith("-sender"):
            play.disable(self.play, chosen)

    @precondition(lambda self: self._members())
    @rule(who=some.nth, held=some.shops, through=st.booleans())
    def move(self, who: int, held: list[int], *, through: bool) -> None:
        """A member has other shops, several or none, in an area or not."""
        chosen = pick(self._members(), who)
        home = next(each for each in self.play.homes if each.id == self._home_of(chosen))
        shops = [home.sites[each] for each in held]
        play.move(self.play, chosen, shops, through=home if through else None)

    @precondition(lambda self: any(home.sites for home in self.play.homes))
    @rule(home=some.nth, held=some.shops, ended=st.sampled_from([False, False, True]))
    def redraw(self, home: int, held: list[int], *, ended: bool) -> None:
        """An area has other shops, or is over."""
        chosen = pick([each for each in self.play.homes if each.sites], home)
        play.redraw(self.play, chosen, [chosen.sites[each] for each in held], ended=ended)

    # What they agree.

    @precondition(lambda self: len(self.play.agreements) < 3)
    @rule(parties=st.lists(some.nth, min_size=1, max_size=4), clauses=some.clauses, days=some.some_days)
    def agree(self, parties: list[int], clauses: list[Any], days: int) -> None:
        names = {pick(self.play.homes, each).id for each in parties}
        agreeing.agree(self.play, sorted(names), clauses, days)

    @rule(
        which=some.nth,
        clauses=some.clauses,
        days=some.some_days,
        begins=st.sampled_from([0, 0, 0, 2]),
        stage=st.sampled_from([*[Stage.SIGNED] * 5, Stage.SIGNING, Stage.DRAFT, Stage.REVIEW]),
    )
    def change_terms(self, which: int, clauses: list[Any], days: int, begins: int, stage: Stage) -> None:
        agreeing.add_version(self.play, pick(self.play.agreements, which), clauses, days, begins, stage)

    @rule(which=some.nth, days=st.sampled_from([None, 1]))
    def suspend(self, which: int, days: int | None) -> None:
        agreeing.suspend(self.play, pick(self.play.agreements, which), days)

    @rule(which=some.nth, what=st.sampled_from([agreeing.sign, agreeing.end, agreeing.resume, agreeing.end]))
    def decide_on(self, which: int, what: Any) -> None:
        what(self.play, pick(self.play.agreements, which))

    @rule(which=some.nth, home=some.nth, again=st.booleans())
    def withdraw(self, which: int, home: int, *, again: bool) -> None:
        agreement, agency = pick(self.play.agreements, which), pick(self.play.homes, home).id
        (agreeing.rejoin if again else agreeing.withdraw)(self.play, agreement, agency)

    @precondition(lambda self: self.play.releases)
    @rule(which=some.nth, version=st.sampled_from([2, 1, 3]))
    def confirm(self, which: int, version: int) -> None:
        agreeing.confirm(self.play, pick(self.play.releases, which), version)

    # What they share.

    @precondition(lambda self: len(self.play.records) < 6)
    @rule(
        home=some.nth,
        type_=some.sent,
        people=some.persons,
        days=st.sampled_from([0, 3, 30]),
        shop=st.integers(0, 2),
    )
    def send(self, home: int, type_: str, people: list[Any], days: int, shop: int) -> None:
        recording.send(self.play, pick(self.play.homes, home), type_, people, days, shop)

    @precondition(lambda self: len(self.play.releases) < 8)
    @rule(
        record=some.nth,
        agreement=some.nth,
        purposes=some.purposes,
        to=st.sampled_from([["*"], ["*"], ["agency-2"], ["agency-1", "agency-3"], ["members"]]),
        text=some.text,
        days=st.sampled_from([None, None, 5]),
        category=some.category,
    )
    def release(self, record: int, agreement: int, to: list[str], **more: Any) -> None:
        chosen, under = pick(self.play.records, record), pick(self.play.agreements, agreement)
        recording.release(self.play, chosen, under, {**more, "recipients": to})

    @precondition(lambda self: self.play.releases)
    @rule(which=some.nth)
    def revoke(self, which: int) -> None:
        recording.revoke(self.play, pick(self.play.releases, which))

    @precondition(lambda self: len(self.play.records) > 1)
    @rule(one=some.nth, step=some.nth, home=some.nth)
    def connect(self, one: int, step: int, home: int) -> None:
        first, others = pick(self.play.records, one), len(self.play.records) - 1
        second = pick(self.play.records, one + 1 + step % others)
        recording.join(self.play, first, second, pick(self.play.homes, home))

    @precondition(lambda self: len(self.play.records) < 6)
    @rule(record=some.nth, home=some.nth, people=some.persons)
    def copy(self, record: int, home: int, people: list[Any]) -> None:
        recording.copy(self.play, pick(self.play.homes, home), pick(self.play.records, record), people)

    @rule(thing=some.nth, link=some.nth)
    def keep(self, thing: int, link: int) -> None:
        recording.keep(self.play, thing, link)

    # What bounds it.

    @rule(record=some.nth, conditions=some.conditions)
    def bind(self, record: int, conditions: dict[str, Any]) -> None:
        recording.bind(self.play, pick(self.play.records, record), conditions)

    @precondition(lambda self: self.play.persons)
    @rule(person=some.nth, holder=st.one_of(st.none(), some.nth))
    def order(self, person: int, holder: int | None) -> None:
        agency = None if holder is None else pick(self.play.homes, holder).id
        recording.order(self.play, pick(self.play.persons, person), agency)

    @precondition(lambda self: self.play.persons)
    @rule(person=some.nth, child=st.booleans(), verified=st.booleans())
    def believe(self, person: int, *, child: bool, verified: bool) -> None:
        recording.believe(self.play, pick(self.play.persons, person), child=child, verified=verified)

    @precondition(lambda self: self.play.persons)
    @rule(record=some.nth, person=some.nth, approver=some.nth, days=st.sampled_from([30, 5, 200]))
    def note(self, record: int, person: int, approver: int, days: int) -> None:
        chosen, about = pick(self.play.records, record), pick(self.play.persons, person)
        recording.note(self.play, chosen, about, pick(self.play.users, approver), days)

    # What is asked for, and what time it is.

    @rule(
        record=some.nth,
        agreement=some.nth,
        who=some.nth,
        more=st.fixed_dictionaries(
            {"treatment": some.treatment, "named": st.booleans(), "passes": st.booleans()}
        ),
    )
    def grant(self, record: int, agreement: int, who: int, more: dict[str, Any]) -> None:
        chosen, under = pick(self.play.records, record), pick(self.play.agreements, agreement)
        person = pick(self.play.users, who)
        recording.grant(self.play, chosen, under, person, self._home_of(person), more)

    @rule(record=some.nth, who=some.nth, second=st.one_of(st.none(), some.nth))
    def break_glass(self, record: int, who: int, second: int | None) -> None:
        chosen, person = pick(self.play.records, record), pick(self.play.users, who)
        other = None if second is None else pick(self.play.users, second)
        recording.break_glass(self.play, chosen, person, self._home_of(person), other)

    @rule(step=st.sampled_from(["minute", "half an hour", "day", "month", "bound", "just before"]))
    def pass_time(self, step: str) -> None:
        """By a span, or to the next moment at which anything that stands in the database begins or ends."""
        spans = {"minute": 1, "half an hour": 30, "day": 1440, "month": 43_200}
        if step in spans:
            self.play.now += timedelta(minutes=spans[step])
            return
        with self.play.database.transaction() as tx:
            world = export(tx)
        ahead = [each for each in _moments(world) if each > self.play.now + timedelta(seconds=1)]
        if ahead:
            self.play.now = min(ahead) - timedelta(seconds=step == "just before")

    # What everybody sees of it.

    @invariant()
    def some_are_asked(self) -> None:
        if self.play.homes:
            everybody = self._everybody()
            chosen = Random(self.play.steps).sample(everybody, min(self.readers_asked, len(everybody)))
            self._ask(chosen)

    def _everybody(self) -> list[tuple[str, str, Exit]]:
        """Readers with a purpose and an exit: each exit in its turn."""
        asked = [(person, purpose) for person in self.play.users for purpose in some.PURPOSES]
        turn = self.play.steps
        return [
            (*each, Exit.ONE if (place + turn) % 2 else _EXITS[(place // 2 + turn) % len(_EXITS)])
            for place, each in enumerate(asked)
        ]

    def _ask(self, readers: list[tuple[str, str, Exit]]) -> World:
        with self.play.database.transaction() as tx:
            world = export(tx)
            gone = set(tx.execute(select(user.c.id).where(user.c.disabled.is_(True))).scalars())
        found: list[str] = []
        self.parted = True
        for person, purpose, exit_ in readers:
            if person in gone:
                continue
            with self.play.step():
                asked = Asked(
                    self.play.database, world, self.play.actor(person, purpose), self.play.now, exit_
                )
                found += differences(asked, self.kind)
            assert not found, f"{person} for {purpose} by {exit_}:\n" + "\n".join(found)
        self.parted = False
        return world

    def _members(self) -> list[str]:
        return [each for each in self.play.users if "-member-" in each]

    def _home_of(self, person: str) -> str:
        return next(home.id for home in self.play.homes if person.startswith(f"{home.id}-"))


def only(acts: Collection[str], machine: type[History]) -> type[History]:
    """The machine without any act but these and the beginning."""
    every = {name for name, each in vars(machine).items() if hasattr(each, RULE_MARKER)}
    return type("Some", (machine,), dict.fromkeys(every - {*acts}))


def _moments(value: Any) -> list[datetime]:
    """Every time that stands anywhere in a world."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [found for inner in value for found in _moments(inner)]
    if isinstance(value, str) and value.endswith("Z"):
        with suppress(ValueError):
            return [datetime.fromisoformat(value)]
    return []
