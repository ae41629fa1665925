"""The forms of an agreement's life: a comment, a reason, a signature, a review, and plain yes."""

from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from portal.web.forms.sentences import PortalForm

_LONGEST = Length(max=2000)


class CommentForm(PortalForm):
    """What a party says of a clause, or of the whole version."""

    clause = SelectField("Of what", choices=[])
    text = TextAreaField("What you think of it", validators=[_LONGEST])

    def offer(self, clauses: list[tuple[str, str]]) -> None:
        """Offer the clauses of the version: (id, title)."""
        whole = SelectChoice("", "The whole version")
        self.clause.choices = [whole, *(SelectChoice(id_, f"{id_} {title}") for id_, title in clauses)]


class ReasonForm(PortalForm):
    """Why something is done; every party reads it."""

    reason = TextAreaField("Why", validators=[_LONGEST])


class AgreedForm(PortalForm):
    """An act that needs no more words than its button."""


class ToReviewForm(PortalForm):
    """A draft that goes to review; `edition` is the one that the person had before them."""

    edition = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class SignForm(PortalForm):
    """A signature; `digest` is that of the text which the page showed."""

    digest = HiddenField(validators=[InputRequired(), Length(max=64)])
    read = BooleanField(
        "I have read this version and sign it for my agency",
        validators=[InputRequired("Say that you have read it, or leave it unsigned.")],
    )


class ReviewForm(PortalForm):
    """What a review found."""

    findings = TextAreaField("What the review found", validators=[_LONGEST])
    next_due = DateField("Next review", validators=[InputRequired("Give the day of the next review.")])


class ConfirmationForm(PortalForm):
    """An owner's yes to a version; `version` is the one to which the page showed the difference."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
