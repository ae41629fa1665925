"""Stills: taken in safely, and shown as this reader may see them.

What was sent is decoded in a child process and drawn afresh; only the fresh picture is stored. What leaves is
always derived from it, for one reader, after the look is in the ledger.
"""

from collections.abc import Sequence

from auth.actor import Actor
from auth.roles import Action
from foundation import tally
from foundation.database import Database
from foundation.errors import Missing
from foundation.files import Files
from foundation.pictures import derive, reencode
from sharing.covers import Plan, plans
from sharing.events import records as events
from sharing.release.facts import Exit
from sharing.sight import Sight, looking, released_one
from sharing.submission import Box, NewStill


def take_still(
    files: Files, data: bytes, *, boxes: Sequence[Box] = (), looked_over: bool = False
) -> NewStill:
    """Draw a sent picture afresh and store it; gives what a new record carries.

    Raises:
        Invalid: with a sentence, if it is not a picture that can be taken.
    """
    picture = reencode(data)
    tally.add("stills")
    return NewStill(
        picture=files.put(picture.bytes),
        format=picture.format,
        original_digest=picture.sha256,
        taken=picture.taken,
        point=picture.point,
        boxes=tuple(boxes),
        looked_over=looked_over,
    )


def show_still(
    database: Database, files: Files, actor: Actor, media_id: str, *, exit_: Exit = Exit.ONE
) -> tuple[bytes, str]:
    """The bytes of a still for this reader and their media type; drawn only after the look is in the ledger.

    Raises:
        Missing: if the still, or its picture, does not exist for the actor.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_READ)
    with database.transaction() as tx:

        def read(sight: Sight) -> Plan | None:
            found = released_one(tx, sight, "media", media_id)
            plan = None if found is None else plans(tx, sight, [found]).get(found.facts.id)
            if found is None or plan is None:
                events.record_missed(tx, actor, type_="media", reference=media_id)
                return None
            events.picture_shown(
                tx,
                actor,
                owner=found.facts.owner,
                media=media_id,
                treatment=plan.treatment.slug,
                way=exit_.value,
                policy=sight.policy.digest,
                under=sight.moment,
            )
            return plan

        plan = looking(tx, actor, exit_, read)
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
