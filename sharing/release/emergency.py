"""Break-glass: danger to life, one record, on screen, for half an hour; and what it does not open."""

from collections.abc import Mapping

from sharing.release.facts import BreakGlass, Exit, Record
from sharing.release.lens import Lens, bounds_of
from sharing.release.outcome import ABSENT, Outcome
from sharing.release.schema import Field, FieldClass, FieldType, Reason, Treatment
from sharing.release.standing import broken_open

_VETOED = Outcome(Treatment.WITHHOLD, Reason.ORIGINATOR_CONDITION)


def broken_glass(lens: Lens, record: Record, base: Mapping[str, Outcome] | None) -> dict[str, Outcome] | None:
    """Every outcome of the record under the reader's break-glass; None where there is none that is good.

    `base` holds what the reader sees anyway, None if the record does not exist for them. Callers have made
    sure that the reader is not of the owner's staff.
    """
    entry = _entry(lens, record)
    if entry is None or record.type not in lens.policy.own:
        return None
    vetoes = [each for each in bounds_of(lens, record, lens.question).conditions if each.veto]
    named = (each.named_recipients for each in vetoes if each.named_recipients is not None)
    if not all(lens.reader.agency in recipients for recipients in named):
        return None
    classes = frozenset().union(*(each.withhold_classes for each in vetoes))
    sanitised = any(each.sanitised_only for each in vetoes)
    given = Outcome(Treatment.DISCLOSE, Reason.BREAK_GLASS, None, entry.id)

    def opened(key: str, field: Field) -> Outcome:
        seen = (base or {}).get(key)
        if field.field_class is FieldClass.SOURCE:
            return seen or ABSENT
        if field.field_class in classes or (sanitised and field.type is FieldType.TEXT):
            return seen or _VETOED
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
    if not any(
        standing is not None and {record.owner, lens.reader.agency} <= standing.parties
        for standing in map(lens.standing, lens.policy.agreements)
    ):
        return None
    good = [entry for entry in record.break_glass if broken_open(entry, lens.reader, lens.question.now)]
    return min(good, key=lambda entry: entry.id, default=None)
