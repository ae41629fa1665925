"""The use cases of an owner: recall what was shared, or see first whom that would tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Stale
from foundation.identifiers import new_id
from foundation.trial import tried
from sharing.agreements.policy import close_to_readers
from sharing.announcements import Event, announce
from sharing.contribution import own_record
from sharing.events import recalls as events
from sharing.events import records as record_events
from sharing.recalls import tables
from sharing.recalls.acts import Act, apply_act, own_records_of, refuse_unread
from sharing.recalls.kinds import KINDS, MOVING_ON
from sharing.recalls.scene import CHANGED, Effect, Scene, Told, open_scene
from sharing.recalls.words import check_words, due_of
from sharing.records.record import record


@dataclass(frozen=True)
class Recalled:
    """What came of it: the recall's id, empty if there was nobody to tell and no reason to keep."""

    id: str
    told: int


def recall(
    database: Database, actor: Actor, type_: str, record_id: str, act: Act, *, seen: str | None = None
) -> Recalled:
    """Take back or correct what was shared of an own record, and tell those whose released form changes.

    `seen` is the `version` of what the actor was shown; without it whatever stands there is recalled. It
    takes effect at every reader's next look; a look under way stands before it in the ledger.

    Raises:
        Missing: if the record is not the actor's agency's, or not of that type, or has no such release.
        Stale: if it is no longer what was read.
        Denied: if the actor's role may not release, or does not read one of the fields.
        Invalid: with a sentence for each field that cannot be taken.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        scene = open_scene(tx, actor, type_, record_id, seen)
        check_words(tx, scene.row, act, scene.held, reasoned=True)
        return _recalled(tx, scene, act, keep=True)


def rehearse(
    database: Database, actor: Actor, type_: str, record_id: str, act: Act, *, seen: str | None = None
) -> Effect:
    """What `recall` would do and whom it would tell; it is done and undone, and nothing stays of it.

    Raises:
        As `recall` does.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        scene = open_scene(tx, actor, type_, record_id, seen)
        check_words(tx, scene.row, act, scene.held, reasoned=False)
        effect = tried(tx, lambda: _effect(tx, scene, act))
        events.recall_rehearsed(tx, actor, record=record_id, kind=act.kind)
        return effect


def amend_seen(
    database: Database, actor: Actor, type_: str, record_id: str, values: Mapping[str, Any], *, seen: str
) -> None:
    """Change fields of an own record as it was read: `seen` is the `version` of what the actor was shown.

    A value of None, "" or [] empties its field. Fields that do not move on by their nature are corrected:
    those who were shown them and whose released form changes are told.

    Raises:
        Missing: if the record is not the actor's agency's, or not of that type.
        Stale: if it is no longer what was read.
        Denied: if a field is one that the actor's role does not read.
        Invalid: with a sentence for each field that cannot be taken.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_SUBMIT)
    with database.transaction() as tx:
        scene = open_scene(tx, actor, type_, record_id, seen)
        act, scene.quiet = Act(values=values), MOVING_ON
        if {*values} <= MOVING_ON:
            _do(tx, scene, act)
            record_events.record_amended(tx, actor, record=record_id, fields=list(values))
        else:
            _recalled(tx, scene, act, keep=False)


def revoke_release(
    database: Database, actor: Actor, record_id: str, release_id: str, *, message: str = "", reason: str = ""
) -> None:
    """Take one release of an own record back, and tell those who were shown what they no longer are.

    Raises:
        Missing: if the record or the release is not there, or not the actor's agency's.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        row = own_record(tx, actor, record_id)
        scene = open_scene(tx, actor, row["type"], record_id, None)
        act = Act(release=release_id, message=message, reason=reason)
        check_words(tx, scene.row, act, scene.held, reasoned=False)
        _recalled(tx, scene, act, keep=bool(reason))


def _effect(tx: Tx, scene: Scene, act: Act) -> Effect:
    _do(tx, scene, act)
    return scene.effect(tx)


