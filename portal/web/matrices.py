"""Who sees what under a version, and what is doubtful about it, in the words of pages; no rule of its own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auth.purposes import purpose_label
from sharing.agreements.lint import Lint, Severity
from sharing.agreements.recipients import Recipient
from sharing.agreements.showing import ShownTerms, WhoSeesWhat
from sharing.agreements.wording import about_label, clause_facts, recipient_label
from sharing.release.matrix import Cell, Row
from sharing.vocabulary.words import CLASSES, RECORD_TYPES, TREATMENTS, field_label


@dataclass(frozen=True)
class Choice:
    """One part of the case, by its name in the address: what can be chosen, and what is."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True)
class Promise:
    """One cell: a treatment or `floor`, the clause, what it was if it has changed, and what a note opens."""

    treatment: str
    clause: str
    was: str
    noted: str


@dataclass(frozen=True)
class Line:
    """Fields that all recipients are shown alike; `more` says that the line before is of the same class."""

    label: str
    fields: str
    more: bool
    cells: tuple[Promise, ...]


@dataclass(frozen=True)
class MatrixView:
    """The matrix: its choices, columns, and parts with their lines; for those `missing` nothing exists."""

    choices: tuple[Choice, ...]
    columns: tuple[str, ...]
    parts: tuple[tuple[str, tuple[Line, ...]], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ClauseView:
    """A clause in words, with its doubts."""

    id: str
    title: str
    treatment: str
    facts: tuple[tuple[str, str], ...]
    lints: tuple[Lint, ...]


def matrix_view(shown: ShownTerms) -> MatrixView | None:
    """The matrix in words; None while there is no clause."""
    who = shown.who
    if who is None:
        return None
    columns = tuple(recipient_label(each, shown.names) for each in who.recipients)
    parts = (
        (RECORD_TYPES[who.case.type][0], tuple(_lines(who.matrix.record))),
        (about_label(who.case.about), tuple(_lines(who.matrix.person))),
    )
    return MatrixView(
        choices=tuple(_choices(who, shown.names)),
        columns=columns,
        parts=tuple((caption, lines) for caption, lines in parts if lines),
        missing=tuple(name for name, exists in zip(columns, who.matrix.exists, strict=True) if not exists),
    )


def clause_views(
    clauses: Iterable[Mapping[str, Any]], lints: Iterable[Lint], names: Mapping[str, str]
) -> tuple[ClauseView, ...]:
    """Each clause in words, with its doubts."""
    of_clause: dict[str | None, list[Lint]] = {}
    for lint in lints:
        of_clause.setdefault(lint.clause, []).append(lint)
    return tuple(
        ClauseView(
            clause["id"],
            clause["title"],
            clause["treatment"],
            tuple(clause_facts(clause, names)),
            tuple(of_clause.get(clause["id"], ())),
        )
        for clause in clauses
    )


def by_severity(lints: Iterable[Lint]) -> tuple[tuple[Lint, ...], tuple[Lint, ...]]:
    """Errors, then warnings."""
    held = tuple(lints)
    return (
        tuple(each for each in held if each.severity is Severity.ERROR),
        tuple(each for each in held if each.severity is Severity.WARNING),
    )


def _choices(who: WhoSeesWhat, names: Mapping[str, str]) -> Iterator[Choice]:
    recipients = {each.key: each for each in who.everybody}
    words = {
        "owner": ("Records of", lambda each: names[each]),
        "type": ("Record", lambda each: RECORD_TYPES[each][0]),
        "about": ("About", about_label),
        "purpose": ("For", purpose_label),
        "to": ("To", lambda each: _to(each, recipients, names)),
    }
    for name, (label, say) in words.items():
        options = tuple((each, say(each)) for each in who.choices[name])
        yield Choice(name, label, options, getattr(who.case, name))


def _to(key: str, recipients: Mapping[str, Recipient], names: Mapping[str, str]) -> str:
    return recipient_label(recipients[key], names) if key else "Everybody"


def _lines(rows: Iterable[Row]) -> Iterator[Line]:
    before = None
    for row in rows:
        cells = tuple(
            _promise(cell, None if row.before is None else row.before[place])
            for place, cell in enumerate(row.cells)
        )
        fields = "" if row.whole else ", ".join(field_label(name) for name in row.fields)
        yield Line(CLASSES[row.field_class], fields, row.field_class == before, cells)
        before = row.field_class


def _promise(cell: Cell, before: Cell | None) -> Promise:
    was = ""
    if before is not None and before.treatment is not cell.treatment:
        was = f"was {TREATMENTS[before.treatment.slug].lower()}"
    noted = "" if cell.noted is None else f"{TREATMENTS[cell.noted.slug]} by a note of necessity"
    treatment = "floor" if cell.floor else cell.treatment.slug
    return Promise(treatment, "floor" if cell.floor else cell.clause or "", was, noted)
