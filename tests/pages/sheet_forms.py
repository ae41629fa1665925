"""The forms of the sheet, as a door would make them, and what somebody typed into the longest."""

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice

from portal.web.forms.fields import StillField

#: What must appear on no page: behind a Withheld, and as a typed password.
SECRET = "canary-7f3k-secret-name"


def _choices(*labels: str) -> list[SelectChoice]:
    return [SelectChoice(label.lower()[:3], label) for label in labels]


class SheetForm(FlaskForm):
    day = DateField("Date")
    clock = TimeField("Time", format=["%H:%M:%S", "%H:%M"])
    camera = StringField("Camera, by number or street")
    value = StringField("Value")
    password = PasswordField("Password")
    build = SelectField("Build", choices=_choices("Slim", "Medium"))
    note = TextAreaField("Your own note")
    face = SelectMultipleField("Head", choices=_choices("Cap", "Hood up", "Beanie", "Glasses"))
    transport = RadioField("Going", choices=_choices("Foot", "Moped"))
    age = RadioField(
        "Could person A be under 18?", choices=_choices("Adult", "May be under 18", "Cannot tell")
    )
    purpose = RadioField(
        "Purpose", choices=[SelectChoice("a", "Preventing and detecting robbery"), SelectChoice("b", "Other")]
    )
    recipients = SelectMultipleField("Who will see it", choices=_choices("Metropolitan Police", "BTP"))
    sure = BooleanField("I looked over the whole picture for faces")
    still = StillField("Still")
    boxes = HiddenField("Boxes")
    agreement = HiddenField("Agreement")


TYPED = {
    "day": "2026-02-17",
    "clock": "19:14",
    "camera": '<b>R014</b> "South"',
    "value": "85",
    "password": SECRET,
    "note": "white-soled trainers",
    "face": "cap",
    "age": "adu",
    "recipients": "met",
}


class SignInForm(FlaskForm):
    email = StringField("Work email address")
    password = PasswordField("Password")


class PurposeForm(FlaskForm):
    purpose = RadioField(
        "Purpose", choices=_choices("Preventing and detecting robbery", "Safeguarding children")
    )


def typed_form() -> SheetForm:
    """The form as it comes back: what was typed, and one thing to put right."""
    form = SheetForm(MultiDict(TYPED))
    form.clock.errors = ["Time is in the future: it is now 14:21."]
    return form
