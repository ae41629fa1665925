"""Pictures that come in and go out: always new pixels, never the bytes that were sent.

Every picture that comes in is decoded and written again as a JPEG in a process of its own (pictures_child),
with limits on memory, time and output; what a reader is given is made from that JPEG and from nothing else.
JPEG with full colour resolution and covers on whole blocks of 8 pixels, because there a solid colour is still
exactly one colour after decoding, at a fifth of a PNG's size.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from foundation.clock import LONDON
from foundation.errors import Invalid, Unavailable
from foundation.picture_shape import Fault, FaultyPictureError, Shape, examine

BYTES_MOST = 10_000_000
PIXELS_MOST = 40_000_000
SECONDS_MOST = 10.0

#: left, top, width, height in pixels of the upright picture that `reencode` gave.
Box = tuple[int, int, int, int]

_SENTENCES = {
    Fault.EMPTY: "The file is empty. Choose the picture again.",
    Fault.KIND: "This file is not a picture of a kind that can be taken. "
    "Save it as JPEG, PNG or WebP and send that.",
    Fault.TWOFOLD: "There is something else in this file besides the picture. "
    "Open it, save a copy or take a screenshot of it, and send that.",
    Fault.CUT_SHORT: "The end of this picture is missing. "
    "Copy the file again from where it came and send it again.",
    Fault.ANIMATED: "This file holds moving pictures. "
    "Save the one frame that matters as a still and send that.",
    Fault.TOO_MANY_PIXELS: "This picture has more than 40 million pixels. "
    "Make it smaller, or cut out the part that matters, and send that.",
    Fault.DAMAGED: "This picture is damaged and cannot be read. Save it again as JPEG or PNG and send that.",
    Fault.TOO_HEAVY: "This picture takes too much work to read safely. Save it again as JPEG and send that.",
}
TOO_LARGE = "This file is larger than 10 MB. Make the picture smaller and send it again."


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept, and what the camera had written into the one that was sent.

    `taken` and `point` (latitude, longitude) are for sealed fields only. A camera's time without an offset is
    read as time in Europe/London. `sha256` is the digest of the file as it was sent, in hexadecimal.
    """

    bytes: bytes = field(repr=False)
    format: str
    width: int
    height: int
    taken: datetime | None = field(repr=False)
    point: tuple[float, float] | None = field(repr=False)
    sha256: str


