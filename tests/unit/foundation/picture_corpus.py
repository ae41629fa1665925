"""Pictures and things that pose as pictures, made when a test asks for them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

from PIL import Image, ImageDraw

CANARY = b"canary-of-somebody-who-must-not-be-found-" * 5
CORNERS = ((200, 30, 30), (30, 160, 40), (30, 60, 200), (220, 200, 40))


def scene(width: int = 160, height: int = 96) -> Image.Image:
    """Four corners of four colours, and a little texture, so that up and left can be told."""
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    half_x, half_y = width // 2, height // 2
    places = ((0, 0), (half_x, 0), (0, half_y), (half_x, half_y))
    for (left, top), colour in zip(places, CORNERS, strict=True):
        pen.rectangle((left, top, left + half_x, top + half_y), fill=colour)
    for step in range(0, width, 7):
        pen.line((step, height // 3, step + 9, height * 2 // 3), fill=(step * 5 % 256, step * 3 % 256, 90))
    return image


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file of this kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg() -> bytes:
    return written(scene(), "JPEG")


def png() -> bytes:
    return written(scene(), "PNG")


def webp() -> bytes:
    return written(scene(), "WEBP", lossless=True)


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("META-INF/MANIFEST.MF", "Main-Class: X")
    return file.getvalue()


def segment(marker: int, payload: bytes) -> bytes:
    """One JPEG segment."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """The JPEG with these segments behind its first two bytes."""
    return data[:2] + b"".join(segments) + data[2:]


def chunk(name: bytes, payload: bytes) -> bytes:
    """One PNG chunk, with its checksum."""
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def grey_png(width: int, height: int, rows: Iterable[bytes]) -> bytes:
    """A one-bit PNG of these rows, whatever its header says of their number."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\x00" + row) for row in rows) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def solid_png(width: int, height: int) -> bytes:
    """A one-bit PNG of one colour, really this large, in very few bytes."""
    return grey_png(width, height, (bytes((width + 7) // 8) for _ in range(height)))


def thumbnail_segment(thumbnail: bytes) -> bytes:
    """An EXIF segment whose second directory holds a thumbnail. Source: CIPA DC-008 section 4.5.8."""
    first = struct.pack("<H", 0) + struct.pack("<I", 14)
    entries = struct.pack("<HHII", 0x0201, 4, 1, 44) + struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail))
    second = struct.pack("<H", 2) + entries + struct.pack("<I", 0)
    return segment(0xE1, b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + first + second + thumbnail)


def exif(**tags: object) -> Image.Exif:
    """EXIF with `orientation`, `taken`, `offset`, `gps`, `comment` where they are given."""
    made = Image.Exif()
    if "orientation" in tags:
        made[0x0112] = tags["orientation"]
    inner = made.get_ifd(0x8769)
    for name, tag in (("taken", 0x9003), ("offset", 0x9011), ("comment", 0x9286)):
        if name in tags:
            inner[tag] = tags[name]
    if "gps" in tags:
        made.get_ifd(0x8825).update(tags["gps"])
    return made


def longest_shared(part: bytes, whole: bytes, length: int = 64) -> bytes | None:
    """A run of more than `length` bytes of `part` that stands in `whole`, or `None`."""
    runs = (part[at : at + length + 1] for at in range(max(1, len(part) - length)))
    return next((run for run in runs if run in whole), None)
