"""Who may see what of a record that exists: every audience that its live releases reach, by the same engine.

An audience is an agency's staff, with or without a role that clauses name, or its members; for one purpose.
It is told by forms, never by values: what an owner's colleague may not read of the record is left out too.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, select

from auth.actor import Actor
from auth.roles import Action, Role
from auth.tables import agency, site, user
from foundation.database import Database, Tx
from foundation.errors import Missing
from foundation.walls import lookup
from sharing.events import receipts as events
from sharing.release.decision import decide
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.facts import ALL, MEMBERS, Exit, Question, Reader, Record, Release
from sharing.release.outcome import Outcome
from sharing.release.policy import Policy
from sharing.release.standing import is_staff, standing_at
from sharing.sight import Sight, look, released_one

Fare = TypeVar("Fare", bound=Hashable)

#: So many audiences are judged at most; a record that reaches more says so.
MOST = 300


def _build_sited(dialect: str, *, walled: bool) -> Select[Any]:
    del dialect, walled  # it is the same everywhere
    return select(site.c.agency_id).distinct()


_SITED = lookup(
    "sited", "An owner is told that members read a record: ids of agencies that have any, no site of theirs.",
    _build_sited,
)  # fmt: skip
#: A site that no record was contributed at: a member is judged as a member of another shop.
_ELSEWHERE = "any"


@dataclass(frozen=True)
class Audience:
    """A supposed reader for one purpose. `role` is one that some clause names, None for staff without any."""

    agency: str
    members: bool
    role: str | None
    purpose: str


@dataclass(frozen=True)
class Form:
    """How a field reaches an audience, by which rule; `clause` may be a grant's id, both empty if none is."""

    treatment: str
    reason: str
    agreement: str
    clause: str


#: What an audience sees, by key: only what leaves, or is withheld; a record that does not exist has none.
Forms = Mapping[str, Form]


@dataclass(frozen=True)
class Group:
    """Audiences that see the same. `agencies` are names; `forms` holds what the asker may know of."""

    agencies: tuple[str, ...]
    members: bool
    role: str | None
    purposes: tuple[str, ...]
    forms: Forms


@dataclass(frozen=True)
class RecordAudiences:
    """Everybody who may see something of a record; not `complete` if there were too many to judge."""

    groups: tuple[Group, ...]
    complete: bool


@dataclass(frozen=True)
class Change:
    """What a change does to audiences that fare alike: keys that close and open for them.

    `gone` and `comes` say that the record itself ceases or begins to exist for them.
    """

    agencies: tuple[str, ...]
    members: bool
    role: str | None
    purposes: tuple[str, ...]
    closes: tuple[str, ...]
    opens: tuple[str, ...]
    gone: bool
    comes: bool


def who_may_see(
    database: Database, actor: Actor, type_: str, record_id: str, *, purpose: str | None = None
) -> RecordAudiences:
    """Every audience of an own record now, those that see the same together; with `purpose` for that alone.

    Raises:
        Missing: if the record is not of the actor's own, or not of that type.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_READ)
    with database.transaction() as tx:
        sight = look(tx, actor, Exit.ONE)
        found = released_one(tx, sight, type_, record_id)
        if found is None or not is_staff(sight.reader, found.facts):
            raise Missing("There is no such record.")
        audiences = audiences_of(tx, sight, found.facts)
        wanted = [each for each in audiences if purpose in (None, each.purpose)]
        known = filled_keys(found.shown)
        judged = {each: forms_for(sight, found.facts, each) for each in wanted[:MOST]}
        seen = {
            each: frozenset((key, form) for key, form in forms.items() if key in known)
            for each, forms in judged.items()
            if forms
        }
        events.audiences_shown(tx, actor, record=record_id, audiences=len(seen))
        groups = (Group(*alike, dict(sorted(forms))) for alike, forms in _alike(seen, names_of(tx)))
        return RecordAudiences(tuple(groups), len(wanted) <= MOST)


def audiences_of(tx: Tx, sight: Sight, record: Record) -> list[Audience]:
    """Everybody whom a live release of the record, or of the record that it hangs on, is meant for."""
    sites = set(tx.execute(_SITED.select(tx)).scalars())
    source = record.parent or record
    found: dict[Audience, None] = {}
    for release in source.releases:
        if _is_live(release, sight.now):
            found |= dict.fromkeys(_of_release(sight.policy, record.owner, release, sites, sight.now))
    return sorted(found, key=lambda each: (each.purpose, each.agency, each.members, each.role or ""))


def members_elsewhere(tx: Tx, owner: str, at_site: str | None) -> frozenset[str]:
    """The owner's own members who are recipients of a record contributed at a site, or at none."""
    members = select(user.c.id).where(user.c.agency_id == owner, user.c.site_id.is_not(None))
    if at_site is not None:
        members = members.where(user.c.site_id != at_site)
    return frozenset(tx.execute(members).scalars())


