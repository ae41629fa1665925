"""Stills of two worlds: one scene, with other faces and another clock where the observer finds it covered."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw

from foundation.files import Files
from sharing.stills import take_still
from sharing.submission import Box, NewStill

SIZE = (320, 240)
#: left, top, width, height: the subject, a bystander without a link, a protected person, the burnt-in clock.
SUBJECT, BYSTANDER, PROTECTED, CLOCK = (
    (24, 64, 48, 56),
    (120, 64, 48, 56),
    (216, 64, 48, 56),
    (16, 200, 120, 16),
)


@dataclass(frozen=True)
class Seen:
    """Which of the faces the observer sees, and so are the same in both worlds."""

    subject: bool


def still_of(
    files: Files, world: int, canary: str, seen: Seen, persons: tuple[int | None, int | None]
) -> NewStill:
    """A stored still; `persons` are the record's persons of the subject's and the protected person's box."""
    subject, protected = persons
    boxes = (
        Box("face", *BYSTANDER, person=None),
        Box("face", *PROTECTED, person=protected),
        Box("face", *SUBJECT, person=subject),
        Box("text", *CLOCK),
    )
    return take_still(files, _bytes(world, canary, seen), boxes=boxes, looked_over=True)


def _bytes(world: int, canary: str, seen: Seen) -> bytes:
    image = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    pen = ImageDraw.Draw(image)
    hidden = (200, 30, 30) if world else (30, 30, 200)
    _face(pen, SUBJECT, (90, 160, 90) if seen.subject else hidden)
    for box in (BYSTANDER, PROTECTED):
        _face(pen, box, hidden)
    pen.text((CLOCK[0] + 4, CLOCK[1] + 2), "04:05" if world else "16:21", fill=hidden)
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = canary  # description, artist
    written = io.BytesIO()
    image.save(written, "JPEG", quality=95, exif=exif)
    return written.getvalue()


def _face(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    left, top, width, height = box
    pen.ellipse((left + 6, top + 6, left + width - 6, top + height - 6), fill=colour)


def plain_picture() -> bytes:
    """A picture in which there is nothing to cover."""
    written = io.BytesIO()
    Image.linear_gradient("L").resize(SIZE).convert("RGB").save(written, "JPEG")
    return written.getvalue()
