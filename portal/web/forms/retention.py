"""The forms of a schedule: a period, and a hold."""

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.web.forms.fields import choices, one_of
from portal.web.forms.sentences import PortalForm
from sharing.retention.periods import CATEGORIES, PERIODS, TYPES
from sharing.retention.schedule import NewHold


class PeriodForm(PortalForm):
    """For how long records of a kind are kept."""

    type = SelectField(
        "Records",
        choices=choices(TYPES, blank="Choose"),
        validators=[InputRequired("Choose a kind of record.")],
    )
    category = one_of("With somebody on them who is", CATEGORIES, blank="Anybody or nobody")
    period = SelectField(
        "Kept for",
        choices=choices({code: each.words for code, each in PERIODS.items()}, blank="As the portal says"),
        default="",
    )


class HoldForm(PortalForm):
    """What is not to be deleted, why, and until when."""

    record = StringField(
        "Reference or id", validators=[InputRequired("Give the record’s reference, or its id.")]
    )
    reason = TextAreaField(
        "Why it has to stay", validators=[InputRequired("Say why it has to stay."), Length(max=2000)]
    )
    until = DateField("Until", validators=[Optional()])

    def new(self) -> NewHold:
        """The hold as it was typed; call it after the form was found good."""
        return NewHold(self.record.data or "", self.reason.data or "", self.until.data)
