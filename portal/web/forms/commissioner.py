"""The form that hands entries of the ledger to the Information Commissioner: which ones, and what for."""

from dataclasses import fields

from wtforms import SelectField, StringField
from wtforms.validators import Length

from auth.purposes import PURPOSES
from portal.gate.ledger_asked import LONGEST
from portal.web.forms.fields import choices
from portal.web.forms.sentences import PortalForm
from sharing.commissioner import LONGEST_REFERENCE
from sharing.consultations import Asked
from sharing.events.entry import OPERATIONS

_OPERATIONS = {each: each.capitalize() for each in OPERATIONS}
_PURPOSES = {each.slug: each.label for each in PURPOSES}


class CommissionerForm(PortalForm):
    """The filters of the ledger's own page under the same names, and the Commissioner's reference."""

    reference = StringField("The Commissioner’s reference", validators=[Length(max=LONGEST_REFERENCE)])
    since = StringField("From", validators=[Length(max=LONGEST)])
    until = StringField("To the end of", validators=[Length(max=LONGEST)])
    person = StringField("Who did it, by part of a name", validators=[Length(max=LONGEST)])
    record = StringField("Record, by its id", validators=[Length(max=LONGEST)])
    subject = StringField("Person, by the id of their own record", validators=[Length(max=LONGEST)])
    agreement = StringField("Agreement, by its id", validators=[Length(max=LONGEST)])
    operation = SelectField("Operation", choices=choices(_OPERATIONS, blank="Any"), default="")
    purpose = SelectField("Purpose", choices=choices(_PURPOSES, blank="Any"), default="")

    def asked(self) -> Asked:
        """What the entries are chosen by, as it was typed."""
        return Asked(**{each.name: (self[each.name].data or "").strip() for each in fields(Asked)})
