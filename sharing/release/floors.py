"""What no clause can lower: source, vulnerability, protected persons, children, orders and conditions."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sharing.release.facts import Conditions, Exit, NecessityNote, Person, Question, Reader
from sharing.release.schema import PROTECTED, Category, Field, FieldClass, Reason

#: Fields that follow the keeper of a vehicle, item or premises.
KEPT = frozenset({"registration", "partial_registration", "vin", "imei", "serial", "line_number", "address"})
KEEPABLE = frozenset({"vehicle", "item", "premises"})

_PERSONAL = frozenset({FieldClass.IDENTITY, FieldClass.CONTACT, FieldClass.IMAGE, FieldClass.IDENTIFIER})
_OF_MATCHED_RECORDS = frozenset({FieldClass.NARRATIVE, FieldClass.IMAGE})
_APPROVING = frozenset({"police", "youth_justice"})
_NOTE_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Concern:
    """A person whom a field is about. `link` is None on a page judged by its release's own category.

    `kept` marks a field that is the person's because they keep the thing.
    """

    link: str | None
    person: Person
    categories: frozenset[Category]
    child: bool
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """What bounds every field of one record towards one reader.

    `orders` are the agencies that hold an order of anonymity for a person matched to the record, `conditions`
    those of the record and of what it derives from, `approvers` users by the kind of their agency.
    """

    reader: Reader
    question: Question
    conditions: tuple[Conditions, ...]
    notes: tuple[NecessityNote, ...]
    orders: frozenset[str]
    approvers: Mapping[str, str]

    def exempt(self, holder: str) -> bool:
        """Whether an order held by this agency does not bind the reader."""
        return self.reader.kind == "prosecution" or self.reader.agency == holder


def stopped(
    field: Field,
    concerns: tuple[Concern, ...],
    bounds: Bounds,
    names: frozenset[Category] = frozenset(),
    passes: frozenset[tuple[str | None, str]] = frozenset(),
) -> Reason | None:
    """Why a floor stops the field, or None. A business recipient reads `protected` for each.

    `names` are the categories that the opening clause names; `passes` what an approver lets through, as pairs
    of a link and a floor.
    """
    reason = _by_class(field, bounds) or _by_person(field, concerns, bounds, names, passes)
    reason = reason or _by_order(field, concerns, bounds) or _by_condition(field, bounds)
    return Reason.PROTECTED if reason is not None and bounds.reader.commercial else reason


def is_protected(concern: Concern) -> bool:
    """Whether the person is a victim, a witness or somebody else who is protected at this event."""
    return bool(concern.categories & PROTECTED)


def _by_class(field: Field, bounds: Bounds) -> Reason | None:
    if field.field_class is FieldClass.SOURCE:
        return Reason.PROTECTED
    if field.field_class is FieldClass.VULNERABILITY and bounds.reader.commercial:
        return Reason.FLOOR_VULNERABILITY
    return None


def _by_person(
    field: Field,
    concerns: tuple[Concern, ...],
    bounds: Bounds,
    names: frozenset[Category],
    passes: frozenset[tuple[str | None, str]],
) -> Reason | None:
    for concern in concerns:
        personal = concern.kept or field.field_class in _PERSONAL
        if (personal or field.field_class is FieldClass.LINK) and (concern.link, "protected") not in passes:
            at_risk = concern.categories & PROTECTED
            if at_risk and (bounds.reader.commercial or not at_risk <= names):
                return Reason.FLOOR_VICTIM
        guarded = personal and concern.child and bounds.reader.commercial
        if guarded and (concern.link, "child") not in passes and not _noted(field, concern, bounds):
            return Reason.FLOOR_CHILD
    return None


def _noted(field: Field, concern: Concern, bounds: Bounds) -> bool:
    """Whether a good necessity note covers the child's field for this reader, at the single exit."""
    return bounds.question.exit is Exit.ONE and any(
        note.person == concern.person.id
        and bounds.reader.agency in note.recipients
        and field.field_class in note.classes
        and bool(note.reason.strip())
        and bounds.approvers.get(note.approver) in _APPROVING
        and note.until <= six_months_after(note.from_at)
        and note.from_at <= bounds.question.now < note.until
        for note in bounds.notes
    )


def six_months_after(start: datetime) -> datetime:
    """The latest end of a necessity note: the same day six months on, or that month's last."""
    months = start.month - 1 + _NOTE_MONTHS
    year, month = start.year + months // 12, months % 12 + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def _by_order(field: Field, concerns: tuple[Concern, ...], bounds: Bounds) -> Reason | None:
    for concern in concerns:
        holder = concern.person.anonymity_order
        covered = concern.kept or field.field_class in _PERSONAL or field.field_class is FieldClass.LINK
        if holder is not None and covered and not bounds.exempt(holder):
            return Reason.ANONYMITY_ORDER
    of_record = not concerns and field.field_class in _OF_MATCHED_RECORDS
    if of_record and any(not bounds.exempt(holder) for holder in bounds.orders):
        return Reason.ANONYMITY_ORDER
    return None


def _by_condition(field: Field, bounds: Bounds) -> Reason | None:
    if any(field.field_class in conditions.withhold_classes for conditions in bounds.conditions):
        return Reason.ORIGINATOR_CONDITION
    return None
