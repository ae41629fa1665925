"""Breaking the glass: danger to life, one record by its exact reference, on screen, for half an hour.

Whatever does not open gives one answer on one path: a wrong reference, a record of an agency that shares no
agreement, one's own, and one that its originator has vetoed.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, update

from auth import queries as people
from auth.actor import FRESH, Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid, Missing, Throttled
from foundation.identifiers import new_id
from sharing.agreements.tables import break_glass
from sharing.events import glass as events
from sharing.facts import reader_of
from sharing.records.record import record
from sharing.release.decision import decide
from sharing.release.facts import BreakGlass, Exit, Reader, Record
from sharing.release.schema import Reason
from sharing.release.standing import BREAKERS, OPEN_FOR, review_overdue, standing_at
from sharing.requests.notices import Addressee, Audience, Told, tell
from sharing.requests.tables import glass_try
from sharing.sight import Sight, facts_by_id, look
from sharing.vocabulary.requests import Danger

SHORTEST_REASON = 20
LONGEST_REASON = 2000
_LONGEST_REFERENCE = 60

#: So many references that open nothing in so long, then a pause; a slip of the pen in danger is forgiven.
_TRIES = 6
_WITHIN = timedelta(minutes=15)

#: What is said whenever nothing opens.
NOTHING = "There is no record with this reference that you can open. Check it with whoever gave it to you."
#: Looked for in place of a record that is not there, so that both take the same statements.
_ANY_TYPE = "incident"


@dataclass(frozen=True)
class Declared:
    """What somebody declares: whose record it is, its exact reference, the danger, and why this record."""

    owner: str
    reference: str
    danger: str
    reason: str


@dataclass(frozen=True)
class Broken:
    """What breaking the glass came to. `waits`: a second person has to confirm it by `until`."""

    id: str
    record: str
    type: str
    until: datetime
    waits: bool


def break_the_glass(database: Database, actor: Actor, declared: Declared) -> Broken:
    """Open one record of another agency to the actor, because somebody is in danger.

    With a review overdue it waits for a second person of the agency in the same role.

    Raises:
        Denied: if the actor's role may not, for every business, and for a key.
        FactorRequired: if the actor has not proved who they are in the last five minutes.
        Invalid: if the danger, the reason or the reference is missing.
        Missing: if nothing opens, whyever that is.
        Throttled: after several references that opened nothing.
    """
    factor_at = _admitted(actor)
    _check(declared)
    with database.transaction() as tx:
        _refuse_trying(tx, actor)
        broken = _break(tx, actor, declared, factor_at)
    if broken is not None:
        return broken
    with database.transaction() as tx:
        _note_miss(tx, actor, declared)
    raise Missing(NOTHING)


def confirm(database: Database, actor: Actor, glass_id: str) -> Broken:
    """Open what a colleague asked for, as the second person, who holds the same role.

    Raises:
        Denied: if the actor's role may not, or the actor asked for it.
        FactorRequired: if the actor has not proved who they are in the last five minutes.
        Missing: if the actor's agency has none such, or it would open nothing now.
        Conflict: if it was confirmed, or the colleague's own proof has lapsed meanwhile.
    """
    factor_at = _admitted(actor)
    now = clock.now()
    with database.transaction() as tx:
        row = _pending(tx, actor, glass_id)
        if now - row["factor_at"] >= FRESH:
            raise Conflict("This has lapsed after five minutes. Your colleague has to ask for it again.")
        beside = people.actor_of(tx, row["user_id"], "")
        entry = _entry(row, at=now, second=reader_of(actor))
        sight = look(tx, replace(beside, purpose=row["purpose"]), Exit.ONE)
        facts = facts_by_id(tx, row["type"], row["record_id"])
        if facts is None or not _opens(sight, facts, entry):
            raise Missing("There is nothing here that you can see.")
        waiting = (break_glass.c.id == glass_id) & break_glass.c.at.is_(None)
        values = {"at": now, "second_user": actor.user_id, "second_factor_at": factor_at}
        if tx.execute(update(break_glass).where(waiting).values(**values)).rowcount != 1:
            raise Conflict("Somebody else has confirmed this already.")
        _tell(tx, actor, {**row, **values}, facts.owner)
        return Broken(glass_id, row["record_id"], row["type"], now + OPEN_FOR, waits=False)


def sharing_agencies(sight: Sight) -> frozenset[str]:
    """The other agencies that stand together with the reader's in an agreement that is active now."""
    found: set[str] = set()
    for agreement in sight.policy.agreements_of(sight.reader.agency):
        standing = standing_at(agreement, sight.now)
        if standing is not None and sight.reader.agency in standing.parties:
            found |= standing.parties
    return frozenset(found - {sight.reader.agency})


def _admitted(actor: Actor) -> datetime:
    actor.require(Action.GLASS_BREAK)
    if actor.business or actor.member:
        raise Denied("The glass is never broken for a business. If somebody is in danger now, call 999.")
    return actor.require_fresh_factor(clock.now())


def _check(declared: Declared) -> None:
    problems = {}
    if declared.danger not in set(Danger):
        problems["danger"] = "Choose what the danger is."
    length = len(declared.reason.strip())
    if length < SHORTEST_REASON:
        problems["reason"] = f"Say why you need this record now, in at least {SHORTEST_REASON} characters."
    elif length > LONGEST_REASON:
        problems["reason"] = f"The text is too long: {length:,} characters, at most {LONGEST_REASON:,}."
    if not 0 < len(declared.reference.strip()) <= _LONGEST_REFERENCE:
        problems["reference"] = "Give the exact reference of the record."
    if not declared.owner:
        problems["owner"] = "Choose whose record it is."
    if problems:
        raise Invalid(problems)


