"""The decision: which fields of a record a reader sees, in what form, and why; or that it does not exist.

Source: release.md, "The decision, in this order". Where two readings are possible, the one that denies holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sharing.release.emergency import broken_glass
from sharing.release.facts import Exit, Link, Question, Reader, Record
from sharing.release.floors import Bounds
from sharing.release.lens import Lens, bounds_of
from sharing.release.linking import link_outcomes
from sharing.release.outcome import Outcome, settled
from sharing.release.policy import PAGE, Policy
from sharing.release.schema import Field, FieldClass, Reason, Treatment
from sharing.release.standing import is_staff
from sharing.release.ways import Ways

_OWNER = Outcome(Treatment.DISCLOSE, Reason.OWNER)
_NOT_THE_ROLE = Outcome(Treatment.WITHHOLD, Reason.ROLE)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reader sees of one record that exists for them.

    `outcomes` has a key for every field: `ward`, `persons.<link>.family_name`, `links.<link>`. `persons` are
    the links that exist for the reader.
    """

    record: Record
    question: Question
    own: tuple[Field, ...]
    of_person: tuple[Field, ...]
    outcomes: Mapping[str, Outcome]
    persons: tuple[str, ...]


def decide(policy: Policy, record: Record, reader: Reader, question: Question) -> Decision | None:
    """What the reader sees of the record; None if it does not exist for this reader."""
    return decide_with(Lens(policy, reader, question), record)


def decide_with(lens: Lens, record: Record) -> Decision | None:
    """The same, for one of several records that are asked of together."""
    if is_staff(lens.reader, record):
        return _as_owner(lens, record)
    base = _judged(lens, record)
    outcomes = broken_glass(lens, record, base.outcomes if base is not None else None)
    if outcomes is None:
        return base and _without_hidden(base)
    return _decision(lens, record, outcomes, tuple(link.id for link in record.persons))


def exists(lens: Lens, record: Record) -> bool:
    """Whether the record exists for the reader; break-glass does not count."""
    return is_staff(lens.reader, record) or as_recipient(lens, record) is not None


def as_recipient(lens: Lens, record: Record) -> Decision | None:
    """The decision for everybody but the owner's staff, break-glass apart."""
    judged = _judged(lens, record)
    return judged and _without_hidden(judged)


def _judged(lens: Lens, record: Record) -> Decision | None:
    """The same with the outcomes of those persons, too, who do not exist for the reader."""
    if record.type not in lens.policy.own or not lens.reader.placed:
        return None
    single = replace(lens.question, exit=Exit.ONE)
    bounds = bounds_of(lens, record, single)
    barred = any(bounds.bars(each) for each in bounds.conditions)
    if barred or (record.parent is not None and as_recipient(lens, record.parent) is None):
        return None
    lives = lens.lives(record)
    ways = Ways(lens, record, lives, _released_links)
    if not ways.trials:
        return None
    outcomes = _outcomes(ways, bounds)
    if not any(outcomes[field.name].opens for field in lens.policy.own[record.type]):
        return None
    persons = tuple(link.id for link in record.persons if _opens(outcomes, f"persons.{link.id}."))
    if lens.question.exit is not Exit.ONE:
        outcomes = _outcomes(ways, bounds_of(lens, record, lens.question))
    links = link_outcomes(lens, record, ways.of_links(bounds_of(lens, record, lens.question)), exists)
    return _decision(lens, record, {**outcomes, **links}, persons)


def _without_hidden(judged: Decision) -> Decision:
    """The decision with the outcomes of only those persons who exist for the reader."""
    hidden = tuple(f"persons.{link.id}." for link in judged.record.persons if link.id not in judged.persons)
    if not hidden:
        return judged
    shown = {key: outcome for key, outcome in judged.outcomes.items() if not key.startswith(hidden)}
    return replace(judged, outcomes=shown)


def _decision(
    lens: Lens, record: Record, outcomes: Mapping[str, Outcome], persons: tuple[str, ...]
) -> Decision:
    policy = lens.policy
    return Decision(record, lens.question, policy.own[record.type], policy.of_person, outcomes, persons)


def _as_owner(lens: Lens, record: Record) -> Decision | None:
    """Permissions of the owner's staff by role, type and class; floors do not bind them."""
    if record.type not in lens.policy.own:
        return None
    granted = [lens.policy.roles[role] for role in lens.reader.roles if role in lens.policy.roles]

    def seen(field_class: FieldClass) -> Outcome:
        allowed = any(grant.reads(record.type, field_class) for grant in granted)
        return _OWNER if allowed else _NOT_THE_ROLE

    by_class = {field_class: seen(field_class) for field_class in FieldClass}
    outcomes = {field.name: by_class[field.field_class] for field in lens.policy.own[record.type]}
    for link in record.persons:
        for field in lens.policy.of_person:
            outcomes[f"persons.{link.id}.{field.name}"] = by_class[field.field_class]
    links = link_outcomes(lens, record, {link.id: by_class[FieldClass.LINK] for link in record.links}, exists)
    return _decision(lens, record, {**outcomes, **links}, tuple(link.id for link in record.persons))


def _opens(outcomes: Mapping[str, Outcome], prefix: str) -> bool:
    return any(outcome.opens for key, outcome in outcomes.items() if key.startswith(prefix))


def _released_links(lens: Lens, page: Record, event: Record) -> Iterator[Link]:
    """The person's links on another record of the page's owner that exist for this reader there."""
    if page.subject is None or event.owner != page.owner or event.type == PAGE:
        return
    seen = as_recipient(lens, event)
    for link in event.persons if seen is not None else ():
        if link.person.id == page.subject.id and seen is not None and link.id in seen.persons:
            yield link


def _outcomes(ways: Ways, bounds: Bounds) -> dict[str, Outcome]:
    """The outcome of every field of the record and of each person on it, links between records apart."""
    found = {
        field.name: settled(
            field.name, field, ways.of(field), bounds, ways.asked, short=field.name in ways.short
        )
        for field in ways.fields
    }
    for link in ways.record.persons:
        trials, short = ways.of_person(link)
        for field in ways.lens.policy.of_person:
            key = f"persons.{link.id}.{field.name}"
            found[key] = settled(key, field, trials, bounds, ways.asked, short=field.name in short)
    return found
