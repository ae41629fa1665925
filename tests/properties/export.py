"""What a database holds, written as a world in the form of a file: read from the tables by this file alone.

Nothing of the product's own way from rows to facts is used, so that a mistake there shows as a difference.
"""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from auth.roles import PERMISSIONS, Role
from auth.tables import agency, area, area_site, user, user_area, user_site
from foundation.database import Tx
from sharing.agreements import tables
from sharing.records import record as held
from sharing.records.person import PERSON
from sharing.records.registry import SCHEMAS, TABLES

World = dict[str, Any]

#: A release is kept only if its maker might make it; that this stays so is not for the reader's rules to say.
_RELEASER = {"types": "all", "classes": [], "release": True}


def export(tx: Tx) -> World:
    """Everything in the database that bears on who sees what."""
    agencies = _agencies(tx)
    people = _users(tx)
    releasers = [
        {"id": f"by:{each['id']}", "agency": each["id"], "roles": ["releaser"], "site": None}
        for each in agencies
    ]
    return {
        "agencies": agencies,
        "users": [*people, *releasers],
        "roles": {**_roles(), "releaser": _RELEASER},
        "approvers": _approvers(tx),
        "agreements": _agreements(tx),
        "subjects": _persons(tx),
        "records": _records(tx),
        "releases": _releases(tx),
        "grants": _grants(tx),
        "break_glass": _broken_glass(tx),
    }


