"""Agreements on their way, of `demo/negotiations.yaml`: what was drafted, said and signed before loading."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from auth.roles import Role
from foundation.database import Tx
from sharing.agreements import tables
from sharing.agreements.digest import digest_of
from sharing.agreements.stages import Stage
from sharing.agreements.terms import parse_terms, store_agreement
from sharing.demonstration.moments import day_of, moment_of
from sharing.demonstration.people import People, id_of, read

Told = Mapping[str, Any]


def negotiate(tx: Tx, people: People, now: datetime) -> None:
    """Bring the agreements that were loaded to where they stand, and add those that nobody has signed yet."""
    told = read("negotiations.yaml")
    kinds = {agency.id: agency.kind for agency in people.agencies}
    version = tables.agreement_version
    for agreement, heads in told["heads"].items():
        signed = (version.c.agreement_id == agreement, version.c.stage == Stage.SIGNED)
        due = day_of(told["reviews"][agreement], now)
        tx.execute(update(version).where(*signed).values(heads=heads, review_due=due))
    for each in told["versions"]:
        if "terms" in each:
            store_agreement(tx, parse_terms(each["terms"], kinds))
        _stand(tx, each, people, now)
        for table, rows in _rows(each, people, now, _digest(tx, each)):
            if rows:
                tx.execute(insert(table), rows)


def _stand(tx: Tx, told: Told, people: People, now: datetime) -> None:
    """Set the version's stage, heads and drafter, and freeze its text where it is being signed."""
    version, drafter = tables.agreement_version, told["drafted"]["by"]
    values = {
        "stage": told["stage"],
        "stage_at": moment_of(told["steps"][-1]["at"], now),
        "heads": told["heads"],
        "review_due": day_of(told["review"], now),
        "drafted_by": id_of(drafter),
        "drafted_agency": people.by_user[id_of(drafter)].agency_id,
        "drafted_at": moment_of(told["drafted"]["at"], now),
    }
    if "from" in told:
        values["from_at"] = moment_of(told["from"], now)
    named = (version.c.agreement_id == told["agreement"], version.c.number == told["number"])
    tx.execute(update(version).where(*named).values(**values))
    if told["stage"] == Stage.SIGNING:
        tx.execute(update(version).where(*named).values(digest=_digest(tx, told)))


def _digest(tx: Tx, told: Told) -> str:
    version = tables.agreement_version
    wanted = (
        select(version, tables.agreement.c.title)
        .join(tables.agreement, tables.agreement.c.id == version.c.agreement_id)
        .where(version.c.agreement_id == told["agreement"], version.c.number == told["number"])
    )
    row = tx.execute(wanted).mappings().one()
    return digest_of(row["title"], row)


def _rows(told: Told, people: People, now: datetime, digest: str) -> list[tuple[Any, list[dict[str, Any]]]]:
    def row(kind: str, each: Told, **more: Any) -> dict[str, Any]:
        user, at = people.by_user[id_of(each["by"])], moment_of(each["at"], now)
        return {
            "id": id_of(f"{kind} {told['agreement']} {told['number']} {each['by']} {each['at']}"),
            "agreement_id": told["agreement"],
            "number": told["number"],
            "agency_id": user.agency_id,
            "user_id": user.id,
            "at": at,
            **more,
        }

    steps = [row("step", each, stage=each["stage"], reason=each.get("reason")) for each in told["steps"]]
    comments = [
        row("comment", each, clause=each.get("clause"), text=each["text"]) for each in told["comments"]
    ]
    signatures = [
        row("signature", each, role=Role.SIGNATORY, digest=digest, factor_at=moment_of(each["at"], now))
        for each in told.get("signatures", ())
    ]
    return [
        (tables.version_step, steps),
        (tables.comment, comments),
        (tables.signature, signatures),
    ]
