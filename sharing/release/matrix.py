"""Terms as a matrix: for each field class and single field, what each recipient would be shown, and by what.

Every cell is the engine's own answer about a supposed record that was just released to all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sharing.release.decision import Decision, decide
from sharing.release.facts import (
    MEMBERS,
    Agreement,
    Children,
    Clause,
    Link,
    Question,
    Reader,
    Record,
    RecordLink,
    Version,
)
from sharing.release.outcome import ABSENT, Outcome
from sharing.release.policy import LINKS, Policy
from sharing.release.schema import Category, Field, FieldClass, Treatment
from sharing.release.supposed import APPROVER, in_force, supposed_person, supposed_record, with_notes


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whose records, of which type, for which purpose, and about whom on them; None is about nobody."""

    owner: str
    type: str
    purpose: str
    category: Category | None = None
    child: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a recipient is shown of a field, and by which clause.

    `floor` says that no clause could show it. `noted` is what a note of necessity would open besides.
    """

    treatment: Treatment
    clause: str | None = None
    floor: bool = False
    noted: Treatment | None = None


NOT_THERE = Cell(Treatment.ABSENT)


@dataclass(frozen=True, slots=True)
class Row:
    """Fields of one class that all recipients are shown alike; `whole` if they are all that the class has.

    `before` holds the cells of the version before, where there is one.
    """

    field_class: FieldClass
    fields: tuple[str, ...]
    whole: bool
    cells: tuple[Cell, ...]
    before: tuple[Cell, ...] | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The record's own fields, then those of the person who was asked about.

    `exists` says for each recipient whether there is such a record for them at all.
    """

    record: tuple[Row, ...]
    person: tuple[Row, ...]
    exists: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What one recipient is shown, by the fields' keys; `cells` is None if there is no such record for them.

    `barred` are the keys of what no clause alone could show them: none at all, or one with a note.
    """

    cells: Mapping[str, Cell] | None
    barred: frozenset[str]


#: A field, and its key in a decision.
Named = tuple[Field, str]

_PERSON = "person"
_LINK = "link"


def matrix_of(
    policies: tuple[Policy, Policy | None],
    agreement: str,
    asked: Asked,
    readers: Sequence[Reader],
    now: datetime,
) -> Matrix:
    """The matrix of the version that is in force in the first policy, beside that of the second."""
    policy, earlier = policies
    own, about = named_fields(policy, asked, now)
    columns = columns_of(policy, agreement, asked, readers, now)
    before = None if earlier is None else columns_of(earlier, agreement, asked, readers, now)
    return Matrix(
        record=tuple(_rows(own, columns, before)),
        person=tuple(_rows(about, columns, before)),
        exists=tuple(column.cells is not None for column in columns),
    )


def named_fields(policy: Policy, asked: Asked, now: datetime) -> tuple[list[Named], list[Named]]:
    """The fields of the record that is asked about, with their keys, and those of the person on it."""
    return _keys(policy, _record("", asked, now))


def columns_of(
    policy: Policy, agreement: str, asked: Asked, readers: Sequence[Reader], now: datetime
) -> list[Column]:
    """What each reader is shown under the version that is in force in the policy."""
    record = _record(agreement, asked, now)
    own, about = _keys(policy, record)
    keys = [key for _, key in (*own, *about)]
    return [_column(policy, record, keys, (agreement, asked, reader, now)) for reader in readers]


def _record(agreement: str, asked: Asked, now: datetime) -> Record:
    """The record that is asked about, linked to another that the reader may see."""
    persons: tuple[Link, ...] = ()
    if asked.category is not None:
        persons = (supposed_person(_PERSON, asked.category, now, child=asked.child),)
    release = (agreement, frozenset({asked.purpose}))
    record = supposed_record(asked.type, asked.owner, release, now, persons=persons)
    end = supposed_record(asked.type, asked.owner, release, now)
    return replace(record, links=(RecordLink(_LINK, end.id, asked.owner, end),))


def _keys(policy: Policy, record: Record) -> tuple[list[Named], list[Named]]:
    """The record's own fields and those of the person on it."""
    own = [(field, field.name) for field in policy.own[record.type]]
    if record.subject is not None:
        names = {field.name for field in policy.of_person}
        about = [each for each in own if each[0].name in names]
        own = [each for each in own if each[0].name not in names]
    else:
        about = [(field, f"persons.{_PERSON}.{field.name}") for field in policy.of_person if record.persons]
    return [*own, (LINKS, f"links.{_LINK}")], about


