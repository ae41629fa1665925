"""Stills beside a record, and the caption that says what was done to each picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from sharing.covers import Done
from sharing.disclosure import RecordPage
from sharing.release.exit import Released
from sharing.release.reasons import sentence

_COARSE = "Only a few colours of the whole picture are shown, so that nobody can be made out"


@dataclass(frozen=True)
class StillView:
    """A still as a page shows it: its picture with a caption, or why there is none."""

    id: str
    has_picture: bool
    caption: str
    withheld: str


def still_views(page: RecordPage) -> Sequence[StillView]:
    """The stills of a record, each as this reader may see it."""
    return [
        StillView(still.id, still.id in page.done, _caption(page, still), picture_withheld(still))
        for still in page.stills
    ]


def _caption(page: RecordPage, still: Released) -> str:
    done = page.done.get(still.id)
    if done is None:
        return ""
    # a subject's own face may stay where the picture is treated; which face, the page does not know
    faces = "Faces that are not yours to see" if "picture" in still.treated else "Faces of bystanders"
    words = _COARSE if done.coarse else _covered(done, faces)
    if page.own:
        return words or "In full"
    return f"{words or 'Nothing on it is covered'}. Your name is on the picture."


def _covered(done: Done, faces: str) -> str:
    """What is covered, as a sentence without its end; empty if nothing is."""
    if not done.writing:
        return f"{faces} are covered" if done.faces else ""
    return (
        f"{faces}, the time and the camera are covered"
        if done.faces
        else "The time and the camera are covered"
    )


def picture_withheld(still: Released) -> str:
    """Why a still has no picture for this reader, as a sentence; empty if it has one."""
    held = still.withheld.get("picture")
    return sentence(held.reason, agreement=held.agreement, clause=held.clause) if held else ""