def forms_for(sight: Sight, record: Record, audience: Audience) -> Forms:
    """What the audience sees of the record now."""
    home = sight.policy.agencies[audience.agency]
    roles = {Role.MEMBER.value} if audience.members else {audience.role} if audience.role else set()
    place = _ELSEWHERE if audience.members else None
    reader = Reader("", home.id, home.kind, home.business, frozenset(roles), place)
    decision = decide(sight.policy, record, reader, Question(audience.purpose, sight.now))
    if decision is None:
        return {}
    return {key: _form(outcome) for key, outcome in decision.outcomes.items() if outcome.reason is not None}


def changes(
    tx: Tx, sight: Sight, before: Record, after: Record, *, known: Iterable[str]
) -> tuple[Change, ...]:
    """What becomes of every audience of the record, those that fare alike together; unchanged ones left out.

    `known` are the keys that the asker may know of.
    """
    keys = frozenset(known)
    audiences = dict.fromkeys((*audiences_of(tx, sight, before), *audiences_of(tx, sight, after)))
    fared: dict[Audience, tuple[tuple[str, ...], tuple[str, ...], bool, bool]] = {}
    for each in list(audiences)[:MOST]:
        old, new = forms_for(sight, before, each), forms_for(sight, after, each)
        was, now = _open(old) & keys, _open(new) & keys
        gone, comes = bool(old) and not new, bool(new) and not old
        if was != now or gone or comes:
            fared[each] = (tuple(sorted(was - now)), tuple(sorted(now - was)), gone, comes)
    return tuple(Change(*alike, *fare) for alike, fare in _alike(fared, names_of(tx)))


def _is_live(release: Release, now: datetime) -> bool:
    ended = [end for end in (release.expires, release.revoked) if end is not None]
    return release.at <= now and all(now < end for end in ended)


def _of_release(
    policy: Policy, owner: str, release: Release, sites: set[str], now: datetime
) -> Iterator[Audience]:
    terms = policy.agreements.get(release.agreement)
    standing = standing_at(terms, now) if terms is not None else None
    if terms is None or standing is None:
        return
    named = {role for version in terms.versions for clause in version.clauses for role in clause.roles or ()}
    for purpose in sorted(release.purposes):
        for party in sorted(standing.parties):
            direct = party in release.recipients or ALL in release.recipients
            if direct and party != owner:
                yield Audience(party, members=False, role=None, purpose=purpose)
                yield from (
                    Audience(party, members=False, role=each, purpose=purpose) for each in sorted(named)
                )
            if party in sites and (direct or MEMBERS in release.recipients):
                yield Audience(party, members=True, role=None, purpose=purpose)


def _form(outcome: Outcome) -> Form:
    return Form(
        outcome.treatment.slug,
        outcome.reason.value if outcome.reason is not None else "",
        outcome.agreement or "",
        outcome.clause or "",
    )


def _open(forms: Forms) -> frozenset[str]:
    return frozenset(key for key, form in forms.items() if form.treatment not in ("withhold", "absent"))


def filled_keys(shown: Released) -> frozenset[str]:
    """The keys of the record that this reader is shown a value of."""
    groups: list[tuple[str, Released | ReleasedPerson]] = [("", shown)]
    groups += [(f"persons.{person.link}.", person) for person in shown.persons]
    return frozenset(
        prefix + name
        for prefix, group in groups
        for name, value in group.fields.items()
        if value not in (None, "", [])
    )


def names_of(tx: Tx) -> dict[str, str]:
    """Agency id -> short name."""
    return {row.id: row.short_name for row in tx.execute(select(agency.c.id, agency.c.short_name))}


class _Alike(NamedTuple):
    """Audiences of one fare; `agencies` are names."""

    agencies: tuple[str, ...]
    members: bool
    role: str | None
    purposes: tuple[str, ...]


def _alike(fares: Mapping[Audience, Fare], names: Mapping[str, str]) -> list[tuple[_Alike, Fare]]:
    """Those that fare alike together; a role that fares like staff without it is no audience of its own."""
    purposes: dict[tuple[str, bool, str | None, Fare], list[str]] = {}
    for each, fare in fares.items():
        if each.role is None or fares.get(replace(each, role=None)) != fare:
            purposes.setdefault((each.agency, each.members, each.role, fare), []).append(each.purpose)
    agencies: dict[tuple[bool, str | None, tuple[str, ...], Fare], list[str]] = {}
    for (home, members, role, fare), stated in purposes.items():
        agencies.setdefault((members, role, tuple(sorted(stated)), fare), []).append(names[home])
    found = [
        (_Alike(tuple(sorted(homes)), members, role, stated), fare)
        for (members, role, stated, fare), homes in agencies.items()
    ]
    return sorted(
        found, key=lambda each: (each[0].agencies, each[0].members, each[0].role or "", each[0].purposes)
    )
