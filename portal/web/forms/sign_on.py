"""The form of an agency's identity provider."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from auth.sign_on.providers import NewProvider
from portal.web.forms.sentences import PortalForm


class ProviderForm(PortalForm):
    """Where the agency's people sign in, and what this portal is called there."""

    issuer = StringField("Issuer", validators=[InputRequired("Give the issuer."), Length(max=500)])
    client_id = StringField("Client", validators=[InputRequired("Give the client."), Length(max=200)])
    client_secret = PasswordField("Client secret", validators=[Length(max=500)])
    acr = StringField("Strength to require, if any", validators=[Length(max=200)])

    def new(self) -> NewProvider:
        """The provider as it was typed; call it after the form was found good."""
        issuer, client_id, acr = (
            (field.data or "").strip() for field in (self.issuer, self.client_id, self.acr)
        )
        return NewProvider(issuer, client_id, self.client_secret.data or "", acr)
