"""What goes with rows before they can be decided: persons, releases, notes, parents, keepers and origins.

Each kind is fetched in one statement, however many rows there are, and only where there is any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from foundation.database import Tx
from sharing import queries
from sharing.facts import Rows, link_of, record_of, stand_ins_of
from sharing.release.facts import Keeper, Record, RecordLink

#: (agreement, person) -> stand-in name.
Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Around:
    """A record as the engine sees it, with the stand-in names of those whom it is about."""

    facts: Record
    names: Names


def facts_of(
    tx: Tx,
    rows: Sequence[RowMapping],
    *,
    ends: bool = False,
    persons: bool = True,
    notes: bool = True,
    releases: Mapping[str, Sequence[RowMapping]] | None = None,
) -> list[Around]:
    """The facts of whole rows; with `ends` also their links to other records.

    `persons` and `notes` are False where the caller knows that there are none; `releases` are given where the
    caller has fetched them.
    """
    if not rows:
        return []
    hanging = _hanging(tx, rows, persons=persons, notes=notes, releases=releases)
    parents = bare_facts(tx, [row["parent"] for row in rows])
    origins = bare_facts(tx, [row["derived_from"] for row in rows])
    keepers = queries.keepers_of(tx, [row["keeper"] for row in rows])
    return [
        Around(
            record_of(
                row,
                hanging,
                parent=parents.get(row["parent"]),
                keeper=_keeper(keepers.get(row["keeper"])),
                derived_from=origins.get(row["derived_from"]),
                record_links=_ends_of(tx, row["id"]) if ends else (),
            ),
            stand_ins_of(_named(row, hanging, keepers)),
        )
        for row in rows
    ]


def bare_facts(tx: Tx, ids: Sequence[str | None]) -> dict[str | None, Record]:
    """The facts of records by id: who they reach and who is on them, not what they say; their origins too."""
    wanted = sorted({record_id for record_id in ids if record_id})
    if not wanted:
        return {}
    rows = queries.bare(tx, wanted)
    hanging = _hanging(tx, rows)
    origins = bare_facts(tx, [row["derived_from"] for row in rows])
    return {
        row["id"]: record_of(row, hanging, derived_from=origins.get(row["derived_from"]), bare=True)
        for row in rows
    }


def _hanging(
    tx: Tx,
    rows: Sequence[RowMapping],
    *,
    persons: bool = True,
    notes: bool = True,
    releases: Mapping[str, Sequence[RowMapping]] | None = None,
) -> Rows:
    ids = [row["id"] for row in rows]
    return Rows(
        links=queries.links_of(tx, ids) if persons else {},
        releases=queries.releases_of(tx, ids) if releases is None else releases,
        notes=queries.notes_of(tx, ids) if notes else {},
    )


def _keeper(row: RowMapping | None) -> Keeper | None:
    return None if row is None else Keeper(link_of(row), row["happened"])


def _named(row: RowMapping, hanging: Rows, keepers: Mapping[str, RowMapping]) -> list[RowMapping]:
    named = list(hanging.links.get(row["id"], ()))
    return [*named, keepers[row["keeper"]]] if row["keeper"] in keepers else named


def _ends_of(tx: Tx, record_id: str) -> list[RecordLink]:
    """The links of a record with the facts of the record at each other end."""
    links = queries.record_links_of(tx, record_id)
    others = {link["id"]: _other(link, record_id) for link in links}
    types = queries.types_of(tx, others.values())
    ends: dict[str, Record] = {}
    for type_ in sorted(set(types.values())):
        rows = queries.rows(tx, type_, [each for each, kind in types.items() if kind == type_])
        ends |= {around.facts.id: around.facts for around in facts_of(tx, rows)}
    return [
        RecordLink(link["id"], others[link["id"]], link["made_by"], ends.get(others[link["id"]]))
        for link in links
    ]


def _other(link: RowMapping, record_id: str) -> str:
    return str(link["to_record"] if link["record_id"] == record_id else link["record_id"])
