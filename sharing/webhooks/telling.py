"""The jobs of telling: who is to be told of an announcement, and sending it to each, decided again."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, select

from auth.acting import acting_for
from auth.actor import Actor
from auth.letters import tell_administrators
from auth.roles import Action
from auth.system import SystemActor, Task
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied, Unavailable
from foundation.ledger.reading import entries_of_record
from foundation.outbound import Unsendable, send
from foundation.outbox.rows import Job, finish
from foundation.settings import Settings
from sharing.agreements.policy import hold_policy
from sharing.announcements import Event, webhook
from sharing.events import webhooks as events
from sharing.records.deleted import owner_before
from sharing.records.record import record
from sharing.release.facts import Exit
from sharing.release.lens import Lens
from sharing.sight import Seen, Sight, look, released_one
from sharing.webhooks.log import TEST, State, deliver_later, forget, forget_old, note
from sharing.webhooks.registering import signature
from sharing.webhooks.tables import webhook_delivery

#: Recipients of a release that name nobody in particular.
_ANYBODY = frozenset({"members", "*"})
#: So many entries of a record are looked through for whether an agency was shown it.
_LOOKED_THROUGH = 1000


def tell_programs(database: Database, system: SystemActor, job: Job) -> None:
    """The job of one announcement: a delivery for each address that is to be told, as it stands now."""
    system.require(Task.PROGRAM_TELL)
    said = job.payload
    with database.transaction() as tx:
        hooks = tx.execute(select(webhook).where(webhook.c.ended_at.is_(None)).order_by(webhook.c.id))
        for hook in hooks.mappings().all():
            wanted = said["event"] in hook["events"] and _named(said, hook["agency_id"])
            if wanted and _concerned(tx, hook, said) is not None:
                deliver_later(tx, hook["id"], hook["agency_id"], said)
        finish(tx, job)


def deliver(database: Database, settings: Settings, system: SystemActor, job: Job) -> None:
    """The job of one delivery. If the process dies after sending, it is sent again under the same id.

    Raises:
        Unavailable: if it was not taken; it is tried again later.
        LeaseLost: if somebody else has done it meanwhile.
    """
    system.require(Task.PROGRAM_TELL)
    with database.transaction() as tx:
        hook = _about_to_send(tx, job)
        if hook is None:
            forget(tx, job.id)
            finish(tx, job)
            return
    at = clock.now()
    body = _body(hook, job.id, at)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Concordat",
        "Concordat-Delivery": job.id,
        "Concordat-Signature": signature(settings, hook, at, body),
    }
    try:
        status: int | None = send(settings, hook["url"], body, headers)
    except Unsendable:
        status = None
    taken = status is not None and 200 <= status < 300
    with database.transaction() as tx:
        state = State.DELIVERED if taken else State.WAITING
        note(tx, job.id, state=state, status=status, attempts=job.attempts, last_at=at)
        if taken:
            forget_old(tx, hook["id"])
            finish(tx, job)
    if not taken:
        raise Unavailable("The receiver did not take it.")


def drop_delivery(tx: Tx, job: Job) -> None:
    """Say in the log that a delivery was given up, and tell the agency's administrators."""
    note(tx, job.id, state=State.FAILED)
    tell_administrators(tx, job)


def _named(said: Mapping[str, Any], agency: str) -> bool:
    """Whether the agency is among those whom it concerns; a request concerns only those who are named."""
    agencies = set(said["agencies"])
    return agency in agencies or (said["record"] is not None and (not agencies or bool(_ANYBODY & agencies)))


def _about_to_send(tx: Tx, job: Job) -> RowMapping | None:
    """The address with what it is to be told, if it may still be; that it is told is entered once."""
    log = webhook_delivery.c
    found = tx.execute(
        select(webhook, log.event, log.type, log.record_id, log.request_id, log.told)
        .join(webhook_delivery, log.webhook_id == webhook.c.id)
        .where(log.id == job.id, log.state != State.DELIVERED, webhook.c.ended_at.is_(None))
    )
    row = found.mappings().first()
    if row is None or row["event"] == TEST:
        return row
    said = {
        "event": row["event"],
        "type": row["type"],
        "record": row["record_id"],
        "release": job.payload.get("release"),
    }
    hold_policy(tx, [row["record_id"]] if row["record_id"] else [])
    told = _concerned(tx, row, said)
    if told is None:
        return None
    if told.owner and not row["told"]:
        events.webhook_told(
            tx,
            told.actor,
            owner=told.owner,
            record=row["record_id"],
            delivery=events.Delivery(row["id"], job.id, row["event"]),
            decided=told.at,
        )
        note(tx, job.id, told=True)
    return row


class _Told(NamedTuple):
    """As whom an address is told, as decided when, and who owns what it is told of; "" for nobody."""

    actor: Actor
    at: datetime
    owner: str


def _concerned(tx: Tx, hook: Mapping[Any, Any], said: Mapping[str, Any]) -> _Told | None:
    """Whether the address is to be told, as things stand now: the account's own sight decides."""
    try:
        actor = acting_for(tx, hook["account"], purpose=hook["purpose"], session="")
        actor.require(Action.RECORD_READ)
    except Denied:
        return None
    if actor.agency_id != hook["agency_id"]:
        return None
    if said["record"] is None:
        return _Told(actor, clock.now(), "")
    sight = look(tx, actor, Exit.ONE)
    seen = released_one(tx, sight, said["type"], said["record"])
    if said["event"] == Event.RECALLED:
        gone = seen is None and _was_shown(tx, actor.agency_id, hook["purpose"], said["record"])
        return _Told(actor, sight.now, _owner(tx, said["record"])) if gone else None
    if seen is None or seen.shown.owner == actor.agency_id or not _lives(sight, seen, said.get("release")):
        return None
    return _Told(actor, sight.now, seen.shown.owner)


def _lives(sight: Sight, seen: Seen, release: str | None) -> bool:
    """Whether the record exists for the reader by this release: of those to others they do not learn.

    What was announced before announcements named their release is told to nobody.
    """
    lives = Lens(sight.policy, sight.reader, sight.question).lives(seen.facts)
    return any(live.release.id == release for live in lives)


def _was_shown(tx: Tx, agency: str, purpose: str, record_id: str) -> bool:
    """Whether anybody of the agency was shown the record for the purpose: else there is nothing to take back.

    For a purpose for which it never existed it does not exist now either, whatever has changed.
    """
    return any(
        entry.agency == agency and entry.detail.get("purpose") == purpose
        for entry in entries_of_record(tx, record_id, _LOOKED_THROUGH)
    )


def _owner(tx: Tx, record_id: str) -> str:
    found = tx.execute(select(record.c.owner).where(record.c.id == record_id)).scalar_one_or_none()
    return str(found or owner_before(tx, record_id))


def _body(row: RowMapping, delivery: str, at: datetime) -> bytes:
    """Ids and nothing else; what they name is read with a key, under the rules of that moment."""
    said = {
        "delivery": delivery,
        "event": row["event"],
        "sent": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "type": row["type"],
        "record": row["record_id"],
        "request": row["request_id"],
    }
    return json.dumps({name: value for name, value in said.items() if value is not None}).encode()
