"""How a read looks: who asks, under which policy, and rows turned into what this reader may see.

The shared inside of every read in `sharing.disclosure`; it opens no transaction and writes no entry.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from auth.acting import refuse_if_changed
from auth.actor import Actor
from foundation import clock, tally
from foundation.database import Tx
from foundation.errors import Outdated, PurposeRequired
from sharing import queries
from sharing.agreements.policy import policy_held, policy_of
from sharing.events.entry import Moment
from sharing.facts import reader_of
from sharing.release.decision import decide
from sharing.release.exit import Released, StandInOf, release, release_many
from sharing.release.facts import ALL, MEMBERS, Agreement, Exit, Question, Reader, Record, Version
from sharing.release.policy import Policy
from sharing.release.standing import BREAKERS, standing_at
from sharing.scope import Lane, Scope
from sharing.surroundings import Around, facts_of

Read = TypeVar("Read")

#: So often a read begins anew because the policy changes while it reads.
_TRIES = 3


@dataclass(frozen=True)
class Sight:
    """Who looks, for what and when, under which policy: all that a read needs besides rows.

    `_closings` holds how often anything had been closed to readers when the first rows were read.
    """

    actor: Actor
    reader: Reader
    question: Question
    policy: Policy
    epoch: int
    _closings: list[int] = field(default_factory=list, repr=False, compare=False)

    @property
    def now(self) -> datetime:
        """The moment at which everything in this read is decided."""
        return self.question.now

    @property
    def moment(self) -> Moment | None:
        """When it was decided, and under which epoch and closings; None before any rows were read."""
        return Moment(self.now, self.epoch, self._closings[0]) if self._closings else None

    def again(self) -> "Sight":
        """The same eyes for rows that are read anew, as they stand after the reader's own change."""
        return replace(self, _closings=[])

    def confirm(self, moment: tuple[int, int]) -> None:
        """Refuse to go on under a policy that is not the one of the rows, or once anything was closed.

        Raises:
            Outdated: if so.
        """
        epoch, closings = moment
        if not self._closings:
            self._closings.append(closings)
        if epoch != self.epoch or closings != self._closings[0]:
            raise Outdated("The terms changed while you were reading. Nothing is lost. Try again.")


class Seen(NamedTuple):
    """One record, as facts and as released. `stills` says whether any belong to it; `tlp` is its label."""

    facts: Record
    shown: Released
    stills: bool = False
    tlp: str = ""


def look(tx: Tx, actor: Actor, exit_: Exit) -> Sight:
    """Open one's eyes: the policy as of this transaction, and the question that will be asked of each row.

    Raises:
        PurposeRequired: if the actor has stated no purpose.
        Denied, Unauthenticated: if the actor is not any more what they were let in as.
    """
    return _sight(tx, actor, exit_, policy_of(tx))


def looking(tx: Tx, actor: Actor, exit_: Exit, read: Callable[[Sight], Read]) -> Read:
    """The same without a statement of its own: `read` runs under the policy last compiled here.

    INVARIANT: `read` takes its rows from `collect` or `released_one`, whose statement brings the policy's
    epoch along; if that is another, or was when the entry was left, nothing of the first reading is kept and
    all is read again under the new.

    Raises:
        PurposeRequired: if the actor has stated no purpose.
        Denied, Unauthenticated: if the actor is not any more what they were let in as.
        Unavailable: if the policy keeps changing.
    """
    sight = _sight(tx, actor, exit_, policy_held(tx))
    for _ in range(_TRIES):
        try:
            return read(sight)
        except Outdated:
            sight = _sight(tx, actor, exit_, policy_of(tx))
    return read(sight)


def _sight(tx: Tx, actor: Actor, exit_: Exit, policy: tuple[int, Policy]) -> Sight:
    if actor.purpose is None:
        raise PurposeRequired("Say first what you are here to do.")
    epoch, terms = policy
    refuse_if_changed(tx, actor, epoch)
    question = Question(actor.purpose, clock.now(), exit_)
    return Sight(actor, reader_of(actor), question, terms.within(actor.agreements), epoch)