def _do(tx: Tx, scene: Scene, act: Act) -> None:
    """Do what is asked, and read the record again as it stands now."""
    if not (act.release or act.values or act.texts or act.ages):
        raise Invalid({"what": "Say what is to be taken back or put right."})
    refuse_unread(scene.shown, act)
    try:
        apply_act(tx, scene.row, act)
    except Conflict as conflict:
        raise Stale(CHANGED) from conflict
    scene.look_again(tx)


def _recalled(tx: Tx, scene: Scene, act: Act, *, keep: bool) -> Recalled:
    """Do it, tell them, and leave the entries; `keep` makes a recall also where nobody is told."""
    actor = scene.sight.actor
    others = own_records_of(tx, actor.agency_id, [age.link for age in act.ages], scene.row["id"])
    beside = [open_scene(tx, actor, type_, record_id, None) for type_, record_id in _typed(tx, others)]
    _do(tx, scene, act)
    scene.effect(tx)
    for other in beside:
        other.look_again(tx)
        other.effect(tx)
    # From here to the end nobody reads: now it is known what they were shown in the meantime.
    close_to_readers(tx)
    _leave_change(tx, actor, scene.row["id"], act)
    for other in beside:
        _tell(tx, other, act, keep=False)
    return _tell(tx, scene, act, keep=keep)


def _typed(tx: Tx, ids: list[str]) -> list[tuple[str, str]]:
    rows = tx.execute(select(record.c.type, record.c.id).where(record.c.id.in_(ids))) if ids else ()
    return sorted((row.type, row.id) for row in rows)


def _leave_change(tx: Tx, actor: Actor, record_id: str, act: Act) -> None:
    if act.release is not None:
        record_events.release_revoked(tx, actor, record=record_id, release=act.release)
    if act.fields:
        record_events.record_amended(tx, actor, record=record_id, fields=act.fields)


def _tell(tx: Tx, scene: Scene, act: Act, *, keep: bool) -> Recalled:
    actor, record_id = scene.sight.actor, scene.row["id"]
    told = scene.effect_at_last(tx).told
    if told:
        agencies = {each.agency for each in told}
        announce(tx, Event.RECALLED, record=(scene.row["type"], record_id), agencies=agencies)
    if not (told or keep):
        return Recalled("", 0)
    row = _row(actor, record_id, act)
    tx.execute(insert(tables.recall), row)
    notices = [_notice(row, scene, each) for each in told]
    if notices:
        tx.execute(insert(tables.recall_notice), notices)
    events.recall_made(
        tx, actor, record=record_id, recall=row["id"], kind=act.kind, fields=act.fields, told=len(notices)
    )
    for agency in sorted({each["agency_id"] for each in notices}):
        ids = sorted(each["id"] for each in notices if each["agency_id"] == agency)
        events.recall_told(tx, actor, agency=agency, record=record_id, notices=ids)
    return Recalled(row["id"], len(notices))


def _row(actor: Actor, record_id: str, act: Act) -> dict[str, Any]:
    return {
        "id": new_id(),
        "record_id": record_id,
        "owner": actor.agency_id,
        "kind": act.kind,
        "release_id": act.release,
        "fields": list(act.fields),
        "reason": act.reason.strip(),
        "message": act.message.strip() or KINDS[act.kind][1],
        "by_user": actor.user_id,
        "at": clock.now(),
        "due": due_of(act),
    }


def _notice(row: Mapping[str, Any], scene: Scene, told: Told) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("owner", "kind", "record_id", "message", "at", "due")},
        "id": new_id(),
        "recall_id": row["id"],
        "agency_id": told.agency,
        "user_id": told.user,
        "type": scene.row["type"],
        "reference": told.reference,
        "fields": list(told.fields),
        "copies": [{"event": copy.event, "at": copy.at.isoformat()} for copy in told.copies],
    }
