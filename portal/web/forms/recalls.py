"""The forms of a recall: what is taken back or put right, and what somebody who was told answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from foundation import clock
from portal.web.forms.fields import chips, moment, one_of
from portal.web.forms.sentences import PortalForm
from sharing.recalls.acts import Act, Age
from sharing.recalls.kinds import DONE, Done
from sharing.recalls.notices import Acknowledgement
from sharing.recalls.words import DUE_DAYS
from sharing.release.schema import Field as SchemaField
from sharing.release.schema import FieldType
from sharing.vocabulary.codes import LISTS

_YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
#: Types that nobody corrects by typing.
UNTYPED = frozenset({FieldType.IMAGE, FieldType.PERSON, FieldType.ZONE})


@dataclass(frozen=True)
class What:
    """What a recall is of, as it is chosen: `kind` is release, text, field or age.

    `key` names the release, the field or the person's link; `field` is the field's declaration.
    """

    kind: str
    key: str
    label: str
    field: SchemaField | None = None

    @property
    def choice(self) -> str:
        """How it stands in an address."""
        return f"{self.kind}:{self.key}"


class RecallForm(PortalForm):
    """What every recall says; subclasses add what stands in its place."""

    version = HiddenField()
    reason = TextAreaField("Why, for your agency’s own file", validators=[Length(max=1000)])
    message = TextAreaField("What those who were shown it are told", validators=[Length(max=1000)])
    due = DateField("They answer by", validators=[Optional()])

    def act(self, what: What) -> Act:
        """The recall as it was typed.

        Raises:
            Invalid: if a time is half typed.
        """
        said = Act(reason=self.reason.data or "", message=self.message.data or "", due=self.due.data)
        match what.kind:
            case "release":
                return replace(said, release=what.key)
            case "text":
                return replace(said, texts={what.key: (self["value"].data or "").strip()})
            case "age":
                born, seen = self["date_of_birth"].data, self["verified"].data
                age = Age(what.key, born, verified=seen, may_be_child=self["may_be_child"].data == "yes")
                return replace(said, ages=(age,))
        emptied = self["delete"].data or what.field is None
        return replace(said, values={what.key: None if emptied else self._value(what.field)})

    def _value(self, field: SchemaField | None) -> Any:
        given = self["value"].data
        if field is None or given in (None, ""):
            return None
        if field.type is FieldType.TIME:
            return moment(given, self["value_time"].data, field="value")
        typed = _TYPED.get(_kind_of(field))
        return typed(given) if typed else given


def _parts(given: str) -> list[str]:
    return [part.strip() for part in given.split(",") if part.strip()]


def _kind_of(field: SchemaField) -> FieldType | None:
    """The type by which a control is read; none where a list gives the value as it is kept."""
    return None if field.name in LISTS else field.type


#: How what was typed becomes a value.
_TYPED: Mapping[FieldType | None, Callable[[Any], Any]] = {
    FieldType.FLAG: lambda given: given == "yes",
    FieldType.AMOUNT: lambda given: int(given * 100),
    FieldType.POINT: _parts,
    FieldType.CODES: _parts,
}
#: How a value that stands there is put into its control.
_SHOWN: Mapping[FieldType | None, Callable[[Any], Any]] = {
    FieldType.FLAG: lambda held: "yes" if held else "no",
    FieldType.AMOUNT: lambda held: Decimal(held) / 100,
    FieldType.POINT: lambda held: ", ".join(map(str, held)),
    FieldType.CODES: ", ".join,
}


class AgeForm(RecallForm):
    """What is known of a person's age."""

    date_of_birth = DateField("Date of birth", validators=[Optional()])
    verified = BooleanField("I have seen a document that shows it")
    may_be_child = RadioField(
        "May this person be under 18?",
        choices=[SelectChoice(code, label) for code, label in _YES_NO.items()],
        default="no",
    )


class TextForm(RecallForm):
    """Another text for sharing."""

    value = TextAreaField("Text for sharing", validators=[Length(max=5000)])


def form_for(what: What, held: Any = None) -> RecallForm:
    """The form for what was chosen; `held` is the value that stands there, to start from."""
    if what.kind == "release":
        return RecallForm(data=_fresh())
    if what.kind == "text":
        return TextForm(data={**_fresh(), "value": held})
    if what.kind == "age":
        return AgeForm(data=_fresh() | (held or {}))
    made: RecallForm = _of_field(what.field)(data=_fresh() | _held(what.field, held))
    return made


def _fresh() -> dict[str, Any]:
    due: date = clock.today() + timedelta(days=DUE_DAYS)
    return {"due": due}


@cache
def _of_field(field: SchemaField | None) -> type[RecallForm]:
    """A form with the control that goes with the field's type."""
    more: dict[str, Any] = {"delete": BooleanField("Delete it, with nothing in its place")}
    more["value"] = _control(field)
    if field is not None and field.type is FieldType.TIME:
        more["value_time"] = TimeField("Time of day", format=["%H:%M:%S", "%H:%M"], validators=[Optional()])
    return type("FieldForm", (RecallForm,), more)


def _control(field: SchemaField | None) -> Field:
    kind = field.type if field is not None else FieldType.TEXT
    listed = LISTS.get(field.name) if field is not None else None
    if listed is not None:
        make = chips if kind is FieldType.CODES else one_of
        return make("What is right", listed)
    make_control = _CONTROLS.get(kind)
    return make_control() if make_control else StringField("What is right", validators=[Length(max=200)])


def _day_control() -> Field:
    return DateField("What is right", validators=[Optional()])


def _flag_control() -> Field:
    choices = [SelectChoice(code, label) for code, label in _YES_NO.items()]
    return RadioField("What is right", choices=choices, validators=[Optional()])


_CONTROLS: Mapping[FieldType, Callable[[], Field]] = {
    FieldType.DATE: _day_control,
    FieldType.DOB: _day_control,
    FieldType.TIME: _day_control,
    FieldType.FLAG: _flag_control,
    FieldType.AMOUNT: lambda: DecimalField(
        "What is right, in pounds", validators=[Optional(), NumberRange(min=0)]
    ),
    FieldType.NUMBER: lambda: IntegerField("What is right", validators=[Optional()]),
    FieldType.TEXT: lambda: TextAreaField("What is right", validators=[Length(max=5000)]),
}


def _held(field: SchemaField | None, held: Any) -> dict[str, Any]:
    """The value that stands there as the control takes it."""
    if field is None or held is None:
        return {}
    if field.type is FieldType.TIME:
        local = held.astimezone(clock.LONDON)
        return {"value": local.date(), "value_time": local.time().replace(microsecond=0)}
    shown = _SHOWN.get(_kind_of(field))
    return {"value": shown(held) if shown else held}


class AcknowledgeForm(PortalForm):
    """What somebody who was told did with their copies."""

    done = RadioField(
        "What did you do with what you had of it?",
        choices=[SelectChoice(code.value, label) for code, label in DONE.items()],
        validators=[InputRequired("Say what you did with your copies.")],
    )
    said = TextAreaField("Where it is kept and why, or anything else its owner should know")

    def answer(self) -> Acknowledgement:
        """The answer as it was typed; call it after the form was found good."""
        return Acknowledgement(Done(self.done.data), self.said.data or "")
