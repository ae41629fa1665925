"""Before anything is sent: to whom it could go under which agreement, and what each would then see."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import PurposeRequired
from foundation.identifiers import new_id
from sharing.agreements.policy import policy_of
from sharing.agreements.releases import NewRelease
from sharing.agreements.tables import agreement
from sharing.events import records as events
from sharing.facts import conditions_of
from sharing.inserts import HAPPENED, day_seen
from sharing.records.person import PERSON
from sharing.records.registry import SCHEMAS
from sharing.records.values import cleaned
from sharing.release.decision import decide
from sharing.release.exit import Released, release
from sharing.release.facts import (
    MEMBERS,
    ApparentAge,
    Exit,
    Link,
    Person,
    Question,
    Reader,
    Record,
    Release,
)
from sharing.release.pictures import Box as Rectangle
from sharing.release.pictures import Mark, MarkKind, covering
from sharing.release.policy import Policy
from sharing.release.schema import Category, Treatment
from sharing.release.standing import standing_at
from sharing.release.supposed import SAMPLE_NAME, supposed_reader
from sharing.submission import NewPerson, NewRecord, NewStill, believed_child, check, streets_in


@dataclass(frozen=True)
class Audience:
    """Somebody a record can be released to: an agency, or the members of business partnerships."""

    key: str
    name: str
    agreement: str
    agreement_title: str


@dataclass(frozen=True)
class SeenStill:
    """A still as an audience would see it, None if not at all; `covered`: nothing but its colours."""

    record: Released | None
    covered: bool = False


@dataclass(frozen=True)
class Seen:
    """What one audience would see; None if the record would not exist for them.

    So it is for each of the things that go with the record and each still, in their order.
    """

    audience: Audience
    record: Released | None
    things: tuple[Released | None, ...] = ()
    stills: tuple[SeenStill, ...] = ()


def list_audiences(database: Database, actor: Actor) -> tuple[Audience, ...]:
    """Everybody the actor's agency could release to now for the stated purpose, by agreement, then name.

    Raises:
        PurposeRequired: if the actor has stated no purpose.
    """
    with database.transaction() as tx:
        _, policy = policy_of(tx)
        return _audiences(tx, policy, actor)


def preview(database: Database, actor: Actor, new: NewRecord) -> tuple[Seen, ...]:
    """What each recipient of the record's releases would see, from the engine that will decide it.

    Raises:
        Invalid: with a sentence for each field that cannot be taken.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_SUBMIT)
    check(new)
    with database.transaction() as tx:
        return preview_within(tx, actor, new)


def preview_within(tx: Tx, actor: Actor, new: NewRecord) -> tuple[Seen, ...]:
    """The same of a record that was checked, inside a use case's own transaction."""
    _, policy = policy_of(tx)
    audiences = {(each.agreement, each.key): each for each in _audiences(tx, policy, actor)}
    now = clock.now()
    facts = _facts(actor, new, now)
    things = [_facts(actor, _thing(new, thing), now) for thing in new.things]
    stills = [(_still(facts, still), still) for still in new.stills]

    def look(audience: Audience) -> Seen:
        see = partial(_seen, policy, audience=audience, actor=actor, now=now)
        return Seen(
            audience,
            see(facts),
            tuple(see(thing) for thing in things),
            tuple(_seen_still(see(media), still) for media, still in stills),
        )

    seen = tuple(
        look(found)
        for each in new.releases
        for key in each.recipients
        if (found := audiences.get((each.agreement, key))) is not None
    )
    events.preview_shown(tx, actor, releases=[each.told for each in new.releases])
    return seen


def _audiences(tx: Tx, policy: Policy, actor: Actor) -> tuple[Audience, ...]:
    if actor.purpose is None:
        raise PurposeRequired("Say first what you are here to do.")
    names = {row.id: row.name for row in tx.execute(select(agency.c.id, agency.c.name))}
    titles = {row.id: row.title for row in tx.execute(select(agreement.c.id, agreement.c.title))}
    found: list[Audience] = []
    for terms in policy.agreements.values():
        standing = standing_at(terms, clock.now())
        if standing is None or actor.agency_id not in standing.parties:
            continue
        spoken = [clause for clause in standing.version.clauses if actor.purpose in clause.purposes]
        to = frozenset().union(*(clause.to_parties for clause in spoken if clause.opens))
        others = sorted(standing.parties - {actor.agency_id}, key=lambda each: names[each])
        found.extend(
            Audience(party, names[party], terms.id, titles[terms.id])
            for party in others
            if to & {party, policy.agencies[party].kind}
        )
        if MEMBERS in to:
            found.append(Audience(MEMBERS, "Members of business partnerships", terms.id, titles[terms.id]))
    return tuple(found)


