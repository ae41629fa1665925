"""Grants as the two sides see them: what was given, what was received, until when; and taking one back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, or_, select, type_coerce, update

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Missing
from sharing.agreements.tables import grant
from sharing.events import requests as events
from sharing.records.record import record
from sharing.requests.sides import ANSWERING, agency_names, people_of
from sharing.requests.tables import request

_MOST = 200


@dataclass(frozen=True)
class GrantLine:
    """One grant. `given` says that the reader is of the owner's side, `asked` that they asked for it.

    `users` are names, none for everybody; `state` is alive, ended or revoked.
    """

    id: str
    request: str
    record: str
    type: str
    owner: str
    to_agency: str
    users: tuple[str, ...]
    fields: tuple[str, ...]
    treatment: str
    agreement: str
    purpose: str
    from_at: datetime
    until: datetime
    state: str
    given: bool
    asked: bool


def list_grants(database: Database, actor: Actor) -> tuple[GrantLine, ...]:
    """The grants that the actor's agency gave, if they answer for it, and those that the actor received.

    Those that end last come first.
    """
    sides = _sides(actor)
    if not sides:
        raise Denied("Your role neither asks for what is withheld nor answers for it.")
    with database.transaction() as tx:
        lines = [each for each in lines_of(tx, actor, or_(*sides)) if _reaches(each, actor)]
        found = tuple(line for _, line in lines)
        events.grants_listed(tx, actor, grants=[each.id for each in found])
        return found


def revoke_grant(database: Database, actor: Actor, grant_id: str) -> None:
    """Take a grant back as its owner: at the next read the field is withheld again.

    Raises:
        Missing: if the actor is not of the owner's staff for it.
        Conflict: if it has ended already.
    """
    if not _may_answer(actor):
        actor.require(Action.REQUEST_ANSWER)
    with database.transaction() as tx:
        row = tx.execute(
            select(grant, record.c.owner)
            .join(record, record.c.id == grant.c.record_id)
            .where(grant.c.id == grant_id)
        ).first()
        if row is None or row.owner != actor.agency_id or actor.member:
            raise Missing("There is no such grant.")
        now = clock.now()
        alive = (grant.c.id == grant_id) & (grant.c.until_at > now)
        done = tx.execute(
            update(grant).where(alive).values(until_at=now, revoked=now, revoked_by=actor.user_id)
        )
        if done.rowcount != 1:
            raise Conflict("This grant has ended already.")
        events.grant_revoked(
            tx,
            actor,
            grant=grant_id,
            request=row.request_id,
            record=row.record_id,
            to_agency=row.to_agency,
        )


def lines_of(
    tx: Tx, actor: Actor, narrowed: ColumnElement[bool]
) -> list[tuple[Mapping[Any, Any], GrantLine]]:
    """Grants as rows and lines, in a use case's own transaction; the caller says which are the actor's."""
    rows = (
        tx.execute(
            select(grant, record.c.owner, record.c.type, request.c.by_user)
            .join(record, record.c.id == grant.c.record_id)
            .join(request, request.c.id == grant.c.request_id)
            .where(narrowed)
            .order_by(grant.c.until_at.desc(), grant.c.id)
            .limit(_MOST)
        )
        .mappings()
        .all()
    )
    names = agency_names(tx)
    people = people_of(tx, {user for row in rows for user in row["to_users"] or ()})
    return [(row, _line(row, actor, names, people)) for row in rows]


def _sides(actor: Actor) -> list[ColumnElement[bool]]:
    sides: list[ColumnElement[bool]] = []
    if _may_answer(actor):
        sides.append(record.c.owner == actor.agency_id)
    if actor.may(Action.REQUEST_ASK):
        named = type_coerce(grant.c.to_users, String).contains(json.dumps(actor.user_id), autoescape=True)
        mine = or_(grant.c.to_users.is_(None), named)
        sides.append(and_(grant.c.to_agency == actor.agency_id, mine))
    return sides


def _may_answer(actor: Actor) -> bool:
    return not actor.member and any(actor.may(action) for action in ANSWERING)


def _reaches(each: tuple[Mapping[Any, Any], GrantLine], actor: Actor) -> bool:
    row, line = each
    users = row["to_users"]
    return line.given or (not actor.member if users is None else actor.user_id in users)


def _line(
    row: Mapping[Any, Any], actor: Actor, names: Mapping[str, str], people: Mapping[str, Mapping[Any, Any]]
) -> GrantLine:
    now = clock.now()
    ended = "revoked" if row["revoked"] is not None else "ended"
    return GrantLine(
        id=row["id"],
        request=row["request_id"],
        record=row["record_id"],
        type=row["type"],
        owner=names.get(row["owner"], row["owner"]),
        to_agency=names.get(row["to_agency"], row["to_agency"]),
        users=tuple(
            people[user]["name"] if user in people else "Somebody who has left"
            for user in row["to_users"] or ()
        ),
        fields=tuple(row["fields"]),
        treatment=row["treatment"],
        agreement=row["agreement_id"],
        purpose=row["purpose"],
        from_at=row["from_at"],
        until=row["until_at"],
        state="alive" if row["until_at"] > now else ended,
        given=row["owner"] == actor.agency_id and _may_answer(actor),
        asked=row["by_user"] == actor.user_id,
    )
