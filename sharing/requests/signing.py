"""Notes of necessity decided: signed or refused by their named approver, ended before their time."""

from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from auth.actor import Actor
from auth.roles import Action
from auth.tables import user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid, Missing
from foundation.identifiers import new_id
from sharing.agreements.policy import policy_of
from sharing.agreements.tables import necessity_note
from sharing.events import notes as events
from sharing.records.record import link
from sharing.release.floors import six_months_after
from sharing.requests.notes import LONGEST, digest_of, ends, one_note, signs
from sharing.requests.tables import note_proposal


def sign_note(database: Database, actor: Actor, note_id: str, digest: str) -> None:
    """Sign a note as its named approver; `digest` is of what was read. It holds from now on.

    Raises:
        Missing: if the actor is not its approver.
        Denied: if the actor's role no longer lets them sign, or a key is asking.
        FactorRequired: if the actor has not proved who they are in the last five minutes.
        Conflict: if it was decided or changed, or would run for more than six months from now.
    """
    actor.require(Action.NOTE_APPROVE)
    now = clock.now()
    factor_at = actor.require_fresh_factor(now)
    with database.transaction() as tx:
        row = _to_sign(tx, actor, note_id)
        if row["digest"] != digest or digest_of(row) != digest:
            raise Conflict("This note is not the one that you read. Look at it again; nothing was signed.")
        if not now < row["until_at"] <= six_months_after(now):
            raise Conflict(
                "A note runs for at most six months from when it is signed. Have it written again."
            )
        if actor.user_id not in policy_of(tx)[1].approvers:
            raise Denied(
                "Only a signatory of the police or of youth justice signs that sharing is necessary."
            )
        person = tx.execute(select(link.c.person_id).where(link.c.id == row["link_id"])).scalar_one()
        signed = new_id()
        values = {
            "id": signed,
            "record_id": row["record_id"],
            "person_id": person,
            "recipients": row["recipients"],
            "classes": row["classes"],
            "reason": row["reason"],
            "from_at": now,
            "until_at": row["until_at"],
            "approver": actor.user_id,
        }
        tx.execute(insert(necessity_note), values)
        _decide(tx, note_id, state="signed", decided_at=now, factor_at=factor_at, note_id=signed)
        events.note_signed(
            tx,
            actor,
            note=note_id,
            record=row["record_id"],
            owner=row["owner"],
            digest=digest,
            until=row["until_at"],
        )


def refuse_note(database: Database, actor: Actor, note_id: str, why: str) -> None:
    """Refuse to sign a note, saying why to its owner.

    Raises:
        Missing: if the actor is not its approver.
        Invalid: if no reason is given.
        Conflict: if it was decided.
    """
    actor.require(Action.NOTE_APPROVE)
    if not 0 < len(why.strip()) <= LONGEST:
        raise Invalid({"why": f"Say why it is not signed, in at most {LONGEST:,} characters."})
    with database.transaction() as tx:
        row = _to_sign(tx, actor, note_id)
        _decide(tx, note_id, state="refused", decided_at=clock.now(), refused_why=why.strip())
        events.note_refused(tx, actor, note=note_id, record=row["record_id"], owner=row["owner"])


def end_note(database: Database, actor: Actor, note_id: str) -> None:
    """End a note before its time, or take it back before it is signed; by its owner or its approver.

    Raises:
        Missing: if the actor is neither.
        Conflict: if there is nothing to end.
    """
    with database.transaction() as tx:
        row = one_note(tx, note_id)
        if row is None or not ends(actor, row):
            raise Missing("There is nothing here that you can see.")
        now = clock.now()
        if row["state"] == "waiting":
            _decide(tx, note_id, state="withdrawn", decided_at=now)
        else:
            alive = (note_proposal.c.id == note_id) & (note_proposal.c.state == "signed")
            values = {"state": "ended", "ended_at": now, "ended_by": actor.user_id}
            if tx.execute(update(note_proposal).where(alive).values(**values)).rowcount != 1:
                raise Conflict("This note has ended already.")
            signed = (necessity_note.c.id == row["note_id"]) & (necessity_note.c.until_at > now)
            tx.execute(update(necessity_note).where(signed).values(until_at=now))
        home = tx.execute(select(user.c.agency_id).where(user.c.id == row["approver"])).scalar_one()
        events.note_ended(tx, actor, note=note_id, record=row["record_id"], parties=[row["owner"], home])


def _to_sign(tx: Tx, actor: Actor, note_id: str) -> RowMapping:
    row = one_note(tx, note_id)
    if row is None or not signs(actor, row):
        raise Missing("There is nothing here that you can see.")
    if row["state"] != "waiting":
        raise Conflict("This note has been decided already.")
    return row


def _decide(tx: Tx, proposal_id: str, /, **values: Any) -> None:
    waiting = (note_proposal.c.id == proposal_id) & (note_proposal.c.state == "waiting")
    if tx.execute(update(note_proposal).where(waiting).values(**values)).rowcount != 1:
        raise Conflict("This note has been decided already.")
