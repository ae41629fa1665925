"""What a later version would open of records that were released under an earlier one, by the engine itself.

Until the owner confirms the difference, the stronger of the two versions holds. Source: release.md, step 3.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, select, union

from foundation import clock
from foundation.database import Tx
from sharing.agreements import tables
from sharing.agreements.policy import fact_of, policy_of
from sharing.agreements.recipients import Recipient, recipients_of
from sharing.agreements.states import agreement_in
from sharing.agreements.supposing import About, alone, supposed_record, supposed_release, supposed_still
from sharing.records.record import link, record
from sharing.release.clauses import case_of, speaks_between
from sharing.release.decision import decide
from sharing.release.facts import ALL, MEMBERS, Agreement, Confirmation, Question, Record, Version
from sharing.release.floors import KEEPABLE
from sharing.release.outcome import ABSENT
from sharing.release.policy import PAGE, Policy
from sharing.release.schema import Category

_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Loosened:
    """Fields of one class that would open to a recipient: from the treatment of today to another (slugs).

    `about` is None for what belongs to no person; `type` is that of the record, or media for its stills.
    """

    recipient: Recipient
    type: str
    about: About | None
    field_class: str
    fields: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True)
class Held:
    """Own releases that are alike: how many records they are of, and what would open of those."""

    records: int
    loosened: frozenset[Loosened]


def held_back(tx: Tx, owner: str, agreement: Agreement, version: Version) -> tuple[Held, ...]:
    """The owner's live releases from before the version, not confirmed for it, that it would open more.

    `agreement` holds every signed version and this one.
    """
    _, policy = policy_of(tx)
    older = older_releases(owner, agreement, version)
    people, stills = _people(tx, older), _with_stills(tx, older)
    by_number = {each.number: each for each in agreement.versions}
    found = []
    for group in tx.execute(_groups(older)).mappings():
        then = by_number.get(group["version"])
        if then is not None:
            about = people.get(group["type"], ())
            asked = _Asked(policy, agreement.id, then, version, owner, stills)
            loosened = frozenset(_loosened(asked, group, about))
            if loosened:
                found.append(Held(group["records"], loosened))
    return tuple(found)


def note_owed(tx: Tx, row: Mapping[Any, Any]) -> None:
    """Keep which parties own records that this version, being concluded, would open more.

    `row` holds the columns of the version, with the moment from which it will be in force.
    """
    _, policy = policy_of(tx)
    version = fact_of(row)
    known = agreement_in(policy, row["agreement_id"])
    agreement = replace(known, versions=(*known.versions, version))
    owing = [party for party in sorted(version.parties) if held_back(tx, party, agreement, version)]
    if owing:
        told = {"agreement_id": agreement.id, "version": version.number, "at": clock.now()}
        tx.execute(insert(tables.confirmation_owed), [{**told, "agency_id": party} for party in owing])


def older_releases(owner: str, agreement: Agreement, version: Version) -> ColumnElement[bool]:
    """Which rows of `release` joined with `record` are the owner's, live, older and not confirmed."""
    now, release = clock.now(), tables.release
    confirmed = exists().where(
        tables.confirmation.c.release_id == release.c.id, tables.confirmation.c.version == version.number
    )
    # What was released before the owner withdrew is dead, whether or not it came back.
    returned = [each.rejoined or now for each in agreement.withdrawals if each.agency == owner]
    return and_(
        release.c.agreement_id == agreement.id,
        release.c.at < version.from_at,
        *(release.c.at >= moment for moment in returned),
        release.c.revoked.is_(None) | (release.c.revoked > now),
        release.c.expires.is_(None) | (release.c.expires > now),
        record.c.owner == owner,
        ~confirmed,
    )


RELEASED = tables.release.join(record, record.c.id == tables.release.c.record_id)


def _groups(older: ColumnElement[bool]) -> Select[Any]:
    release = tables.release
    alike = (
        release.c.version,
        record.c.type,
        record.c.site.is_not(None).label("at_site"),
        release.c.purposes,
        release.c.recipients,
        release.c.category,
        release.c.text.is_not(None).label("has_text"),
    )
    count = func.count(release.c.record_id.distinct()).label("records")
    return select(*alike, count).select_from(RELEASED).where(older).group_by(*alike)


def _people(tx: Tx, older: ColumnElement[bool]) -> Mapping[str, tuple[About, ...]]:
    """Whoever is on those records or keeps them, by record type: as adults and as children."""
    on = select(record.c.type, link.c.categories).select_from(
        RELEASED.join(link, link.c.record_id == record.c.id)
    )
    keeping = select(record.c.type, link.c.categories).select_from(
        RELEASED.join(link, link.c.id == record.c.keeper)
    )
    found: dict[str, list[About]] = {}
    for row in tx.execute(union(on.where(older), keeping.where(older))):
        categories = frozenset(Category(each) for each in row.categories) or frozenset({Category.OTHER})
        found.setdefault(row.type, []).extend(About(categories, child) for child in (False, True))
    return {type_: tuple(dict.fromkeys(people)) for type_, people in found.items()}


