"""The form of a new sighting: when and where, who or what, the still, why and who will see it."""

import json
from collections.abc import Mapping
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from foundation.errors import Invalid
from portal.web.forms.fields import StillField, chips, given, moment, one_of
from portal.web.forms.sentences import PortalForm
from sharing.agreements.releases import NewRelease
from sharing.release.ages import ADULT, OLDEST
from sharing.submission import Box, NewPerson, NewRecord, NewStill
from sharing.vocabulary import codes

#: The one key by which an operator says how old somebody looks: its words, (low, high), may be a child.
AGES: Mapping[str, tuple[str, tuple[int, int] | None, bool]] = {
    "adult": ("Adult", (ADULT, OLDEST), False),
    "child": ("May be under 18", None, True),
    "cannot-tell": ("Cannot tell", None, False),
}


def refuse_two_ages(age: str | None, band: str | None) -> None:
    """Refuse somebody called an adult and seen in an age under 18; for the field of the age as seen.

    Raises:
        ValidationError: saying what to do.
    """
    if age == "adult" and band in codes.CHILD_AGES:
        raise ValidationError("You said adult, and an age under 18. Choose which of the two it was.")


#: Where the form asks for what a record calls otherwise.
ASKED_AT: Mapping[str, str] = {"seen": "seen_time", "partial_registration": "mark"}


class SightingForm(PortalForm):
    """A sighting as it is typed. Everything but the time, the place and the age can be left out."""

    seen_date = DateField("Date", validators=[InputRequired("Give the date.")])
    seen_time = TimeField(
        "Time", format=["%H:%M:%S", "%H:%M"], validators=[InputRequired("Give the time, like 02:11.")]
    )
    camera = StringField("Camera, by number or street", validators=[Length(max=80)])
    address = StringField("Place, if not at a camera", validators=[Length(max=200)])
    subject = StringField("Known subject or ID sought, by reference", validators=[Length(max=40)])
    seen_as = one_of("Looks", codes.SEEN_AS, blank="Not said")
    apparent_age = one_of("Age as seen", codes.APPARENT_AGES, blank="Not said")
    height = one_of("Height", codes.HEIGHTS, blank="Not said")
    build = one_of("Build", codes.BUILDS, blank="Not said")
    hair = chips("Hair", codes.HAIR)
    face = chips("Head", codes.FACES)
    clothing = chips("Clothing and bags", codes.CLOTHING)
    manner = chips("Manner", codes.MANNERS)
    activity = chips("Doing", codes.ACTIVITIES)
    direction = one_of("Heading", codes.DIRECTIONS, blank="Not said")
    transport = one_of("Going by", codes.TRANSPORT, blank="Not said")
    ic_code = one_of("Appearance code", codes.IC_CODES)
    account = TextAreaField("Your own note", validators=[Length(max=5000)])
    text = TextAreaField("Text for sharing", validators=[Length(max=5000)])
    mark = StringField("Registration mark, in part", validators=[Length(max=12)])
    still = StillField("Still")
    boxes = HiddenField("Boxes")
    looked_over = BooleanField("I looked over the whole picture for faces")
    age = RadioField(
        "Could this person be under 18?",
        choices=[SelectChoice(code, label) for code, (label, _, _) in AGES.items()],
        validators=[
            InputRequired("Say whether the person is an adult, may be under 18, or you cannot tell.")
        ],
    )
    recipients = SelectMultipleField("Who will see it", validators=[Optional()], choices=[])

    def validate_apparent_age(self, field: SelectField) -> None:
        """The age as seen is not a child's where the person is called an adult."""
        refuse_two_ages(self.age.data, field.data)


def new_sighting(
    answers: Mapping[str, Any], place: Mapping[str, Any], still: NewStill | None, purpose: str
) -> NewRecord:
    """The sighting that the answers describe.

    `answers` are the form's data by field; `place` what the camera's register says (address, point, ward,
    clock error); `still` the stored picture.

    Raises:
        Invalid: if the place is missing, or there are two.
    """
    if not place and not answers.get("address"):
        raise Invalid({"camera": "Choose a camera, or type the place."})
    if place and answers.get("address"):
        # the point and the ward are the camera's, and would go out with the other address
        raise Invalid({"address": "You chose a camera, and typed another place. Leave one of the two empty."})
    values = given(
        {
            "seen": moment(answers.get("seen_date"), answers.get("seen_time"), field="seen_time"),
            "account": answers.get("account"),
            "activity": answers.get("activity"),
            "direction": answers.get("direction"),
            "transport": answers.get("transport"),
            **(place or {"address": answers["address"]}),
        }
    )
    vehicle = answers.get("mark")
    return NewRecord(
        type="sighting",
        values=values,
        persons=(_person(answers),),
        stills=(still,) if still else (),
        things=(NewRecord("vehicle", {"partial_registration": vehicle, "role_in_event": "seen"}),)
        if vehicle
        else (),
        releases=releases(answers, purpose),
    )


def _person(answers: Mapping[str, Any]) -> NewPerson:
    apparent, may_be_child = ages_said(answers)
    seen = ("seen_as", "apparent_age", "height", "build", "hair", "face", "clothing", "manner", "ic_code")
    return NewPerson(
        categories=("observed",),
        values=given({name: answers.get(name) for name in seen}),
        person=answers.get("person") or None,
        apparent_age=apparent,
        may_be_child=may_be_child,
    )


def ages_said(answers: Mapping[str, Any]) -> tuple[tuple[int, int] | None, bool]:
    """The years, from and to, and whether it may be a child: by the key, made narrower by the age as seen."""
    _, years, may_be_child = AGES[answers["age"]]
    if may_be_child:
        return years, True
    return codes.APPARENT_YEARS.get(answers.get("apparent_age") or "", years), False


def releases(answers: Mapping[str, Any], purpose: str) -> tuple[NewRelease, ...]:
    """The releases that the ticked recipients make: one under each agreement; a choice is `AGREEMENT|key`."""
    chosen: dict[str, list[str]] = {}
    for choice in answers.get("recipients") or ():
        agreement, _, key = str(choice).partition("|")
        chosen.setdefault(agreement, []).append(key)
    text = answers.get("text") or None
    return tuple(
        NewRelease(agreement, (purpose,), tuple(keys), text=text) for agreement, keys in chosen.items()
    )


def boxes(text: str) -> tuple[Box, ...]:
    """The boxes that were drawn on the still; `person` 0 is the subject, none is a bystander.

    Raises:
        Invalid: if the text is not what the page writes.
    """
    try:
        return tuple(
            Box(
                kind=str(box["kind"]),
                left=int(box["left"]),
                top=int(box["top"]),
                width=int(box["width"]),
                height=int(box["height"]),
                person=0 if box.get("subject") else None,
            )
            for box in json.loads(text or "[]")
        )
    except (KeyError, TypeError, ValueError):
        raise Invalid({"still": "The boxes on the picture could not be read. Draw them again."}) from None
