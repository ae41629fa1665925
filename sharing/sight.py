"""How a read looks: who asks, under which policy, and rows turned into what this reader may see.

The shared inside of every read in `sharing.disclosure`; it opens no transaction and writes no entry.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx
from foundation.errors import PurposeRequired, Unavailable
from sharing import queries
from sharing.agreements.policy import policy_held, policy_of
from sharing.facts import reader_of
from sharing.release.decision import decide
from sharing.release.exit import Released, release
from sharing.release.facts import ALL, MEMBERS, Agreement, Exit, Question, Reader, Record
from sharing.release.policy import Policy
from sharing.release.standing import standing_at
from sharing.scope import Lane, Scope
from sharing.surroundings import Around, facts_of

Read = TypeVar("Read")

#: So often a read begins anew because the policy changes while it reads.
_TRIES = 3


class Outdated(Unavailable):
    """The policy has changed since the one that the reader was looked at under."""


@dataclass(frozen=True)
class Sight:
    """Who looks, for what and when, under which policy: all that a read needs besides rows."""

    actor: Actor
    reader: Reader
    question: Question
    policy: Policy
    epoch: int

    @property
    def now(self) -> datetime:
        """The moment at which everything in this read is decided."""
        return self.question.now

    def confirm(self, epoch: int) -> None:
        """Refuse to go on under a policy that is not the one of the rows.

        Raises:
            Outdated: if it is another.
        """
        if epoch != self.epoch:
            raise Outdated("The terms changed while you were reading. Nothing is lost. Try again.")


class Seen(NamedTuple):
    """One record, as facts and as released. `stills` says whether any belong to it."""

    facts: Record
    shown: Released
    stills: bool


def look(tx: Tx, actor: Actor, exit_: Exit) -> Sight:
    """Open one's eyes: the policy as of this transaction, and the question that will be asked of each row.

    Raises:
        PurposeRequired: if the actor has stated no purpose.
    """
    return _sight(actor, exit_, policy_of(tx))


def looking(tx: Tx, actor: Actor, exit_: Exit, read: Callable[[Sight], Read]) -> Read:
    """The same without a statement of its own: `read` runs under the policy last compiled here.

    INVARIANT: `read` takes its rows from `collect` or `released_one`, whose statement brings the policy's
    epoch along; if that is another, nothing of the first reading is kept and all is read again under the new.

    Raises:
        PurposeRequired: if the actor has stated no purpose.
        Unavailable: if the policy keeps changing.
    """
    sight = _sight(actor, exit_, policy_held(tx))
    for _ in range(_TRIES):
        try:
            return read(sight)
        except Outdated:
            sight = _sight(actor, exit_, policy_of(tx))
    return read(sight)


def _sight(actor: Actor, exit_: Exit, policy: tuple[int, Policy]) -> Sight:
    if actor.purpose is None:
        raise PurposeRequired("Say first what you are here to do.")
    epoch, terms = policy
    return Sight(actor, reader_of(actor), Question(actor.purpose, clock.now(), exit_), terms, epoch)


def scope_of(sight: Sight) -> Scope:
    """The rows that may exist for this reader now."""
    reader = sight.reader
    keys = [reader.agency, ALL] if reader.site is None else [reader.agency, MEMBERS, ALL]
    lanes = tuple(Lane(agreement.id, key) for agreement in standing_agreements(sight) for key in keys)
    return Scope(
        agency=reader.agency,
        own=any(sight.policy.roles[role].types for role in reader.roles if role in sight.policy.roles),
        site=reader.site,
        purpose=sight.question.purpose,
        lanes=lanes,
        now=sight.now,
    )


def standing_agreements(sight: Sight) -> list[Agreement]:
    """The agreements active now in which the reader's agency stands, with a clause for the purpose."""
    found: list[Agreement] = []
    for agreement in sight.policy.agreements_of(sight.reader.agency):
        standing = standing_at(agreement, sight.now)
        if standing is None or sight.reader.agency not in standing.parties:
            continue
        if any(sight.question.purpose in clause.purposes for clause in standing.version.clauses):
            found.append(agreement)
    return found


def released_one(tx: Tx, sight: Sight, type_: str, record_id: str) -> Seen | None:
    """One record, as facts and as released, or None if it does not exist for the reader.

    Raises:
        Outdated: if the policy has changed since the reader was looked at.
    """
    found = queries.one(tx, scope_of(sight), type_, record_id)
    sight.confirm(found.epoch)
    if not found.rows:
        return None
    row = found.rows[0]
    (around,) = facts_of(tx, [row], ends=row["has_links"])
    shown = released(sight, around)
    return None if shown is None else Seen(around.facts, shown, row["has_stills"])


def released_rows(tx: Tx, sight: Sight, type_: str, ids: Iterable[str]) -> list[Released]:
    """Those of the records that exist for the reader, by id, whatever a scope would say."""
    rows = queries.rows(tx, type_, ids)
    return [shown for each in facts_of(tx, rows) if (shown := released(sight, each)) is not None]


def released(sight: Sight, around: Around) -> Released | None:
    """The record as the reader sees it, with its persons and links; None if it does not exist for them."""
    decision = decide(sight.policy, around.facts, sight.reader, sight.question)
    if decision is None:
        return None
    return release(decision, around.facts, stand_in=lambda agreement, person: around.names[agreement, person])
