"""Break-glass: danger to life, one record, on screen, for half an hour; and what it does not open."""

from collections.abc import Mapping
from datetime import datetime

from sharing.release.facts import BreakGlass, Exit, Record
from sharing.release.lens import Lens, bounds_of
from sharing.release.outcome import ABSENT, Outcome, unspoken
from sharing.release.schema import Field, FieldClass, FieldType, Reason, Treatment
from sharing.release.standing import broken_open, standing_at


def broken_glass(lens: Lens, record: Record, base: Mapping[str, Outcome] | None) -> dict[str, Outcome] | None:
    """Every outcome of the record under the reader's break-glass; None where there is none that is good.

    `base` holds what the reader sees anyway, None if the record does not exist for them. Callers have made
    sure that the reader is not of the owner's staff.
    """
    entry = _entry(lens, record)
    if entry is None or record.type not in lens.policy.own:
        return None
    bounds = bounds_of(lens, record, lens.question)
    vetoes = [each for each in bounds.conditions if each.veto]
    if any(bounds.bars(each) for each in vetoes):
        return None
    classes = frozenset().union(*(each.withhold_classes for each in vetoes))
    sanitised = any(each.sanitised_only for each in vetoes)
    given = Outcome(Treatment.DISCLOSE, Reason.BREAK_GLASS, None, entry.id)

    def opened(key: str, field: Field) -> Outcome:
        seen = (base or {}).get(key)
        vetoed = field.field_class in classes or (sanitised and field.type is FieldType.TEXT)
        if vetoed or field.field_class is FieldClass.SOURCE:
            return seen or unspoken(field)
        return seen if seen is not None and _gives_as_much(seen) else given

    outcomes = {field.name: opened(field.name, field) for field in lens.policy.own[record.type]}
    for link in record.persons:
        for field in lens.policy.of_person:
            key = f"persons.{link.id}.{field.name}"
            outcomes[key] = opened(key, field)
    for other in record.links:
        outcomes[f"links.{other.id}"] = (base or {}).get(f"links.{other.id}", ABSENT)
    return outcomes


def _gives_as_much(seen: Outcome) -> bool:
    """A release's text gives less than the original."""
    return seen.treatment is Treatment.DISCLOSE and seen.text is None


def _entry(lens: Lens, record: Record) -> BreakGlass | None:
    """The reader's first break-glass that is good for this record now, on screen."""
    if lens.question.exit is not Exit.ONE or not record.break_glass:
        return None
    good = [
        entry
        for entry in record.break_glass
        if broken_open(entry, lens.reader, lens.question.now) and _shared(lens, record.owner, entry.at)
    ]
    return min(good, key=lambda entry: entry.id, default=None)


def _shared(lens: Lens, owner: str, broken: datetime) -> bool:
    """Whether owner and reader stand together in one agreement, then as now.

    An agreement that begins, or is joined, under the broken glass is no ground for what was done before.
    """
    both = {owner, lens.reader.agency}
    for name, agreement in lens.policy.agreements.items():
        now, then = lens.standing(name), standing_at(agreement, broken)
        if now is not None and then is not None and both <= now.parties & then.parties:
            return True
    return False
