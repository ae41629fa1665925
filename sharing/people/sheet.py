"""People from a spreadsheet: each row checked as it would be invited, before anybody is."""

import csv
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from auth.actor import Actor
from auth.roles import ROLE_LABELS, Action, PartnershipRole, Role
from auth.vetting import CHECKS, Vetting
from foundation.database import Database, Tx
from foundation.errors import Invalid
from sharing.people.inviting import MOST, NewPerson, faults_of
from sharing.people.partnership_roles import led_by
from sharing.people.placing import places_of

#: The columns, the first three of which every sheet has.
COLUMNS = ("name", "email", "roles", "job", "site", "area", "partnerships", "vetting", "reference", "until")
_CHECKS: Mapping[str, str] = {
    **{kind: kind for kind in CHECKS},
    **{words.casefold(): kind for kind, words in CHECKS.items()},
}
_NEEDED = frozenset(COLUMNS[:3])
_ROLES: Mapping[str, Role] = {
    **{role.value.replace("_", " "): role for role in Role},
    **{label.casefold(): role for role, label in ROLE_LABELS.items()},
}
#: Says which field a fault is of.
_WORDS = {
    "name": "Name",
    "email": "Email",
    "roles": "Roles",
    "job_title": "Job",
    "sites": "Site",
    "areas": "Area",
    "partnerships": "Partnerships",
    "kind": "Vetting",
    "reference": "Reference",
    "until": "Until",
}


@dataclass(frozen=True)
class Row:
    """One row as it was read, with everything that stands against it; `number` is the sheet's own line."""

    number: int
    person: NewPerson
    faults: tuple[str, ...]


class Known(NamedTuple):
    """The ids of what a sheet may name, by folded name: sites, areas, partnerships that the agency leads."""

    sites: Mapping[str, str]
    areas: Mapping[str, str]
    led: Mapping[str, str]


def read_sheet(database: Database, actor: Actor, text: str) -> tuple[Row, ...]:
    """Every row of a CSV text with its faults; nobody is invited.

    Raises:
        Invalid: if it is no such sheet.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        read = _read(tx, actor, text)
        people = [person for _, person, _ in read]
        faults = faults_of(tx, actor, people)
        rows = []
        for place, (number, person, unread) in enumerate(read):
            found = {**faults.get(place, {}), **unread}
            rows.append(Row(number, person, tuple(f"{_WORDS[name]}: {said}" for name, said in found.items())))
        return tuple(rows)


def _read(tx: Tx, actor: Actor, text: str) -> list[tuple[int, NewPerson, dict[str, str]]]:
    reader = csv.reader(text.lstrip("\ufeff").splitlines(), strict=True)
    places = places_of(tx, actor.agency_id)
    known = Known(*map(_by_name, (places.sites, places.areas, led_by(tx, actor.agency_id))))
    read: list[tuple[int, NewPerson, dict[str, str]]] = []
    try:
        columns = [name.strip().casefold() for name in next(reader, [])]
        if not _NEEDED <= set(columns) <= set(COLUMNS) or len(set(columns)) != len(columns):
            raise Invalid({"sheet": f"The first row names the columns: {', '.join(COLUMNS)}."})
        read.extend(
            (reader.line_num, *_person(dict(zip(columns, line, strict=False)), known))
            for line in reader
            if any(cell.strip() for cell in line)
        )
    except csv.Error:
        raise Invalid(
            {"sheet": f"Line {reader.line_num} is not CSV: a quotation mark does not close."}
        ) from None
    if not 1 <= len(read) <= MOST:
        raise Invalid({"sheet": f"Give from 1 to {MOST} people, one in each row."})
    return read


def _person(cells: Mapping[str, str], known: Known) -> tuple[NewPerson, dict[str, str]]:
    unread: dict[str, str] = {}
    named = (
        [" ".join(part.split()).casefold() for part in cells["roles"].split(";")] if "roles" in cells else []
    )
    unknown = [name for name in named if name and name not in _ROLES]
    if unknown:
        unread["roles"] = f"No such role: {', '.join(unknown)[:100]}."
    sites = _named(cells.get("site", ""), known.sites, ("sites", "site"), unread)
    areas = _named(cells.get("area", ""), known.areas, ("areas", "area"), unread)
    return NewPerson(
        cells.get("name", "").strip(),
        cells.get("email", "").strip(),
        frozenset(_ROLES[name] for name in named if name in _ROLES),
        cells.get("job", "").strip(),
        sites,
        _joint(cells.get("partnerships", ""), known, unread),
        _vetting(cells, unread),
        areas,
    ), unread


def _by_name(names: Mapping[str, str]) -> Mapping[str, str]:
    return {" ".join(name.split()).casefold(): id_ for id_, name in names.items()}


def _named(
    cell: str, known: Mapping[str, str], what: tuple[str, str], unread: dict[str, str]
) -> frozenset[str]:
    """The ids of what a cell names, parted by semicolons; `what` is the field and the word for one."""
    named = [" ".join(part.split()) for part in cell.split(";") if part.strip()]
    unknown = [name for name in named if name.casefold() not in known]
    if unknown:
        unread[what[0]] = f"Your agency has no {what[1]} of this name: {', '.join(unknown)[:100]}."
    return frozenset(known[name.casefold()] for name in named if name.casefold() in known)


def _joint(cell: str, known: Known, unread: dict[str, str]) -> frozenset[PartnershipRole]:
    """Roles in partnerships, each as `name: role`, parted by semicolons."""
    found = set()
    for part in filter(str.strip, cell.split(";")):
        name, _, named = (" ".join(each.split()).casefold() for each in part.rpartition(":"))
        if name not in known.led or named not in _ROLES:
            unread["partnerships"] = "Write “name of a partnership that your agency leads: role”."
        else:
            found.add(PartnershipRole(known.led[name], _ROLES[named]))
    return frozenset(found)


def _vetting(cells: Mapping[str, str], unread: dict[str, str]) -> Vetting | None:
    named, reference, until = (cells.get(name, "").strip() for name in ("vetting", "reference", "until"))
    if not (named or reference or until):
        return None
    kind = _CHECKS.get(" ".join(named.split()).casefold(), "")
    if not kind:
        unread["kind"] = f"No such check. Write one of: {', '.join(sorted(CHECKS))}."
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return Vetting(kind, reference, datetime.strptime(until, form).date())  # noqa: DTZ007 - a day
    unread["until"] = "Write the day like 2027-03-31 or 31/03/2027."
    return None
