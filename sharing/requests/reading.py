"""Requests as their two sides read them: one's own, those that one's agency is to answer, and one whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from auth.actor import Actor
from auth.roles import Action, Role
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied, Missing
from sharing.accounts import accounts
from sharing.agreements.tables import grant
from sharing.disclosure import log_list
from sharing.events import records as record_events
from sharing.events import requests as events
from sharing.filters import Filters
from sharing.records.record import record
from sharing.release.exit import Released
from sharing.release.facts import Exit
from sharing.release.granting import Passed, Weighed
from sharing.release.schema import Treatment
from sharing.requests.grants import GrantLine, lines_of
from sharing.requests.sides import (
    agency_names,
    answers_it,
    asked_it,
    people_of,
    request_row,
    waiting_proposal,
)
from sharing.requests.tables import proposal, request
from sharing.requests.weighing import weighed_for
from sharing.sight import look, released_one, released_rows

_MOST = 200
_LEFT = "Somebody who has left"

#: To whom a request that is overdue goes besides those who answer.
ESCALATED_TO = frozenset({Role.DPO, Role.SIGNATORY})


@dataclass(frozen=True)
class RequestLine:
    """A request in a list. `record` is what this reader sees of the record, None if it is not there for them.

    `prepared` says that an answer waits for an approval, which only the owner's side is told.
    """

    id: str
    record: Released | None
    fields: tuple[str, ...]
    owner: str
    by_name: str
    by_agency: str
    urgency: str
    asked_at: datetime
    due_at: datetime
    state: str
    overdue: bool
    prepared: bool
    unseen: bool


@dataclass(frozen=True)
class Requests:
    """The requests of a person and those that their agency is to answer, each the most urgent first."""

    mine: tuple[RequestLine, ...]
    to_answer: tuple[RequestLine, ...]
    answered: tuple[RequestLine, ...]


@dataclass(frozen=True)
class Prepared:
    """An answer as it was prepared: the exact content, and the digest that an approval binds."""

    id: str
    digest: str
    content: Mapping[str, Any]
    by: str
    by_me: bool
    by_key: bool
    at: datetime
    expires_at: datetime
    second: bool
    users: tuple[str, ...]


@dataclass(frozen=True)
class RequestPage:
    """One request. `own` says that the reader asked it; the owner's side alone has what stands after it.

    `users` are (id, name) of those who need it. `weighed` says by key what a grant in full would do for the
    asking person; `returned` why the last prepared answer was sent back.
    """

    line: RequestLine
    row: Mapping[str, Any]
    position: str
    site: bool
    users: tuple[tuple[str, str], ...]
    decided_by: str
    grants: tuple[GrantLine, ...]
    own: bool
    note: str = ""
    weighed: Mapping[str, Weighed] | None = None
    passes: tuple[Passed, ...] = ()
    prepared: Prepared | None = None
    returned: str = ""
    may_answer: bool = False
    may_approve: bool = False


def list_requests(database: Database, actor: Actor) -> Requests:
    """The actor's requests, and those that the actor's agency is to answer or has answered.

    Raises:
        Denied: if the actor neither asks nor answers.
        PurposeRequired: if the actor has stated no purpose.
    """
    answers = not actor.member and _may_answer(actor)
    if not (actor.may(Action.REQUEST_ASK) or answers):
        raise Denied("Your role neither asks for what is withheld nor answers for it.")
    with database.transaction() as tx:
        mine = _rows(tx, request.c.by_user == actor.user_id, request.c.by_agency == actor.agency_id)
        other = (
            _rows(tx, request.c.owner == actor.agency_id, request.c.by_user != actor.user_id)
            if answers
            else ()
        )
        lines = _lines(tx, actor, [*mine, *other])
        events.requests_listed(tx, actor, requests=[*lines])
    theirs = [lines[row["id"]] for row in other]
    return Requests(
        mine=tuple(lines[row["id"]] for row in mine),
        to_answer=tuple(line for line in theirs if line.state == "open"),
        answered=tuple(line for line in theirs if line.state != "open"),
    )


def read_request(database: Database, actor: Actor, request_id: str) -> RequestPage:
    """One request as the actor's side sees it; the asking person sees the answer, and never the owner's note.

    Raises:
        Missing: if the actor is of neither side.
        PurposeRequired: if the actor has stated no purpose.
    """
    with database.transaction() as tx:
        row = request_row(tx, request_id)
        if row is None or not (asked_it(actor, row) or answers_it(actor, row)):
            raise Missing("There is nothing here that you can see.")
        line = _lines(tx, actor, [row], single=True)[request_id]
        events.request_read(tx, actor, request=request_id)
        if asked_it(actor, row):
            _see(tx, row)
            return _page(tx, actor, row, line)
        return _owners_page(tx, actor, row, line)


def _may_answer(actor: Actor) -> bool:
    return actor.may(Action.REQUEST_ANSWER) or actor.may(Action.REQUEST_APPROVE)


def _rows(tx: Tx, *which: ColumnElement[bool]) -> Sequence[Mapping[Any, Any]]:
    found = (
        select(request, record.c.type.label("type"), record.c.owner.label("owner_now"))
        .join(record, record.c.id == request.c.record_id)
        .where(*which)
        .order_by(request.c.state != "open", request.c.due_at, request.c.id)
        .limit(_MOST)
    )
    return tx.execute(found).mappings().all()


def _lines(
    tx: Tx, actor: Actor, rows: Iterable[Mapping[Any, Any]], *, single: bool = False
) -> dict[str, RequestLine]:
    """Each request as a line; the records that they name leave as a list does, or as one."""
    rows = list(rows)
    shown = _one(tx, actor, rows[0]) if single else _several(tx, actor, rows)
    names, now = agency_names(tx), clock.now()
    people = people_of(tx, {row["by_user"] for row in rows})
    waiting = set(
        tx.execute(
            select(proposal.c.request_id).where(
                proposal.c.request_id.in_([row["id"] for row in rows]),
                proposal.c.state == "waiting",
                proposal.c.expires_at > now,
            )
        ).scalars()
    )
    return {
        row["id"]: RequestLine(
            id=row["id"],
            record=shown.get(row["record_id"]),
            fields=tuple(row["fields"]),
            owner=names.get(row["owner"], row["owner"]),
            by_name=people[row["by_user"]]["name"] if row["by_user"] in people else _LEFT,
            by_agency=names.get(row["by_agency"], row["by_agency"]),
            urgency=row["urgency"],
            asked_at=row["asked_at"],
            due_at=row["due_at"],
            state=row["state"],
            overdue=row["state"] == "open" and row["due_at"] <= now,
            prepared=row["id"] in waiting and answers_it(actor, row),
            unseen=row["state"] not in {"open", "withdrawn"} and row["seen_at"] is None,
        )
        for row in rows
    }


def _one(tx: Tx, actor: Actor, row: Mapping[Any, Any]) -> dict[str, Released]:
    sight = look(tx, actor, Exit.ONE)
    found = released_one(tx, sight, row["type"], row["record_id"])
    if found is None:
        return {}
    shown = accounts([found.shown])
    record_events.record_read(tx, actor, shown=shown, policy=sight.policy.digest, under=sight.moment)
    return {row["record_id"]: found.shown}


def _several(tx: Tx, actor: Actor, rows: Sequence[Mapping[Any, Any]]) -> dict[str, Released]:
    sight = look(tx, actor, Exit.BULK)
    found: list[Released] = []
    for type_ in sorted({row["type"] for row in rows}):
        ids = sorted({row["record_id"] for row in rows if row["type"] == type_})
        found += released_rows(tx, sight, type_, ids)
    if found:
        log_list(tx, sight, "any", found, Filters())
    return {each.id: each for each in found}


def _see(tx: Tx, row: Mapping[Any, Any]) -> None:
    if row["answered_at"] is not None and row["seen_at"] is None:
        tx.execute(update(request).where(request.c.id == row["id"]).values(seen_at=clock.now()))


def _page(tx: Tx, actor: Actor, row: Mapping[Any, Any], line: RequestLine, **more: Any) -> RequestPage:
    """What both sides see."""
    people = people_of(tx, [row["by_user"], *row["users"], row["answered_by"] or ""])
    asker, decided = people.get(row["by_user"]), people.get(row["answered_by"] or "")
    told = (
        "" if decided is None else ", ".join(part for part in (decided["name"], decided["job_title"]) if part)
    )
    own = asked_it(actor, row)
    made = lines_of(tx, actor, grant.c.request_id == row["id"])
    return RequestPage(
        line=line,
        row={name: row[name] for name in _BOTH_SIDES},
        position=asker["job_title"] if asker else "",
        site=asker is not None and bool(asker["member"]),
        users=tuple((user, people[user]["name"] if user in people else _LEFT) for user in row["users"]),
        decided_by=told,
        grants=tuple(each for _, each in made),
        own=own,
        **more,
    )


#: What both sides read of a request; the owner's note is not among it.
_BOTH_SIDES = (
    "record_id",
    "type",
    "agreement_id",
    "purpose",
    "everybody",
    "basis",
    "gateway",
    "need",
    "proportion",
    "days",
    "keeping",
    "security",
    "answered_at",
    "answer_text",
)


def _owners_page(tx: Tx, actor: Actor, row: Mapping[Any, Any], line: RequestLine) -> RequestPage:
    still_open = row["state"] == "open"
    weighed: dict[str, Weighed] = {}
    if still_open:
        in_full = dict.fromkeys(row["fields"], Treatment.DISCLOSE.slug)
        weighed = weighed_for(tx, row, in_full, row["by_user"])
    prepared = _prepared(tx, actor, row) if still_open else None
    needed = frozenset[Passed]().union(*(each.passes for each in weighed.values()))
    return _page(
        tx,
        actor,
        row,
        line,
        note=row["owner_note"] or "",
        weighed=weighed,
        passes=tuple(sorted(needed)),
        prepared=prepared,
        returned=_returned(tx, row["id"]) if still_open and prepared is None else "",
        may_answer=still_open and actor.may(Action.REQUEST_ANSWER),
        may_approve=prepared is not None and _may_approve(actor, prepared),
    )


def _prepared(tx: Tx, actor: Actor, row: Mapping[Any, Any]) -> Prepared | None:
    found = waiting_proposal(tx, row["id"], clock.now())
    if found is None:
        return None
    people = people_of(tx, [found["prepared_by"], *found["content"]["to_users"]])
    by = people.get(found["prepared_by"])
    return Prepared(
        id=found["id"],
        digest=found["digest"],
        content=found["content"],
        by=by["name"] if by else _LEFT,
        by_me=found["prepared_by"] == actor.user_id,
        by_key=found["by_key"],
        at=found["prepared_at"],
        expires_at=found["expires_at"],
        second=found["second"],
        users=tuple(
            people[each]["name"] if each in people else _LEFT for each in found["content"]["to_users"]
        ),
    )


def _may_approve(actor: Actor, prepared: Prepared) -> bool:
    if prepared.by_key:
        return False
    if prepared.second:
        return actor.may(Action.REQUEST_APPROVE) and not prepared.by_me
    return _may_answer(actor)


def _returned(tx: Tx, request_id: str) -> str:
    last = tx.execute(
        select(proposal.c.state, proposal.c.returned_why)
        .where(proposal.c.request_id == request_id)
        .order_by(proposal.c.prepared_at.desc())
        .limit(1)
    ).first()
    return str(last.returned_why) if last is not None and last.state == "returned" else ""
