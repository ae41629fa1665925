"""The forms of an agency's people: an invitation, a sheet, roles, a leaving, and accepting an invitation."""

from collections.abc import Collection, Iterable
from datetime import date

from flask_wtf.file import FileField
from wtforms import DateField, PasswordField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from auth.roles import ROLE_LABELS, PartnershipRole, Role
from auth.vetting import CHECKS, Vetting
from foundation.errors import Invalid
from portal.web.forms.fields import choices
from portal.web.forms.sentences import PortalForm
from sharing.people.inviting import NewPerson
from sharing.people.partnership_roles import Held
from sharing.people.partnerships import PartnershipPeople
from sharing.people.placing import Places

#: What parts a partnership's id from a role in a choice; ids are slugs.
_APART = ":"


class RolesForm(PortalForm):
    """What somebody is in the agency, and at which sites and in which areas if they are a member."""

    roles = SelectMultipleField("Roles", choices=[])
    areas = SelectMultipleField("Areas, for a member", choices=[])
    sites = SelectMultipleField("Sites, for a member", choices=[])

    def offer(self, roles: Collection[Role], places: Places) -> None:
        """Offer the roles that may be given, by their words; to who gives members, sites and areas too."""
        labelled = sorted(roles, key=ROLE_LABELS.__getitem__)
        self.roles.choices = [SelectChoice(role.value, ROLE_LABELS[role]) for role in labelled]
        for field, names in ((self.sites, places.sites), (self.areas, places.areas)):
            offered = names.items() if Role.MEMBER in roles else ()
            field.choices = [SelectChoice(id_, name) for id_, name in offered]

    def chosen(self) -> frozenset[Role]:
        """The roles that were chosen; call it after the form was found good."""
        return frozenset(Role(role) for role in self.roles.data or ())


class AreaForm(PortalForm):
    """A named set of the agency's sites."""

    name = StringField("Name", validators=[InputRequired("Give the area a name."), Length(max=60)])
    sites = SelectMultipleField("Sites in it", choices=[])

    def offer(self, places: Places) -> None:
        """Offer the agency's sites."""
        self.sites.choices = [SelectChoice(id_, name) for id_, name in places.sites.items()]


class InvitationForm(RolesForm):
    """Somebody to invite."""

    name = StringField("Name", validators=[InputRequired("Give their name."), Length(max=100)])
    email = StringField(
        "Work email address", validators=[InputRequired("Give their work email address."), Length(max=254)]
    )
    job_title = StringField("Job title", validators=[Length(max=100)])
    kind = SelectField("Check that they have passed", choices=choices(CHECKS, blank="None"), default="")
    reference = StringField("Its reference", validators=[Length(max=60)])
    until = DateField("It ends on", validators=[Optional()])
    partnerships = SelectMultipleField("Roles in partnerships that your agency leads", choices=[])

    def offer_partnerships(self, held: Iterable[Held]) -> None:
        """Offer roles in partnerships."""
        self.partnerships.choices = [
            SelectChoice(_APART.join((each.partnership, each.role)), _words(each)) for each in held
        ]

    def new(self) -> NewPerson:
        """The person as typed; call it after the form was found good."""
        return NewPerson(
            self.name.data or "",
            self.email.data or "",
            self.chosen(),
            self.job_title.data or "",
            frozenset(self.sites.data or ()),
            frozenset(partnership_role(each) for each in self.partnerships.data or ()),
            self._check(),
            frozenset(self.areas.data or ()),
        )

    def _check(self) -> Vetting | None:
        if not self.kind.data:
            return None
        return Vetting(self.kind.data, (self.reference.data or "").strip(), self.until.data or date.min)


class CheckForm(PortalForm):
    """A check that somebody has passed."""

    kind = SelectField("Check", choices=choices(CHECKS))
    reference = StringField("Reference", validators=[Length(max=60)])
    until = DateField("Ends on", validators=[InputRequired("Give the day on which it ends.")])

    def check(self) -> Vetting:
        """The check as typed; call it after the form was found good."""
        return Vetting(self.kind.data, (self.reference.data or "").strip(), self.until.data)


class VettingRuleForm(PortalForm):
    """The checks of which a role needs one."""

    role = SelectField("Role", choices=[])
    kinds = SelectMultipleField("Checks", choices=choices(CHECKS))

    def offer(self, roles: Iterable[Role]) -> None:
        """Offer the roles for which a rule may be set."""
        self.role.choices = [SelectChoice(role.value, ROLE_LABELS[role]) for role in roles]


class PartnershipForm(PortalForm):
    """A role in one partnership, for somebody of an agency that sits in it."""

    person = SelectField("Who", choices=[], validators=[InputRequired("Choose somebody.")])
    role = SelectField("Role", choices=[], validators=[InputRequired("Choose a role.")])

    def offer(self, page: PartnershipPeople) -> None:
        """Offer the people of the partnership's agencies and the roles that may be given."""
        # Several of these stand on one page.
        self.person.id, self.role.id = f"person-{page.id}", f"role-{page.id}"
        people = (SelectChoice(id_, f"{name}, {agency}") for id_, name, agency in page.people)
        self.person.choices = [SelectChoice("", "Choose"), *people]
        self.role.choices = [SelectChoice(role.value, ROLE_LABELS[role]) for role in page.roles]


def _words(held: Held) -> str:
    return f"{ROLE_LABELS[held.role]}, {held.partnership_name}"


def partnership_role(value: str) -> PartnershipRole:
    """The role in a partnership that a choice stands for; the choice was offered."""
    partnership, _, role = value.partition(_APART)
    return PartnershipRole(partnership, Role(role))


class SheetForm(PortalForm):
    """Many people at once, as a file or as text."""

    file = FileField("CSV file")
    text = TextAreaField("Or its rows, with the first one naming the columns")

    def read(self) -> str:
        """The text of the sheet.

        Raises:
            Invalid: if there is none, or it is not in UTF-8.
        """
        data = self.file.data.read() if self.file.data else (self.text.data or "").encode()
        if not data.strip():
            raise Invalid({"file": "Choose a file, or put the rows in below."})
        try:
            return str(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise Invalid({"file": "The file is not in UTF-8. Save it as “CSV UTF-8”."}) from None


class EndForm(PortalForm):
    """Letting somebody go, and who takes over what waits for them."""

    successor = SelectField("Who takes over what waits for them", choices=[], default="")

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Offer the others of the agency, by id and name."""
        self.successor.choices = [
            SelectChoice("", "Nobody"),
            *(SelectChoice(id_, name) for id_, name in people),
        ]


class JoinForm(PortalForm):
    """Accepting an invitation with a password."""

    name = StringField("Your name", validators=[InputRequired("Give your name."), Length(max=100)])
    password = PasswordField("Password", validators=[InputRequired("Enter a password."), Length(max=1000)])
    password_again = PasswordField(
        "The same again", validators=[EqualTo("password", message="The two are not the same.")]
    )