def reencode(data: bytes) -> Picture:
    """Take a picture that somebody sent: new pixels, upright, without anything else the file held.

    Raises:
        Invalid: with a sentence under `still`, if the file is not one JPEG, PNG or WebP still within limits.
        Unavailable: if too many pictures are being read at once.
    """
    if len(data) > BYTES_MOST:
        raise Invalid({"still": TOO_LARGE})
    try:
        shape = examine(data)
        _few_pixels(shape)
        facts, pixels = _child({"task": "reencode", "format": shape.format}, data)
    except FaultyPictureError as refused:
        raise Invalid({"still": _SENTENCES[refused.fault]}) from None
    return Picture(
        bytes=pixels,
        format="jpeg",
        width=facts["width"],
        height=facts["height"],
        taken=_moment(facts["taken"], facts["offset"]),
        point=tuple(facts["point"]) if facts["point"] else None,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def derive(
    data: bytes,
    boxes: Sequence[Box],
    watermark_text: str | None,
    *,
    bands: bool = False,
    everything: bool = False,
) -> bytes:
    """What one reader is given: boxes filled, text written across, in one go.

    `bands` covers the top and bottom 6 % too; `everything` leaves a few mean colours of the whole. Boxes are
    padded by a twelfth of their longer side and out to whole blocks of 8 pixels. The text runs under the
    covers, so that what is covered has one colour.

    Raises:
        ValueError: if the picture is not one that `reencode` made.
        Invalid: with a sentence under `boxes`, if a box lies outside the picture.
        Unavailable: if the picture cannot be made now.
    """
    if not _is_plain(data):
        raise ValueError("a derivative is made from a re-encoded picture only")
    task = {
        "task": "derive",
        "format": "jpeg",
        "boxes": [list(box) for box in boxes],
        "watermark": _one_line(watermark_text),
        "bands": bands,
        "everything": everything,
    }
    try:
        return _child(task, data)[1]
    except FaultyPictureError as refused:
        raise Unavailable("The picture cannot be shown now. Nothing is lost. Try again.") from refused


def cover(data: bytes, boxes: Sequence[Box]) -> bytes:
    """The picture with these boxes filled. Raises as `derive` does."""
    return derive(data, boxes, None)


def cover_all(data: bytes) -> bytes:
    """The whole picture as at most 6 by 4 mean colours, from which no face or letter comes back."""
    return derive(data, (), None, everything=True)


def watermark(data: bytes, text: str) -> bytes:
    """The picture with a text (the viewer's name and the time) across it. Raises as `derive` does."""
    return derive(data, (), text)


def _few_pixels(shape: Shape) -> None:
    if shape.width * shape.height > PIXELS_MOST:
        raise FaultyPictureError(Fault.TOO_MANY_PIXELS)


#: The segments that `reencode` writes: JFIF header, tables, one frame, one scan. No metadata, no comment.
_OWN_PARTS = frozenset({b"E0", b"DB", b"C0", b"C4", b"DA"})


def _is_plain(data: bytes) -> bool:
    """Whether this is a JPEG of pixels alone, as the child writes it."""
    try:
        shape = examine(data)
    except FaultyPictureError:
        return False
    return shape.format == "jpeg" and set(shape.parts) <= _OWN_PARTS


def _one_line(text: str | None) -> str | None:
    return " ".join((text or "").split())[:120] or None


def _moment(taken: str | None, offset: str | None) -> datetime | None:
    """The camera's time in UTC; `None` if it wrote none or nonsense."""
    try:
        local = datetime.strptime(taken or "", "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
        zoned = (
            datetime.fromisoformat(f"{local.isoformat()}{offset}") if offset else local.replace(tzinfo=LONDON)
        )
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_CHILD = (sys.executable, "-I", str(Path(__file__).with_name("pictures_child.py")))

#: So many pictures are read at once in one server process: each may take a core and a gigabyte.
_places = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS = 20.0


def _child(task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Have one task done in a fresh process that has nothing of this one but the two files.

    Both are files without a name rather than pipes: a file's size can be limited, and neither side waits for
    the other to read.
    """
    with _place(), _nameless() as sent, _nameless() as received:
        sent.write(json.dumps(task).encode() + b"\n" + data)
        sent.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command; the picture is on its standard input
                _CHILD,
                stdin=sent,
                stdout=received,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=SECONDS_MOST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise FaultyPictureError(Fault.TOO_HEAVY) from None
        received.seek(0)
        head, _, picture = received.read().partition(b"\n")
    if done.returncode != 0:
        raise FaultyPictureError(Fault.TOO_HEAVY)
    facts = _facts(head)
    if not _is_plain(picture):
        raise FaultyPictureError(Fault.DAMAGED)
    return facts, picture


def _facts(head: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(head)
    if facts.get("fault") == "box":
        raise Invalid({"boxes": "A box lies outside the picture. Draw it again."})
    if "fault" in facts:
        raise FaultyPictureError(Fault(facts["fault"]))
    return facts


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=_PATIENCE_SECONDS):
        raise Unavailable(
            "Too many pictures are being read just now. Nothing is lost. Try again in a minute."
        )
    try:
        yield
    finally:
        _places.release()


def _nameless() -> IO[bytes]:
    """A file without a name: in memory where the system has that, so that no picture touches a disk."""
    if sys.platform != "linux":
        return tempfile.TemporaryFile()
    return os.fdopen(os.memfd_create("picture"), "w+b")