def written(value: Any) -> Any:
    """A value as a world writes it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


def _rows(tx: Tx, table: Any) -> list[dict[str, Any]]:
    keys = list(table.primary_key.columns)
    found = tx.execute(select(table).order_by(*keys)).mappings()
    return [{name: written(value) for name, value in row.items()} for row in found]


def _agencies(tx: Tx) -> list[dict[str, Any]]:
    return [{"id": row["id"], "kind": row["kind"], "business": row["business"]} for row in _rows(tx, agency)]


def _users(tx: Tx) -> list[dict[str, Any]]:
    own, within, stands = (_rows(tx, table) for table in (user_site, area_site, user_area))
    going = {row["id"] for row in _rows(tx, area) if row["ended_at"] is None}
    made = []
    for row in _rows(tx, user):
        held = {each["site_id"] for each in own if each["user_id"] == row["id"]}
        areas = {each["area_id"] for each in stands if each["user_id"] == row["id"]} & going
        held |= {each["site_id"] for each in within if each["area_id"] in areas}
        placed = {"sites": sorted(held)} if row["member"] else {}
        made.append(
            {"id": row["id"], "agency": row["agency_id"], "roles": list(row["roles"]), "site": None, **placed}
        )
    return made


def _roles() -> dict[str, Any]:
    def named(held_: Any) -> Any:
        return held_ if isinstance(held_, str) else sorted(held_)

    return {
        role.value: {
            "types": named(permission.types),
            "classes": named(permission.classes),
            "intelligence": permission.intelligence,
            "release": permission.release,
        }
        for role, permission in PERMISSIONS.items()
    }


def _approvers(tx: Tx) -> list[str]:
    return [row["id"] for row in _rows(tx, user) if Role.SIGNATORY in row["roles"] and not row["disabled"]]


def _grouped(tx: Tx, table: Any, key: str) -> dict[Any, list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in _rows(tx, table):
        found[row[key]].append(row)
    return found


def _agreements(tx: Tx) -> list[dict[str, Any]]:
    versions, pauses, gone = (
        _grouped(tx, table, "agreement_id")
        for table in (tables.agreement_version, tables.suspension, tables.withdrawal)
    )
    of_release = {row["id"]: row["agreement_id"] for row in _rows(tx, tables.release)}
    confirmed = defaultdict(list)
    for row in _rows(tx, tables.confirmation):
        word = {"release": row["release_id"], "version": row["version"], "at": row["at"]}
        confirmed[of_release[row["release_id"]]].append(word)
    return [
        {
            "id": row["id"],
            "ended": row["ended"],
            "suspended": [{"from": each["from_at"], "until": each["until_at"]} for each in pauses[row["id"]]],
            "withdrawals": [
                {"agency": each["agency_id"], "at": each["at"]}
                | ({"rejoined": each["rejoined"]} if each["rejoined"] else {})
                for each in gone[row["id"]]
            ],
            "confirmed": confirmed[row["id"]],
            "versions": [_version(each) for each in versions[row["id"]]],
        }
        for row in _rows(tx, tables.agreement)
    ]


def _version(row: dict[str, Any]) -> dict[str, Any]:
    told = ("number", "parties", "purposes", "clauses")
    period = {"from": row["from_at"], "until": row["until_at"]}
    return {**{key: row[key] for key in told}, **period, "signed": row["stage"] == "signed"}


def _persons(tx: Tx) -> list[dict[str, Any]]:
    return [
        {
            "id": row["id"],
            "dob": row["date_of_birth"],
            "dob_verified": row["date_of_birth_verified"],
            "apparent_age": row["apparent_age"],
            "believed_child": row["believed_child"],
            "anonymity_order": row["anonymity_order"],
        }
        for row in _rows(tx, held.person)
    ]


def _records(tx: Tx) -> list[dict[str, Any]]:
    details = {name: {row["record_id"]: row for row in _rows(tx, table)} for name, table in TABLES.items()}
    links, notes = _grouped(tx, held.link, "record_id"), _grouped(tx, tables.necessity_note, "record_id")
    joined = defaultdict(list)
    for row in _rows(tx, held.record_link):
        for one, other in ((row["record_id"], row["to_record"]), (row["to_record"], row["record_id"])):
            joined[one].append({"link": row["id"], "to": other, "by": row["made_by"]})
    return [
        {
            **{key: row[key] for key in ("id", "type", "owner", "site", "happened", "conditions")},
            **{key: row[key] for key in ("keeper", "parent", "derived_from") if row[key]},
            "subject": next((each["person_id"] for each in links[row["id"]] if each["own"]), None),
            "fields": _fields(row, details[row["type"]].get(row["id"], {}), links[row["id"]]),
            "persons": [_link(each) for each in links[row["id"]] if not each["own"]],
            "links": joined[row["id"]],
            "necessity_notes": [_note(each) for each in notes[row["id"]]],
        }
        for row in _rows(tx, held.record)
    ]


def _fields(row: dict[str, Any], own: dict[str, Any], links: list[dict[str, Any]]) -> dict[str, Any]:
    names = [each.name for each in SCHEMAS[row["type"]].fields]
    found = {name: row[name] if name in held.EVERY.by_name else own.get(name) for name in names}
    for link in links:
        if link["own"]:
            found |= _of_person(link)
    return {name: value for name, value in found.items() if value is not None}


def _of_person(link: dict[str, Any]) -> dict[str, Any]:
    return {each.name: link[each.name] for each in PERSON.fields if link[each.name] is not None}


def _link(row: dict[str, Any]) -> dict[str, Any]:
    of = {"link": row["id"], "subject": row["person_id"], "categories": row["categories"]}
    return {**of, "fields": _of_person(row)}


def _note(row: dict[str, Any]) -> dict[str, Any]:
    told = {key: row[key] for key in ("recipients", "classes", "reason", "approver")}
    return {**told, "subject": row["person_id"], "from": row["from_at"], "until": row["until_at"]}


def _releases(tx: Tx) -> list[dict[str, Any]]:
    owners = {row["id"]: row["owner"] for row in _rows(tx, held.record)}
    return [
        {
            **{key: row[key] for key in ("id", "purposes", "recipients", "text", "at", "expires", "revoked")},
            **({"category": row["category"]} if row["category"] else {}),
            "record": row["record_id"],
            "agreement": row["agreement_id"],
            "by": f"by:{owners[row['record_id']]}",
        }
        for row in _rows(tx, tables.release)
    ]


def _grants(tx: Tx) -> list[dict[str, Any]]:
    told = ("id", "fields", "treatment", "to_agency", "to_users", "purpose", "passes")
    return [
        {
            **{key: row[key] for key in told},
            "record": row["record_id"],
            "agreement": row["agreement_id"],
            "from": row["from_at"],
            "until": row["until_at"],
        }
        for row in _rows(tx, tables.grant)
    ]


def _broken_glass(tx: Tx) -> list[dict[str, Any]]:
    told = ("id", "at", "role", "danger", "reason", "factor_at", "reviewed")
    return [
        {
            **{key: row[key] for key in told},
            "user": row["user_id"],
            "record": row["record_id"],
            "second_person": row["second_user"],
        }
        for row in _rows(tx, tables.break_glass)
        if row["at"] is not None
    ]