def scope_of(sight: Sight) -> Scope:
    """The rows that may exist for this reader now."""
    reader = sight.reader
    keys = [reader.agency, MEMBERS, ALL] if reader.member else [reader.agency, ALL]
    # A grant may be for a purpose that no clause names.
    lanes = tuple(Lane(agreement.id, key) for agreement, _ in _standing(sight) for key in keys)
    return Scope(
        user=reader.user,
        agency=reader.agency,
        own=reader.placed
        and any(sight.policy.roles[role].types for role in reader.roles if role in sight.policy.roles),
        sites=reader.sites,
        purpose=sight.question.purpose,
        lanes=lanes,
        now=sight.now,
        # On screen only: a key has no factor, and what it reads leaves the screen.
        glass=not reader.commercial and sight.actor.factor_at is not None and bool(BREAKERS & reader.roles),
    )


def standing_agreements(sight: Sight) -> list[Agreement]:
    """The agreements active now in which the reader's agency stands, with a clause for the purpose."""
    return [
        agreement
        for agreement, version in _standing(sight)
        if any(sight.question.purpose in clause.purposes for clause in version.clauses)
    ]


def _standing(sight: Sight) -> Iterator[tuple[Agreement, Version]]:
    """The agreements active now in which the reader's agency stands, each with the version in force.

    A member without a site stands in none.
    """
    if not sight.reader.placed:
        return
    for agreement in sight.policy.agreements_of(sight.reader.agency):
        standing = standing_at(agreement, sight.now)
        if standing is not None and sight.reader.agency in standing.parties:
            yield agreement, standing.version


def released_one(tx: Tx, sight: Sight, type_: str, record_id: str) -> Seen | None:
    """One record, as facts and as released, or None if it does not exist for the reader.

    Raises:
        Outdated: if the policy has changed since the reader was looked at.
    """
    found = queries.one(tx, scope_of(sight), type_, record_id)
    sight.confirm(found.moment)
    if not found.rows:
        return None
    row = found.rows[0]
    (around,) = facts_of(tx, [row], ends=row["has_links"])
    shown = released(sight, around)
    tally.add("records", shown is not None)
    label = (row["conditions"] or {}).get("tlp") or ""
    return None if shown is None else Seen(around.facts, shown, row["has_stills"], label)


def released_rows(tx: Tx, sight: Sight, type_: str, ids: Iterable[str]) -> list[Released]:
    """Those of the records that exist for the reader, by id, whatever a scope would say."""
    return [each.shown for each in seen_rows(tx, sight, type_, ids)]


def seen_rows(tx: Tx, sight: Sight, type_: str, ids: Iterable[str]) -> list[Seen]:
    """The same, as facts and as released."""
    rows = queries.rows(tx, type_, ids)
    seen = [
        Seen(each.facts, shown) for each in facts_of(tx, rows) if (shown := released(sight, each)) is not None
    ]
    tally.add("records", len(seen))
    return seen


def listed_rows(tx: Tx, sight: Sight, type_: str, ids: Iterable[str]) -> list[Seen]:
    """The same as a list shows them: released without persons and links, and sooner decided."""
    found = facts_of(tx, queries.rows(tx, type_, ids))
    names = {name: token for each in found for name, token in each.names.items()}
    records = [each.facts for each in found]
    tokens: StandInOf = lambda agreement, person: names[agreement, person]  # noqa: E731 - one line, one use
    shown = release_many(sight.policy, records, sight.reader, sight.question, tokens)
    tally.add("records", len(shown))
    facts = {record.id: record for record in records}
    return [Seen(facts[each.id], each) for each in shown]


def stills_and_things(tx: Tx, sight: Sight, seen: Seen) -> tuple[list[Seen], list[Seen]]:
    """What goes with a record that the reader sees: its stills, and the things linked to it."""
    stills = queries.media_of(tx, [seen.shown.id]).get(seen.shown.id, []) if seen.stills else []
    ends = queries.types_of(tx, [link.to for link in seen.shown.links])
    things: list[Seen] = []
    for type_ in sorted(set(ends.values())):
        things += seen_rows(tx, sight, type_, [each for each, kind in ends.items() if kind == type_])
    return seen_rows(tx, sight, "media", stills), things


def facts_by_id(tx: Tx, type_: str, record_id: str) -> Record | None:
    """The facts of a record whatever a scope would say, for callers that ask the engine and show nothing."""
    found = facts_of(tx, queries.rows(tx, type_, [record_id]))
    return found[0].facts if found else None


def released(sight: Sight, around: Around) -> Released | None:
    """The record as the reader sees it, with its persons and links; None if it does not exist for them."""
    decision = decide(sight.policy, around.facts, sight.reader, sight.question)
    if decision is None:
        return None
    return release(decision, around.facts, stand_in=lambda agreement, person: around.names[agreement, person])
