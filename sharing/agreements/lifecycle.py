"""A version on its way to being signed: draft, in review, being signed, and back again.

How a draft is made and changed stands beside this; signing has a module of its own.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import func, insert, select, update

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid
from foundation.identifiers import new_id
from sharing.agreements import tables
from sharing.agreements.access import acting, concerned, open_version, reason_of
from sharing.agreements.clause_check import clause_problems
from sharing.agreements.digest import digest_of
from sharing.agreements.policy import epoch_of
from sharing.agreements.signatures import rows_of, standing_signatures
from sharing.agreements.stages import Stage
from sharing.events import agreements as events

_NEGOTIATED = frozenset({Stage.REVIEW, Stage.SIGNING})


def comment(
    database: Database, actor: Actor, agreement_id: str, number: int, *, text: str, clause: str | None = None
) -> str:
    """Say something to the other parties of a version that is not signed yet; gives the comment's id.

    Raises:
        Missing: if the version is not the actor's agency's to read.
        Conflict: if the version is not being negotiated.
        Invalid: if there is no such clause, or no text.
    """
    actor.require(Action.AGREEMENT_DRAFT)
    with acting(database, actor, agreement_id, "comment", number=number) as tx:
        version = open_version(tx, actor, agreement_id, number)
        _require_stage(version, _NEGOTIATED)
        said = reason_of(text, field="text", said="Say what you think of it.")
        if clause and clause not in {each["id"] for each in version["clauses"]}:
            raise Invalid({"clause": "There is no such clause in this version."})
        row = {
            "id": new_id(),
            "agreement_id": agreement_id,
            "number": number,
            "clause": clause or None,
            "agency_id": actor.agency_id,
            "user_id": actor.user_id,
            "text": said,
            "at": clock.now(),
        }
        tx.execute(insert(tables.comment), row)
        of = of_version(tx, version)
        events.version_commented(tx, actor, of, clause=clause or "", length=len(said))
        return str(row["id"])


def send_to_review(database: Database, actor: Actor, agreement_id: str, number: int, *, edition: int) -> None:
    """Send a draft to its parties; `edition` is the one that the drafter had before them.

    Raises:
        Missing: if it is not the actor's agency's draft.
        Conflict: if it is no draft any more, or somebody changed it in the meantime.
        Invalid: with a sentence for each thing that keeps it from being signed.
    """
    actor.require(Action.AGREEMENT_DRAFT)
    with acting(database, actor, agreement_id, "review", number=number) as tx:
        version = open_version(tx, actor, agreement_id, number)
        _require_stage(version, {Stage.DRAFT})
        _require_drafter(version, actor)
        if version["edition"] != edition:
            raise Conflict("Somebody changed this draft in the meantime. Read it again, then send it.")
        _require_ready(tx, version)
        moved = _move(tx, actor, version, Stage.REVIEW)
        events.sent_to_review(tx, actor, of_version(tx, moved))


def send_to_signing(database: Database, actor: Actor, agreement_id: str, number: int) -> str:
    """Freeze a version that its parties have read, so that they can sign it; gives the digest of its text.

    Raises:
        Missing: if the version is not the actor's agency's to read.
        Denied: if another agency drafted it.
        Conflict: if it is not in review, or a newer version has been signed.
        Invalid: with a sentence for each thing that keeps it from being signed.
    """
    actor.require(Action.AGREEMENT_DRAFT)
    with acting(database, actor, agreement_id, "signing", number=number) as tx:
        version = open_version(tx, actor, agreement_id, number)
        _require_stage(version, {Stage.REVIEW})
        _require_drafter(version, actor)
        require_newest(tx, version)
        _require_ready(tx, version)
        moved = _move(tx, actor, version, Stage.SIGNING, digest=digest_of(version["title"], version))
        events.sent_to_signing(tx, actor, of_version(tx, moved))
        return str(moved["digest"])


def send_back(database: Database, actor: Actor, agreement_id: str, number: int, *, reason: str) -> None:
    """Send a version back to its drafter to be changed; signatures made are void, and stay in its history.

    Raises:
        Missing: if the version is not the actor's agency's to read.
        Conflict: if it is not being negotiated.
        Invalid: if no reason is given.
    """
    actor.require(Action.AGREEMENT_DRAFT)
    with acting(database, actor, agreement_id, "back", number=number) as tx:
        version = open_version(tx, actor, agreement_id, number)
        _require_stage(version, _NEGOTIATED)
        kept = reason_of(reason)
        standing = standing_signatures(version)
        voided = tx.execute(select(tables.signature.c.agency_id).where(standing)).scalars().all()
        tx.execute(update(tables.signature).where(standing).values(voided=clock.now()))
        of = of_version(tx, version)
        _move(tx, actor, version, Stage.DRAFT, reason=kept)
        events.sent_back(tx, actor, of, voided=sorted(voided))


def of_version(tx: Tx, version: Mapping[Any, Any], epoch: int | None = None) -> events.Of:
    """What an entry says of the version, as of this transaction; its text's digest, frozen or not."""
    return events.Of(
        agreement=version["agreement_id"],
        version=version["number"],
        digest=version["digest"] or digest_of(version["title"], version),
        epoch=epoch_of(tx) if epoch is None else epoch,
        agencies=concerned(version),
    )


