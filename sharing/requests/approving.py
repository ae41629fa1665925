"""Approving a prepared answer: by another person where a floor asks for it, of exactly that content, once.

Every refusal leaves an entry of its own and changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import ConcordatError, Conflict, Denied, Invalid
from sharing.agreements.tables import grant
from sharing.events import requests as events
from sharing.release.facts import Grant
from sharing.release.granting import opened
from sharing.requests.answering import close, sent_back
from sharing.requests.asking import LONGEST
from sharing.requests.content import digest_of, grants_of
from sharing.requests.sides import ANSWERING, as_reader, owners_request, people_of
from sharing.requests.tables import proposal
from sharing.requests.weighing import weighed_for

_AGAIN = "Look at the request again; nothing was granted."


class _Refusal(Exception):  # noqa: N818 - caught here, and never seen outside
    """Why an approval does not hold: a word for the ledger, and what the person is told."""

    def __init__(self, why: str, error: ConcordatError) -> None:
        super().__init__(why)
        self.why = why
        self.error = error


def approve(
    database: Database, actor: Actor, request_id: str, proposal_id: str, digest: str
) -> tuple[str, ...]:
    """Approve what was prepared and grant it from now on; gives the grants' ids. `digest` is what was read.

    Raises:
        Missing: if the actor is not of the owner's staff for the request.
        Denied: if another person has to approve it, or a program prepared it, or a key is asking.
        FactorRequired: if the actor has not proved who they are in the last five minutes.
        Conflict: if it was answered, changed, has expired, or would no longer open what it says.
    """
    if not any(actor.may(action) for action in ANSWERING):
        actor.require(Action.REQUEST_APPROVE)
    factor_at = actor.require_fresh_factor(clock.now())
    try:
        with database.transaction() as tx:
            return _approve(tx, actor, (request_id, proposal_id, digest), factor_at)
    except _Refusal as refusal:
        denied = refusal
    except IntegrityError:
        denied = _Refusal("race", Conflict(f"Somebody else has approved an answer. {_AGAIN}"))
    with database.transaction() as tx:
        events.approval_denied(tx, actor, request=request_id, proposal=proposal_id, why=denied.why)
    raise denied.error


def send_back(database: Database, actor: Actor, request_id: str, proposal_id: str, why: str) -> None:
    """Give what was prepared back to whoever prepared it, saying why.

    Raises:
        Missing: if the actor is not of the owner's staff for the request, or it does not wait.
        Invalid: if no reason is given.
    """
    actor.require(Action.REQUEST_APPROVE)
    if not 0 < len(why.strip()) <= LONGEST:
        raise Invalid({"why": f"Say what should change, in at most {LONGEST:,} characters."})
    with database.transaction() as tx:
        row = owners_request(tx, actor, request_id)
        sent_back(tx, request_id, proposal_id, why.strip())
        events.answer_returned(tx, actor, request=request_id, record=row["record_id"], proposal=proposal_id)


def _approve(tx: Tx, actor: Actor, approved: tuple[str, str, str], factor_at: datetime) -> tuple[str, ...]:
    request_id, proposal_id, digest = approved
    now = clock.now()
    row = owners_request(tx, actor, request_id)
    prepared = _prepared(tx, row, proposal_id, digest, now)
    _refuse_same_person(actor, row, prepared)
    content: Mapping[str, Any] = prepared["content"]
    _refuse_who_has_left(tx, row, content)
    grants = grants_of(content, now)
    _refuse_what_opens_otherwise(tx, actor, row, prepared, grants)
    waiting = (proposal.c.id == proposal_id) & (proposal.c.state == "waiting") & (proposal.c.digest == digest)
    values = {
        "state": "approved",
        "approved_by": actor.user_id,
        "approved_at": now,
        "factor_at": factor_at,
    }
    if tx.execute(update(proposal).where(waiting).values(**values)).rowcount != 1:
        raise _Refusal("race", Conflict(f"Somebody else has approved this. {_AGAIN}"))
    try:
        close(tx, actor, request_id, content["outcome"], content["reasons"])
    except Conflict as lost:
        raise _Refusal("answered", lost) from lost
    tx.execute(insert(grant), [_row(each, row) for each in grants])
    _tell(tx, actor, row, prepared, grants)
    return tuple(each.id for each in grants)


def _prepared(tx: Tx, row: RowMapping, proposal_id: str, digest: str, now: datetime) -> RowMapping:
    """The proposal, if it is the one that was read, unchanged, and can still be approved."""
    if row["state"] != "open":
        raise _Refusal("answered", Conflict(f"This request has been answered. {_AGAIN}"))
    found = tx.execute(
        select(proposal).where(proposal.c.id == proposal_id, proposal.c.request_id == row["id"])
    )
    prepared = found.mappings().first()
    if prepared is None or prepared["state"] != "waiting":
        raise _Refusal("gone", Conflict(f"What was prepared has been changed since you read it. {_AGAIN}"))
    stored = digest_of(prepared["content"])
    if not (compare_digest(stored, digest) and compare_digest(stored, prepared["digest"])):
        raise _Refusal("changed", Conflict(f"What was prepared is not what you read. {_AGAIN}"))
    if prepared["expires_at"] <= now:
        raise _Refusal(
            "expired", Conflict(f"What was prepared has expired. Prepare the answer again. {_AGAIN}")
        )
    if prepared["by_key"]:
        raise _Refusal("key", Denied("A program prepared this. A person has to prepare it first."))
    return prepared


def _refuse_same_person(actor: Actor, row: RowMapping, prepared: RowMapping) -> None:
    """A floor asks for two people; nobody answers what they asked for themselves."""
    if actor.user_id in (row["by_user"], prepared["asked_by"]):
        raise _Refusal("asked-it", Denied("You asked for this. Somebody else has to answer."))
    if not prepared["second"]:
        return
    if actor.user_id == prepared["prepared_by"]:
        raise _Refusal(
            "prepared-it",
            Denied("You prepared this answer. Another person of your agency has to approve it."),
        )
    if not actor.may(Action.REQUEST_APPROVE):
        raise _Refusal("role", Denied("Your role does not allow you to approve this answer."))


def _refuse_who_has_left(tx: Tx, row: RowMapping, content: Mapping[str, Any]) -> None:
    """Whoever asked, and everybody named, has to be of the asking agency still."""
    named = {row["by_user"], *content["to_users"]}
    people = people_of(tx, named)
    if any(each not in people or people[each]["agency_id"] != row["by_agency"] for each in named):
        sentence = "Somebody who asked for this, or is named in it, has left that agency."
        raise _Refusal("left", Conflict(f"{sentence} {_AGAIN}"))


def _refuse_what_opens_otherwise(
    tx: Tx, actor: Actor, row: RowMapping, prepared: RowMapping, grants: tuple[Grant, ...]
) -> None:
    """The grants have to open what they say, for everybody named, at this moment."""
    content = prepared["content"]
    users = content["to_users"] or [row["by_user"]]
    for user_id in users:
        seen = as_reader(tx, user_id, row["purpose"], row["type"], row["record_id"])
        gives = seen is not None and all(
            opened(seen[0].policy, seen[1], seen[0].reader, seen[0].question, each) == each.fields
            for each in grants
        )
        if not gives:
            sentence = "This answer would no longer open what it says. Prepare it again."
            raise _Refusal("opens-otherwise", Conflict(f"{sentence} {_AGAIN}"))
        weighed = weighed_for(tx, row, content["fields"], user_id)
        alone = actor.user_id == prepared["prepared_by"]
        if alone and any(each.second for each in weighed.values()):
            raise _Refusal("prepared-it", Denied("Another person of your agency has to approve it now."))


def _row(each: Grant, row: RowMapping) -> dict[str, Any]:
    return {
        "id": each.id,
        "request_id": row["id"],
        "record_id": row["record_id"],
        "agreement_id": each.agreement,
        "fields": sorted(each.fields),
        "treatment": each.treatment.slug,
        "to_agency": each.to_agency,
        "to_users": None if each.to_users is None else sorted(each.to_users),
        "purpose": each.purpose,
        "from_at": each.from_at,
        "until_at": each.until,
        "passes": [{"link": one.link, "floor": one.floor, "why": one.why} for one in each.passes],
    }


def _tell(tx: Tx, actor: Actor, row: RowMapping, prepared: RowMapping, grants: tuple[Grant, ...]) -> None:
    content = prepared["content"]
    events.answer_approved(
        tx,
        actor,
        request=row["id"],
        record=row["record_id"],
        proposal=prepared["id"],
        digest=prepared["digest"],
        prepared_by=prepared["prepared_by"],
        floors=[f"{each['link']} {each['floor']}" for each in content["passes"]],
    )
    events.grant_made(
        tx,
        actor,
        grants=[each.id for each in grants],
        request=row["id"],
        record=row["record_id"],
        to_agency=row["by_agency"],
        to_users=content["to_users"],
        agreement=content["agreement"],
        fields=content["fields"],
        until=grants[0].until,
    )
