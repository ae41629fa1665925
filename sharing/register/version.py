"""One version: its clauses and what was said of them, who has signed, its way there, and what it promises."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from sharing.agreements import tables
from sharing.agreements.access import version_of
from sharing.agreements.acts import Act, version_acts
from sharing.agreements.digest import digest_of, exact_text, is_intact
from sharing.agreements.heads import HEADS
from sharing.agreements.policy import policy_of
from sharing.agreements.signatures import rows_of, unsigned
from sharing.agreements.stages import Stage
from sharing.agreements.states import agreement_in, governing, remaining, state_of
from sharing.events import agreements as events
from sharing.register.clauses import ClauseLine, clause_line
from sharing.register.lines import Row, agency_names, visible_versions
from sharing.register.people import By, people_names


@dataclass(frozen=True)
class Comment:
    """What a party said; `clause` is empty for the whole version."""

    clause: str
    by: By
    text: str


@dataclass(frozen=True)
class Signature:
    """A party's signature, or that it has yet to sign: then `by` has no name. Once `voided` it is none."""

    agency: str
    by: By
    role: str
    digest: str
    factor_at: datetime | None
    voided: datetime | None


@dataclass(frozen=True)
class StepLine:
    """A step on the version's way, with the reason where it went back."""

    stage: Stage
    by: By
    reason: str


@dataclass(frozen=True)
class VersionPage:
    """One version. `begins` is when it is in force, or would be if the last party signed now.

    `digest` is that of the text as it is stored; `intact` says whether it is the one that was frozen. `own`,
    `signed_by_us` and `withdrawn` are of the reader's agency: that it drafted it, has signed it, has left the
    agreement. `in_force` is the number of the version by which the parties are bound now, 0 for none that the
    reader may know of; `standing` is how the agreement stands, if this is that version. `others` are the
    versions that it may be compared with.
    """

    agreement: str
    title: str
    number: int
    edition: int
    own: bool
    signed_by_us: bool
    withdrawn: bool
    stage: Stage
    since: datetime | None
    parties: tuple[str, ...]
    purposes: tuple[str, ...]
    from_at: datetime
    until: datetime
    begins: datetime
    over: bool
    review_due: date | None
    heads: tuple[tuple[str, str, str], ...]
    clauses: tuple[ClauseLine, ...]
    drafted: By
    digest: str
    intact: bool
    in_force: int
    standing: str
    others: tuple[int, ...]
    comments: tuple[Comment, ...]
    signatures: tuple[Signature, ...]
    steps: tuple[StepLine, ...]
    acts: tuple[Act, ...]


def read_version(database: Database, actor: Actor, agreement_id: str, number: int) -> VersionPage:
    """One version that the actor may know of.

    Raises:
        Missing: if there is none.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        row = version_of(tx, actor, agreement_id, number)
        events.agreement_read(tx, actor, agreement=agreement_id, versions=[number])
        return _page(tx, actor, row)


def read_exact_text(database: Database, actor: Actor, agreement_id: str, number: int) -> bytes:
    """The canonical text of a version, whose SHA-256 is what signatures bind.

    Raises:
        Missing: if the actor may know of no such version.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        row = version_of(tx, actor, agreement_id, number)
        events.agreement_read(tx, actor, agreement=agreement_id, versions=[number])
        return exact_text(row["title"], row)


