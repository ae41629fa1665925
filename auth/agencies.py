"""The agencies as pages name them. That an agency takes part is no secret among partners."""

from dataclasses import dataclass

from auth import queries
from foundation.database import Database


@dataclass(frozen=True)
class Agency:
    """An agency's id, names and kind."""

    id: str
    name: str
    short_name: str
    kind: str
    business: bool


def list_agencies(database: Database) -> tuple[Agency, ...]:
    """Every agency, by name."""
    with database.transaction() as tx:
        return tuple(Agency(**row) for row in queries.agency_rows(tx))
