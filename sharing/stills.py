"""Stills: taken in safely, and shown as this reader may see them.

What was sent is decoded in a child process and drawn afresh; only the fresh picture is stored. What leaves is
always derived from it, for one reader, after the look is in the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Missing
from foundation.files import Files
from foundation.pictures import derive, reencode
from sharing import events, queries
from sharing.release.decision import decide
from sharing.release.exit import Released
from sharing.release.facts import Exit, Record
from sharing.release.pictures import Box as Rectangle
from sharing.release.pictures import Covering, Mark, MarkKind, covering
from sharing.release.schema import Reason, Treatment
from sharing.sight import Sight, look, released_one
from sharing.submission import Box, NewStill


def take_still(
    files: Files, data: bytes, *, boxes: Sequence[Box] = (), looked_over: bool = False
) -> NewStill:
    """Draw a sent picture afresh and store it; gives what a new record carries.

    Raises:
        Invalid: with a sentence, if it is not a picture that can be taken.
    """
    picture = reencode(data)
    return NewStill(
        picture=files.put(picture.bytes),
        format=picture.format,
        original_digest=picture.sha256,
        taken=picture.taken,
        point=picture.point,
        boxes=tuple(boxes),
        looked_over=looked_over,
    )


@dataclass(frozen=True)
class _Plan:
    """What is to be drawn, decided and logged before a pixel moves."""

    picture: str
    treatment: Treatment
    cover: Covering
    watermark: str | None


def show_still(database: Database, files: Files, actor: Actor, media_id: str) -> tuple[bytes, str]:
    """The bytes of a still for this reader and their media type; drawn only after the look is in the ledger.

    Raises:
        Missing: if the still, or its picture, does not exist for the actor.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_READ)
    with database.transaction() as tx:
        sight = look(tx, actor, Exit.ONE)
        found = released_one(tx, sight, "media", media_id)
        plan = None if found is None else _plan(tx, sight, found.facts, found.shown)
        if found is None or plan is None:
            events.record_missed(tx, actor, type_="media", reference=media_id)
        else:
            slug = plan.treatment.slug
            events.picture_shown(tx, actor, owner=found.facts.owner, media=media_id, treatment=slug)
    if plan is None:
        raise Missing("There is nothing here that you can see.")
    drawn = derive(
        files.get(plan.picture),
        plan.cover.boxes,
        plan.watermark,
        bands=plan.cover.bands,
        everything=plan.cover.everything,
    )
    return drawn, "image/jpeg"


def _plan(tx: Tx, sight: Sight, media: Record, shown: Released) -> _Plan | None:
    """What leaves of the picture; None if the reader is not shown the picture at all."""
    key = media.values.get("picture")
    if "picture" not in shown.fields or not key:
        return None
    here = clock.now().astimezone(clock.LONDON)
    watermark = f"{sight.actor.name} {here:%-d %b %Y, %H:%M}"
    full = shown.disclosed.get("picture")
    if full is not None and full.reason is Reason.OWNER:
        return _Plan(key, Treatment.DISCLOSE, Covering(), None)
    done = shown.treated.get("picture")
    treatment = done.treatment if done is not None else Treatment.DISCLOSE
    rows = queries.boxes_of(tx, media.id)
    looked_over = queries.bare(tx, [media.id])[0]["looked_over"]
    marks = [
        Mark(
            MarkKind(row["kind"]),
            Rectangle(row["left"], row["top"], row["width"], row["height"]),
            row["link_id"],
        )
        for row in rows
    ]
    named = next((mark.link for mark in marks if mark.link is not None), None)
    cover = covering(
        treatment,
        marks if looked_over else None,
        named,
        _hidden_faces(sight, media),
        text_disclosed=treatment is Treatment.DISCLOSE and _place_and_time_open(sight, media),
    )
    return _Plan(key, treatment, cover, watermark)


def _hidden_faces(sight: Sight, media: Record) -> frozenset[str]:
    """Links of the parent whose own picture this reader is not given: their faces stay covered."""
    parent = media.parent
    if parent is None:
        return frozenset()
    decision = decide(sight.policy, parent, sight.reader, sight.question)
    links = {link.id for link in parent.persons}
    if decision is None:
        return frozenset(links)
    return frozenset(
        link
        for link in links
        if (outcome := decision.outcomes.get(f"persons.{link}.picture")) is None or not outcome.opens
    )


def _place_and_time_open(sight: Sight, media: Record) -> bool:
    """Whether the parent's place and time leave as they are, so that burnt-in text tells nothing more."""
    decision = (
        None if media.parent is None else decide(sight.policy, media.parent, sight.reader, sight.question)
    )
    if decision is None:
        return False
    named = [decision.outcomes.get(name) for name in ("address", "seen", "occurred")]
    told = [outcome for outcome in named if outcome is not None]
    return bool(told) and all(outcome.treatment is Treatment.DISCLOSE for outcome in told)
