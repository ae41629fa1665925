"""What people are told about their own accounts: a new factor, a new device, a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from auth.actor import Actor
from auth.tables import account_notice
from foundation import clock
from foundation.database import Database, Tx
from foundation.identifiers import new_id

#: Every kind of notice, in the words in which it is told.
KINDS: Mapping[str, str] = {
    "authenticator-added": "An authenticator app was added to your account.",
    "authenticator-removed": "The authenticator app was removed from your account.",
    "device-new": "Somebody signed in as you from a browser that was not seen before.",
    "factor-lost": "Your agency was told that you have lost your factors. If you have not, say so at once.",
    "factors-cleared": "All your factors were removed, because you had lost them.",
    "identity-linked": "Your account was linked to your agency’s own sign-in.",
    "identity-unlinked": "Your account is not linked to your agency’s own sign-in any more.",
    "pace-exceeded": "Your account asked for more than a person reads, and was stopped for a while. If that "
    "was not you, end your sessions and tell your agency’s administrator.",
    "passkey-added": "A passkey was added to your account.",
    "passkey-altered": "What a passkey of yours is checked against was changed outside of this portal. It "
    "opens nothing any more. Tell your agency’s administrator, then remove it and add it again.",
    "passkey-behind": "A passkey of yours may have been copied. Remove it and add it again.",
    "passkey-removed": "A passkey was removed from your account.",
    "password-changed": "Your password was changed.",
    "recovery-made": "New recovery codes were made for your account.",
    "recovery-used": "A recovery code of yours was used.",
    "roles-changed": "Your roles were changed. You were signed out so that each session is current.",
    "session-moved": "A session of yours was used from another browser than it began in, and was ended. If "
    "that was not you, change how you sign in and tell your agency’s administrator.",
    "sign-in-refused": "A wrong password or code was given for your account at least five times before you "
    "signed in. If that was not you, tell your agency’s administrator.",
    "signed-out": "Somebody who runs your agency’s accounts signed you out everywhere.",
    "sign-on-reopened": "The operator of the portal let your agency’s people sign in here again, because "
    "your agency’s own sign-in did not answer. If you know nothing of it, ask at once.",
    "sites-changed": "The sites at which you are a member were changed. You were signed out so that each "
    "session is current.",
    "vetting-changed": "What is recorded of your vetting was changed.",
    "vetting-ends": "A check of your vetting ends soon. Your account says which, and what to do.",
}

_MOST = 20


@dataclass(frozen=True)
class Notice:
    """One thing that a person is told; `seen` says whether they have been shown it before."""

    kind: str
    at: datetime
    seen: bool


def tell(tx: Tx, user_id: str, kind: str) -> None:
    """Keep a notice for a person, in the transaction of what it tells of.

    Raises:
        KeyError: if there is no such kind.
    """
    _ = KINDS[kind]
    row = {"id": new_id(), "user_id": user_id, "kind": kind, "at": clock.now(), "seen_at": None}
    tx.execute(insert(account_notice), row)


def read_notices(database: Database, actor: Actor) -> tuple[Notice, ...]:
    """The actor's newest notices, the latest first; from now on they are seen."""
    table = account_notice
    with database.transaction() as tx:
        own = select(table).where(table.c.user_id == actor.user_id)
        rows = tx.execute(own.order_by(table.c.at.desc(), table.c.id).limit(_MOST)).all()
        unseen = (table.c.user_id == actor.user_id) & table.c.seen_at.is_(None)
        tx.execute(update(table).where(unseen).values(seen_at=clock.now()))
    return tuple(Notice(row.kind, row.at, row.seen_at is not None) for row in rows)
