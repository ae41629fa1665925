"""Before a grant is given: what it would open for a reader, past which floors, and what stops it.

The engine itself is asked, with the grant among the record's, so that no answer promises what no read gives.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sharing.release.clauses import effect
from sharing.release.decision import decide
from sharing.release.facts import Exit, Grant, NecessityNote, Pass, Question, Reader, Record
from sharing.release.floors import KEEPABLE, KEPT, Concern, is_protected
from sharing.release.lens import (
    Lens,
    concern_of_link,
    concern_of_page,
    concerns_of_everybody,
    concerns_of_kept,
)
from sharing.release.outcome import Outcome, is_short
from sharing.release.policy import PAGE, Policy
from sharing.release.schema import Category, Field, FieldClass, FieldType, Reason

#: A link, and the floor that is passed for its person: `protected` or `child`.
Passed = tuple[str, str]

_PERSONS = "persons."
_UNSAID = "asked of the engine only"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a grant would do to one field.

    `seen`: the reader is shown as much without it. `stopped`: why it opens nothing, as the owner's staff may
    know; None if it opens. `passes`: what its approver has to let through, and no more than that. `second`:
    whether another person has to approve it.
    """

    opens: bool
    seen: bool
    stopped: Reason | None
    passes: frozenset[Passed]
    second: bool


def field_of(policy: Policy, record: Record, key: str) -> Field | None:
    """The field that a key such as `ward` or `persons.<link>.family_name` names on the record."""
    if not key.startswith(_PERSONS):
        return next((each for each in policy.own.get(record.type, ()) if each.name == key), None)
    link, _, name = key.removeprefix(_PERSONS).rpartition(".")
    if all(each.id != link for each in record.persons):
        return None
    return next((each for each in policy.of_person if each.name == name), None)


def weigh(
    policy: Policy, record: Record, reader: Reader, question: Question, grant: Grant
) -> Mapping[str, Weighed]:
    """What the grant would do for the reader, by the keys of its fields; the passes that it has count not.

    Raises:
        KeyError: for a key that names no field of the record.
    """
    scales = _Scales(policy, replace(record, break_glass=()), reader, replace(question, exit=Exit.ONE), grant)
    return {key: scales.weighed(key) for key in sorted(grant.fields)}


def opened(
    policy: Policy, record: Record, reader: Reader, question: Question, grant: Grant
) -> frozenset[str]:
    """Those of the grant's fields that it opens for the reader, with the passes that it has."""
    asked = replace(record, break_glass=(), grants=(*record.grants, grant))
    decision = decide(policy, asked, reader, replace(question, exit=Exit.ONE))
    outcomes: Mapping[str, Outcome] = {} if decision is None else decision.outcomes
    return frozenset(key for key in grant.fields if key in outcomes and outcomes[key].clause == grant.id)


