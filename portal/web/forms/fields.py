"""Fields that several forms share: closed lists as chips, and moments typed as London date and time."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from wtforms import Form, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice

from foundation.clock import LONDON
from foundation.errors import Conflict, Invalid


def choices(labels: Mapping[str, str], *, blank: str | None = None) -> list[SelectChoice]:
    """A closed list as choices, with an empty one in front if `blank` has words for it."""
    listed = [SelectChoice(code, label) for code, label in labels.items()]
    return listed if blank is None else [SelectChoice("", blank), *listed]


def chips(label: str, labels: Mapping[str, str]) -> SelectMultipleField:
    """Several of a closed list."""
    return SelectMultipleField(label, choices=choices(labels))


def one_of(label: str, labels: Mapping[str, str], *, blank: str = "Not recorded") -> SelectField:
    """At most one of a closed list."""
    return SelectField(label, choices=choices(labels, blank=blank), default="")


def moment(day: date | None, clock_time: time | None, *, field: str) -> datetime:
    """A London day and time as a moment.

    Raises:
        Invalid: naming the field, if one of the two is missing.
    """
    if day is None or clock_time is None:
        raise Invalid({field: "Give the date and the time, like 17 February 2026 and 17:36."})
    return datetime.combine(day, clock_time, tzinfo=LONDON).astimezone(UTC)


def given(pairs: Mapping[str, object]) -> dict[str, object]:
    """The values that were typed: empty ones left out."""
    return {name: value for name, value in pairs.items() if value not in (None, "", [], ())}


def keep_problems(form: Form, problem: Invalid | Conflict, *, fallback: str = "") -> None:
    """Put a use case's sentences beside the fields they speak of; those of no field beside `fallback`.

    Without a fallback they stand at the head of the form, each with the place that it speaks of.
    """
    problems = problem.problems if isinstance(problem, Invalid) else {fallback: str(problem)}
    for name, sentence in problems.items():
        if name not in form and not fallback:
            form.form_errors = [*form.form_errors, f"{name}: {sentence}" if name else sentence]
            continue
        field = form[name] if name in form else form[fallback]
        field.errors = [*field.errors, sentence]
