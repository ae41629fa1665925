"""One reader's question, carried from record to record: what is live, and what bounds it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from sharing.release.ages import is_child
from sharing.release.facts import Agreement, Keeper, Link, Person, Question, Reader, Record, Release, Version
from sharing.release.floors import KEEPABLE, Bounds, Concern
from sharing.release.policy import Policy
from sharing.release.schema import Category
from sharing.release.standing import (
    Standing,
    parties_at,
    purpose_allowed,
    reaches,
    revived_by_rejoining,
    standing_at,
    version_at,
)


class Live(NamedTuple):
    """A release that reaches the reader now. `then` is the version it was made under, where that has a say.

    `elapsed` is the longest retention, in days, of those in its versions that has run out.
    """

    release: Release
    now: Version
    then: Version | None
    elapsed: int


@dataclass(frozen=True, slots=True)
class Ground:
    """An agreement that is active now for the reader's agency and purpose.

    `owners` are the parties whose records may be read under it; `plain` says that nobody ever withdrew and no
    clause ends by retention.
    """

    agreement: Agreement
    version: Version
    owners: frozenset[str]
    plain: bool


class Lens:
    """A policy seen by one reader for one question; it keeps what does not change between records."""

    def __init__(self, policy: Policy, reader: Reader, question: Question) -> None:
        self.policy = policy
        self.reader = reader
        self.question = question
        self._now = question.now
        self._purpose = question.purpose
        self._standings: dict[str, Standing | None] = {}
        self._grounds: dict[str, Ground | None] = {}

    @cached_property
    def purpose_allowed(self) -> bool:
        """Whether the reader may state this purpose at all."""
        return purpose_allowed(self.reader, self.question.purpose, self.policy.roles)

    def standing(self, agreement: str) -> Standing | None:
        """How an agreement stands now; None if it is unknown or not active."""
        if agreement not in self._standings:
            known = self.policy.agreements.get(agreement)
            self._standings[agreement] = standing_at(known, self.question.now) if known else None
        return self._standings[agreement]

    def lives(self, record: Record) -> tuple[Live, ...]:
        """The releases by which the record may exist for the reader: for media, those of their parent."""
        if not self.purpose_allowed:
            return ()
        source = record if record.parent is None else record.parent
        if source.owner != record.owner:
            return ()
        return tuple([live for release in source.releases if (live := self.live(record.owner, release))])

    def live(self, owner: str, release: Release) -> Live | None:
        """The release as it is live for the reader, whose purpose must be allowed; None if it is not."""
        now = self._now
        if not release.permitted or self._purpose not in release.purposes or now < release.at:
            return None
        expires, revoked = release.expires, release.revoked
        if (expires is not None and expires <= now) or (revoked is not None and revoked <= now):
            return None
        try:
            ground = self._grounds[release.agreement]
        except KeyError:
            ground = self._grounds[release.agreement] = self._ground(release.agreement)
        if ground is None or owner not in ground.owners:
            return None
        # A version in force now that had begun by then was the newest then too.
        if ground.plain and ground.version.from_at <= release.at:
            version = ground.version
            return Live(release, version, None, 0) if reaches(release, self.reader, version.parties) else None
        return self._reached(owner, release, ground)

    def is_plain(self, live: Live) -> bool:
        """Whether every release alike, made since the version in force began, is live in the same way."""
        ground = self._grounds[live.release.agreement]
        return ground is not None and ground.plain and ground.version.from_at <= live.release.at

    def _ground(self, name: str) -> Ground | None:
        standing = self.standing(name)
        if standing is None or self.question.purpose not in standing.version.purposes:
            return None
        agency = self.reader.agency
        if agency not in standing.parties:
            return None
        # Towards its own agency a member reads by the scheme's own terms only, which have one party.
        owners = standing.parties if len(standing.version.parties) == 1 else standing.parties - {agency}
        agreement = self.policy.agreements[name]
        retains = any(
            clause.retention_days is not None for each in agreement.versions for clause in each.clauses
        )
        return Ground(agreement, standing.version, owners, not retains and not agreement.withdrawals)

    def _reached(self, owner: str, release: Release, ground: Ground) -> Live | None:
        agreement, version, now = ground.agreement, ground.version, self._now
        then = version_at(agreement, release.at)
        if then is None or not reaches(release, self.reader, parties_at(agreement, then, release.at)):
            return None
        if any(revived_by_rejoining(agreement, release, side, now) for side in (owner, self.reader.agency)):
            return None
        elapsed = _elapsed(release, (version, then), self.question)
        given = self.policy.confirmed(agreement, version.number).get(release.id)
        silent = then.number == version.number or (given is not None and given <= now)
        return Live(release, version, None if silent else then, elapsed)


def _elapsed(release: Release, versions: tuple[Version, ...], question: Question) -> int:
    """The longest retention, in days from the release, that is over; 0 for none."""
    spans = {
        clause.retention_days for version in versions for clause in version.clauses if clause.retention_days
    }
    return max((days for days in spans if release.at + timedelta(days=days) <= question.now), default=0)


def origins(record: Record) -> Iterator[Record]:
    """What the record was copied from, and that from, and so on; media come after their parent's origins."""
    for start in (record, record.parent):
        origin = start.derived_from if start is not None else None
        while origin is not None:
            yield origin
            origin = origin.derived_from


