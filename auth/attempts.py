"""What the throttles count: tries to get in, by account, by network address and by both."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from auth.tables import sign_in_attempt
from foundation.database import Tx


@dataclass(frozen=True)
class Attempts:
    """Refused attempts of a period, and when the last one was."""

    count: int
    last: datetime | None


def refused_attempts(
    tx: Tx, since: datetime, *, account: str | None = None, origin: str | None = None
) -> Attempts:
    """Refused attempts since a moment: of an account, from an origin, of both together, or of all."""
    conditions: list[ColumnElement[bool]] = [
        sign_in_attempt.c.at > since,
        sign_in_attempt.c.good.is_(False),
    ]
    if account is not None:
        conditions.append(sign_in_attempt.c.account == account)
    if origin is not None:
        conditions.append(sign_in_attempt.c.origin == origin)
    counted = select(func.count().label("refused"), func.max(sign_in_attempt.c.at).label("last"))
    row = tx.execute(counted.where(*conditions)).mappings().one()
    return Attempts(row["refused"], row["last"])


def has_signed_in_from(tx: Tx, since: datetime, account: str, origin: str) -> bool:
    """Whether a try from the origin came all the way into the account since a moment."""
    return (
        tx.execute(
            select(sign_in_attempt.c.id)
            .where(
                sign_in_attempt.c.account == account,
                sign_in_attempt.c.origin == origin,
                sign_in_attempt.c.at > since,
                sign_in_attempt.c.good.is_(True),
            )
            .limit(1)
        ).first()
        is not None
    )
