"""Stills: taken in safely, and shown as this reader may see them.

What was sent is decoded in a child process and drawn afresh; only the fresh picture is stored. What leaves is
always derived from it, for one reader, after the look is in the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.actor import Actor
from auth.roles import Action
from foundation import clock, tally
from foundation.database import Database, Tx
from foundation.errors import Missing
from foundation.files import Files
from foundation.pictures import derive, reencode
from sharing import queries
from sharing.events import records as events
from sharing.release.decision import decide
from sharing.release.exit import Released
from sharing.release.facts import Exit, Record
from sharing.release.pictures import Box as Rectangle
from sharing.release.pictures import Covering, Mark, MarkKind, covering
from sharing.release.schema import Reason, Treatment
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


@dataclass(frozen=True)
class _Plan:
    """What is to be drawn, decided and logged before a pixel moves."""

    picture: str
    treatment: Treatment
    cover: Covering
    watermark: str | None


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

        def read(sight: Sight) -> _Plan | None:
            found = released_one(tx, sight, "media", media_id)
            plan = None if found is None else _plan(tx, sight, found.facts, found.shown)
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
    looked_over = queries.looked_over(tx, media.id)
    own = _own_links(tx, media)
    open_faces = _shown_faces(sight, media, own)
    if own and own[0] not in open_faces:
        return None  # a picture of the person, who is withheld: covering the face would not be enough
    marks = [
        Mark(
            MarkKind(row["kind"]),
            Rectangle(row["left"], row["top"], row["width"], row["height"]),
            row["link_id"] if row["link_id"] in open_faces else None,
        )
        for row in rows
    ]
    cover = covering(
        treatment,
        marks if looked_over else None,
        _named([row["link_id"] for row in rows if row["link_id"] is not None], own),
        frozenset(),
        text_disclosed=treatment is Treatment.DISCLOSE and _place_and_time_open(sight, media),
    )
    return _Plan(key, treatment, cover, watermark)


def _own_links(tx: Tx, media: Record) -> list[str]:
    if media.parent is None:
        return []
    return queries.own_links_of(tx, media.parent.id)


def _named(faces: Sequence[str], own: Sequence[str]) -> str | None:
    """The link of the person the picture is of: a subject's own, else the one person whose face is marked.

    Where several are marked it is nobody's picture, and under generalise every face is covered.
    """
    if own:
        return own[0]
    linked = set(faces)
    return linked.pop() if len(linked) == 1 else None


def _shown_faces(sight: Sight, media: Record, own: Sequence[str]) -> frozenset[str]:
    """The links of those on the parent whose own picture this reader is given; every other face is covered.

    A still may show a person whom an agreement or a floor withholds, so the person's own picture decides,
    under the person's own floors, and not the still's. `own` is a subject's own link.
    """
    parent = media.parent
    decision = None if parent is None else decide(sight.policy, parent, sight.reader, sight.question)
    if parent is None or decision is None:
        return frozenset()
    keys = {link.id: f"persons.{link.id}.picture" for link in parent.persons}
    keys |= dict.fromkeys(own, "picture")
    outcomes = {link: decision.outcomes.get(key) for link, key in keys.items()}
    return frozenset(link for link, outcome in outcomes.items() if outcome is not None and outcome.opens)


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
