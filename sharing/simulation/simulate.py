"""The use case: samples, audiences and both answers of the engine, with one entry in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied, Invalid, Missing
from sharing.agreements.draft_rows import Place as VersionPlace
from sharing.agreements.lints import engine_version
from sharing.agreements.policy import policy_of
from sharing.agreements.recipients import Recipient, recipients_of
from sharing.agreements.showing import agency_names
from sharing.agreements.versions import ReadVersion, find_version
from sharing.catalogue import PLURALS
from sharing.collecting import collect
from sharing.events import drafting as events
from sharing.records.registry import SCHEMAS
from sharing.release.ages import is_child
from sharing.release.exit import Released
from sharing.release.facts import Exit, Record
from sharing.release.policy import Policy
from sharing.release.schema import Category, Treatment
from sharing.release.standing import is_staff
from sharing.scope import Position
from sharing.sight import look, released_one
from sharing.simulation.comparing import ABSENT, Change, Form, Place, forms_of, together
from sharing.simulation.invented import Sample, Somebody, invented_samples
from sharing.simulation.trial import Between, Look, changes, looks, seen

#: Own records to pick from, of each type; and samples of one simulation.
OFFERED = 5
MOST_SAMPLES = 10


@dataclass(frozen=True)
class Ask:
    """What to try: own records as (type, id), or none for invented ones of `owner`; and by whose eyes.

    `audiences` are keys of recipients, none for everybody. `shared` asks what becomes of what own records are
    released for now, else both sides suppose a release to all at this moment. `focus` is what to lay side by
    side: a sample's id, an audience's key, a purpose; what is not named is chosen.
    """

    records: tuple[tuple[str, str], ...] = ()
    owner: str = ""
    audiences: tuple[str, ...] = ()
    shared: bool = False
    focus: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True)
class SideLine:
    """One field, on the record or of somebody on it, today and under the version."""

    place: Place
    before: Form
    after: Form


@dataclass(frozen=True)
class SideBySide:
    """One sample as one audience sees it for one purpose; `exists` today and under the version."""

    sample: str
    audience: str
    purpose: str
    exists: tuple[bool, bool]
    lines: tuple[SideLine, ...]


@dataclass(frozen=True)
class Simulation:
    """What the version would change. `changes` gives the purposes for which each holds.

    `offered` are own records to pick from, in released form; `samples` what was tried, by id and type.
    """

    version: ReadVersion
    names: Mapping[str, str]
    ask: Ask
    recipients: tuple[Recipient, ...]
    offered: tuple[Released, ...]
    samples: tuple[tuple[str, str], ...]
    purposes: tuple[str, ...]
    changes: Mapping[Change, tuple[str, ...]]
    side: SideBySide | None


#: The samples, and for own records the places that the actor's own role shows.
_Samples = tuple[list[Sample], Mapping[str, frozenset[Place]]]


def simulate(database: Database, actor: Actor, place: VersionPlace, ask: Ask) -> Simulation:
    """Try a version out before it is signed.

    Of own records only what the actor's own role shows is tried; of other agencies' records nothing is.

    Raises:
        Missing: if there is no such version, or a record is not the actor's agency's to show them.
        Invalid: if there is no such audience or owner, or too much is asked at once.
        PurposeRequired: if own records are asked for and the actor has stated no purpose.
    """
    actor.require(Action.AGREEMENT_DRAFT)
    if actor.member:
        raise Denied("Agreements are tried out by an agency's own staff, not by its members.")
    with database.transaction() as tx:
        found = find_version(tx, actor, *place)
        epoch, policy = policy_of(tx)
        answer = _simulated(tx, actor, found, policy, _checked(found, ask, actor))
        tried = [id_ for id_, _ in answer.samples] if ask.records else []
        events.terms_simulated(
            tx,
            actor,
            agreement=found.agreement,
            number=found.number,
            policy=epoch,
            records=sorted({*tried, *(each.id for each in answer.offered)}),
            audiences=list(answer.ask.audiences),
            opens=sum(each.opens for each in answer.changes),
            closes=sum(each.closes for each in answer.changes),
        )
    return answer


def _checked(found: ReadVersion, ask: Ask, actor: Actor) -> Ask:
    """What was asked; invented samples are of the actor's agency unless another party is named."""
    parties = found.terms.parties
    if ask.records:
        if len(ask.records) > MOST_SAMPLES:
            raise Invalid({"records": f"Try at most {MOST_SAMPLES} records at once."})
        return replace(ask, owner=actor.agency_id)
    owner = ask.owner or (actor.agency_id if actor.agency_id in parties else parties[0])
    if owner not in parties:
        raise Invalid({"owner": "The samples are of one of the parties."})
    return replace(ask, owner=owner, shared=False)