def _with_stills(tx: Tx, older: ColumnElement[bool]) -> frozenset[str]:
    """The types of those records of which there are stills."""
    still = record.alias("still")
    has = exists().where(still.c.parent == record.c.id, still.c.type == "media").correlate(record)
    return frozenset(tx.execute(select(record.c.type).select_from(RELEASED).where(older, has)).scalars())


@dataclass(frozen=True)
class _Asked:
    policy: Policy
    agreement: str
    then: Version
    now: Version
    owner: str
    stills: frozenset[str]


def _loosened(asked: _Asked, group: Mapping[Any, Any], people: Sequence[About]) -> Iterator[Loosened]:
    reached = {ALL} if group["recipients"] == "all" else set(group["recipients"])
    for recipient in recipients_of([asked.now], asked.policy.agencies, asked.owner):
        key = MEMBERS if recipient.member else recipient.agency
        if not reached & {ALL, key, recipient.agency}:
            continue
        for purpose in group["purposes"]:
            if _may_differ(asked, group, recipient, purpose):
                yield from _opened(asked, group, people, recipient, purpose)


def _may_differ(asked: _Asked, group: Mapping[Any, Any], recipient: Recipient, purpose: str) -> bool:
    """Whether the two versions have other clauses here; most amendments change a few."""
    case = case_of(
        recipient.reader,
        asked.owner,
        asked.policy.agencies[asked.owner].kind,
        at_site=group["at_site"],
        purpose=purpose,
        type=group["type"],
    )
    types = {group["type"], "media"} if group["type"] in asked.stills else {group["type"]}

    def said(version: Version) -> frozenset[object]:
        stands = {asked.owner, recipient.agency} <= version.parties and purpose in version.purposes
        spoken = [
            replace(clause, id="", basis="")
            for clause in version.clauses
            for type_ in types
            if stands and speaks_between(clause, replace(case, type=type_))
        ]
        return frozenset(spoken)

    return said(asked.now) != said(asked.then)


def _opened(
    asked: _Asked, group: Mapping[Any, Any], people: Sequence[About], recipient: Recipient, purpose: str
) -> Iterator[Loosened]:
    moment = clock.now()
    # Released under the one a moment ago, read under the other now.
    then = replace(asked.then, from_at=moment - 3 * _MOMENT, until=moment + _MOMENT)
    now = replace(asked.now, from_at=moment - _MOMENT, until=moment + _MOMENT)
    reader, question = recipient.reader, Question(purpose, moment)
    for supposed in _supposed(asked, group, people, question):
        release = (supposed.parent or supposed).releases[0]
        confirmed = Confirmation(release.id, now.number, moment - _MOMENT)
        held, free = (
            decide(
                alone(asked.policy, Agreement(asked.agreement, (then, now), confirmations=words)),
                supposed,
                reader,
                question,
            )
            for words in ((), (confirmed,))
        )
        if free is not None:
            before = {} if held is None else held.outcomes
            changes = {
                key: (before.get(key, ABSENT).treatment.slug, outcome.treatment.slug)
                for key, outcome in free.outcomes.items()
                if outcome.opens and outcome.treatment < before.get(key, ABSENT).treatment
            }
            yield from _told(asked.policy, supposed, recipient, people, changes)


def _supposed(
    asked: _Asked, group: Mapping[Any, Any], people: Sequence[About], question: Question
) -> Iterator[Record]:
    type_ = group["type"]
    at = question.now - 2 * _MOMENT

    def made(about: Iterable[About], category: str | None = None) -> Record:
        release = supposed_release(
            asked.agreement, group["purposes"], at, text=group["has_text"], category=category
        )
        return supposed_record(type_, asked.owner, release, about, at_site=group["at_site"])

    if type_ == PAGE:
        stated = group["category"]
        for about in people:
            for category in [stated] if stated else sorted(about.categories):
                yield made([About(frozenset({Category(category)}), about.child)], category)
        return
    if type_ in KEEPABLE:
        for about in people:
            yield made([about])
    whole = made(people)
    if type_ not in KEEPABLE or not people:
        yield whole
    if type_ in asked.stills:
        yield supposed_still(whole)


def _told(
    policy: Policy,
    supposed: Record,
    recipient: Recipient,
    people: Sequence[About],
    changes: Mapping[str, tuple[str, str]],
) -> Iterator[Loosened]:
    classes = {
        field.name: field.field_class.value for field in (*policy.of_person, *policy.own[supposed.type])
    }
    by_link = {about.link: about for about in people}
    grouped: dict[tuple[About | None, str, tuple[str, str]], list[str]] = {}
    for key, change in changes.items():
        _, _, rest = key.partition("persons.")
        link_id, _, name = rest.rpartition(".")
        if name or not rest:
            about = by_link.get(link_id)
            grouped.setdefault((about, classes.get(name or key, "link"), change), []).append(name or key)
    for (about, field_class, (before, after)), names in grouped.items():
        yield Loosened(recipient, supposed.type, about, field_class, tuple(sorted(names)), before, after)
