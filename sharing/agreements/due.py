"""What is due of whom because of an agreement: for what waits for somebody, and for reminders."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import String, select, type_coerce

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.clock import LONDON
from foundation.database import Tx
from sharing.agreements import tables
from sharing.agreements.policy import policy_of
from sharing.agreements.signatures import signed_by
from sharing.agreements.stages import Stage
from sharing.release.facts import Agreement
from sharing.release.standing import standing_at

#: A review is told of so long before its day, the end of an agreement so long before it runs out.
REVIEW_AHEAD = timedelta(days=28)
EXPIRY_AHEAD = timedelta(days=60)


class Kind(StrEnum):
    """What somebody of a party should do."""

    SIGN = "sign"
    READ = "read"  # a version in review, and say what the agency thinks of it
    SETTLE = "settle"  # a version of one's own drafting, of which others have said something
    REDRAFT = "redraft"  # one that was sent back
    REVIEW = "review"
    RENEW = "renew"
    CONFIRM = "confirm"


#: Whose it is to do.
_ACTIONS: Mapping[Kind, Action] = {
    Kind.SIGN: Action.AGREEMENT_SIGN,
    Kind.READ: Action.AGREEMENT_DRAFT,
    Kind.SETTLE: Action.AGREEMENT_DRAFT,
    Kind.REDRAFT: Action.AGREEMENT_DRAFT,
    Kind.REVIEW: Action.AGREEMENT_DRAFT,
    Kind.RENEW: Action.AGREEMENT_DRAFT,
    Kind.CONFIRM: Action.RECORD_RELEASE,
}


@dataclass(frozen=True)
class Due:
    """One thing that one agency should do; `due` is the day by which, if there is one."""

    kind: Kind
    agreement: str
    title: str
    version: int
    agency: str
    due: date | None


def due_of(tx: Tx, actor: Actor) -> tuple[Due, ...]:
    """What the actor's agency should do and the actor's roles allow; nothing for members."""
    kinds = {kind for kind, action in _ACTIONS.items() if actor.may(action)}
    return list_due(tx, kinds, actor.agency_id) if kinds and not actor.member else ()


def list_due(tx: Tx, kinds: Collection[Kind] = tuple(Kind), agency: str | None = None) -> tuple[Due, ...]:
    """What is due of every party, or of one agency; callers who tell somebody look who of it may do that."""
    found: list[Due] = []
    if set(kinds) - {Kind.CONFIRM}:
        rows = _versions(tx, agency)
        found += [*_unsigned(tx, rows), *_standing(tx, rows)]
    found += _owed(tx, agency)
    return tuple(each for each in found if each.kind in kinds and agency in (None, each.agency))


def _versions(tx: Tx, agency: str | None) -> list[Mapping[Any, Any]]:
    version = tables.agreement_version
    light = [column for column in version.c if column.name not in ("clauses", "heads")]
    wanted = (
        select(*light, tables.agreement.c.title)
        .join(tables.agreement, tables.agreement.c.id == version.c.agreement_id)
        .where(tables.agreement.c.ended.is_(None))
        .order_by(version.c.agreement_id, version.c.number)
    )
    if agency is not None:
        named = type_coerce(version.c.parties, String).contains(f'"{agency}"', autoescape=True)
        # What it may not know of is not even fetched, so that nothing more is asked because of it.
        wanted = wanted.where(
            (named & (version.c.stage != Stage.DRAFT)) | (version.c.drafted_agency == agency)
        )
    return [*tx.execute(wanted).mappings()]


def _unsigned(tx: Tx, rows: list[Mapping[Any, Any]]) -> Iterator[Due]:
    open_ = [row for row in rows if row["stage"] != Stage.SIGNED]
    if not open_:
        return
    ids = {row["agreement_id"] for row in open_}
    signed, spoken = signed_by(tx, ids), _comments(tx, ids)
    for row in open_:
        key, drafter = (row["agreement_id"], row["number"]), row["drafted_agency"]
        since = row["stage_at"]
        said = {agency for agency, at in spoken.get(key, ()) if since is None or at >= since}
        if row["stage"] == Stage.SIGNING and row["until_at"] > clock.now():
            begins = _day(row["from_at"]) if row["from_at"] > clock.now() else None
            done = signed.get(key, frozenset())
            yield from (_due(Kind.SIGN, row, party, begins) for party in row["parties"] if party not in done)
        elif row["stage"] == Stage.REVIEW:
            unheard = [party for party in row["parties"] if party != drafter and party not in said]
            yield from (_due(Kind.READ, row, party) for party in unheard)
            if drafter and said - {drafter}:
                yield _due(Kind.SETTLE, row, drafter)
        elif row["stage"] == Stage.DRAFT and drafter and since is not None:
            yield _due(Kind.REDRAFT, row, drafter)


def _comments(tx: Tx, ids: Collection[str]) -> dict[tuple[str, int], list[tuple[str, datetime]]]:
    """Which agencies have commented on a version, and when."""
    said = tables.comment
    wanted = select(said.c.agreement_id, said.c.number, said.c.agency_id, said.c.at)
    found: dict[tuple[str, int], list[tuple[str, datetime]]] = {}
    for row in tx.execute(wanted.where(said.c.agreement_id.in_(ids))):
        found.setdefault((row.agreement_id, row.number), []).append((row.agency_id, row.at))
    return found


def _standing(tx: Tx, rows: list[Mapping[Any, Any]]) -> Iterator[Due]:
    """Reviews and ends of agreements in force, of each party that has not withdrawn."""
    signed = {(row["agreement_id"], row["number"]): row for row in rows if row["stage"] == Stage.SIGNED}
    _, policy = policy_of(tx)
    reviewed = reviews_of(tx)
    for name in sorted({agreement for agreement, _ in signed}):
        known = policy.agreements.get(name)
        standing = standing_at(known, clock.now()) if known else None
        if known is None or standing is None or (name, standing.version.number) not in signed:
            continue
        row = signed[name, standing.version.number]
        review = review_day(row, reviewed)
        for party in sorted(standing.parties):
            if review is not None and review - REVIEW_AHEAD <= clock.today():
                yield _due(Kind.REVIEW, row, party, review)
            if _runs_out(known, standing.version.number, row["until_at"]):
                yield _due(Kind.RENEW, row, party, _day(row["until_at"]))


def review_day(row: Mapping[Any, Any], reviewed: Mapping[str, tuple[datetime, date]]) -> date | None:
    """When a signed version is to be reviewed: as the last review since it began said, else as agreed."""
    at, day = reviewed.get(row["agreement_id"], (None, None))
    begins = row["begins_at"] or row["from_at"]
    found: date | None = day if at is not None and at >= begins else row["review_due"]
    return found


def reviews_of(tx: Tx) -> dict[str, tuple[datetime, date]]:
    """The last review of each agreement: when it was recorded, and the day that it set for the next."""
    review = tables.agreement_review
    rows = tx.execute(select(review.c.agreement_id, review.c.at, review.c.next_due).order_by(review.c.at))
    return {row.agreement_id: (row.at, row.next_due) for row in rows}


def _runs_out(agreement: Agreement, number: int, until: datetime) -> bool:
    later = any(version.number > number for version in agreement.versions)
    return not later and until - EXPIRY_AHEAD <= clock.now()


def _owed(tx: Tx, agency: str | None) -> Iterator[Due]:
    owed = tables.confirmation_owed
    wanted = (
        select(owed, tables.agreement.c.title)
        .join(tables.agreement, tables.agreement.c.id == owed.c.agreement_id)
        .where(owed.c.settled.is_(None))
    )
    rows = tx.execute(wanted if agency is None else wanted.where(owed.c.agency_id == agency)).mappings().all()
    if not rows:
        return
    _, policy = policy_of(tx)
    for row in rows:
        known = policy.agreements.get(row["agreement_id"])
        standing = standing_at(known, clock.now()) if known else None
        if standing is not None and standing.version.number == row["version"]:
            yield Due(Kind.CONFIRM, row["agreement_id"], row["title"], row["version"], row["agency_id"], None)


def _due(kind: Kind, row: Mapping[Any, Any], agency: str, day: date | None = None) -> Due:
    return Due(kind, row["agreement_id"], row["title"], row["number"], agency, day)


def _day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()
