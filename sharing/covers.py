"""What is covered on a still before one reader is given it, decided by the persons on its record.

No pixel moves here: the plan says what is drawn, and what was done is told beside the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from foundation import clock
from foundation.database import Tx
from sharing import queries
from sharing.release.decision import decide
from sharing.release.facts import Record
from sharing.release.pictures import Box, Covering, Mark, MarkKind, covering
from sharing.release.schema import Reason, Treatment
from sharing.sight import Seen, Sight


@dataclass(frozen=True)
class Done:
    """What is done to a still before a reader is given it: only a few colours left, or this covered."""

    coarse: bool = False
    faces: bool = False
    writing: bool = False


@dataclass(frozen=True)
class Plan:
    """What is to be drawn, decided and logged before a pixel moves."""

    picture: str
    treatment: Treatment
    cover: Covering
    watermark: str | None
    done: Done


def done_to(tx: Tx, sight: Sight, stills: Sequence[Seen]) -> dict[str, Done]:
    """What is done to each still of a record, by id, without those whose picture the reader is not given."""
    return {media_id: plan.done for media_id, plan in plans(tx, sight, stills).items()}


def plans(tx: Tx, sight: Sight, stills: Sequence[Seen]) -> dict[str, Plan]:
    """What leaves of the pictures of one record, by the still; without those that the reader is not shown."""
    given = [each for each in stills if "picture" in each.shown.fields and each.facts.values.get("picture")]
    if not given:
        return {}
    marks = queries.marks_of(tx, [each.facts.id for each in given])
    parent = given[0].facts.parent
    own = queries.own_links_of(tx, parent.id) if parent is not None else []
    made = {each.facts.id: _plan(sight, each, marks[each.facts.id], own) for each in given}
    return {media_id: plan for media_id, plan in made.items() if plan is not None}


def _plan(sight: Sight, still: Seen, rows: Sequence[RowMapping] | None, own: Sequence[str]) -> Plan | None:
    """`rows` are the marks on the whole picture, or None if nobody looked; `own` is a subject's own link."""
    media, shown = still.facts, still.shown
    key = media.values["picture"]
    here = clock.now().astimezone(clock.LONDON)
    watermark = f"{sight.actor.name} {here:%-d %b %Y, %H:%M}"
    full = shown.disclosed.get("picture")
    if full is not None and full.reason is Reason.OWNER:
        return Plan(key, Treatment.DISCLOSE, Covering(), None, Done())
    treated = shown.treated.get("picture")
    treatment = treated.treatment if treated is not None else Treatment.DISCLOSE
    open_faces = _shown_faces(sight, media, own)
    if own and own[0] not in open_faces:
        return None  # a picture of the person, who is withheld: covering the face would not be enough
    marks = [
        Mark(
            MarkKind(row["kind"]),
            Box(row["left"], row["top"], row["width"], row["height"]),
            row["link_id"] if row["link_id"] in open_faces else None,
        )
        for row in rows or ()
    ]
    cover = covering(
        treatment,
        marks if rows is not None else None,
        _named([row["link_id"] for row in rows or () if row["link_id"] is not None], own),
        frozenset(),
        text_disclosed=treatment is Treatment.DISCLOSE and _place_and_time_open(sight, media),
    )
    return Plan(key, treatment, cover, watermark, _done(marks, cover))


def _done(marks: Sequence[Mark], cover: Covering) -> Done:
    covered = {mark.kind for mark in marks if mark.box in cover.boxes}
    return Done(
        coarse=cover.everything,
        faces=MarkKind.FACE in covered,
        writing=cover.bands or MarkKind.TEXT in covered,
    )


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
