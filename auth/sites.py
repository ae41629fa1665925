"""Which sites a member holds: each that is theirs directly, and every site of an area in which they are.

It is asked anew by every statement about a person, so that what changes in an area changes for its people at
once. Only sites and areas of the person's own agency count, whatever the tables may hold.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, insert, literal_column, select

from auth.tables import area, area_site, site, user, user_area, user_site
from foundation.database import Tx

#: What parts one site from the next in the column, and a site's id from its name; no id or name has them.
_LINE, _TAB = "\n", "\t"

_direct = select(user_site.c.site_id).where(user_site.c.user_id == user.c.id).correlate(user)
_through = (
    select(area_site.c.site_id)
    .join(user_area, user_area.c.area_id == area_site.c.area_id)
    .join(area, area.c.id == area_site.c.area_id)
    .where(user_area.c.user_id == user.c.id, area.c.agency_id == user.c.agency_id, area.c.ended_at.is_(None))
    .correlate(user)
)


def sites_column() -> ColumnElement[Any]:
    """The sites of the user of the outer row, for `sites_of`; null for whoever is no member."""
    held = _direct.union(_through).subquery("held")
    # Not a parameter, which this function would have filled in before the walls make theirs of the statement.
    line: Any = literal_column(f"'{_LINE}'")
    told = select(func.aggregate_strings(site.c.id + _TAB + site.c.name, line)).select_from(
        site.join(held, held.c.site_id == site.c.id)
    )
    mine = told.where(site.c.agency_id == user.c.agency_id).correlate(user).scalar_subquery()
    return case((user.c.member.is_(True), func.coalesce(mine, ""))).label("sites")


def sites_of(row: Mapping[Any, Any]) -> frozenset[str] | None:
    """The ids of the sites in a row with `member` and the column; None for whoever is no member.

    INVARIANT: whoever is marked as a member is one, with whatever sites the row names, if only none.
    """
    return frozenset(id_ for id_, _ in _pairs(row)) if row["member"] else None


def site_names_of(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """The names of the same sites, in order."""
    return tuple(sorted((name for _, name in _pairs(row)), key=str.casefold))


def _pairs(row: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    for line in (row["sites"] or "").split(_LINE):
        id_, tab, name = line.partition(_TAB)
        if tab:
            yield id_, name


def holds(site_id: str) -> ColumnElement[bool]:
    """Whether the user of the outer row is a member who holds the site."""
    here = site.c.agency_id == user.c.agency_id
    return user.c.member.is_(True) & (
        select(site.c.id)
        .where(site.c.id == site_id, here, site.c.id.in_(_direct) | site.c.id.in_(_through))
        .correlate(user)
        .exists()
    )


def place(tx: Tx, user_id: str, sites: Iterable[str], areas: Iterable[str]) -> None:
    """Let a member hold these sites directly and stand in these areas, in place of all before."""
    for table, column, ids in ((user_site, "site_id", sites), (user_area, "area_id", areas)):
        tx.execute(delete(table).where(table.c.user_id == user_id))
        if rows := [{"user_id": user_id, column: each} for each in sorted(set(ids))]:
            tx.execute(insert(table), rows)


def put_in_area(tx: Tx, area_id: str, sites: Iterable[str]) -> None:
    """Let an area have these sites, in place of those before."""
    tx.execute(delete(area_site).where(area_site.c.area_id == area_id))
    if rows := [{"area_id": area_id, "site_id": each} for each in sorted(set(sites))]:
        tx.execute(insert(area_site), rows)
