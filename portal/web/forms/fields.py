"""Fields that several forms share: closed lists as chips, stills, and moments as London date and time."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from flask_wtf.file import FileField
from wtforms import Form, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from foundation.clock import LONDON
from foundation.errors import Conflict, Invalid
from foundation.pictures import BYTES_MOST, TOO_LARGE

_NOWHERE: Mapping[str, str] = {}


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


class StillField(FileField):
    """A picture that may be left out; `most` bytes, and what is said of a larger one, are for the page."""

    most = BYTES_MOST
    too_large = TOO_LARGE

    def pre_validate(self, _form: BaseForm) -> None:
        """Refuse a file with nothing in it: it would pass for no picture."""
        if self.data and not self.data.stream.read(1):
            raise StopValidation("This file is empty. Choose the picture again.")
        if self.data:
            self.data.stream.seek(0)

    def ask_again(self) -> None:
        """Say that a picture which came with a form that comes back is gone, as no page can put it back."""
        if self.data and not self.errors:
            self.errors = ("Choose the picture again.",)


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


def keep_problems(
    form: Form, problem: Invalid | Conflict, *, fallback: str = "", beside: Mapping[str, str] = _NOWHERE
) -> None:
    """Put a use case's sentences beside the fields they speak of; those of no field beside `fallback`.

    `beside` names the form's field for what is called otherwise there. Without a fallback the others stand at
    the head of the form, each with the place that it speaks of.
    """
    problems = problem.problems if isinstance(problem, Invalid) else {fallback: str(problem)}
    for name, sentence in problems.items():
        here = beside.get(name, name)
        if here not in form and not fallback:
            form.form_errors = [*form.form_errors, f"{name}: {sentence}" if name else sentence]
            continue
        field = form[here] if here in form else form[fallback]
        field.errors = [*field.errors, sentence]
