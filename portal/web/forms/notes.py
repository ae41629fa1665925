"""The forms of a note of necessity: writing one, and refusing to sign it."""

from datetime import datetime, time, timedelta

from wtforms import DateField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from foundation.clock import LONDON
from foundation.errors import Invalid
from portal.web.forms.sentences import PortalForm
from sharing.requests.notes import CLASSES, LONGEST, NewNote, NoteChoices
from sharing.vocabulary.words import CATEGORIES, NO_CATEGORY
from sharing.vocabulary.words import CLASSES as CLASS_WORDS


class NoteForm(PortalForm):
    """About whom, for whom, what they would see, why, until when, and who is to sign."""

    link = RadioField("Whom is it about?", choices=[], validate_choice=False)
    recipients = SelectMultipleField("Which businesses need it?", choices=[])
    classes = SelectMultipleField(
        "What do they need to see?", choices=[SelectChoice(each.value, CLASS_WORDS[each]) for each in CLASSES]
    )
    reason = TextAreaField("Why is it necessary?", validators=[Length(max=LONGEST)])
    until = DateField("Last day")
    approver = SelectField("Who is to sign it?", choices=[], validate_choice=False)

    def offer(self, found: NoteChoices, names: dict[str, str]) -> None:
        """Offer what the use case allows; `names` say how each person on the record is called."""
        self.link.choices = [
            SelectChoice(
                link, names.get(link) or ", ".join(CATEGORIES[each] for each in kinds) or NO_CATEGORY
            )
            for link, kinds in found.persons
        ]
        self.recipients.choices = [SelectChoice(*each) for each in found.businesses]
        self.approver.choices = [
            SelectChoice("", "Choose a person"),
            *(SelectChoice(*each) for each in found.approvers),
        ]

    def written(self) -> NewNote:
        """The note as it was typed; it ends when its last day does.

        Raises:
            Invalid: if there is no last day.
        """
        if self.until.data is None:
            raise Invalid({"until": "Give the last day of the note."})
        end = datetime.combine(self.until.data + timedelta(days=1), time(), tzinfo=LONDON)
        return NewNote(
            link=self.link.data or "",
            recipients=tuple(self.recipients.data or ()),
            classes=tuple(self.classes.data or ()),
            reason=self.reason.data or "",
            until=end,
            approver=self.approver.data or "",
        )


class RefuseNoteForm(PortalForm):
    """Why a note is not signed."""

    why = TextAreaField("Why is it not signed?", validators=[Length(max=LONGEST)])
