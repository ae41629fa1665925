"""What happens to agreements, as rows: the thin layer that stands for the acts of their lifecycle."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from foundation.identifiers import new_id
from sharing.agreements import tables
from sharing.agreements.stages import Stage
from tests.properties.play import Play
from tests.properties.strategies import ALL_KINDS, PURPOSES

Clauses = list[dict[str, Any]]


def agree(play: Play, parties: Sequence[str], clauses: Clauses, days: int) -> str:
    """A new agreement, signed by its parties, in force from now on for so many days."""
    name = f"AGREEMENT-{len(play.agreements) + 1}"
    with play.changing() as tx:
        tx.execute(insert(tables.agreement), {"id": name, "title": name, "ended": None})
        tx.execute(insert(tables.agreement_version), _version(play, name, 1, parties, clauses, days))
    play.agreements.append(name)
    return name


def add_version(
    play: Play, agreement: str, clauses: Clauses, days: int, begins_in: int, stage: Stage
) -> None:
    """The next version of an agreement with the parties of the last, in some stage of its way."""
    table = tables.agreement_version
    with play.changing() as tx:
        last = tx.execute(
            select(table).where(table.c.agreement_id == agreement).order_by(table.c.number.desc())
        ).first()
        row = _version(play, agreement, last.number + 1, last.parties, clauses, days, begins_in)
        tx.execute(insert(table), {**row, "stage": stage})


def sign(play: Play, agreement: str) -> None:
    """Whatever version of it was not signed yet is, by everybody."""
    table = tables.agreement_version
    with play.changing() as tx:
        tx.execute(update(table).where(table.c.agreement_id == agreement).values(stage=Stage.SIGNED))


def suspend(play: Play, agreement: str, days: int | None) -> None:
    """From now on, for so many days or until somebody resumes it."""
    until = None if days is None else play.now + timedelta(days=days)
    row = {"agreement_id": agreement, "from_at": play.now, "until_at": until}
    with play.changing() as tx:
        tx.execute(insert(tables.suspension), {"id": new_id(), **row})


def resume(play: Play, agreement: str) -> None:
    table = tables.suspension
    open_now = (table.c.agreement_id == agreement) & table.c.until_at.is_(None)
    with play.changing() as tx:
        tx.execute(update(table).where(open_now).values(until_at=play.now))


def end(play: Play, agreement: str) -> None:
    with play.changing() as tx:
        statement = update(tables.agreement).where(tables.agreement.c.id == agreement)
        tx.execute(statement.where(tables.agreement.c.ended.is_(None)).values(ended=play.now))


def withdraw(play: Play, agreement: str, agency: str) -> None:
    table = tables.withdrawal
    row = {"agreement_id": agreement, "agency_id": agency, "at": play.now}
    with play.changing() as tx:
        out = select(func.count()).where(
            table.c.agreement_id == agreement, table.c.agency_id == agency, table.c.rejoined.is_(None)
        )
        if tx.execute(out).scalar_one() == 0:
            tx.execute(insert(table), {"id": new_id(), **row})


def rejoin(play: Play, agreement: str, agency: str) -> None:
    table = tables.withdrawal
    mine = (table.c.agreement_id == agreement) & (table.c.agency_id == agency) & table.c.rejoined.is_(None)
    with play.changing() as tx:
        tx.execute(update(table).where(mine).values(rejoined=play.now))


def confirm(play: Play, release: str, version: int) -> None:
    """The owner's word that the version may loosen what was released before."""
    row = {"release_id": release, "version": version, "at": play.now, "by_user": play.homes[0].sender}
    table = tables.confirmation
    with play.changing() as tx:
        said = select(func.count()).where(table.c.release_id == release, table.c.version == version)
        if tx.execute(said).scalar_one() == 0:
            tx.execute(insert(table), row)


def _version(
    play: Play,
    name: str,
    number: int,
    parties: Sequence[str],
    clauses: Clauses,
    days: int,
    begins_in: int = 0,
) -> dict[str, Any]:
    begins = play.now + timedelta(days=begins_in)
    return {
        "agreement_id": name,
        "number": number,
        "stage": Stage.SIGNED,
        "from_at": begins,
        "until_at": begins + timedelta(days=days),
        "parties": sorted(parties),
        "purposes": list(PURPOSES),
        "clauses": [
            {**clause, "id": f"{number}.{place}", "basis": "Invented.", **_sides(play, clause)}
            for place, clause in enumerate(clauses, start=1)
        ],
    }


def _sides(play: Play, clause: dict[str, Any]) -> dict[str, list[str]]:
    """The sides of a clause without agencies that nobody has founded; a side left empty names every kind."""
    known = {*(home.id for home in play.homes), *ALL_KINDS, "members"}
    return {
        side: [each for each in clause[side] if each in known] or list(ALL_KINDS) for side in ("from", "to")
    }
