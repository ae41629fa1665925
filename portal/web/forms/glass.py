"""The forms of broken glass: declaring a danger, and the review."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from portal.web.forms.fields import choices
from portal.web.forms.sentences import PortalForm
from sharing.requests.glass import LONGEST_REASON, Declared
from sharing.vocabulary.requests import DANGERS, FINDINGS


class GlassForm(PortalForm):
    """Whose record, which one, and why now."""

    owner = SelectField("Whose record is it?", choices=[])
    reference = StringField("Its exact reference", validators=[Length(max=60)])
    danger = RadioField("What is the danger?", choices=choices(DANGERS), validate_choice=False)
    reason = TextAreaField("Why do you need this record now?", validators=[Length(max=LONGEST_REASON)])

    def offer(self, owners: Sequence[tuple[str, str]]) -> None:
        """Offer the agencies that share an agreement with the reader's: (id, name)."""
        self.owner.choices = [SelectChoice("", "Choose an agency"), *(SelectChoice(*each) for each in owners)]

    def declared(self) -> Declared:
        """What was declared, as it was typed."""
        return Declared(
            self.owner.data or "",
            self.reference.data or "",
            self.danger.data or "",
            self.reason.data or "",
        )


class ReviewForm(PortalForm):
    """What a review came to."""

    finding = RadioField("What did the review come to?", choices=choices(FINDINGS), validate_choice=False)
    text = TextAreaField("What did you look at, and find?", validators=[Length(max=LONGEST_REASON)])
