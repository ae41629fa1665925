"""Which parts of a picture one reader may not see, from the marks that a person drew on it.

No machine finds the faces: whoever contributes the picture looks over the whole of it, draws a box round
every face and every burnt-in text, and says so. Where nobody said so, nothing of the picture is promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sharing.release.schema import Treatment


class Box(NamedTuple):
    """A rectangle in pixels of the upright picture as it is kept."""

    left: int
    top: int
    width: int
    height: int


class MarkKind(StrEnum):
    """What a box was drawn round."""

    FACE = "face"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Mark:
    """One box on a picture. `link` is the person's link to the event; a face without one is nobody's yet."""

    kind: MarkKind
    box: Box
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Covering:
    """What to cover: everything, or these boxes and, with `bands`, the top and bottom edges."""

    everything: bool = False
    boxes: tuple[Box, ...] = ()
    bands: bool = False


def covering(
    treatment: Treatment,
    marks: Sequence[Mark] | None,
    named_link: str | None,
    protected_links: frozenset[str],
    *,
    text_disclosed: bool = False,
) -> Covering:
    """What of a picture is covered for a reader who is not the owner's staff.

    `marks` is `None` until the contributor has confirmed having looked over the whole picture.
    `named_link` is the subject whose picture it is, `protected_links` are the links that the floors protect
    towards this reader. `text_disclosed` says that time and place both leave as they are, so that the text
    burnt into a disclosed picture tells nothing more; without it text is covered.

    Raises:
        ValueError: for a treatment under which no picture leaves at all.
    """
    if treatment not in _SEES:
        raise ValueError(f"no picture leaves under {treatment.slug}")
    if marks is None:
        return Covering(everything=True)
    faces = [mark for mark in marks if mark.kind is MarkKind.FACE]
    if not faces and treatment is not Treatment.DISCLOSE:
        return Covering(everything=True)
    hidden = [mark.box for mark in faces if not _open(mark, treatment, named_link, protected_links)]
    if treatment is Treatment.DISCLOSE and text_disclosed:
        return Covering(boxes=tuple(hidden))
    texts = [mark.box for mark in marks if mark.kind is MarkKind.TEXT]
    return Covering(boxes=(*hidden, *texts), bands=not texts)


#: The treatments under which a picture leaves.
_SEES = frozenset({Treatment.DISCLOSE, Treatment.GENERALISE, Treatment.MASK})


def _open(face: Mark, treatment: Treatment, named_link: str | None, protected_links: frozenset[str]) -> bool:
    """Whether a face stays: it is somebody's, nobody protected, and the treatment shows it."""
    if face.link is None or face.link in protected_links or treatment is Treatment.MASK:
        return False
    return treatment is Treatment.DISCLOSE or face.link == named_link
