"""Asking the owner of a record for what is withheld: what can be asked for, asking, and taking it back."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from auth.actor import Actor
from auth.once import Once, done_before, keep_answer, once_only
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from foundation.identifiers import new_id
from sharing.accounts import accounts
from sharing.drafts.keeping import take
from sharing.events import records as record_events
from sharing.events import requests as events
from sharing.requests.askable import AskForm, form_of
from sharing.requests.periods import due_after
from sharing.requests.sides import asked_it, request_row
from sharing.requests.tables import proposal, request
from sharing.vocabulary.requests import BASES, DAYS, GATEWAYS, KEEPINGS, SECURITIES, Urgency

#: The longest that anybody may write about why.
LONGEST = 2000
_SHORTEST = 15

#: The heads with a closed list, and what is said where none was chosen.
_CODED: tuple[tuple[str, Container[object], str], ...] = (
    ("basis", BASES, "Choose the lawful basis on which your agency would hold it."),
    ("gateway", GATEWAYS, "Choose the power or condition under which it can be given."),
    ("urgency", frozenset(Urgency), "Choose how soon you need an answer."),
    ("days", DAYS, "Choose for how long you need it."),
    ("keeping", KEEPINGS, "Choose how long it is kept."),
    ("security", SECURITIES, "Choose how it is kept safe."),
)


@dataclass(frozen=True)
class NewRequest:
    """What is asked for, and the heads of the form: codes are of sharing.vocabulary.requests.

    `users` are colleagues who need it besides the asking person.
    """

    record: str
    fields: tuple[str, ...]
    basis: str
    gateway: str
    need: str
    proportion: str
    urgency: str
    days: int
    keeping: str
    security: str
    users: tuple[str, ...] = ()
    everybody: bool = False


@dataclass(frozen=True)
class OpenRequest:
    """An own request on a record, so that its page can say that it was asked for."""

    id: str
    fields: tuple[str, ...]
    state: str
    asked_at: datetime
    due_at: datetime


def read_form(database: Database, actor: Actor, record_id: str) -> AskForm:
    """What the actor can ask of the owner of a record that exists for them.

    Raises:
        Missing: if it does not exist for the actor; broken glass does not count.
        Denied: if it is the actor's own agency's.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.REQUEST_ASK)
    with database.transaction() as tx:
        form = form_of(tx, actor, record_id)
        if form is None:
            record_events.record_missed(tx, actor, type_="any", reference=record_id)
        else:
            shown = accounts([form.record])
            record_events.record_read(tx, actor, shown=shown, policy=form.policy, under=form.under)
    if form is None:
        raise Missing("There is nothing here that you can see.")
    return form


def ask(
    database: Database, actor: Actor, new: NewRequest, *, draft: str | None = None, asked: Once | None = None
) -> str:
    """Send a request to the owner; gives its id. `draft` goes with it; one key asks once.

    Raises:
        Missing: if the record does not exist for the actor, or the draft is gone.
        Denied: if the record is the actor's own agency's.
        Invalid: with a sentence for each head that is missing or cannot be taken.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.REQUEST_ASK)
    with once_only(asked), database.transaction() as tx:
        made = done_before(tx, actor, asked) if asked else None
        if made is None:
            made = _ask(tx, actor, new, draft)
            if made is None:
                record_events.record_missed(tx, actor, type_="any", reference=new.record)
            elif asked:
                keep_answer(tx, actor, asked, made)
    if made is None:
        raise Missing("There is nothing here that you can see.")
    return made


def _ask(tx: Tx, actor: Actor, new: NewRequest, draft: str | None) -> str | None:
    form = form_of(tx, actor, new.record)
    if form is None:
        return None
    _check(tx, actor, new, form)
    if draft:
        take(tx, actor, draft)
    values = _values(actor, new, form)
    tx.execute(insert(request), values)
    wanted = {each.key: each for each in form.askable}
    events.request_asked(
        tx,
        actor,
        request=values["id"],
        record=new.record,
        owner=form.record.owner,
        agreement=form.agreement,
        rules={key: wanted[key].rule for key in new.fields},
        urgency=new.urgency,
        basis=new.basis,
        gateway=new.gateway,
        due=values["due_at"],
    )
    return str(values["id"])


def withdraw(database: Database, actor: Actor, request_id: str) -> None:
    """Take back an own request that has no answer yet.

    Raises:
        Missing: if it is not the actor's.
        Conflict: if it was answered.
    """
    actor.require(Action.REQUEST_ASK)
    with database.transaction() as tx:
        row = request_row(tx, request_id)
        if row is None or not asked_it(actor, row):
            raise Missing("There is no such request.")
        still_open = (request.c.id == request_id) & (request.c.state == "open")
        done = tx.execute(
            update(request).where(still_open).values(state="withdrawn", answered_at=clock.now())
        )
        if done.rowcount != 1:
            raise Conflict("This request has been answered. Look at the answer.")
        waiting = (proposal.c.request_id == request_id) & (proposal.c.state == "waiting")
        tx.execute(update(proposal).where(waiting).values(state="void"))
        events.request_withdrawn(tx, actor, request=request_id, record=row["record_id"], owner=row["owner"])


def requests_on(database: Database, actor: Actor, record_id: str) -> tuple[OpenRequest, ...]:
    """The actor's own requests on a record, the newest first."""
    if not actor.may(Action.REQUEST_ASK):
        return ()
    with database.transaction() as tx:
        rows = tx.execute(
            select(request)
            .where(
                request.c.record_id == record_id,
                request.c.by_user == actor.user_id,
                request.c.by_agency == actor.agency_id,
            )
            .order_by(request.c.asked_at.desc(), request.c.id)
        ).all()
        events.requests_listed(tx, actor, requests=[row.id for row in rows])
    return tuple(OpenRequest(row.id, tuple(row.fields), row.state, row.asked_at, row.due_at) for row in rows)


