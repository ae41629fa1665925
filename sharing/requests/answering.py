"""The owner's answer to a request: prepared in whole or in part for an approval, or refused with reasons."""

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from foundation.identifiers import new_id
from sharing.events import requests as events
from sharing.requests.content import Answer, check, content_of, digest_of, note_problem, text_problem
from sharing.requests.periods import PREPARED_FOR
from sharing.requests.sides import owners_request
from sharing.requests.tables import proposal, request
from sharing.requests.weighing import passes_of, weigh_all

_ANSWERED = "This request has been answered or withdrawn. Look at it again."


def prepare(database: Database, actor: Actor, request_id: str, answer: Answer) -> str:
    """Prepare an answer, in place of one that waits; gives the proposal's id. Nothing opens by it.

    Raises:
        Missing: if the actor is not of the owner's staff for the request.
        Invalid: if it grants what was not asked for, what no grant can open, or a floor without saying why.
        Conflict: if the request has an answer, or somebody prepares one at this moment.
    """
    actor.require(Action.REQUEST_ANSWER)
    try:
        with database.transaction() as tx:
            return _prepare(tx, actor, request_id, answer)
    except IntegrityError as error:
        raise Conflict("Somebody else is preparing an answer now. Look at it again.") from error


def refuse(database: Database, actor: Actor, request_id: str, reasons: str, note: str = "") -> None:
    """Refuse a request, with reasons that the asking side reads. `note` is the owner's alone.

    Raises:
        Missing: if the actor is not of the owner's staff for the request.
        Invalid: if there are no reasons.
        Conflict: if the request has an answer.
    """
    actor.require(Action.REQUEST_ANSWER)
    problems = text_problem(reasons) | note_problem(note)
    if problems:
        raise Invalid(problems)
    with database.transaction() as tx:
        row = owners_request(tx, actor, request_id)
        close(tx, actor, request_id, "refused", reasons.strip())
        _keep_note(tx, request_id, note)
        text_length = len(reasons.strip())
        events.request_refused(
            tx,
            actor,
            request=request_id,
            record=row["record_id"],
            asked_by=row["by_agency"],
            text_length=text_length,
        )


def close(tx: Tx, actor: Actor, request_id: str, state: str, text: str) -> None:
    """Give an open request its one answer, inside a use case's own transaction; what was prepared is void.

    Raises:
        Conflict: if it has one.
    """
    values = {"state": state, "answered_at": clock.now(), "answered_by": actor.user_id, "answer_text": text}
    still_open = (request.c.id == request_id) & (request.c.state == "open")
    if tx.execute(update(request).where(still_open).values(**values)).rowcount != 1:
        raise Conflict(_ANSWERED)
    _void(tx, request_id)


def _prepare(tx: Tx, actor: Actor, request_id: str, answer: Answer) -> str:
    row = owners_request(tx, actor, request_id)
    if row["state"] != "open":
        raise Conflict(_ANSWERED)
    check(row, answer)
    weighed, second = weigh_all(tx, row, answer)
    content = content_of(row, answer, passes_of(weighed, answer))
    _void(tx, request_id)
    _keep_note(tx, request_id, answer.note)
    now = clock.now()
    values = {
        "id": new_id(),
        "request_id": request_id,
        "asked_by": row["by_user"],
        "prepared_by": actor.user_id,
        "prepared_at": now,
        "by_key": actor.factor_at is None,
        "content": content,
        "digest": digest_of(content),
        "second": second,
        "expires_at": now + PREPARED_FOR,
        "state": "waiting",
    }
    tx.execute(insert(proposal), values)
    events.answer_prepared(
        tx,
        actor,
        request=request_id,
        record=row["record_id"],
        proposal=str(values["id"]),
        digest=str(values["digest"]),
        second=second,
    )
    return str(values["id"])


def _void(tx: Tx, request_id: str) -> None:
    waiting = (proposal.c.request_id == request_id) & (proposal.c.state == "waiting")
    tx.execute(update(proposal).where(waiting).values(state="void"))


def _keep_note(tx: Tx, request_id: str, note: str) -> None:
    if note.strip():
        tx.execute(update(request).where(request.c.id == request_id).values(owner_note=note.strip()))


def sent_back(tx: Tx, request_id: str, proposal_id: str, why: str) -> None:
    """Give a waiting proposal back to whoever prepared it.

    Raises:
        Missing: if it does not wait.
    """
    waiting = (
        (proposal.c.request_id == request_id)
        & (proposal.c.id == proposal_id)
        & (proposal.c.state == "waiting")
    )
    done = tx.execute(update(proposal).where(waiting).values(state="returned", returned_why=why))
    if done.rowcount != 1:
        raise Missing("There is no such prepared answer.")
