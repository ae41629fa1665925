"""What a picture file looks like from outside: its kind by the first bytes, and that it ends where it says.

Nothing is decoded here. The walk goes over the markers and chunks only, in time linear in the file's size, so
that a file which is two things at once is refused before a decoder sees it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Why a file is not taken as a picture."""

    EMPTY = "empty"
    KIND = "kind"
    TWOFOLD = "twofold"
    CUT_SHORT = "cut-short"
    ANIMATED = "animated"
    TOO_MANY_PIXELS = "too-many-pixels"
    DAMAGED = "damaged"
    TOO_HEAVY = "too-heavy"


class FaultyPictureError(Exception):
    """The file is refused; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind of a picture file, its size in pixels as declared, and its segments or chunks by name."""

    format: str
    width: int
    height: int
    parts: tuple[bytes, ...]


def examine(data: bytes) -> Shape:
    """The shape of one still picture, JPEG, PNG or WebP, that is nothing else besides.

    Raises:
        FaultyPictureError: for anything else: another kind, a second file inside or behind it, a file cut
            short, an animation.
    """
    if not data:
        raise FaultyPictureError(Fault.EMPTY)
    walk = next((walk for magic, walk in _WALKS.items() if re.match(magic, data, re.DOTALL)), None)
    if walk is None:
        raise FaultyPictureError(Fault.KIND)
    if b"%PDF-" in data[:1024] or _ends_as_zip(data):
        raise FaultyPictureError(Fault.TWOFOLD)
    return walk(data)


def _ends_as_zip(data: bytes) -> bool:
    """Whether an archive reader, which starts from the end, would take the file for a ZIP."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    return at >= 0 and len(data) - at >= 22


#: Inside a JPEG scan every FF is followed by 00 or by a restart marker; anything else ends the scan.
_SCAN_END = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: A multi-picture file holds the picture, a smaller one or two, and a gain or depth map.
_PICTURES_MOST = 6


def _jpeg(data: bytes) -> Shape:
    """Walk to the end of the image and refuse what stands behind it, padding with zeros excepted.

    Cameras that write a multi-picture file (CIPA DC-007) put further JPEGs behind the first and say so in it;
    those are never decoded, and the new picture does not have them.
    """
    shape, at = _jpeg_image(data, 0)
    several = b"E2" in shape.parts and b"MPF\x00" in data[:65_536]
    for _ in range(_PICTURES_MOST if several else 0):
        start = at + _zeros(data, at)
        if not data.startswith(b"\xff\xd8\xff", start):
            break
        _, at = _jpeg_image(data, start)
    _nothing_behind(data, at)
    return shape


def _jpeg_image(data: bytes, start: int) -> tuple[Shape, int]:
    """Walk ITU-T T.81 annex B markers; the shape of one image and the place behind it."""
    parts: list[bytes] = []
    size = (0, 0)
    at = start + 2
    while True:
        marker, at = _jpeg_marker(data, at)
        if marker == _END_OF_IMAGE:
            return Shape("jpeg", *size, tuple(parts)), at
        length = int.from_bytes(data[at : at + 2])
        if length < 2 or at + length > len(data):
            raise FaultyPictureError(Fault.CUT_SHORT)
        if marker in _FRAMES:
            size = int.from_bytes(data[at + 5 : at + 7]), int.from_bytes(data[at + 3 : at + 5])
        parts.append(b"%02X" % marker)
        at += length
        if marker == _START_OF_SCAN:
            at = _scan_end(data, at)


def _scan_end(data: bytes, at: int) -> int:
    found = _SCAN_END.search(data, at)
    if found is None:
        raise FaultyPictureError(Fault.CUT_SHORT)
    return found.start()


def _jpeg_marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker at this place, fill bytes skipped, and the place behind it."""
    behind = at
    while data[behind : behind + 1] == b"\xff":
        behind += 1
    if behind >= len(data):
        raise FaultyPictureError(Fault.CUT_SHORT)
    if behind == at:
        raise FaultyPictureError(Fault.DAMAGED)
    return data[behind], behind + 1


def _zeros(data: bytes, at: int) -> int:
    """How many zero bytes stand at this place."""
    found = re.compile(rb"\x00*").match(data, at)
    return len(found[0]) if found else 0


def _nothing_behind(data: bytes, at: int) -> None:
    if at + _zeros(data, at) < len(data):
        raise FaultyPictureError(Fault.TWOFOLD)


def _png(data: bytes) -> Shape:
    """Walk the chunks up to IEND. Source: PNG third edition, section 5."""
    parts: list[bytes] = []
    at = 8
    while not parts or parts[-1] != b"IEND":
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if end > len(data):
            raise FaultyPictureError(Fault.CUT_SHORT)
        parts.append(data[at + 4 : at + 8])
        at = end
    if b"acTL" in parts:
        raise FaultyPictureError(Fault.ANIMATED)
    if parts[0] != b"IHDR":
        raise FaultyPictureError(Fault.DAMAGED)
    _nothing_behind(data, at)
    return Shape("png", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]), tuple(parts))


def _webp(data: bytes) -> Shape:
    """Walk the RIFF chunks, which fill the file exactly. Source: RFC 9649 section 2.3."""
    declared = 8 + int.from_bytes(data[4:8], "little")
    if declared > len(data):
        raise FaultyPictureError(Fault.CUT_SHORT)
    _nothing_behind(data, declared)
    parts: list[bytes] = []
    at = 12
    while at < declared:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        parts.append(data[at : at + 4])
        at += 8 + length + length % 2
    if not parts or at > declared + 1:
        raise FaultyPictureError(Fault.CUT_SHORT)
    if {b"ANIM", b"ANMF"} & set(parts):
        raise FaultyPictureError(Fault.ANIMATED)
    return Shape("webp", *_webp_size(parts[0], data[20:30]), tuple(parts))


def _webp_size(chunk: bytes, head: bytes) -> tuple[int, int]:
    """Width and height from the first chunk. Source: RFC 9649 sections 2.5 to 2.7, RFC 6386 section 9.1."""
    if chunk == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        return int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF
    raise FaultyPictureError(Fault.DAMAGED)


#: The first bytes of each kind that is taken, and the walk that follows.
_WALKS: Mapping[bytes, Callable[[bytes], Shape]] = {
    rb"\xff\xd8\xff": _jpeg,
    rb"\x89PNG\r\n\x1a\n": _png,
    rb"RIFF....WEBP": _webp,
}
