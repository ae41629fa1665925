"""Versions of agreements as those read them who may: a draft its drafter's agency, others their parties."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency
from foundation import clock
from foundation.database import Tx
from foundation.errors import Missing
from sharing.agreements.content import VersionTerms, terms_of
from sharing.agreements.policy import policy_of
from sharing.agreements.stages import Stage
from sharing.agreements.tables import agreement, agreement_version
from sharing.agreements.version_check import MOST_VERSIONS
from sharing.release.standing import version_at


@dataclass(frozen=True)
class ReadVersion:
    """One version as somebody may read it.

    `editable` says that it is a draft that this reader may change. `before` is the version in force, which it
    would follow; None if there is none that the reader may know, or if this is not newer.
    """

    agreement: str
    title: str
    stage: Stage
    edition: int
    digest: str | None
    drafted_by: str | None
    drafted_at: datetime | None
    terms: VersionTerms
    before: VersionTerms | None
    editable: bool

    @property
    def number(self) -> int:
        """The version's number."""
        return self.terms.number


def find_version(tx: Tx, actor: Actor, agreement_id: str, number: int) -> ReadVersion:
    """A version that the actor may read: their own agency's draft, or any other to which it is a party.

    Raises:
        Missing: if there is none; another agency's draft and none are the same.
    """
    row = _row(tx, agreement_id, number)
    if row is None or not _readable(row, actor):
        raise Missing("There is nothing here that you can see.")
    return _read(tx, actor, row)


def find_draft(tx: Tx, actor: Actor, agreement_id: str, number: int) -> ReadVersion:
    """A draft that the actor may change.

    Raises:
        Missing: if there is none.
    """
    found = find_version(tx, actor, agreement_id, number)
    if not found.editable:
        raise Missing("There is nothing here that you can see.")
    return found


def own_drafts(tx: Tx, actor: Actor) -> list[ReadVersion]:
    """The drafts of the actor's agency, by agreement."""
    rows = tx.execute(
        _versions()
        .where(
            agreement_version.c.stage == Stage.DRAFT, agreement_version.c.drafted_agency == actor.agency_id
        )
        .order_by(agreement_version.c.agreement_id, agreement_version.c.number)
    ).mappings()
    return [_read(tx, actor, row) for row in rows if _readable(row, actor)]


def amendable(tx: Tx, actor: Actor) -> list[tuple[str, str]]:
    """Agreements that have not ended, whose newest signed version names the agency, with no version open."""
    rows = tx.execute(
        select(
            agreement_version.c.agreement_id,
            agreement_version.c.stage,
            agreement_version.c.parties,
            agreement.c.title,
        )
        .join(agreement, agreement.c.id == agreement_version.c.agreement_id)
        .where(agreement.c.ended.is_(None))
        .order_by(agreement_version.c.agreement_id, agreement_version.c.number)
    ).all()
    newest = {row.agreement_id: row for row in rows if row.stage == Stage.SIGNED}
    open_ = {row.agreement_id for row in rows if row.stage != Stage.SIGNED}
    return [
        (id_, row.title) for id_, row in newest.items() if id_ not in open_ and actor.agency_id in row.parties
    ]


def in_force(tx: Tx, agreement_id: str) -> VersionTerms | None:
    """The version by which the agreement is in force now, suspended or not."""
    _, policy = policy_of(tx)
    known = policy.agreements.get(agreement_id)
    version = None if known is None else version_at(known, clock.now())
    row = None if version is None else _row(tx, agreement_id, version.number)
    return None if row is None else terms_of(row, signed=True)


def newest_signed(tx: Tx, agreement_id: str) -> VersionTerms | None:
    """The newest signed version, begun or not."""
    row = tx.execute(
        _versions()
        .where(agreement_version.c.agreement_id == agreement_id, agreement_version.c.stage == Stage.SIGNED)
        .order_by(agreement_version.c.number.desc())
        .limit(1)
    )
    found = row.mappings().first()
    return None if found is None else terms_of(found, signed=True)


def agency_kinds(tx: Tx) -> Mapping[str, str]:
    """Every agency's kind."""
    return {row.id: row.kind for row in tx.execute(select(agency.c.id, agency.c.kind))}


def _versions() -> Select[Any]:
    return select(agreement_version, agreement.c.title).join(
        agreement, agreement.c.id == agreement_version.c.agreement_id
    )


def _row(tx: Tx, agreement_id: str, number: int) -> RowMapping | None:
    if not 1 <= number <= MOST_VERSIONS:
        return None  # a number that no column takes
    return (
        tx.execute(
            _versions().where(
                agreement_version.c.agreement_id == agreement_id, agreement_version.c.number == number
            )
        )
        .mappings()
        .first()
    )


def _readable(row: RowMapping, actor: Actor) -> bool:
    """Whether the actor may know of the version: members of a party only once it is signed."""
    named = actor.agency_id in row["parties"]
    if row["stage"] == Stage.SIGNED:
        return named
    own = actor.agency_id == row["drafted_agency"]
    return not actor.member and (own if row["stage"] == Stage.DRAFT else own or named)


def _read(tx: Tx, actor: Actor, row: RowMapping) -> ReadVersion:
    stage = Stage(row["stage"])
    terms = terms_of(row, signed=stage is Stage.SIGNED)
    now = in_force(tx, row["agreement_id"])
    # A version is compared with what the reader may read, which a party that is new has never been shown.
    shown = now is not None and now.number < terms.number and actor.agency_id in now.parties
    return ReadVersion(
        agreement=row["agreement_id"],
        title=row["title"],
        stage=stage,
        edition=row["edition"],
        digest=row["digest"],
        drafted_by=row["drafted_agency"],
        drafted_at=row["drafted_at"],
        terms=terms,
        before=now if shown else None,
        editable=stage is Stage.DRAFT and actor.may(Action.AGREEMENT_DRAFT),
    )