def _refuse_trying(tx: Tx, actor: Actor) -> None:
    since = clock.now() - _WITHIN
    recent = (glass_try.c.user_id == actor.user_id) & (glass_try.c.at > since)
    row = tx.execute(
        select(func.count().label("misses"), func.min(glass_try.c.at).label("first")).where(recent)
    ).one()
    if row.misses >= _TRIES:
        raise Throttled(max(int((row.first + _WITHIN - clock.now()).total_seconds()), 1))


def _break(tx: Tx, actor: Actor, declared: Declared, factor_at: datetime) -> Broken | None:
    sight = look(tx, actor, Exit.ONE)
    record_id, type_ = _found(tx, sight, declared)
    facts = facts_by_id(tx, type_, record_id)
    overdue = _overdue(tx, actor, sight.now)
    row: dict[str, Any] = {
        "id": new_id(),
        "record_id": record_id,
        "user_id": actor.user_id,
        "agency_id": actor.agency_id,
        "role": min(BREAKERS & sight.reader.roles),
        "danger": declared.danger,
        "reason": declared.reason.strip(),
        "purpose": actor.purpose,
        "asked_at": sight.now,
        "factor_at": factor_at,
        "at": None if overdue else sight.now,
        "overdue": overdue,
    }
    # Whether it opens is asked as if nobody else were needed, so that this says nothing of the record.
    if facts is None or not _opens(sight, facts, replace(_entry(row, at=sight.now), overdue=False)):
        return None
    tx.execute(insert(break_glass), row)
    if overdue:
        length = len(row["reason"])
        events.glass_asked(tx, actor, glass=row["id"], danger=row["danger"], reason_length=length)
        return Broken(row["id"], record_id, type_, factor_at + FRESH, waits=True)
    _tell(tx, actor, row, facts.owner)
    return Broken(row["id"], record_id, type_, sight.now + OPEN_FOR, waits=False)


def _found(tx: Tx, sight: Sight, declared: Declared) -> tuple[str, str]:
    """Id and type of the one record with this reference; of none where there is none, or are several."""
    owner = declared.owner if declared.owner in sharing_agencies(sight) else ""
    rows = tx.execute(
        select(record.c.id, record.c.type)
        .where(record.c.owner == owner, record.c.owner_reference == declared.reference.strip())
        .limit(2)
    ).all()
    return (rows[0].id, rows[0].type) if len(rows) == 1 else (new_id(), _ANY_TYPE)


def _opens(sight: Sight, facts: Record, entry: BreakGlass) -> bool:
    """Whether the engine opens anything by this entry; never to the owner's own staff."""
    decision = decide(sight.policy, replace(facts, break_glass=(entry,)), sight.reader, sight.question)
    outcomes = () if decision is None else decision.outcomes.values()
    return any(outcome.reason is Reason.BREAK_GLASS for outcome in outcomes)


def _entry(row: Mapping[Any, Any], *, at: datetime, second: Reader | None = None) -> BreakGlass:
    return BreakGlass(
        id=row["id"],
        user=row["user_id"],
        at=at,
        role=row["role"],
        danger=row["danger"],
        reason=row["reason"],
        factor_at=row["factor_at"],
        overdue=row["overdue"],
        second=second,
    )


def _overdue(tx: Tx, actor: Actor, now: datetime) -> bool:
    rows = tx.execute(
        select(break_glass.c.at, break_glass.c.reviewed).where(
            break_glass.c.agency_id == actor.agency_id, break_glass.c.at.is_not(None)
        )
    )
    return review_overdue([(row.at, row.reviewed) for row in rows], now)


def _pending(tx: Tx, actor: Actor, glass_id: str) -> RowMapping:
    """What a colleague asked for and a second person may confirm."""
    row = (
        tx.execute(
            select(break_glass, record.c.type)
            .join(record, record.c.id == break_glass.c.record_id)
            .where(break_glass.c.id == glass_id, break_glass.c.agency_id == actor.agency_id)
        )
        .mappings()
        .first()
    )
    if row is None or row["role"] not in actor.roles:
        raise Missing("There is nothing here that you can see.")
    if row["user_id"] == actor.user_id:
        raise Denied("You asked for this. Another person of your agency in the same role has to confirm it.")
    if row["at"] is not None:
        raise Conflict("Somebody else has confirmed this already.")
    return row


def _tell(tx: Tx, actor: Actor, row: Mapping[Any, Any], owner: str) -> None:
    """The entry, and the notices to the owner and to both data protection officers."""
    events.glass_broken(
        tx,
        actor,
        glass=row["id"],
        record=row["record_id"],
        owner=owner,
        user=row["user_id"],
        role=row["role"],
        danger=row["danger"],
        reason_length=len(row["reason"]),
        second=row.get("second_user") or "",
        until=row["at"] + OPEN_FOR,
    )
    to = (
        Addressee(owner, Audience.ANSWERABLE),
        Addressee(owner, Audience.STAFF),
        Addressee(row["agency_id"], Audience.ANSWERABLE),
    )
    tell(tx, Told.GLASS_BROKEN, row["id"], to)


def _note_miss(tx: Tx, actor: Actor, declared: Declared) -> None:
    now = clock.now()
    tx.execute(delete(glass_try).where(glass_try.c.at < now - _WITHIN))
    tx.execute(insert(glass_try), {"id": new_id(), "user_id": actor.user_id, "at": now})
    typed = f"{declared.owner} {declared.reference.strip()}".encode()
    digest = hmac.new(actor.session.encode(), typed, "sha256").hexdigest()
    events.glass_missed(tx, actor, reference=digest)