def _simulated(tx: Tx, actor: Actor, found: ReadVersion, policy: Policy, ask: Ask) -> Simulation:
    before = None if found.before is None else engine_version(found.before)
    between = Between(found.agreement, engine_version(found.terms), before, clock.now())
    versions = [between.version, *([] if before is None else [before])]
    everybody = recipients_of(versions, policy.agencies, ask.owner)
    recipients = _recipients(everybody, ask)
    purposes = tuple(sorted(frozenset().union(*(version.purposes for version in versions))))
    samples, told = _samples(tx, actor, between, ask, frozenset(purposes))
    policies = between.shared(policy) if ask.shared else between.anew(policy)
    differing = [
        (where, change)
        for where, place, change in changes(between, policies, looks(between, samples, recipients, purposes))
        if _is_told(told, where[0], place)
    ]
    asked = [where for where, _ in differing] or [
        (sample, recipient, purpose)
        for sample in samples[:1]
        for recipient in recipients[:1]
        for purpose in purposes[:1]
    ]
    focus = _focus(ask, asked, (samples, recipients, purposes))
    return Simulation(
        version=found,
        names=agency_names(tx),
        ask=replace(ask, audiences=tuple(each.key for each in recipients)),
        recipients=everybody,
        offered=_offered(tx, actor, between),
        samples=tuple((each.record.id, each.record.type) for each in samples),
        purposes=purposes,
        changes=together((purpose, change) for (_, _, purpose), change in differing),
        side=None if focus is None else _side(policies, focus, between.now, told),
    )


def _recipients(everybody: Sequence[Recipient], ask: Ask) -> tuple[Recipient, ...]:
    """Those whom somebody asked for; all if nobody in particular."""
    found = tuple(each for each in everybody if not ask.audiences or each.key in ask.audiences)
    if unknown := set(ask.audiences) - {each.key for each in everybody}:
        raise Invalid({"audiences": f"Nobody reads under this version as {', '.join(sorted(unknown))}."})
    return found


def _samples(tx: Tx, actor: Actor, between: Between, ask: Ask, purposes: frozenset[str]) -> _Samples:
    if not ask.records:
        types = _types(between)
        return list(invented_samples(types, ask.owner, (between.agreement, purposes), between.now)), {}
    sight = look(tx, actor, Exit.ONE)
    samples, told = [], {}
    for type_, record_id in dict.fromkeys(ask.records):
        found = released_one(tx, sight, type_, record_id) if type_ in SCHEMAS else None
        if found is None or not is_staff(sight.reader, found.facts):
            raise Missing("There is nothing here that you can see.")
        record = found.facts if ask.shared else between.released(found.facts, purposes)
        sample = Sample(record, _people(found.facts, found.shown, between.now), invented=False)
        samples.append(sample)
        own = forms_of(sample, found.shown)
        told[record_id] = frozenset(
            place for place, form in own.items() if form.treatment < Treatment.WITHHOLD
        )
    return samples, told


def _people(record: Record, own: Released, now: datetime) -> tuple[Somebody, ...]:
    """Who is on an own record, as far as the actor's own role says what they were and how old they are."""
    facts = {link.id: link for link in record.persons}
    found = []
    for person in own.persons:
        link = facts[person.link]
        aged = bool({"date_of_birth", "age_band"} & set(person.fields))
        found.append(
            Somebody(
                person.link,
                link.roles_at_event if "category" in person.fields else frozenset[Category](),
                aged and is_child(link.person, now, record.happened, business=False),
            )
        )
    return tuple(found)


def _types(between: Between) -> list[str]:
    """The record types of which any of the clauses speaks."""
    clauses = (*between.version.clauses, *(between.before.clauses if between.before is not None else ()))
    return [type_ for type_ in SCHEMAS if any(type_ in clause.records for clause in clauses)]


def _offered(tx: Tx, actor: Actor, between: Between) -> tuple[Released, ...]:
    """The newest own records of the types that the clauses speak of, to pick from."""
    if actor.purpose is None or not actor.may(Action.RECORD_READ):
        return ()
    sight = look(tx, actor, Exit.BULK)
    found: list[Released] = []
    for type_ in (each for each in _types(between) if each in PLURALS):
        some, _ = collect(tx, sight, type_, after=Position(), limit=OFFERED, persons=False, own=True)
        found.extend(some)
    return tuple(found)


def _is_told(told: Mapping[str, frozenset[Place]], sample: Sample, place: Place) -> bool:
    return sample.invented or place in told[sample.record.id]


def _focus(
    ask: Ask, asked: Sequence[Look], known: tuple[Sequence[Sample], Sequence[Recipient], Sequence[str]]
) -> Look | None:
    """What is laid side by side: what was named, else the first place where something would change."""
    if not asked:
        return None
    samples, recipients, purposes = known
    named, audience, purpose = ask.focus
    near = [
        where
        for where in asked
        if named in ("", where[0].record.id) and audience in ("", where[1].key) and purpose in ("", where[2])
    ]
    sample, recipient, chosen = (near or asked)[0]
    return (
        next((each for each in samples if each.record.id == named), sample),
        next((each for each in recipients if each.key == audience), recipient),
        purpose if purpose in purposes else chosen,
    )


def _side(
    policies: tuple[Policy, Policy], focus: Look, now: datetime, told: Mapping[str, frozenset[Place]]
) -> SideBySide:
    sample, recipient, purpose = focus
    before, after = seen(policies, focus, now)
    was, would = forms_of(sample, before), forms_of(sample, after)
    return SideBySide(
        sample=sample.record.id,
        audience=recipient.key,
        purpose=purpose,
        exists=(before is not None, after is not None),
        lines=tuple(
            SideLine(place, was.get(place, ABSENT), would.get(place, ABSENT))
            for place in dict.fromkeys((*was, *would))
            if _is_told(told, sample, place)
        ),
    )
