"""The register: agreements as their parties read them, what is promised to whom, in which version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Missing
from sharing import events
from sharing.agreements.tables import agreement, agreement_version


@dataclass(frozen=True)
class AgreementLine:
    """An agreement in a list; `number` is the version in force, 0 if none is."""

    id: str
    title: str
    number: int
    parties: tuple[str, ...]
    until: datetime | None


@dataclass(frozen=True)
class ClauseLine:
    """A clause in words: lists are as they were signed."""

    id: str
    title: str
    treatment: str
    from_parties: str
    to_parties: str
    records: str
    fields: str
    categories: str
    children: str
    basis: str
    retention_days: int | None


@dataclass(frozen=True)
class AgreementPage:
    """One agreement with the clauses of the version in force."""

    line: AgreementLine
    purposes: tuple[str, ...]
    clauses: tuple[ClauseLine, ...]


def list_agreements(database: Database, actor: Actor) -> tuple[AgreementLine, ...]:
    """The agreements to which the actor's agency is a party, by reference."""
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        names = _names(tx)
        lines = [_line(row, version, names) for row, version in _in_force(tx, actor)]
        events.agreements_listed(tx, actor, agreements=[line.id for line in lines])
    return tuple(lines)


def read_agreement(database: Database, actor: Actor, agreement_id: str) -> AgreementPage:
    """One agreement to which the actor's agency is a party.

    Raises:
        Missing: if it is not a party.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        names = _names(tx)
        found = next(
            ((row, version) for row, version in _in_force(tx, actor) if row.id == agreement_id), None
        )
        if found is None:
            raise Missing("There is no such agreement.")
        row, version = found
        events.agreement_read(tx, actor, agreement=agreement_id)
        return AgreementPage(
            _line(row, version, names),
            tuple(version.purposes),
            tuple(_clause(stored, names) for stored in version.clauses),
        )


def _names(tx: Tx) -> dict[str, str]:
    return {row.id: row.short_name for row in tx.execute(select(agency.c.id, agency.c.short_name))}


def _in_force(tx: Tx, actor: Actor) -> list[tuple[Any, Any]]:
    now = clock.now()
    newest: dict[str, Any] = {}
    for version in tx.execute(
        select(agreement_version)
        .where(agreement_version.c.signed.is_(True), agreement_version.c.from_at <= now)
        .order_by(agreement_version.c.number)
    ):
        newest[version.agreement_id] = version
    rows = tx.execute(select(agreement).order_by(agreement.c.id)).all()
    return [
        (row, newest[row.id])
        for row in rows
        if row.id in newest and actor.agency_id in newest[row.id].parties
    ]


def _line(row: Any, version: Any, names: dict[str, str]) -> AgreementLine:
    parties = tuple(names.get(party, party) for party in version.parties)
    return AgreementLine(row.id, row.title, version.number, parties, version.until_at)


def _clause(stored: dict[str, Any], names: dict[str, str]) -> ClauseLine:
    def words(key: str) -> str:
        return ", ".join(names.get(each, each).replace("_", " ") for each in stored.get(key) or ())

    return ClauseLine(
        id=stored["id"],
        title=stored.get("title", ""),
        treatment=stored["treatment"],
        from_parties=words("from"),
        to_parties=words("to"),
        records=words("records"),
        fields=words("fields"),
        categories=words("categories"),
        children={"also": "also", "only": "only"}.get(stored.get("children") or "no", "no"),
        basis=stored.get("basis", ""),
        retention_days=stored.get("retention_days"),
    )
