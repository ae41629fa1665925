"""What goes with rows before they can be decided: links to others, parents, origins and keepers.

Each kind is fetched in one statement, however many rows there are, and only where there is any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.database import Tx
from sharing import queries
from sharing.facts import Row, keeper_from, origin_of, record_of, stand_ins_of
from sharing.nested import persons_on
from sharing.release.facts import Record, RecordLink

#: (agreement, person) -> stand-in name.
Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Around:
    """A record as the engine sees it, with the stand-in names of those whom it is about."""

    facts: Record
    names: Names


def facts_of(tx: Tx, rows: Sequence[Row], *, ends: bool = False) -> list[Around]:
    """The facts of whole rows, on which their persons hang; with `ends` also their links to other records.

    INVARIANT: what a rule must know is looked up past row-level security, and its absence is an error that
    denies. Were it left out, its floors would be gone with it.

    Raises:
        LookupError: if a parent, an origin or a keeper is not at hand.
    """
    above = queries.bare(tx, sorted({row["parent"] for row in rows if row["parent"]}))
    origins = _origins(tx, [*rows, *above])
    keepers = queries.keepers_of(tx, sorted({row["id"] for row in (*rows, *above) if row["keeper"]}))

    def made(row: Row, persons: Sequence[Row], **more: Any) -> Record:
        return record_of(
            row,
            persons,
            keeper=keeper_from(keepers[row["id"]]) if row["keeper"] else None,
            derived_from=origins[row["derived_from"]] if row["derived_from"] else None,
            **more,
        )

    persons_of = persons_on(tx.dialect.name).read
    parents = {row["id"]: made(row, persons_of(row)) for row in above}
    found = []
    for row in rows:
        persons = persons_of(row)
        links = _ends_of(tx, row["id"]) if ends else ()
        parent = parents[row["parent"]] if row["parent"] else None
        named = [*persons, *([keepers[row["id"]]] if row["keeper"] else [])]
        found.append(Around(made(row, persons, parent=parent, record_links=links), stand_ins_of(named)))
    return found


def _origins(tx: Tx, rows: Sequence[Row]) -> Mapping[str, Record]:
    """The facts of every origin of the rows by id: who was on them, not what they say."""
    behind = queries.origins_of(tx, sorted({row["id"] for row in rows if row["derived_from"]}))

    def facts(record_id: str) -> Record:
        row = behind[record_id]
        return origin_of(row, derived_from=facts(row["derived_from"]) if row["derived_from"] else None)

    return {record_id: facts(record_id) for record_id in behind}


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


def _other(link: Row, record_id: str) -> str:
    return str(link["to_record"] if link["record_id"] == record_id else link["record_id"])