def _seen(policy: Policy, facts: Record, audience: Audience, actor: Actor, now: datetime) -> Released | None:
    question = Question(actor.purpose or "", now, Exit.ONE)
    reader = _reader(policy, audience, now)
    decision = None if reader is None else decide(policy, facts, reader, question)
    return (
        None
        if decision is None
        else release(decision, facts, stand_in=lambda _agreement, _person: SAMPLE_NAME)
    )


def _reader(policy: Policy, audience: Audience, now: datetime) -> Reader | None:
    """A supposed reader of the audience without any role; for members, one with a site of a party's."""
    if audience.key != MEMBERS:
        return supposed_reader(policy.agencies[audience.key])
    standing = standing_at(policy.agreements[audience.agreement], now)
    parties = [policy.agencies[party] for party in sorted(standing.parties)] if standing else []
    found = next((party for party in parties if party.business), None)
    return None if found is None else supposed_reader(found, {"member"}, member=True)


def _facts(actor: Actor, new: NewRecord, now: datetime) -> Record:
    values = cleaned(SCHEMAS[new.type], new.values)
    happened = values.get(HAPPENED.get(new.type, ""))
    # Set a moment ago, so that the releases are live at the moment that is asked about.
    before = now - timedelta(seconds=1)
    return Record(
        id=new_id(),
        type=new.type,
        owner=actor.agency_id,
        site=new.site or min(actor.sites or (), default=None),
        happened=happened,
        values={**values, "recorded_at": now, "recorded_by": actor.name, "status": "open"},
        persons=tuple(_link(person, day_seen(happened)) for person in new.persons),
        conditions=conditions_of(new.conditions),
        releases=tuple(_release(each, before) for each in new.releases),
    )


def _thing(new: NewRecord, thing: NewRecord) -> NewRecord:
    """A thing with the releases that it gets from the record it goes with, without their text."""
    return replace(thing, site=new.site, releases=tuple(replace(each, text=None) for each in new.releases))


def _still(parent: Record, still: NewStill) -> Record:
    values = {"picture": still.picture, "taken": still.taken, "point": still.point, "format": still.format}
    return Record(
        id=new_id(),
        type="media",
        owner=parent.owner,
        site=parent.site,
        happened=still.taken,
        values={name: value for name, value in values.items() if value is not None},
        parent=parent,
    )


def _seen_still(shown: Released | None, still: NewStill) -> SeenStill:
    """Whose face stays is decided where the picture is drawn; that all of it is covered is known before."""
    if shown is None or "picture" not in shown.fields:
        return SeenStill(shown)
    done = shown.treated.get("picture")
    marks = [
        Mark(MarkKind(box.kind), Rectangle(box.left, box.top, box.width, box.height), None)
        for box in still.boxes
    ]
    treatment = Treatment.DISCLOSE if done is None else done.treatment
    drawn = covering(treatment, marks if still.looked_over else None, None, frozenset())
    return SeenStill(shown, drawn.everything)


def places_told(new: NewRecord, seen: Iterable[Seen]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The streets that the texts for sharing name, and the audiences who read them there and nowhere else."""
    texts = [each.text for each in new.releases if each.text]
    named = frozenset().union(*(streets_in(text, new.values.get("address")) for text in texts))
    told = [(each.audience.name, each.record) for each in seen if each.record is not None]
    readers = dict.fromkeys(
        name for name, shown in told if shown.fields.get("account") and "address" not in shown.disclosed
    )
    return (named, tuple(readers)) if named and readers else (frozenset(), ())


def _link(person: NewPerson, seen: date) -> Link:
    values = cleaned(PERSON, person.values)
    age = None
    if person.apparent_age is not None:
        age = ApparentAge(*person.apparent_age, seen)
    link_id = new_id()
    return Link(
        id=link_id,
        person=Person(
            id=person.person or new_id(),
            dob=values.get("date_of_birth"),
            apparent_age=age,
            believed_child=believed_child(person, values, seen),
            entered_on=None if person.person else link_id,
        ),
        categories=frozenset(Category(category) for category in person.categories),
        values=values,
    )


def _release(new: NewRelease, at: datetime) -> Release:
    return Release(
        id=new_id(),
        agreement=new.agreement,
        purposes=frozenset(new.purposes),
        recipients=frozenset(new.recipients),
        at=at,
        permitted=True,
        expires=new.expires,
        category=Category(new.category) if new.category else None,
        text=new.text,
    )