def require_newest(tx: Tx, version: Mapping[Any, Any]) -> None:
    """Refuse a version that another one has overtaken, since it could never be in force.

    Raises:
        Conflict: if a newer version has been signed.
    """
    newest = tx.execute(
        select(func.max(tables.agreement_version.c.number)).where(
            tables.agreement_version.c.agreement_id == version["agreement_id"],
            tables.agreement_version.c.stage == Stage.SIGNED,
        )
    ).scalar()
    if newest is not None and newest > version["number"]:
        raise Conflict(f"Version {newest} has been signed, and is newer. Draft an amendment of that one.")


def require_time_left(version: Mapping[Any, Any]) -> None:
    """Refuse a version whose period is over.

    Raises:
        Conflict: if it is.
    """
    if version["until_at"] <= clock.now():
        raise Conflict("The period of this version is over, so it cannot be signed. Send it back.")


def _require_stage(version: Mapping[Any, Any], stages: Collection[Stage]) -> None:
    if version["stage"] not in stages:
        raise Conflict("Somebody has moved this version on. Nothing was changed. Look at it again.")


def _require_drafter(version: Mapping[Any, Any], actor: Actor) -> None:
    if version["drafted_agency"] != actor.agency_id:
        raise Denied("The agency that drafted this version sends it on.")


def _require_ready(tx: Tx, version: Mapping[Any, Any]) -> None:
    kinds = {row.id: row.kind for row in tx.execute(select(agency.c.id, agency.c.kind))}
    problems: dict[str, str] = {}
    for place, sentence in _problems(version, kinds):
        problems[place] = f"{problems[place]} {sentence}" if place in problems else sentence
    if problems:
        raise Invalid(problems)


def _problems(version: Mapping[Any, Any], kinds: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("parties", "purposes", "clauses"):
        if not version[name]:
            yield name, f"The list of {name} is empty, and empty never means all."
    if not version["from_at"] < version["until_at"]:
        yield "period", "It ends before it begins."
    elif version["until_at"] <= clock.now():
        yield "period", "Its period is over."
    if strangers := sorted(set(version["parties"]) - set(kinds)):
        yield "parties", f"No such agency: {', '.join(strangers)}."
        return
    for clause in version["clauses"]:
        yield from clause_problems(clause, dict(version), kinds)
    ids = [str(clause.get("id")) for clause in version["clauses"]]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"clause {twice}", "There is another clause with this id."


def _move(
    tx: Tx,
    actor: Actor,
    version: Mapping[Any, Any],
    stage: Stage,
    *,
    digest: str | None = None,
    reason: str = "",
) -> Mapping[Any, Any]:
    """Set the stage, unless the version has moved or changed since it was read; gives the new row."""
    now = clock.now()
    moved = tx.execute(
        update(tables.agreement_version)
        .where(
            rows_of(tables.agreement_version, version),
            tables.agreement_version.c.stage == version["stage"],
            tables.agreement_version.c.edition == version["edition"],
        )
        .values(stage=stage, stage_at=now, digest=digest)
    )
    if moved.rowcount != 1:
        raise Conflict("Somebody has moved this version on. Nothing was changed. Look at it again.")
    keep_step(tx, actor, version, stage, reason=reason)
    return {**version, "stage": stage, "stage_at": now, "digest": digest}


def keep_step(tx: Tx, actor: Actor, version: Mapping[Any, Any], stage: Stage, *, reason: str = "") -> None:
    """Keep that the version went to a stage, for its history."""
    step = {
        "id": new_id(),
        "agreement_id": version["agreement_id"],
        "number": version["number"],
        "stage": stage,
        "agency_id": actor.agency_id,
        "user_id": actor.user_id,
        "at": clock.now(),
        "reason": reason or None,
    }
    tx.execute(insert(tables.version_step), step)