def matched(record: Record) -> Iterator[Record]:
    """The record, its parent and its origins: whatever brings floors and conditions to it."""
    yield record
    if record.parent is not None:
        yield record.parent
    yield from origins(record)


def bounds_of(lens: Lens, record: Record, question: Question) -> Bounds:
    """What bounds every field of the record towards the lens's reader, at the question's exit."""
    sources = tuple(matched(record))
    return Bounds(
        reader=lens.reader,
        question=question,
        conditions=tuple(each.conditions for each in sources if each.conditions is not None),
        notes=record.notes,
        orders=frozenset(
            person.anonymity_order
            for source in sources
            for person in _persons(source)
            if person.anonymity_order is not None
        ),
        approvers=lens.policy.approvers,
        foreign=tuple(
            each.conditions for each in sources if each.conditions is not None and each.owner != record.owner
        ),
        pictured=tuple(concern_of_link(lens, record, link) for link in record.persons)
        if lens.reader.commercial and record.type in lens.policy.pictured
        else (),
    )


def _persons(record: Record) -> Iterator[Person]:
    yield from (link.person for link in record.persons)
    if record.subject is not None:
        yield record.subject
    if record.keeper is not None:
        yield record.keeper.link.person


def concern_of_link(lens: Lens, record: Record, link: Link) -> Concern:
    """The person of a link, with what the same person was where the record was copied from."""
    found = _concern(lens, link, record)
    for origin in origins(record):
        for other in origin.persons:
            if other.person.id == link.person.id:
                there = _concern(lens, other, origin)
                found = Concern(
                    found.link, found.person, found.categories | there.categories, found.child or there.child
                )
    return found


def concerns_of_kept(lens: Lens, record: Record) -> tuple[Concern, ...]:
    """The keepers of a thing, the record's own first and then its origins'."""
    sources = (record, *origins(record))
    return tuple(
        _keeper_concern(lens, source.keeper)
        for source in sources
        if source.keeper is not None and source.type in KEEPABLE
    )


def concerns_of_everybody(lens: Lens, record: Record) -> tuple[Concern, ...]:
    """Everybody on the record and its origins, whom an original text may speak of; its own subject apart."""
    found = [_concern(lens, link, source) for source in matched(record) for link in source.persons]
    found += [_keeper_concern(lens, source.keeper) for source in matched(record) if source.keeper is not None]
    return tuple(found)


def concern_of_page(lens: Lens, record: Record, category: Category) -> Concern:
    """The person of a person's own record, as its release states them."""
    person = record.subject or Person(record.id)
    business = lens.reader.commercial
    child = is_child(person, lens.question.now, record.happened, business=business)
    return Concern(None, person, frozenset({category}), child)


def _concern(lens: Lens, link: Link, record: Record) -> Concern:
    business = lens.reader.commercial
    child = is_child(link.person, lens.question.now, record.happened, business=business)
    return Concern(link.id, link.person, link.roles_at_event, child)


def _keeper_concern(lens: Lens, keeper: Keeper) -> Concern:
    business = lens.reader.commercial
    child = is_child(keeper.link.person, lens.question.now, keeper.happened, business=business)
    return Concern(keeper.link.id, keeper.link.person, keeper.link.roles_at_event, child, kept=True)
