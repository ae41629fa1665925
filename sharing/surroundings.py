"""What goes with rows before they can be decided: links to others, parents, origins and keepers.

Each kind is fetched in one statement, however many rows there are, and only where there is any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foundation.database import Tx
from sharing import queries
from sharing.facts import Row, link_of, record_of, stand_ins_of
from sharing.nested import persons_on
from sharing.release.facts import Keeper, Record, RecordLink

#: (agreement, person) -> stand-in name.
Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Around:
    """A record as the engine sees it, with the stand-in names of those whom it is about."""

    facts: Record
    names: Names


def facts_of(tx: Tx, rows: Sequence[Row], *, ends: bool = False) -> list[Around]:
    """The facts of whole rows, on which their persons hang; with `ends` also their links to other records."""
    parents = bare_facts(tx, [row["parent"] for row in rows])
    origins = bare_facts(tx, [row["derived_from"] for row in rows])
    keepers = queries.keepers_of(tx, [row["keeper"] for row in rows])
    found = []
    for row in rows:
        persons = persons_on(tx.dialect.name).read(row)
        keeper = keepers.get(row["keeper"])
        facts = record_of(
            row,
            persons,
            parent=parents.get(row["parent"]),
            keeper=None if keeper is None else Keeper(link_of(keeper), keeper["happened"]),
            derived_from=origins.get(row["derived_from"]),
            record_links=_ends_of(tx, row["id"]) if ends else (),
        )
        named: list[Row] = [*persons, *([] if keeper is None else [keeper])]
        found.append(Around(facts, stand_ins_of(named)))
    return found


def bare_facts(tx: Tx, ids: Sequence[str | None]) -> dict[str | None, Record]:
    """The facts of records by id: who they reach and who is on them, not what they say; their origins too."""
    rows = queries.bare(tx, sorted({record_id for record_id in ids if record_id}))
    if not rows:
        return {}
    origins = bare_facts(tx, [row["derived_from"] for row in rows])
    persons = persons_on(tx.dialect.name)
    return {
        row["id"]: record_of(row, persons.read(row), derived_from=origins.get(row["derived_from"]))
        for row in rows
    }


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
