"""An agency's addresses: registering one with a secret that is shown once, trying it out, ending it."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, select, update

from auth.actor import Actor
from auth.purposes import purposes_for
from auth.roles import Action, Role, actions_of
from auth.tables import user
from foundation import clock
from foundation.crypto.resealing import Resealed, Secrets, reseal
from foundation.crypto.sealing import derived_key, open_sealed, seal
from foundation.crypto.tokens import new_token
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from foundation.identifiers import new_id
from foundation.outbound import checked_target
from foundation.settings import Settings
from sharing.announcements import Event, webhook
from sharing.events import webhooks as events
from sharing.webhooks.log import TEST, Delivery, deliver_later, deliveries_of

_MOST = 10
_WHAT = "webhook secret"

#: What people read for each event.
EVENTS: Mapping[Event, str] = {
    Event.RELEASED: "A record was released to us",
    Event.RECALLED: "A record that we were shown was taken back",
    Event.ANSWERED: "A request of ours was answered",
    Event.ALERT: "An alert was issued to us",
}


@dataclass(frozen=True)
class NewWebhook:
    """An address, the events it is told of, and the account and purpose by which each is decided."""

    url: str
    events: tuple[str, ...]
    account: str
    purpose: str


@dataclass(frozen=True)
class WebhookLine:
    """One of an agency's addresses; the secret is never shown again."""

    id: str
    url: str
    events: tuple[str, ...]
    account: str
    account_name: str
    purpose: str
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Account:
    """An account that can stand for a program, and the purposes that it may state."""

    id: str
    name: str
    purposes: tuple[tuple[str, str], ...]


def register_webhook(
    database: Database, settings: Settings, actor: Actor, new: NewWebhook
) -> tuple[str, str]:
    """Register an address of the actor's agency; gives its id, and the secret that nobody is shown again.

    Raises:
        Invalid: with a sentence for each part that cannot be taken.
        Conflict: if the agency has too many already.
    """
    actor.require(Action.WEBHOOK_RUN)
    checked_target(settings, new.url)
    hook, secret = new_id(), new_token()
    with database.transaction() as tx:
        _check(tx, actor, new)
        sealed = seal(_key(settings), hook, secret.encode())
        row = {
            "id": hook,
            "agency_id": actor.agency_id,
            "url": new.url,
            "events": sorted(new.events),
            "account": new.account,
            "purpose": new.purpose,
            "secret": sealed.hex(),
            "made_by": actor.user_id,
            "made_at": clock.now(),
        }
        tx.execute(insert(webhook), row)
        events.webhook_registered(
            tx, actor, webhook=hook, told=sorted(new.events), account=new.account, stated=new.purpose
        )
    return hook, secret


def list_webhooks(database: Database, actor: Actor) -> tuple[WebhookLine, ...]:
    """The addresses of the actor's agency, those in use first, then the newest."""
    actor.require(Action.WEBHOOK_RUN)
    with database.transaction() as tx:
        lines = [_line(row) for row in tx.execute(_named(actor)).mappings()]
    return tuple(sorted(lines, key=lambda line: (line.ended_at is not None, -line.made_at.timestamp())))


def read_webhook(
    database: Database, actor: Actor, webhook_id: str
) -> tuple[WebhookLine, tuple[Delivery, ...]]:
    """One address of the actor's agency, with what was told to it lately.

    Raises:
        Missing: if the agency has no such address.
    """
    actor.require(Action.WEBHOOK_RUN)
    with database.transaction() as tx:
        return _line(_own(tx, actor, webhook_id)), deliveries_of(tx, webhook_id)


def end_webhook(database: Database, actor: Actor, webhook_id: str) -> None:
    """Send nothing to an address any more, what waits included.

    Raises:
        Missing: if the agency has no such address.
    """
    actor.require(Action.WEBHOOK_RUN)
    with database.transaction() as tx:
        row = _own(tx, actor, webhook_id)
        if row["ended_at"] is None:
            tx.execute(update(webhook).where(webhook.c.id == webhook_id).values(ended_at=clock.now()))
            events.webhook_ended(tx, actor, webhook=webhook_id)


