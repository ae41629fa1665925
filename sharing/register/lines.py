"""The list of agreements that an actor may know of: how each stands, and what comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency
from foundation import clock
from foundation.clock import LONDON
from foundation.database import Database, Tx
from sharing.agreements import tables
from sharing.agreements.access import sees
from sharing.agreements.due import review_day, reviews_of
from sharing.agreements.policy import policy_of
from sharing.agreements.signatures import signed_by
from sharing.agreements.stages import Stage
from sharing.agreements.states import State, agreement_in, governing, remaining, state_of
from sharing.events import agreements as events
from sharing.release.facts import Agreement

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Pending:
    """A version that is not signed: its stage, and how many of its parties have signed it."""

    number: int
    stage: Stage
    signed: int
    parties: int


@dataclass(frozen=True)
class AgreementLine:
    """An agreement in a list. `number` is the version by which it stands, 0 if none is signed.

    `state` is a State, or `left` if the latest version names the reader's agency no more, or `changed` if a
    signed text is not what was signed, so that nothing is shared. `next_day` is when something happens next
    by itself or is due, and `next_what` says what: begins, review, ends.
    """

    id: str
    title: str
    state: str
    number: int
    parties: tuple[str, ...]
    until: datetime | None
    withdrawn: bool
    next_what: str
    next_day: date | None
    pending: tuple[Pending, ...]


def list_agreements(database: Database, actor: Actor) -> tuple[AgreementLine, ...]:
    """The agreements of which the actor may know some version, by reference."""
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        lines = lines_of(tx, actor, visible_versions(tx, actor))
        events.agreements_listed(tx, actor, agreements=[line.id for line in lines])
    return lines


def visible_versions(tx: Tx, actor: Actor, agreement_id: str | None = None) -> list[Row]:
    """The versions that the actor may know of, without their clauses and heads, in order."""
    version = tables.agreement_version
    light = [column for column in version.c if column.name not in ("clauses", "heads")]
    wanted = (
        select(*light, tables.agreement.c.title)
        .join(tables.agreement, tables.agreement.c.id == version.c.agreement_id)
        .order_by(version.c.agreement_id, version.c.number)
    )
    if agreement_id is not None:
        wanted = wanted.where(version.c.agreement_id == agreement_id)
    rows = tx.execute(wanted).mappings()
    return [row for row in rows if actor.under(row["agreement_id"]) and sees(actor, row)]


def lines_of(tx: Tx, actor: Actor, versions: Iterable[Row]) -> tuple[AgreementLine, ...]:
    """A line for each agreement of which there is a version."""
    grouped: dict[str, list[Row]] = {}
    for row in versions:
        grouped.setdefault(row["agreement_id"], []).append(row)
    _, policy = policy_of(tx)
    reviewed, names = reviews_of(tx), agency_names(tx)
    signed = signed_by(tx, list(grouped))
    found = []
    for agreement_id, rows in grouped.items():
        known = agreement_in(policy, agreement_id)
        pending = tuple(
            Pending(
                row["number"],
                Stage(row["stage"]),
                len(signed.get((agreement_id, row["number"]), ())),
                len(row["parties"]),
            )
            for row in rows
            if row["stage"] != Stage.SIGNED
        )
        found.append(_line(actor, known, rows, pending, reviewed, names))
    return tuple(found)


def agency_names(tx: Tx) -> dict[str, str]:
    """Short names of agencies; that an agency takes part in the portal is no secret."""
    return {row.id: row.short_name for row in tx.execute(select(agency.c.id, agency.c.short_name))}


def _line(
    actor: Actor,
    known: Agreement,
    rows: list[Row],
    pending: tuple[Pending, ...],
    reviewed: Mapping[str, tuple[datetime, date]],
    names: Mapping[str, str],
) -> AgreementLine:
    now = clock.now()
    signed = [row for row in rows if row["stage"] == Stage.SIGNED]
    bound = governing(known, now)
    mine = next((row for row in signed if bound is not None and row["number"] == bound.number), None)
    shown = mine or (signed or rows)[-1]
    state = _state(actor, known, bool(signed), [each.stage for each in pending])
    what, day = _next(state, shown, reviewed)
    return AgreementLine(
        id=known.id,
        title=shown["title"],
        state=state,
        number=shown["number"] if signed else 0,
        parties=tuple(names.get(party, party) for party in shown["parties"]),
        until=shown["until_at"],
        withdrawn=mine is not None and actor.agency_id not in remaining(known, now),
        next_what=what,
        next_day=day,
        pending=pending,
    )


def _state(actor: Actor, known: Agreement, signed: bool, stages: list[Stage]) -> str:  # noqa: FBT001 - a fact
    """How the agreement stands for the actor's agency; `signed`: whether a signed version names it."""
    now = clock.now()
    if not signed:
        return str(state_of(Agreement(known.id, ()), stages, now))
    if not known.versions:
        return "changed"
    begun = [version for version in known.versions if version.from_at <= now]
    latest = governing(known, now) or max(begun, key=lambda version: version.number)
    return str(state_of(known, (), now)) if actor.agency_id in latest.parties else "left"


def _next(state: str, row: Row, reviewed: Mapping[str, tuple[datetime, date]]) -> tuple[str, date | None]:
    if state in (State.EXPIRED, State.ENDED, "left", "changed"):
        return "", None
    begins = row["begins_at"] or row["from_at"]
    if begins > clock.now():
        return "begins", day_of(begins)
    if row["stage"] != Stage.SIGNED:
        return "", None
    ends, review = day_of(row["until_at"]), review_day(row, reviewed)
    if review is not None and review < ends:
        return "review", review
    return "ends", ends


def day_of(moment: datetime) -> date:
    """The London day of a moment."""
    return moment.astimezone(LONDON).date()
