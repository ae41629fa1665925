"""The two sides of a request: who asked, and the owner's staff. To everybody else it does not exist."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select

from auth import queries
from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation.database import Tx
from foundation.errors import Missing
from sharing.records.record import record
from sharing.release.facts import Exit, Record
from sharing.requests.tables import proposal, request
from sharing.sight import Sight, look, released_one

#: What the owner's staff may do with a request; one of them is needed to see it.
ANSWERING = (Action.REQUEST_ANSWER, Action.REQUEST_APPROVE)


def request_row(tx: Tx, request_id: str) -> RowMapping | None:
    """A request with its record's type and present owner."""
    found = (
        select(request, record.c.type.label("type"), record.c.owner.label("owner_now"))
        .join(record, record.c.id == request.c.record_id)
        .where(request.c.id == request_id)
    )
    return tx.execute(found).mappings().first()


def asked_it(actor: Actor, row: Mapping[Any, Any]) -> bool:
    """Whether the actor asked it, and is still of the agency for which they did."""
    return bool(row["by_user"] == actor.user_id and row["by_agency"] == actor.agency_id)


def answers_it(actor: Actor, row: Mapping[Any, Any]) -> bool:
    """Whether the actor is of the owner's staff for it. Who once asked it never is."""
    return (
        row["owner"] == row["owner_now"] == actor.agency_id
        and not actor.member
        and row["by_user"] != actor.user_id
        and any(actor.may(action) for action in ANSWERING)
    )


def owners_request(tx: Tx, actor: Actor, request_id: str) -> RowMapping:
    """A request as the owner's staff find it.

    Raises:
        Missing: if the actor is not of the owner's staff for it.
    """
    row = request_row(tx, request_id)
    if row is None or not answers_it(actor, row):
        raise Missing("There is no such request.")
    return row


def waiting_proposal(tx: Tx, request_id: str, now: datetime) -> RowMapping | None:
    """The answer that is prepared and waits for an approval that can still come."""
    found = select(proposal).where(
        proposal.c.request_id == request_id, proposal.c.state == "waiting", proposal.c.expires_at > now
    )
    return tx.execute(found).mappings().first()


def people_of(tx: Tx, ids: Iterable[str]) -> dict[str, RowMapping]:
    """Name, position, agency and whether a member, of enabled users, by their id."""
    wanted = sorted(set(ids))
    found = select(
        user.c.id, user.c.name, user.c.job_title, user.c.agency_id, user.c.member, user.c.roles
    ).where(user.c.id.in_(wanted), user.c.disabled.is_(False))
    return {row["id"]: row for row in tx.execute(found).mappings()}


def agency_names(tx: Tx) -> dict[str, str]:
    """Agency id -> name."""
    return {row.id: row.name for row in tx.execute(select(agency.c.id, agency.c.name))}


def as_reader(tx: Tx, user_id: str, purpose: str, type_: str, record_id: str) -> tuple[Sight, Record] | None:
    """The record as facts, and the sight of a user who reads it for the purpose; None if it is not there.

    For the owner's side, to ask the engine what a grant would open for that user. Nothing of what they see
    leaves, so it is no consultation and has no entry.
    """
    reader = replace(queries.actor_of(tx, user_id, ""), purpose=purpose)
    sight = look(tx, reader, Exit.ONE)
    found = released_one(tx, sight, type_, record_id)
    return None if found is None else (sight, found.facts)