def test_webhook(database: Database, actor: Actor, webhook_id: str) -> None:
    """Send something that says nothing, to see whether it arrives.

    Raises:
        Missing: if the agency has no such address, or it has ended.
    """
    actor.require(Action.WEBHOOK_RUN)
    with database.transaction() as tx:
        if _own(tx, actor, webhook_id)["ended_at"] is not None:
            raise Missing("There is nothing here that you can see.")
        deliver_later(tx, webhook_id, actor.agency_id, {"event": TEST})
        events.webhook_tested(tx, actor, webhook=webhook_id)


def list_accounts(database: Database, actor: Actor) -> tuple[Account, ...]:
    """The accounts of the actor's agency that read records, by name, with the purposes of each."""
    actor.require(Action.WEBHOOK_RUN)
    with database.transaction() as tx:
        return _accounts(tx, actor)


def signature(settings: Settings, row: RowMapping, at: datetime, body: bytes) -> str:
    """What a receiver checks with its secret: HMAC-SHA-256 over the time, a dot, and the body."""
    secret = open_sealed(_key(settings), row["id"], bytes.fromhex(row["secret"]))
    moment = int(at.timestamp())
    code = hmac.new(secret, f"{moment}.".encode() + body, "sha256").hexdigest()
    return f"t={moment},v1={code}"


def reseal_webhooks(tx: Tx, change: Secrets) -> Resealed:
    """Seal the secrets of webhooks anew, since the portal's secret was changed."""
    return reseal(tx, webhook.c.secret, lambda row: str(row["id"]), _WHAT, change)


def _key(settings: Settings) -> bytes:
    return derived_key(settings.secret_key, _WHAT)


def _check(tx: Tx, actor: Actor, new: NewWebhook) -> None:
    problems: dict[str, str] = {}
    if not new.events or set(new.events) - set(Event):
        problems["events"] = "Choose what it is to be told of."
    account = next((each for each in _accounts(tx, actor) if each.id == new.account), None)
    if account is None:
        problems["account"] = "Choose an account of your agency that reads records."
    elif new.purpose not in {slug for slug, _ in account.purposes}:
        problems["purpose"] = "Choose a purpose that the account may state."
    if problems:
        raise Invalid(problems)
    live = select(func.count()).select_from(webhook)
    count = tx.execute(live.where(webhook.c.agency_id == actor.agency_id, webhook.c.ended_at.is_(None)))
    if count.scalar_one() >= _MOST:
        raise Conflict(f"Your agency has {_MOST} addresses already. End one first.")


def _accounts(tx: Tx, actor: Actor) -> tuple[Account, ...]:
    rows = tx.execute(
        select(user.c.id, user.c.name, user.c.roles)
        .where(user.c.agency_id == actor.agency_id, user.c.disabled.is_(False))
        .order_by(user.c.name, user.c.id)
    )
    found = []
    for row in rows:
        roles = frozenset(Role(role) for role in row.roles)
        if Action.RECORD_READ in actions_of(roles):
            purposes = tuple((each.slug, each.label) for each in purposes_for(roles))
            found.append(Account(row.id, row.name, purposes))
    return tuple(found)


def _named(actor: Actor) -> Select[Any]:
    people = webhook.join(user, user.c.id == webhook.c.account)
    return (
        select(webhook, user.c.name.label("account_name"))
        .select_from(people)
        .where(webhook.c.agency_id == actor.agency_id)
    )


def _own(tx: Tx, actor: Actor, webhook_id: str) -> RowMapping:
    row = tx.execute(_named(actor).where(webhook.c.id == webhook_id)).mappings().first()
    if row is None:
        raise Missing("There is nothing here that you can see.")
    return row


def _line(row: RowMapping) -> WebhookLine:
    return WebhookLine(
        row["id"],
        row["url"],
        tuple(row["events"]),
        row["account"],
        row["account_name"],
        row["purpose"],
        row["made_at"],
        row["ended_at"],
    )
