"""A record as each audience will see it, side by side, with the things and the stills that go with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from portal.web.presenting import ABOUT_RECORD, Part, PersonPart, RecordView, Row, record_view
from portal.web.stills import picture_withheld
from sharing.audiences import Seen, SeenStill
from sharing.release.exit import Released
from sharing.release.reasons import label
from sharing.release.schema import FieldType, Treatment
from sharing.vocabulary.words import field_label


@dataclass(frozen=True)
class Column:
    """One audience of a preview: its name, the counts, and the cell of each line by the line's key."""

    name: str
    agreement: str
    full: int
    treated: int
    withheld: int
    cells: Mapping[str, Row]


@dataclass(frozen=True)
class Comparison:
    """A preview: the lines that any audience is shown or refused, and a column for each audience."""

    lines: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]


def columns_of(seen: Iterable[Seen]) -> Comparison:
    """What each audience will see, side by side; a line that is absent for an audience has no cell there."""
    lines: dict[str, str] = {}
    columns = []
    for each in seen:
        view = record_view(each.record, {}) if each.record is not None else None
        cells: dict[str, Row] = {}
        for prefix, part in _groups(view):
            for row in part.rows:
                lines.setdefault(prefix + row.name, row.label)
            cells |= _cells(prefix, part)
        for key, title, cell in _beside(each):
            cells[key] = cell
            if title:
                lines.setdefault(key, title)
        counts = (view.full, view.treated, view.withheld) if view else (0, 0, 0)
        columns.append(Column(each.audience.name, each.audience.agreement, *counts, cells))
    return Comparison(tuple(lines.items()), tuple(columns))


def _cells(prefix: str, part: Part | PersonPart) -> dict[str, Row]:
    held = {
        prefix + name: Row(name, field_label(name), _of_them(group.sentence), "withhold", "Withheld")
        for group in part.withheld
        for name in group.names
    }
    return {prefix + row.name: row for row in part.rows} | held


def _beside(seen: Seen) -> Iterator[tuple[str, str, Row]]:
    """The lines of what goes with the record, as (key, label, cell): its things, then its stills.

    A field of a thing that is withheld has no label: only where another audience is shown it is it a line.
    """
    for view in (record_view(thing, {}) for thing in seen.things if thing is not None):
        for part in view.parts:
            if part.title != ABOUT_RECORD:
                for key, cell in _cells(f"{view.id}.", part).items():
                    shown = cell.treatment != "withhold"
                    yield key, f"{view.type_label}: {cell.label}" if shown else "", cell
    for number, still in enumerate(seen.stills):
        if still.record is not None:
            yield f"still.{number}", "Still", _still_cell(still, still.record)


def _still_cell(still: SeenStill, shown: Released) -> Row:
    done = shown.treated.get("picture")
    if "picture" not in shown.fields:
        return Row("picture", "Still", _of_them(picture_withheld(shown)), "withhold", "Withheld")
    if still.covered:
        return Row("picture", "Still", "Nothing of the picture but its colours")
    if done is not None and done.treatment is Treatment.GENERALISE:
        return Row(
            "picture", "Still", "Faces that are not theirs to see, the time and the camera are covered"
        )
    said = label(FieldType.IMAGE, done.treatment) if done else "Shown. Faces of bystanders are covered"
    return Row("picture", "Still", said)


def _of_them(sentence_: str) -> str:
    """A reason as somebody reads it who looks at what others are told."""
    return sentence_.replace("your agency", "their agency").replace("your role", "their role")


def _groups(view: RecordView | None) -> list[tuple[str, Part | PersonPart]]:
    if view is None:
        return []
    persons = [(f"{person.link}.", person) for person in view.persons]
    return [*(("", part) for part in view.parts), *persons]
