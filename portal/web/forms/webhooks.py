"""The form of a webhook."""

from collections.abc import Iterable, Mapping

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.web.forms.sentences import PortalForm
from sharing.announcements import Event
from sharing.webhooks.registering import Account, NewWebhook


class WebhookForm(PortalForm):
    """Where to send, what of, and by whose sight it is decided."""

    url = StringField("Address", validators=[InputRequired("Give the address."), Length(max=500)])
    events = SelectMultipleField(
        "What it is told of", validators=[InputRequired("Choose what it is to be told of.")], choices=[]
    )
    #: "account purpose"
    sight = SelectField(
        "Account and purpose", validators=[InputRequired("Choose an account and a purpose.")], choices=[]
    )

    def offer(self, accounts: Iterable[Account], events: Mapping[Event, str]) -> None:
        """Offer the events, and each account with each purpose that it may state."""
        self.events.choices = [SelectChoice(event.value, words) for event, words in events.items()]
        self.sight.choices = [
            SelectChoice("", "Choose"),
            *(
                SelectChoice(f"{account.id} {slug}", f"{account.name}: {label}")
                for account in accounts
                for slug, label in account.purposes
            ),
        ]

    def new(self) -> NewWebhook:
        """The webhook as it was typed; call it after the form was found good."""
        account, _, purpose = (self.sight.data or "").partition(" ")
        return NewWebhook((self.url.data or "").strip(), tuple(self.events.data or ()), account, purpose)
