"""Writing what is to be done, claiming it, and saying how it ended. Each takes `tx` and never commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, literal, or_, select, update

from foundation import clock
from foundation.database import Tx
from foundation.identifiers import new_id
from foundation.outbox.tables import outbox

#: The first wait after a failure; each further one is four times as long, up to the longest.
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=6)
#: Rows that were done are kept so long, for whoever looks into what happened.
_KEPT = timedelta(days=7)

_OPEN = and_(outbox.c.done_at.is_(None), outbox.c.gave_up_at.is_(None))


class Hopeless(Exception):  # noqa: N818 - says what the job is
    """To try again would not help."""


class LeaseLost(Exception):  # noqa: N818 - says what is the case
    """Somebody else has begun the job since, or has ended it: what was done here must not be kept."""


@dataclass(frozen=True)
class Job:
    """One claimed row. `lease` is the word by which its worker ends it; `attempts` counts this one.

    `agency` is whose administrators are told if it cannot be done.
    """

    id: str
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    lease: str
    agency: str | None = None


@dataclass(frozen=True)
class GivenUp:
    """A job that could not be done: its kind, when it was given up, and the class of the last error."""

    id: str
    kind: str
    at: datetime
    attempts: int
    error: str


def put(
    tx: Tx,
    kind: str,
    payload: Mapping[str, Any],
    *,
    not_before: datetime | None = None,
    agency: str | None = None,
    only_if: ColumnElement[bool] | None = None,
) -> str:
    """Say that something is to be done once this transaction is committed; gives the job's id.

    The payload holds ids: what it is about is read, and decided, when the job runs. With `only_if` the row is
    written only if that holds, in the same statement.
    """
    row = _row(kind, payload, not_before=not_before, agency=agency)
    if only_if is None:
        tx.execute(insert(outbox), row)
    else:
        columns = [literal(value, outbox.c[name].type).label(name) for name, value in row.items()]
        tx.execute(insert(outbox).from_select(list(row), select(*columns).where(only_if)))
    return str(row["id"])


def put_once(
    tx: Tx,
    kind: str,
    payload: Mapping[str, Any],
    *,
    about: str,
    apart: timedelta,
    agency: str | None = None,
) -> None:
    """The same, unless such a job about the same thing waits; and not sooner than `apart` after the last.

    So a hundred reasons to tell somebody something make one message now and one later.
    """
    rows = tx.execute(
        select(outbox.c.lease, outbox.c.done_at).where(
            outbox.c.kind == kind,
            outbox.c.about == about,
            outbox.c.gave_up_at.is_(None),
            or_(outbox.c.done_at.is_(None), outbox.c.done_at > clock.now() - apart),
        )
    ).all()
    if any(row.done_at is None and row.lease is None for row in rows):
        return
    last = max((row.done_at for row in rows if row.done_at is not None), default=None)
    row = _row(kind, payload, not_before=None if last is None else last + apart, agency=agency)
    tx.execute(insert(outbox), {**row, "about": about})


def _row(
    kind: str, payload: Mapping[str, Any], *, not_before: datetime | None, agency: str | None
) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": new_id(),
        "kind": kind,
        "payload": dict(payload),
        "agency_id": agency,
        "written_at": now,
        "due_at": max(now, not_before) if not_before else now,
        "attempts": 0,
    }


def any_due(tx: Tx, kinds: Collection[str]) -> bool:
    """Whether there is something to claim, without claiming it."""
    return tx.execute(_claimable(kinds).limit(1)).first() is not None


def claim(tx: Tx, kinds: Collection[str], lease: timedelta) -> Job | None:
    """Take the job that has been due longest, so that nobody else begins it before the lease has run out.

    Workers do not wait for each other: each skips the rows that another is just taking.
    """
    now, word = clock.now(), new_id()
    next_ = _claimable(kinds).limit(1).with_for_update(skip_locked=True).scalar_subquery()
    row = tx.execute(
        update(outbox)
        .where(outbox.c.id == next_)
        .values(lease=word, leased_until=now + lease, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.kind, outbox.c.payload, outbox.c.attempts, outbox.c.agency_id)
    ).first()
    return None if row is None else Job(row.id, row.kind, row.payload, row.attempts, word, row.agency_id)


def _claimable(kinds: Collection[str]) -> Any:
    now = clock.now()
    free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)
    wanted = outbox.c.kind.in_(bindparam("kinds", sorted(kinds), expanding=True))
    due = select(outbox.c.id).where(_OPEN, outbox.c.due_at <= now, free, wanted)
    return due.order_by(outbox.c.due_at, outbox.c.id)


def finish(tx: Tx, job: Job) -> None:
    """Say that the job is done, in the transaction of what it did: both are kept, or neither.

    Raises:
        LeaseLost: if it is no longer this worker's.
    """
    _end(tx, job, done_at=clock.now(), payload={}, last_error=None)


def postpone(tx: Tx, job: Job, error: str) -> None:
    """Say that it failed and is to be tried again; the waits grow."""
    wait = min(_FIRST_WAIT * 4 ** (job.attempts - 1), _LONGEST_WAIT)
    _end(tx, job, due_at=clock.now() + wait, last_error=error)


def give_up(tx: Tx, job: Job, error: str) -> None:
    """Say that it cannot be done; it stays for an administrator to see."""
    _end(tx, job, gave_up_at=clock.now(), last_error=error)


def _end(tx: Tx, job: Job, **values: Any) -> None:
    changed = tx.execute(
        update(outbox)
        .where(outbox.c.id == job.id, outbox.c.lease == job.lease, _OPEN)
        .values(lease=None, leased_until=None, **values)
    )
    if changed.rowcount != 1:
        raise LeaseLost(job.kind)


def given_up(tx: Tx, agency: str) -> tuple[GivenUp, ...]:
    """What could not be done for an agency, the newest first."""
    rows = tx.execute(
        select(outbox)
        .where(outbox.c.agency_id == agency, outbox.c.gave_up_at.is_not(None))
        .order_by(outbox.c.gave_up_at.desc(), outbox.c.id)
    )
    return tuple(
        GivenUp(row.id, row.kind, row.gave_up_at, row.attempts, row.last_error or "") for row in rows
    )


def try_again(tx: Tx, agency: str, job_id: str) -> bool:
    """Let a job that was given up begin anew; says whether the agency has such a one."""
    again = {"gave_up_at": None, "attempts": 0, "due_at": clock.now()}
    return tx.execute(update(outbox).where(*_given_up(agency, job_id)).values(again)).rowcount == 1


def let_go(tx: Tx, agency: str, job_id: str) -> bool:
    """Forget a job that was given up; says whether the agency had such a one."""
    return tx.execute(delete(outbox).where(*_given_up(agency, job_id))).rowcount == 1


def _given_up(agency: str, job_id: str) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.id == job_id, outbox.c.agency_id == agency, outbox.c.gave_up_at.is_not(None)


def forget_done(tx: Tx) -> None:
    """Delete what was done long ago."""
    tx.execute(delete(outbox).where(outbox.c.done_at < clock.now() - _KEPT))
