"""The terms of a version with what they mean: its doubts, and who sees what in one case."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency
from foundation import clock
from foundation.database import Database, Tx
from sharing.agreements.content import VersionTerms
from sharing.agreements.draft_rows import Place
from sharing.agreements.lint import Lint
from sharing.agreements.lints import engine_version, lints_of
from sharing.agreements.policy import policy_of
from sharing.agreements.recipients import Recipient, recipients_of, trial_policy
from sharing.agreements.versions import ReadVersion, find_version
from sharing.events import drafting as events
from sharing.records.registry import SCHEMAS
from sharing.release.facts import Version
from sharing.release.matrix import Asked, Matrix, matrix_of
from sharing.release.policy import Policy
from sharing.release.schema import Category
from sharing.release.supposed import in_force

#: Behind a category, where the person is under 18.
CHILD = "-child"
#: Whom a case can be about.
ABOUT = tuple(f"{category.value}{age}" for category in Category for age in ("", CHILD))


@dataclass(frozen=True)
class Case:
    """Whose records of which type, for which purpose, about whom and to whom; `to` none is to everybody.

    `about` is a category, with `-child` behind it for somebody under 18.
    """

    owner: str
    type: str
    purpose: str
    about: str
    to: str


@dataclass(frozen=True)
class WhoSeesWhat:
    """The matrix of a case, what may be chosen in place of each of its parts, and whom its columns show."""

    case: Case
    choices: Mapping[str, tuple[str, ...]]
    everybody: tuple[Recipient, ...]
    recipients: tuple[Recipient, ...]
    matrix: Matrix


@dataclass(frozen=True)
class ShownTerms:
    """A version, its doubts, and who sees what; None while no clause is written. `names` are of agencies."""

    version: ReadVersion
    lints: tuple[Lint, ...]
    who: WhoSeesWhat | None
    names: Mapping[str, str]


def show_terms(database: Database, actor: Actor, place: Place, asked: Mapping[str, str]) -> ShownTerms:
    """The terms of a version that the actor may read; what `asked` leaves out is chosen.

    Raises:
        Missing: if there is none.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        found = find_version(tx, actor, *place)
        _, policy = policy_of(tx)
        names = agency_names(tx)
        events.terms_read(tx, actor, agreement=found.agreement, number=found.number)
    lints = lints_of(found.terms, policy.agencies, names)
    return ShownTerms(found, lints, _who(found, policy, asked) if found.terms.clauses else None, names)


def read_lints(database: Database, actor: Actor, place: Place) -> tuple[Lint, ...]:
    """The doubts about a version that the actor may read.

    Raises:
        Missing: if there is none.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        found = find_version(tx, actor, *place)
        events.terms_read(tx, actor, agreement=found.agreement, number=found.number)
        return lints_within(tx, found.terms)


def lints_within(tx: Tx, terms: VersionTerms) -> tuple[Lint, ...]:
    """The doubts about terms, as of this transaction."""
    _, policy = policy_of(tx)
    return lints_of(terms, policy.agencies, agency_names(tx))


def agency_names(tx: Tx) -> Mapping[str, str]:
    """How people call each agency in few words."""
    return {row.id: row.short_name for row in tx.execute(select(agency.c.id, agency.c.short_name))}


def trial_policies(
    policy: Policy, agreement: str, versions: tuple[Version, Version | None], now: datetime
) -> tuple[Policy, Policy | None]:
    """The policy in which a version is in force alone, and the same for the one that it is compared with."""
    version, before = versions
    trial = trial_policy(policy, in_force(agreement, version, now))
    return trial, None if before is None else trial_policy(policy, in_force(agreement, before, now))


def asked_of(owner: str, type_: str, purpose: str, about: str) -> Asked:
    """The case whose person is `about`: a category, with `-child` behind it for somebody under 18."""
    return Asked(owner, type_, purpose, Category(about.removesuffix(CHILD)), about.endswith(CHILD))


@dataclass(frozen=True)
class Spoken:
    """What clauses speak of: how many give something of each party, on which types, for each purpose."""

    giving: Counter[str]
    types: tuple[str, ...]
    purposes: Counter[str]


def spoken_of(version: Version, kinds: Mapping[str, str]) -> Spoken:
    """What the version's clauses speak of; `kinds` are those of its parties."""
    types = frozenset().union(*(clause.records for clause in version.clauses))
    return Spoken(
        giving=Counter(
            party
            for clause in version.clauses
            for party in version.parties
            if clause.opens and {party, kinds[party]} & clause.from_parties
        ),
        types=tuple(type_ for type_ in SCHEMAS if type_ in types),
        purposes=Counter(purpose for clause in version.clauses for purpose in clause.purposes),
    )


def _who(found: ReadVersion, policy: Policy, asked: Mapping[str, str]) -> WhoSeesWhat:
    version = engine_version(found.terms)
    before = None if found.before is None else engine_version(found.before)
    choices = _choices(found.terms, version, {each.id: each.kind for each in policy.agencies.values()})
    owner = _chosen(choices, asked, "owner")
    everybody = recipients_of([version, *([before] if before else [])], policy.agencies, owner)
    choices["to"] = ("", *(each.key for each in everybody))
    chosen = {name: _chosen(choices, asked, name) for name in choices}
    recipients = tuple(each for each in everybody if chosen["to"] in ("", each.key))
    now = clock.now()
    matrix = matrix_of(
        trial_policies(policy, found.agreement, (version, before), now),
        found.agreement,
        asked_of(owner, chosen["type"], chosen["purpose"], chosen["about"]),
        [each.reader for each in recipients],
        now,
    )
    return WhoSeesWhat(Case(**chosen), choices, everybody, recipients, matrix)


def _choices(terms: VersionTerms, version: Version, kinds: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """What can be asked about, the most spoken of first where nothing else orders it."""
    spoken = spoken_of(version, kinds)
    return {
        "owner": tuple(sorted(terms.parties, key=lambda party: -spoken.giving[party])),
        "type": spoken.types,
        "purpose": tuple(sorted(terms.purposes, key=lambda purpose: -spoken.purposes[purpose])),
        "about": ABOUT,
    }


def _chosen(choices: Mapping[str, tuple[str, ...]], asked: Mapping[str, str], name: str) -> str:
    wanted = asked.get(name, "")
    return wanted if wanted in choices[name] else choices[name][0]
