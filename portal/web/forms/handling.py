"""The forms of handling: markings, labels and conditions; a court's order; a graded intelligence report."""

from datetime import UTC, date, datetime, time
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
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from foundation.clock import LONDON
from portal.web.forms.fields import choices, given, one_of
from portal.web.forms.sentences import PortalForm
from portal.web.forms.sightings import releases
from sharing.audiences import Audience
from sharing.handling.conditions import WITHHELD, Handling, Recipient
from sharing.submission import NewRecord
from sharing.vocabulary import grading
from sharing.vocabulary.words import CLASSES

_NO_LABEL = "No label"


class ConditionsForm(PortalForm):
    """How a record is to be handled, apart from its grading."""

    marking = RadioField("Marking", choices=choices(grading.MARKINGS), default="OFFICIAL-SENSITIVE")
    tlp = SelectField(
        "Traffic Light Protocol",
        choices=choices({label.value: words for label, words in grading.TLP.items()}, blank=_NO_LABEL),
        default="",
    )
    only = BooleanField("Only the agencies ticked here may see it")
    named = SelectMultipleField("Agencies that may see it", validators=[Optional()], choices=[])
    withheld = SelectMultipleField(
        "Withhold from everybody else",
        validators=[Optional()],
        choices=[SelectChoice(each.value, CLASSES[each.value]) for each in WITHHELD],
    )
    sanitised_only = BooleanField("Only the text for sharing, never the original, whoever asks")
    veto = BooleanField("These conditions hold even when somebody breaks the glass")
    version = HiddenField()

    def offer(self, recipients: tuple[Recipient, ...]) -> None:
        """Offer the agencies that can be named."""
        self.named.choices = [SelectChoice(each.id, each.name) for each in recipients]

    def handling(self, code: str) -> Handling:
        """The handling as it was typed, with the handling code of intelligence."""
        return Handling(
            marking=self.marking.data or "",
            tlp=self.tlp.data or "",
            code=code,
            named=tuple(self.named.data or ()) if self.only.data else None,
            withheld=tuple(self.withheld.data or ()),
            sanitised_only=self.sanitised_only.data,
            veto=self.veto.data,
        )


class HandlingForm(ConditionsForm):
    """The same with the handling code, for intelligence that is graded already."""

    code = RadioField("Handling", choices=choices(grading.HANDLINGS), validators=[Optional()])


def typed_handling(handling: Handling) -> dict[str, Any]:
    """A record's handling as the form's fields take it."""
    return {
        "marking": handling.marking,
        "tlp": handling.tlp,
        "code": handling.code or None,
        "only": handling.named is not None,
        "named": list(handling.named or ()),
        "withheld": list(handling.withheld),
        "sanitised_only": handling.sanitised_only,
        "veto": handling.veto,
    }


class IntelligenceForm(HandlingForm):
    """A graded report: what it says, how sure it is, where it came from, and how it may be handled."""

    topic = one_of("About", grading.TOPICS, blank="Choose a topic")
    period_from = DateField("From", validators=[Optional()])
    period_until = DateField("Until", validators=[Optional()])
    address = StringField("Place", validators=[Length(max=200)])
    ward = StringField("Ward", validators=[Length(max=80)])
    report = TextAreaField("The report", validators=[InputRequired("Write the report."), Length(max=5000)])
    source_evaluation = RadioField(
        "The source", choices=choices(grading.SOURCE_EVALUATIONS), validators=[Optional()]
    )
    information_evaluation = RadioField(
        "The information", choices=choices(grading.INFORMATION_EVALUATIONS), validators=[Optional()]
    )
    confidence = one_of("Confidence in the judgement", grading.CONFIDENCES, blank="Not said")
    judgement = TextAreaField("Your judgement", validators=[Length(max=5000)])
    source_reference = StringField("Source reference", validators=[Length(max=200)])
    source_identity = StringField("Who the source is", validators=[Length(max=200)])
    handler = StringField("Handler", validators=[Length(max=200)])
    provenance = TextAreaField("How the source came to know", validators=[Length(max=5000)])
    text = TextAreaField("Text for sharing", validators=[Length(max=5000)])
    recipients = SelectMultipleField("Release to", validators=[Optional()], choices=[])
    #: Drawn when the form is first shown, and kept as long as it comes back: one form makes one report.
    once = HiddenField()

    def offer_audiences(self, audiences: tuple[Audience, ...]) -> None:
        """Offer everybody to whom intelligence can be released for the stated purpose."""
        self.recipients.choices = [
            SelectChoice(f"{each.agreement}|{each.key}", each.name) for each in audiences
        ]

    def record(self, purpose: str) -> NewRecord:
        """The record as it was typed; days become London midnights by the record's own rules."""
        names = (
            "topic", "address", "ward", "report", "source_evaluation", "information_evaluation", "confidence",
            "judgement", "source_reference", "source_identity", "handler", "provenance",
        )  # fmt: skip
        values = given({name: self[name].data for name in names})
        values |= given({name: _midnight(self[name].data) for name in ("period_from", "period_until")})
        return NewRecord("intelligence", values, releases=releases(self.data, purpose))


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


class OrderForm(PortalForm):
    """A court's order of anonymity."""

    reference = StringField("The court’s reference", validators=[Length(max=80)])


class EndForm(PortalForm):
    """The end of an order."""

    reason = TextAreaField("Why it ends", validators=[Length(max=1000)])
