"""What an owner sees beside an own record: who may see what, who has looked, recalls, handling and orders."""

from collections.abc import Iterable
from dataclasses import dataclass

from auth.actor import Actor
from auth.roles import ROLE_LABELS, Action, Role
from portal.gate import context
from portal.web.presenting import RecordView, Row
from sharing.handling.order_lists import Cover, read_cover
from sharing.recalls.lists import RecallLine, recalls_of_record
from sharing.receipts.of_record import Receipts, read_receipts
from sharing.record_audiences import Change, Form, Group, RecordAudiences, who_may_see
from sharing.release.reasons import NEVER
from sharing.release.schema import Reason

#: So many audiences stand side by side; the others are on the page of all.
_COLUMNS = 6
_NAMES = 3


@dataclass(frozen=True)
class Column:
    """One audience in a matrix: whom it is, and which of them."""

    name: str
    which: str


@dataclass(frozen=True)
class MatrixRow:
    """One field: its label, the owner's value in words, a mark for each column with the clause behind it."""

    label: str
    text: str
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MatrixPart:
    """The record's own fields, or those of one person on it."""

    title: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True)
class Matrix:
    """Who sees which field how, side by side; `more` audiences are left out."""

    columns: tuple[Column, ...]
    parts: tuple[MatrixPart, ...]
    more: int


@dataclass(frozen=True)
class OwnerSide:
    """Everything that only the owner's staff see beside a record; `cover` is for releasing staff."""

    receipts: Receipts
    matrix: Matrix
    recalls: tuple[RecallLine, ...]
    cover: Cover | None


def owner_side(view: RecordView, actor: Actor) -> OwnerSide:
    """What stands beside an own record, for the purpose that the actor has stated."""
    database = context.system_database()
    audiences = who_may_see(database, actor, view.type, view.id, purpose=actor.purpose)
    releases = actor.may(Action.RECORD_RELEASE) and actor.site_id is None
    return OwnerSide(
        receipts=read_receipts(database, actor, view.id),
        matrix=matrix_of(view, audiences, most=_COLUMNS),
        recalls=recalls_of_record(database, actor, view.id),
        cover=read_cover(database, actor, view.id) if releases else None,
    )


def matrix_of(view: RecordView, audiences: RecordAudiences, *, most: int) -> Matrix:
    """The record's fields, a row each, against the audiences that see any of it."""
    groups = audiences.groups[:most]
    parts = [MatrixPart("The record", _rows("", (row for part in view.parts for row in part.rows), groups))]
    parts += [
        MatrixPart(
            f"{person.categories} {person.name}".strip(),
            _rows(f"persons.{person.link}.", person.rows, groups),
        )
        for person in view.persons
    ]
    return Matrix(
        tuple(Column(names_in_words(each.agencies), which(each)) for each in groups),
        tuple(part for part in parts if part.rows),
        len(audiences.groups) - len(groups),
    )


def _rows(prefix: str, rows: Iterable[Row], groups: Iterable[Group]) -> tuple[MatrixRow, ...]:
    columns = tuple(groups)
    return tuple(
        MatrixRow(row.label, row.text, tuple(_mark(each.forms.get(prefix + row.name)) for each in columns))
        for row in rows
    )


def _mark(form: Form | None) -> tuple[str, str]:
    """The mark and the clause: never, where no clause could open it."""
    if form is None:
        return "absent", ""
    never = form.treatment == "withhold" and Reason(form.reason) in NEVER
    return "floor" if never else form.treatment, form.clause


def names_in_words(names: tuple[str, ...]) -> str:
    """Several agencies in a few words."""
    if len(names) <= _NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMES])} and {len(names) - _NAMES} more"


def which(group: Group | Change) -> str:
    """Which people of an agency are meant."""
    if group.members:
        return "members"
    return ROLE_LABELS[Role(group.role)] if group.role else "staff"