def _check(tx: Tx, actor: Actor, new: NewRequest, form: AskForm) -> None:
    problems = _problems(new, form)
    taken = _asked_before(tx, actor, new) if not problems else ""
    if taken:
        problems["fields"] = taken
    if problems:
        raise Invalid(problems)


def _problems(new: NewRequest, form: AskForm) -> dict[str, str]:
    problems = {}
    if not new.fields or {*new.fields} - {each.key for each in form.askable}:
        problems["fields"] = "Choose what you need, from what is withheld on this record."
    problems |= {name: sentence for name, known, sentence in _CODED if getattr(new, name) not in known}
    for name, sentence in (
        ("need", "Say why you need it"),
        ("proportion", "Say why nothing less would do"),
    ):
        length = len(getattr(new, name).strip())
        if length < _SHORTEST:
            problems[name] = f"{sentence}, in at least {_SHORTEST} characters."
        elif length > LONGEST:
            problems[name] = f"The text is too long: {length:,} characters, at most {LONGEST:,}."
    if {*new.users} - {person for person, _ in form.colleagues}:
        problems["users"] = "Name only colleagues of your own agency and sites who read records."
    if new.everybody and not form.whole_agency:
        problems["everybody"] = "For a business, each person who needs it is named."
    return problems


def _asked_before(tx: Tx, actor: Actor, new: NewRequest) -> str:
    mine = tx.execute(
        select(request.c.fields, request.c.due_at).where(
            request.c.record_id == new.record, request.c.by_user == actor.user_id, request.c.state == "open"
        )
    )
    for row in mine:
        if {*row.fields} & {*new.fields}:
            due = row.due_at.astimezone(clock.LONDON)
            return f"You have asked for this already. An answer is due by {due:%-d %B %Y, %H:%M}."
    return ""


def _values(actor: Actor, new: NewRequest, form: AskForm) -> dict[str, Any]:
    now = clock.now()
    users = list(dict.fromkeys((actor.user_id, *new.users)))
    return {
        "id": new_id(),
        "record_id": new.record,
        "owner": form.record.owner,
        "agreement_id": form.agreement,
        "purpose": actor.purpose,
        "by_user": actor.user_id,
        "by_agency": actor.agency_id,
        "by_key": actor.factor_at is None,
        "fields": sorted({*new.fields}),
        "users": users,
        "everybody": new.everybody,
        "basis": new.basis,
        "gateway": new.gateway,
        "need": new.need.strip(),
        "proportion": new.proportion.strip(),
        "urgency": new.urgency,
        "days": new.days,
        "keeping": new.keeping,
        "security": new.security,
        "asked_at": now,
        "due_at": due_after(Urgency(new.urgency), now),
        "state": "open",
    }
