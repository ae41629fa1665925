"""The form of a member's report from the shop floor."""

from collections.abc import Mapping
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal.web.forms.fields import StillField, chips, given, moment, one_of
from portal.web.forms.sentences import PortalForm
from portal.web.forms.sightings import AGES, ages_said, refuse_two_ages
from sharing.agreements.releases import NewRelease
from sharing.schemes.reports import ReportingSite, ReportingTerms
from sharing.submission import NewPerson, NewRecord, NewStill
from sharing.vocabulary import codes

#: What happened, in a member's words, and what it is: (label, crime type, ways of doing it).
KINDS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "theft": ("Theft", "shoplifting", ()),
    "attempt": ("Attempted theft", "shoplifting", ("attempted",)),
    "threat": ("Threat or assault", "violent-crime", ("threatened",)),
    "damage": ("Damage", "criminal-damage-arson", ("damage",)),
    "barred": ("Barred person came in", "public-order", ("barred-entry",)),
    "other": ("Something else", "other-crime", ()),
}
#: Was there any of this?
HARMS: Mapping[str, str] = {
    "threatened": "Threat",
    "violence": "Violence",
    "weapon": "Weapon",
    "hate": "Hate",
    "hurt": "Somebody hurt",
}


#: Where the form asks for what a record calls otherwise.
ASKED_AT: Mapping[str, str] = {"occurred": "time", "loss": "value"}


class ReportForm(PortalForm):
    """A report as it is typed: only what, when and the age must be said."""

    kind = RadioField(
        "What happened",
        choices=[SelectChoice(code, label) for code, (label, _, _) in KINDS.items()],
        validators=[InputRequired("Say what happened.")],
    )
    site = SelectField("At which of your sites", choices=[], default="")
    day = DateField("Date", validators=[InputRequired("Give the date.")])
    time = TimeField(
        "Time", format=["%H:%M", "%H:%M:%S"], validators=[InputRequired("Give the time, like 14:19.")]
    )
    subject = HiddenField("Subject")
    same_person = BooleanField("I looked at the picture: it is the same person")
    seen_as = one_of("Looks", codes.SEEN_AS, blank="Not said")
    apparent_age = one_of("Age as seen", codes.APPARENT_AGES, blank="Not said")
    hair = chips("Hair", codes.HAIR)
    face = chips("Head", codes.FACES)
    clothing = chips("Clothing and bags", codes.CLOTHING)
    age = RadioField(
        "Could this person be under 18?",
        choices=[SelectChoice(code, label) for code, (label, _, _) in AGES.items()],
        validators=[
            InputRequired("Say whether the person is an adult, may be under 18, or you cannot tell.")
        ],
    )
    goods = chips("Goods", codes.GOODS)
    value = DecimalField("Value in pounds", validators=[Optional(), NumberRange(0, 1_000_000)])
    harms = chips("Was there any of this?", HARMS)
    account = TextAreaField("What happened, in your words", validators=[Length(max=5000)])
    still = StillField("Picture")
    boxes = HiddenField("Boxes")
    #: Drawn when the form is first shown, and kept as long as it comes back: one form makes one report.
    once = HiddenField("Once")
    looked_over = BooleanField("I looked over the whole picture for faces")
    evidence_until = DateField("We hold the recording until", validators=[Optional()])
    prosecution = RadioField(
        "Will you support a prosecution?",
        choices=[
            SelectChoice("yes", "Yes"),
            SelectChoice("no", "No"),
            SelectChoice("not-sure", "Not sure"),
        ],
        default="not-sure",
    )
    police = BooleanField("Police, as a crime report from the same answers")
    text = TextAreaField("Text for sharing", validators=[Length(max=5000)])

    def validate_same_person(self, field: BooleanField) -> None:
        """A person of the gallery is named by whoever has compared the picture, and by nobody else."""
        if self.subject.data and not field.data:
            raise ValidationError(
                "You chose a person of the gallery. Compare the picture and tick this, or choose "
                "“Somebody who is not in the gallery”."
            )
        if field.data and not self.subject.data:
            raise ValidationError(
                "You ticked that it is the same person. Choose the person in the gallery, or take the tick "
                "away."
            )

    def validate_text(self, field: TextAreaField) -> None:
        """Nobody but the police gets the text for sharing."""
        if field.data and not self.police.data:
            raise ValidationError("Only the police get this text. Tick the police, or leave this empty.")

    def validate_apparent_age(self, field: SelectField) -> None:
        """The age as seen is not a child's where the person is called an adult."""
        refuse_two_ages(self.age.data, field.data)

    def offer(self, terms: ReportingTerms) -> None:
        """Offer the sites of a member; whoever holds several has to say which."""
        sites = (SelectChoice(each.id, each.name) for each in terms.sites)
        self.site.choices = [SelectChoice("", "Choose"), *sites]

    def chosen(self, terms: ReportingTerms) -> ReportingSite | None:
        """The site that was chosen, or the only one; call it after the form was found good."""
        only = terms.sites[0].id if len(terms.sites) == 1 else ""
        return next((each for each in terms.sites if each.id == (self.site.data or only)), None)


def new_report(
    answers: Mapping[str, Any],
    at: ReportingSite | None,
    still: NewStill | None,
    police: tuple[str, ...],
) -> NewRecord:
    """The report that the answers describe.

    `at` is the member's site, which says the place; `police` the agreement, purpose and police agencies it
    goes to if the member ticks them: (agreement, purpose, agency, …).

    Raises:
        Invalid: if the time is missing.
    """
    _, crime_type, ways = KINDS[answers["kind"]]
    harms = set(answers.get("harms") or ())
    pounds = answers.get("value")
    values = given(
        {
            "crime_type": crime_type,
            "occurred": moment(answers.get("day"), answers.get("time"), field="time"),
            "method": sorted({way for way in ways if way in codes.METHODS} | (harms & set(codes.METHODS))),
            "weapon": "other" if "weapon" in harms else "none",
            "goods": answers.get("goods"),
            "loss": int(pounds * 100) if pounds is not None else None,
            "account": answers.get("account"),
            "evidence_until": answers.get("evidence_until"),
            "outcome": "open",
            "statement_kind": "allegation",
            "place_kind": "shop",
            **(at.place if at else {}),
        }
    )
    values["violence"] = bool(harms & {"violence", "hurt"})
    if answers.get("prosecution") in ("yes", "no"):
        values["prosecution_supported"] = answers["prosecution"] == "yes"
    releases: tuple[NewRelease, ...] = ()
    if answers.get("police") and police:
        agreement, purpose, *agencies = police
        releases = (NewRelease(agreement, (purpose,), tuple(agencies), text=answers.get("text") or None),)
    return NewRecord(
        type="incident",
        values=values,
        persons=(_suspect(answers),),
        stills=(still,) if still else (),
        releases=releases,
        site=at.id if at else None,
    )


def _suspect(answers: Mapping[str, Any]) -> NewPerson:
    apparent, may_be_child = ages_said(answers)
    seen = ("seen_as", "apparent_age", "hair", "face", "clothing")
    return NewPerson(
        categories=("suspect",),
        values=given({name: answers.get(name) for name in seen}),
        apparent_age=apparent,
        may_be_child=may_be_child,
    )
