"""The forms of an agency's programs: an account, and a key with its bounds."""

from collections.abc import Iterable

from wtforms import Field, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation, ValidationError

from auth.roles import ACTION_WORDS, ROLE_LABELS, Role
from portal.web.forms.sentences import PortalForm
from sharing.people.keys import LONGEST_DAYS, PRIVATE_KEY_GIVEN, Key, NewKey, Offered


def refuse_private_key(_form: PortalForm, field: Field) -> None:
    """Refuse a private key that was given for the public one, and print it back nowhere."""
    if "PRIVATE KEY" in (field.data or ""):
        field.data = ""
        raise StopValidation(PRIVATE_KEY_GIVEN)


class AccountForm(PortalForm):
    """An account for a program."""

    name = StringField(
        "What the program is called", validators=[InputRequired("Give a name."), Length(max=60)]
    )
    roles = SelectMultipleField("Roles", validators=[InputRequired("Choose at least one role.")], choices=[])

    def offer(self, roles: Iterable[Role]) -> None:
        """Offer the roles that may be given to a program, by their words."""
        labelled = sorted(set(roles) - {Role.MEMBER}, key=ROLE_LABELS.__getitem__)
        self.roles.choices = [SelectChoice(role.value, ROLE_LABELS[role]) for role in labelled]


class KeyForm(PortalForm):
    """A key, and to what it is bound."""

    name = StringField(
        "What the key is for", validators=[InputRequired("Say what it is for."), Length(max=60)]
    )
    actions = SelectMultipleField(
        "What the program does", validators=[InputRequired("Choose what the program does.")], choices=[]
    )
    purposes = SelectMultipleField(
        "For which purposes", validators=[InputRequired("Choose a purpose.")], choices=[]
    )
    agreements = SelectMultipleField("Under which agreements", choices=[])
    addresses = TextAreaField("From which addresses", validators=[Length(max=1000)])
    holder_key = TextAreaField("Public key of the program", validators=[refuse_private_key, Length(max=1000)])
    days = IntegerField(
        "For how many days",
        default=LONGEST_DAYS,
        validators=[
            InputRequired("Say for how many days."),
            NumberRange(1, LONGEST_DAYS, f"A key lasts from 1 to {LONGEST_DAYS} days."),
        ],
    )

    def offer(self, offered: Offered) -> None:
        """Offer that to which a key of the account can be bound."""
        self.actions.choices = [SelectChoice(each.value, ACTION_WORDS[each]) for each in offered.actions]
        self.purposes.choices = [SelectChoice(slug, label) for slug, label in offered.purposes]
        self.agreements.choices = [SelectChoice(each, each) for each in offered.agreements]

    def new(self) -> NewKey:
        """The key as it was asked for; call it after the form was found good."""
        return NewKey(
            self.name.data or "",
            tuple(self.purposes.data or ()),
            tuple(self.actions.data or ()),
            tuple(self.agreements.data or ()),
            tuple((self.addresses.data or "").split()),
            int(self.days.data or 0),
            self.holder_key.data or "",
        )


class RotationForm(PortalForm):
    """Another key in the place of one, and by which program it can be used."""

    holder = RadioField(
        "Who can use the new key",
        validators=[InputRequired("Say whether the same program uses the new key.")],
        choices=[],
    )
    holder_key = TextAreaField("The other public key", validators=[refuse_private_key, Length(max=1000)])

    def offer(self, key: Key) -> None:
        """Offer what can become of the public key of this one; a key that is bound to one stays bound."""
        kept = "The same program: its public key stays" if key.holder else "Whoever has it: it stays unbound"
        self.holder.choices = [SelectChoice("keep", kept), SelectChoice("replace", "Another public key")]
        if not key.holder and self.holder.data is None:
            self.holder.data, self.holder.raw_data = "keep", ["keep"]

    def validate_holder_key(self, field: Field) -> None:
        """Want a public key where one is to take its place, and nowhere else."""
        if (self.holder.data == "replace") != bool((field.data or "").strip()):
            raise ValidationError("Give the other public key, and only where another is to hold.")
