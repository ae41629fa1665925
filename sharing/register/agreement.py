"""One agreement: how it stands, under which heads, with which versions, and what happened beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Missing
from sharing.agreements import tables
from sharing.agreements.acts import Act, agreement_acts
from sharing.agreements.due import review_day, reviews_of
from sharing.agreements.ending import consenting
from sharing.agreements.heads import HEADS
from sharing.agreements.policy import policy_of
from sharing.agreements.signatures import signed_by
from sharing.agreements.stages import Stage
from sharing.agreements.states import agreement_in
from sharing.agreements.suspending import open_suspension
from sharing.events import agreements as events
from sharing.register.clauses import ClauseLine, clause_line
from sharing.register.lines import AgreementLine, Row, agency_names, lines_of, visible_versions
from sharing.register.people import By, people_names


@dataclass(frozen=True)
class VersionLine:
    """A version in the list of an agreement's. `begins` is None until it is signed."""

    number: int
    stage: Stage
    since: datetime | None
    from_at: datetime
    until: datetime
    begins: datetime | None
    drafted: By
    digest: str
    signed: int
    parties: int
    in_force: bool


@dataclass(frozen=True)
class Beside:
    """What happened beside the versions: suspended, withdrew, agreed-to-end, reviewed, ended.

    `until` is when it was over, and `due` is the day that a review set for the next.
    """

    what: str
    by: By
    reason: str
    until: datetime | None = None
    due: date | None = None


@dataclass(frozen=True)
class AgreementPage:
    """One agreement, by the version that its line names: the newest signed one, or the newest one at all."""

    line: AgreementLine
    shown: int
    purposes: tuple[str, ...]
    heads: tuple[tuple[str, str, str], ...]
    review_due: date | None
    clauses: tuple[ClauseLine, ...]
    versions: tuple[VersionLine, ...]
    beside: tuple[Beside, ...]
    acts: tuple[Act, ...]


def read_agreement(database: Database, actor: Actor, agreement_id: str) -> AgreementPage:
    """One agreement of which the actor may know some version.

    Raises:
        Missing: if there is none.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        rows = visible_versions(tx, actor, agreement_id)
        if not rows:
            raise Missing("There is no such agreement.")
        (line,) = lines_of(tx, actor, rows)
        events.agreement_read(tx, actor, agreement=agreement_id, versions=[row["number"] for row in rows])
        return _page(tx, actor, line, rows)


def _page(tx: Tx, actor: Actor, line: AgreementLine, rows: list[Row]) -> AgreementPage:
    _, policy = policy_of(tx)
    known = agreement_in(policy, line.id)
    names = agency_names(tx)
    number = line.number or rows[-1]["number"]
    shown = next(row for row in rows if row["number"] == number)
    text = _text(tx, line.id, number)
    told = text["heads"] or {}
    signed_versions = [row for row in rows if row["stage"] == Stage.SIGNED]
    return AgreementPage(
        line=line,
        shown=number,
        purposes=tuple(text["purposes"]),
        heads=tuple((slug, label, str(told.get(slug, ""))) for slug, label in HEADS.items()),
        review_due=review_day(shown, reviews_of(tx)),
        clauses=tuple(clause_line(stored, names) for stored in text["clauses"]),
        versions=_versions(tx, rows, line, names),
        # Who is no party (any more) to what is signed is told nothing of what happened since.
        beside=_beside(tx, line.id, names) if signed_versions and line.state != "left" else (),
        acts=agreement_acts(
            actor,
            known,
            suspended=open_suspension(tx, line.id, actor.agency_id),
            consented=actor.agency_id in consenting(tx, line.id),
            now=clock.now(),
        ),
    )


def _text(tx: Tx, agreement_id: str, number: int) -> Row:
    version = tables.agreement_version
    wanted = select(version.c.heads, version.c.purposes, version.c.clauses).where(
        version.c.agreement_id == agreement_id, version.c.number == number
    )
    return tx.execute(wanted).mappings().one()


def _versions(
    tx: Tx, rows: list[Row], line: AgreementLine, names: Mapping[str, str]
) -> tuple[VersionLine, ...]:
    signed = signed_by(tx, [line.id])
    people = people_names(tx, [row["drafted_by"] for row in rows])
    return tuple(
        VersionLine(
            number=row["number"],
            stage=Stage(row["stage"]),
            since=row["stage_at"],
            from_at=row["from_at"],
            until=row["until_at"],
            begins=(row["begins_at"] or row["from_at"]) if row["stage"] == Stage.SIGNED else None,
            drafted=By(
                people.get(row["drafted_by"], ""),
                names.get(row["drafted_agency"], ""),
                row["drafted_at"],
            ),
            digest=row["digest"] or "",
            signed=len(signed.get((line.id, row["number"]), ())),
            parties=len(row["parties"]),
            in_force=line.state == "active" and row["number"] == line.number,
        )
        for row in reversed(rows)
    )


def _beside(tx: Tx, agreement_id: str, names: Mapping[str, str]) -> tuple[Beside, ...]:
    """Everything beside the versions, the latest first."""
    suspended = _rows(tx, tables.suspension, agreement_id)
    withdrew = _rows(tx, tables.withdrawal, agreement_id)
    consented = _rows(tx, tables.ending_consent, agreement_id)
    reviewed = _rows(tx, tables.agreement_review, agreement_id)
    (ended,) = tx.execute(select(tables.agreement).where(tables.agreement.c.id == agreement_id)).mappings()
    people = people_names(
        tx,
        [
            *(row["by_user"] for row in (*suspended, *withdrew)),
            *(row["user_id"] for row in (*consented, *reviewed)),
            ended["ended_by"],
        ],
    )

    def by(row: Row, user: str, at: str) -> By:
        return By(people.get(row[user], ""), names.get(row["agency_id"], ""), row[at])

    found = [
        *(
            Beside("suspended", by(row, "by_user", "from_at"), row["reason"] or "", row["until_at"])
            for row in suspended
        ),
        *(
            Beside("withdrew", by(row, "by_user", "at"), row["reason"] or "", row["rejoined"])
            for row in withdrew
        ),
        *(Beside("agreed-to-end", by(row, "user_id", "at"), row["reason"]) for row in consented),
        *(
            Beside("reviewed", by(row, "user_id", "at"), row["findings"], due=row["next_due"])
            for row in reviewed
        ),
    ]
    if ended["ended"] is not None:
        last = By(people.get(ended["ended_by"], ""), "", ended["ended"])
        found.append(Beside("ended", last, ended["ended_why"] or ""))
    return tuple(sorted(found, key=lambda each: each.by.at or clock.now(), reverse=True))


def _rows(tx: Tx, table: Table, agreement_id: str) -> list[Mapping[Any, Any]]:
    return [*tx.execute(select(table).where(table.c.agreement_id == agreement_id)).mappings()]
