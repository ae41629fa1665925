"""Names for what is told of an agreement's history: who did something, and for which agency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from auth.tables import user
from foundation.database import Tx


@dataclass(frozen=True)
class By:
    """Somebody of an agency, at a moment; `name` is empty where nobody was kept."""

    name: str
    agency: str
    at: datetime | None


def people_names(tx: Tx, ids: Iterable[str | None]) -> Mapping[str | None, str]:
    """Names of users by id. What somebody did for their agency the other parties read with their name."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    rows = tx.execute(select(user.c.id, user.c.name).where(user.c.id.in_(wanted)))
    return {row.id: row.name for row in rows}
