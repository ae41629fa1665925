"""What no clause can lower: source, vulnerability, protected persons, children, orders and conditions."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sharing.release.facts import Conditions, Exit, NecessityNote, Person, Question, Reader
from sharing.release.schema import PROTECTED, Category, Field, FieldClass, Reason, Treatment

#: Fields that follow the keeper of a vehicle, item or premises.
KEPT = frozenset({"registration", "partial_registration", "vin", "imei", "serial", "line_number", "address"})
KEEPABLE = frozenset({"vehicle", "item", "premises"})

#: What tells who somebody is, or where to find them.
PERSONAL = frozenset({FieldClass.IDENTITY, FieldClass.CONTACT, FieldClass.IMAGE, FieldClass.IDENTIFIER})
_OF_MATCHED_RECORDS = frozenset({FieldClass.NARRATIVE, FieldClass.IMAGE})
#: Kinds of agency whose named approvers may sign notes of necessity.
APPROVING = frozenset({"police", "youth_justice"})
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
    those of the record and of what it derives from, `foreign` those among them that another agency than the
    record's owner set; `approvers` are users by the kind of their agency, `pictured` the persons
    linked to the record, whom a picture of it may show.
    """

    reader: Reader
    question: Question
    conditions: tuple[Conditions, ...]
    notes: tuple[NecessityNote, ...]
    orders: frozenset[str]
    approvers: Mapping[str, str]
    foreign: tuple[Conditions, ...] = ()
    pictured: tuple[Concern, ...] = ()

    def bars(self, conditions: Conditions) -> bool:
        """Whether conditions keep the whole record from the reader, who is not of the owner's staff.

        Another agency's conditions forbid onward release to everybody whom they do not name.
        """
        if conditions.named_recipients is None:
            return conditions in self.foreign
        return self.reader.agency not in conditions.named_recipients

    def exempt(self, holder: str) -> bool:
        """Whether an order held by this agency does not bind the reader; members it always binds."""
        return exempt_from_order(self.reader, holder)


@dataclass(frozen=True, slots=True)
class Opening:
    """The clause or grant that would open a field, as floors must know it.

    `names` are the categories that the clause names, `children` says that it opens for children. `passes` is
    what a grant's approver lets through, as pairs of a link and a floor; None where a clause opens.
    """

    treatment: Treatment
    names: frozenset[Category] = frozenset()
    children: bool = False
    passes: frozenset[tuple[str | None, str]] | None = None

    def lets(self, concern: Concern, floor: str) -> bool:
        """Whether an approver says that this floor is passed for this person."""
        return self.passes is not None and (concern.link, floor) in self.passes


def stopped(field: Field, concerns: tuple[Concern, ...], bounds: Bounds, opening: Opening) -> Reason | None:
    """Why a floor stops the field, or None. A business recipient reads `protected` for each."""
    reason = _by_class(field, bounds) or _by_person(field, concerns, bounds, opening)
    reason = reason or _by_picture(field, concerns, bounds, opening)
    reason = reason or _by_order(field, concerns, bounds) or _by_condition(field, bounds)
    return Reason.PROTECTED if reason is not None and bounds.reader.commercial else reason


def exempt_from_order(reader: Reader, holder: str) -> bool:
    """Whether an order does not bind the reader: staff of prosecution and of the agency that holds it.

    Members are business recipients, also of the holder.
    """
    return not reader.member and (reader.kind == "prosecution" or reader.agency == holder)


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
    field: Field, concerns: tuple[Concern, ...], bounds: Bounds, opening: Opening
) -> Reason | None:
    for concern in concerns:
        personal = concern.kept or field.field_class in PERSONAL
        if (personal or field.field_class is FieldClass.LINK) and not opening.lets(concern, "protected"):
            at_risk = concern.categories & PROTECTED
            if at_risk and (bounds.reader.commercial or not at_risk <= opening.names):
                return Reason.FLOOR_VICTIM
        if personal and _guards_child(field, concern, bounds, opening):
            return Reason.FLOOR_CHILD
    return None


def _guards_child(field: Field, concern: Concern, bounds: Bounds, opening: Opening) -> bool:
    """Whether the floor for children stops a field that shows this person.

    An approver's word stands in the place of a clause for children, never in that of the necessity note.
    """
    if not (concern.child and bounds.reader.commercial):
        return False
    said = opening.children if opening.passes is None else opening.lets(concern, "child")
    return not said or not _noted(field, concern, bounds)


def _by_picture(
    field: Field, concerns: tuple[Concern, ...], bounds: Bounds, opening: Opening
) -> Reason | None:
    """A picture that is nobody's own shows whoever is linked, unless every face on it is covered."""
    if concerns or field.field_class is not FieldClass.IMAGE or opening.treatment is Treatment.MASK:
        return None
    shown = any(_guards_child(field, concern, bounds, opening) for concern in bounds.pictured)
    return Reason.FLOOR_CHILD if shown else None


def _noted(field: Field, concern: Concern, bounds: Bounds) -> bool:
    """Whether a good necessity note covers the child's field for this reader, at the single exit."""
    return bounds.question.exit is Exit.ONE and any(
        note.person == concern.person.id
        and bounds.reader.agency in note.recipients
        and field.field_class in note.classes
        and bool(note.reason.strip())
        and bounds.approvers.get(note.approver) in APPROVING
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
        covered = concern.kept or field.field_class in PERSONAL or field.field_class is FieldClass.LINK
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