def _page(tx: Tx, actor: Actor, row: Row) -> VersionPage:
    names = agency_names(tx)
    _, policy = policy_of(tx)
    now = clock.now()
    known = agreement_in(policy, row["agreement_id"])
    bound = governing(known, now)
    signed = frozenset(row["parties"]) - frozenset(unsigned(tx, row))
    in_force = bound.number if bound is not None and actor.agency_id in bound.parties else 0
    visible = visible_versions(tx, actor, row["agreement_id"])
    newest = max((each.number for each in known.versions), default=0)
    return VersionPage(
        agreement=row["agreement_id"],
        title=row["title"],
        number=row["number"],
        edition=row["edition"],
        own=row["drafted_agency"] == actor.agency_id,
        signed_by_us=actor.agency_id in signed,
        withdrawn=bound is not None and actor.agency_id in bound.parties - remaining(known, now),
        stage=Stage(row["stage"]),
        since=row["stage_at"],
        drafted=_drafted(tx, row, names),
        digest=digest_of(row["title"], row),
        intact=is_intact(row["title"], row),
        in_force=in_force,
        standing=str(state_of(known, (), now)) if in_force == row["number"] else "",
        others=tuple(each["number"] for each in visible if each["number"] != row["number"]),
        comments=_comments(tx, row, names),
        signatures=_signatures(tx, row, names),
        steps=_steps(tx, row, names),
        acts=version_acts(actor, row, signed=signed, newest=newest, now=now),
        **_agreed(row, names, now),
    )


def _agreed(row: Row, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """What stands in the version, in words, and its period as it is or would be."""
    told, signed = row["heads"] or {}, row["stage"] == Stage.SIGNED
    return {
        "parties": tuple(names.get(party, party) for party in row["parties"]),
        "purposes": tuple(row["purposes"]),
        "from_at": row["from_at"],
        "until": row["until_at"],
        "begins": (row["begins_at"] or row["from_at"]) if signed else max(row["from_at"], now),
        "over": row["until_at"] <= now,
        "review_due": row["review_due"],
        "heads": tuple((slug, label, str(told.get(slug, ""))) for slug, label in HEADS.items()),
        "clauses": tuple(clause_line(stored, names) for stored in row["clauses"]),
    }


def _drafted(tx: Tx, row: Row, names: Mapping[str, str]) -> By:
    people = people_names(tx, [row["drafted_by"]])
    return By(people.get(row["drafted_by"], ""), names.get(row["drafted_agency"], ""), row["drafted_at"])


def _comments(tx: Tx, version: Row, names: Mapping[str, str]) -> tuple[Comment, ...]:
    rows = _rows(tx, tables.comment, version)
    people = people_names(tx, [row["user_id"] for row in rows])
    return tuple(
        Comment(row["clause"] or "", _by(row, people, names), row["text"])
        for row in sorted(rows, key=lambda row: (row["at"], row["id"]))
    )


def _signatures(tx: Tx, version: Row, names: Mapping[str, str]) -> tuple[Signature, ...]:
    """Those that stand, by time, then who has yet to sign, then the void ones; loaded versions have none."""
    rows = sorted(_rows(tx, tables.signature, version), key=lambda row: (row["at"], row["id"]))
    people = people_names(tx, [row["user_id"] for row in rows])
    made = [
        Signature(
            names.get(row["agency_id"], ""),
            _by(row, people, names),
            row["role"],
            row["digest"],
            row["factor_at"],
            row["voided"],
        )
        for row in rows
    ]
    standing = {row["agency_id"] for row in rows if row["voided"] is None}
    waiting = version["stage"] == Stage.SIGNING
    missing = [
        Signature(names.get(party, party), By("", names.get(party, party), None), "", "", None, None)
        for party in version["parties"]
        if waiting and party not in standing
    ]
    return (*(one for one in made if not one.voided), *missing, *(one for one in made if one.voided))


def _steps(tx: Tx, version: Row, names: Mapping[str, str]) -> tuple[StepLine, ...]:
    rows = sorted(_rows(tx, tables.version_step, version), key=lambda row: (row["at"], row["id"]))
    people = people_names(tx, [row["user_id"] for row in rows])
    return tuple(StepLine(Stage(row["stage"]), _by(row, people, names), row["reason"] or "") for row in rows)


def _by(row: Row, people: Mapping[str | None, str], names: Mapping[str, str]) -> By:
    return By(people.get(row["user_id"], ""), names.get(row["agency_id"], ""), row["at"])


def _rows(tx: Tx, table: Table, version: Row) -> list[Mapping[Any, Any]]:
    return [*tx.execute(select(table).where(rows_of(table, version))).mappings()]