def _column(
    policy: Policy, record: Record, keys: Sequence[str], asked: tuple[str, Asked, Reader, datetime]
) -> Column:
    agreement, about, reader, now = asked
    question = Question(about.purpose, now)
    opening = {
        agreement: in_force(
            agreement, _everything(policy.agreements[agreement], record, (about, reader)), now
        )
    }
    most = decide(replace(policy, agreements=opening, **_apart()), record, reader, question)
    barred = frozenset(key for key in keys if not _outcome(most, key).opens)
    plain = decide(policy, record, reader, question)
    if plain is None:
        return Column(None, barred)
    noting = replace(policy, approvers={APPROVER: "police"}, **_apart())
    excused = with_notes(record, (reader.agency,), now)
    noted = decide(noting, excused, reader, question)
    ceiling = decide(replace(noting, agreements=opening, **_apart()), excused, reader, question)
    return Column({key: _cell(plain, noted, ceiling, key) for key in keys}, barred)


def _apart() -> dict[str, Any]:
    """What a policy has compiled, for one that is not to share it."""
    return {"memo": {}, "sheets": {}, "parties": {}}


def _everything(agreement: Agreement, record: Record, asked: tuple[Asked, Reader]) -> Version:
    """The version with clauses that open all there is to this reader, which leaves what no clause can.

    They open the parent of the record too, where that has one: media exist where it does.
    """
    about, reader = asked
    version = agreement.versions[0]
    whole = Clause(
        id="everything",
        purposes=frozenset({about.purpose}),
        from_parties=frozenset({about.owner}),
        to_parties=frozenset({reader.agency, MEMBERS}),
        records=frozenset(each.type for each in (record, record.parent) if each is not None),
        fields=frozenset(FieldClass),
        treatment=Treatment.DISCLOSE,
    )
    persons = replace(whole, id="everybody", categories=frozenset(Category), children=Children.ALSO)
    return replace(version, clauses=(whole, persons))


def _cell(plain: Decision, noted: Decision | None, ceiling: Decision | None, key: str) -> Cell:
    outcome, with_note = plain.outcomes.get(key, ABSENT), _outcome(noted, key)
    return Cell(
        treatment=outcome.treatment,
        clause=outcome.clause,
        floor=not outcome.opens and not _outcome(ceiling, key).opens,
        noted=with_note.treatment if with_note.treatment < outcome.treatment else None,
    )


def _outcome(decision: Decision | None, key: str) -> Outcome:
    return ABSENT if decision is None else decision.outcomes.get(key, ABSENT)


def _rows(
    named: Iterable[Named], columns: Sequence[Column], before: Sequence[Column] | None
) -> Iterator[Row]:
    """Fields of a class that are alike in every column as one row, the largest first."""
    alike: dict[FieldClass, dict[tuple[Any, ...], list[str]]] = {}
    for field, key in named:
        cells = _across(key, columns)
        earlier = None if before is None else _across(key, before)
        alike.setdefault(field.field_class, {}).setdefault((cells, earlier), []).append(field.name)
    for field_class, groups in alike.items():
        for (cells, earlier), fields in sorted(groups.items(), key=lambda group: -len(group[1])):
            yield Row(field_class, tuple(fields), len(groups) == 1, cells, earlier)


def _across(key: str, columns: Sequence[Column]) -> tuple[Cell, ...]:
    return tuple(NOT_THERE if column.cells is None else column.cells[key] for column in columns)
