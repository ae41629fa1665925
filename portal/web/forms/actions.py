"""The forms of a meeting's actions: an owner's answer, the chair's decision, and a new action."""

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from portal.web.forms.sentences import PortalForm
from sharing.partnerships.actions import Answer, NewAction
from sharing.partnerships.standing import MOVES, Move


class AnswerForm(PortalForm):
    """What is done to an action; `version` is the one that the person had before them."""

    move = RadioField("Answer", validators=[InputRequired("Choose an answer.")], choices=[])
    text = TextAreaField("What was done, or why not", validators=[Length(max=2000)])
    due = DateField("New date, if you reopen it", validators=[Optional()])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def offer(self, moves: tuple[Move, ...]) -> None:
        """Offer the moves that are this person's to make."""
        self.move.choices = [SelectChoice(move.value, MOVES[move]) for move in moves]

    def answer(self) -> Answer:
        """The answer as it was typed; call it after the form was found good."""
        return Answer(Move(self.move.data), self.text.data or "", int(self.version.data), self.due.data)


class NewActionForm(PortalForm):
    """An action that a meeting sets."""

    meeting = HiddenField()
    title = StringField(
        "What is to be done", validators=[InputRequired("Say what is to be done."), Length(max=200)]
    )
    measure = StringField(
        "How it is known to be done",
        validators=[InputRequired("Say how the meeting will know that it is done."), Length(max=200)],
    )
    owner = SelectField("Owner", validators=[InputRequired("Choose an owner.")], choices=[])
    due = DateField("Due", validators=[InputRequired("Give the date by which it is due.")])
    #: Drawn when the form is first shown, and kept as long as it comes back: one form sets one action.
    once = HiddenField()

    def offer(self, owners: tuple[tuple[str, str, str], ...]) -> None:
        """Offer the people of the partnership's agencies: (id, name, agency)."""
        self.owner.choices = [
            SelectChoice("", "Choose a person"),
            *(SelectChoice(user, f"{name}, {agency}") for user, name, agency in owners),
        ]

    def new(self, meeting: str) -> NewAction:
        """The action as it was typed; call it after the form was found good."""
        return NewAction(
            meeting, self.title.data or "", self.measure.data or "", self.owner.data, self.due.data
        )
