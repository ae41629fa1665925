"""Changing the portal's secret: all that lies under it is sealed anew, in one transaction."""

from auth.codes import reseal_authenticators
from auth.events import SECRET_CHANGED, security_event
from auth.passkeys import reseal_passkeys
from auth.sign_on.discovery import reseal_providers
from foundation.crypto.resealing import Resealed, Secrets
from foundation.database import Database
from sharing.webhooks.registering import reseal_webhooks

#: Whatever keeps something under the portal's secret for longer than a session.
_KEEPERS = (reseal_authenticators, reseal_passkeys, reseal_providers, reseal_webhooks)


def change_secret(database: Database, old: str, new: str) -> Resealed:
    """Seal everything anew that lies under the secret of before; may be run again."""
    with database.transaction() as tx:
        each = [reseal_of(tx, Secrets(old, new)) for reseal_of in _KEEPERS]
        all_ = Resealed(sum(one.done for one in each), sum(one.lost for one in each))
        security_event(tx, SECRET_CHANGED, None, values=all_.done)
    return all_