class _Scales:
    """One grant, weighed field by field for one reader."""

    def __init__(
        self, policy: Policy, record: Record, reader: Reader, question: Question, grant: Grant
    ) -> None:
        self._policy, self._record, self._reader = policy, record, reader
        self._question, self._grant = question, grant
        self._lens = Lens(policy, reader, question)
        self._everybody = concerns_of_everybody(self._lens, record)

    def weighed(self, key: str) -> Weighed:
        field = field_of(self._policy, self._record, key)
        if field is None:
            raise KeyError(key)
        second = self._needs_second(key, field)
        passes = frozenset(self._floors())
        if self._opens(key, passes, self._record):
            for each in sorted(passes):
                if self._opens(key, passes - {each}, self._record):
                    passes -= {each}
            return Weighed(opens=True, seen=False, stopped=None, passes=passes, second=second or bool(passes))
        stopped = self._stopper(key, field, passes)
        return Weighed(opens=False, seen=stopped is None, stopped=stopped, passes=frozenset(), second=second)

    def _opens(self, key: str, passes: Iterable[Passed], record: Record) -> bool:
        given = self._given(key, passes)
        return key in opened(self._policy, record, self._reader, self._question, given)

    def _leaves(self, key: str, passes: Iterable[Passed], record: Record) -> bool:
        """Whether the field leaves at all with the grant; by a clause, where a note alone opens it."""
        asked = replace(record, grants=(*record.grants, self._given(key, passes)))
        decision = decide(self._policy, asked, self._reader, self._question)
        return decision is not None and key in decision.outcomes and decision.outcomes[key].opens

    def _given(self, key: str, passes: Iterable[Passed]) -> Grant:
        said = tuple(Pass(link, floor, _UNSAID) for link, floor in passes)
        return replace(self._grant, fields=frozenset({key}), passes=said)

    def _floors(self) -> Iterator[Passed]:
        """Every floor that an approver could let through, for everybody whom the record is about."""
        for concern in self._everybody:
            if concern.link is not None and is_protected(concern):
                yield concern.link, "protected"
            if concern.link is not None and concern.child and self._reader.commercial:
                yield concern.link, "child"

    def _needs_second(self, key: str, field: Field) -> bool:
        if self._reader.commercial or field.type is FieldType.TEXT:
            return True
        return any(is_protected(each) or each.child for each in self._concerned(key, field))

    def _concerned(self, key: str, field: Field) -> tuple[Concern, ...]:
        record = self._record
        if key.startswith(_PERSONS):
            link = key.removeprefix(_PERSONS).rpartition(".")[0]
            return tuple(
                concern_of_link(self._lens, record, each) for each in record.persons if each.id == link
            )
        if record.type == PAGE and field in self._policy.of_person:
            return self._of_page()
        if record.type in KEEPABLE and field.name in KEPT:
            return concerns_of_kept(self._lens, record)
        return self._everybody if field.field_class is FieldClass.IMAGE else ()

    def _of_page(self) -> tuple[Concern, ...]:
        """The person of a person's own record, as each of its releases states them."""
        stated = {each.category or Category.OTHER for each in self._record.releases}
        return tuple(concern_of_page(self._lens, self._record, each) for each in stated)

    def _stopper(self, key: str, field: Field, passes: frozenset[Passed]) -> Reason | None:
        """Why the grant opens nothing; None if the reader is shown as much already."""
        found = decide(self._policy, self._record, self._reader, self._question)
        if found is not None and key in found.outcomes and found.outcomes[key].opens:
            return None
        if field.field_class is FieldClass.SOURCE:
            return Reason.PROTECTED
        if field.field_class is FieldClass.VULNERABILITY and self._reader.commercial:
            return Reason.FLOOR_VULNERABILITY
        short = is_short(field, self._value(key))
        if effect(field, self._grant.treatment, short=short, has_text=True)[1] is not Reason.CLAUSE:
            return Reason.NO_TREATMENT
        without = self._record
        for reason, step in (
            (Reason.FLOOR_CHILD, self._noted),
            (Reason.ORIGINATOR_CONDITION, _unconditional),
            (Reason.ANONYMITY_ORDER, _unordered),
        ):
            without = step(without)
            if self._leaves(key, passes, without):
                return reason
        return Reason.EXPIRED

    def _value(self, key: str) -> object:
        if not key.startswith(_PERSONS):
            return self._record.values.get(key)
        link, _, name = key.removeprefix(_PERSONS).rpartition(".")
        return next(each.values.get(name) for each in self._record.persons if each.id == link)

    def _noted(self, record: Record) -> Record:
        """The record as if a note of necessity were signed for everybody on it."""
        now = self._question.now
        notes = tuple(
            NecessityNote(
                person=concern.person.id,
                recipients=frozenset({self._reader.agency}),
                classes=frozenset(FieldClass),
                reason=_UNSAID,
                from_at=now,
                until=now + timedelta(days=1),
                approver=approver,
            )
            for concern in self._everybody
            for approver in self._policy.approvers
        )
        return replace(record, notes=notes)


def _unconditional(record: Record) -> Record:
    parent, origin = record.parent, record.derived_from
    return replace(
        record,
        conditions=None,
        parent=parent and _unconditional(parent),
        derived_from=origin and _unconditional(origin),
    )


def _unordered(record: Record) -> Record:
    parent, origin = record.parent, record.derived_from
    return replace(
        record,
        subject=record.subject and replace(record.subject, anonymity_order=None),
        persons=tuple(
            replace(each, person=replace(each.person, anonymity_order=None)) for each in record.persons
        ),
        parent=parent and _unordered(parent),
        derived_from=origin and _unordered(origin),
    )
