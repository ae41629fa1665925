"""The process in which pictures are decoded: it limits itself, reads one task, writes one answer, and ends.

Run as a script by `foundation.pictures`, isolated, with an empty environment. It imports nothing of the
product. Whatever a hostile file makes of the decoder happens here, without secrets, without a file or socket
that could be opened, and within bounds of memory and time.

Task and answer have one form: a line of JSON, then the bytes of a picture.
"""

import io
import json
import math
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PIL import (
    Image,
    ImageDraw,
    ImageFont,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,  # noqa: F401 - Pillow reads EXIF by it, and would import it late
    WebPImagePlugin,
)

PIXELS_MOST = 40_000_000
_SIDE_MOST = 20_000  # a JPEG holds 65,535; no camera comes near
_MEMORY = 1 << 30
_SECONDS = 10
_OUTPUT = 64 << 20

#: Solid stays solid in a JPEG only in whole blocks of 8 pixels, without subsampled colour.
_BLOCK = 8
_QUALITY = 90
_COVER = (0, 0, 0)

_OPENERS: Mapping[str, Callable[[io.BytesIO], Image.Image]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
}

#: EXIF orientation to the turn that sets the picture upright. Source: CIPA DC-008, tag 274.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class _RefusedError(Exception):
    """The picture is not taken; the first argument names the fault."""


def main() -> None:
    """Do the one task on standard input."""
    _limit()
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    task = json.loads(head)
    try:
        answer, picture = _answer(task, data)
    except _RefusedError as refused:
        answer, picture = {"fault": refused.args[0]}, b""
    except MemoryError:
        answer, picture = {"fault": "too-heavy"}, b""
    except Exception as error:  # noqa: BLE001 - decoders raise anything; the file is the cause
        fault = "cut-short" if "truncated" in str(error) else "damaged"
        answer, picture = {"fault": fault}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + picture)
    sys.stdout.buffer.flush()


def _limit() -> None:
    """Bound memory and time, and take away every further file and socket.

    What Pillow imports only on first use is imported before.
    """
    Image.preinit()
    ImageFont.load_default(10)
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, _OUTPUT),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _answer(task: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    source = _open(task["format"], data)
    if task["task"] == "reencode":
        pixels, exif = _fresh(source), _exif(source)
        pixels = _turned(pixels, exif.get(0x0112))
        facts = {"taken": _taken(exif), "offset": _offset(exif), "point": _point(exif)}
        return {"width": pixels.width, "height": pixels.height, **facts}, _jpeg(pixels)
    return {}, _jpeg(_treated(_fresh(source), task))


def _open(kind: str, data: bytes) -> Image.Image:
    """Read the header and refuse by it, before any pixel is decoded."""
    source = _OPENERS[kind](io.BytesIO(data))
    width, height = source.size
    if width * height > PIXELS_MOST or max(width, height) > _SIDE_MOST:
        raise _RefusedError("too-many-pixels")
    if kind != "jpeg" and getattr(source, "is_animated", False):
        raise _RefusedError("animated")
    return source


def _fresh(source: Image.Image) -> Image.Image:
    """The pixels alone, on a new picture: eight bits a colour, on white where the source was transparent."""
    source.load()
    if source.mode.startswith("I"):
        source = source.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    fresh = Image.new("RGB", source.size, "white")
    if source.has_transparency_data:
        layered = source.convert("RGBA")
        fresh.paste(layered, mask=layered.getchannel("A"))
    else:
        fresh.paste(source.convert("RGB"))
    return fresh


def _turned(pixels: Image.Image, orientation: object) -> Image.Image:
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return pixels if turn is None else pixels.transpose(turn)


def _jpeg(pixels: Image.Image) -> bytes:
    written = io.BytesIO()
    pixels.save(written, "JPEG", quality=_QUALITY, subsampling=0)
    return written.getvalue()


# What the camera wrote: read for the sealed fields, never a reason to refuse.


def _exif(source: Image.Image) -> dict[int, Any]:
    """The tags of the main, the EXIF and (under 0x8825) the GPS directory."""
    try:
        exif = source.getexif()
        return {**exif, **exif.get_ifd(0x8769), 0x8825: exif.get_ifd(0x8825)}
    except Exception:  # noqa: BLE001 - broken metadata is dropped with the rest of it
        return {}


def _taken(exif: Mapping[int, Any]) -> str | None:
    text = exif.get(0x9003) or exif.get(0x0132)
    return text[:19] if isinstance(text, str) else None


def _offset(exif: Mapping[int, Any]) -> str | None:
    text = exif.get(0x9011)
    return text[:6] if isinstance(text, str) else None


def _point(exif: Mapping[int, Any]) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, WGS84. Source: CIPA DC-008, tags 1 to 4 of the GPS directory."""
    gps = exif.get(0x8825, {})
    try:
        latitude = _degrees(gps[2], negative=gps[1] == "S")
        longitude = _degrees(gps[4], negative=gps[3] == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return latitude, longitude


def _degrees(parts: Sequence[Any], *, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if negative else value, 6)


# What a reader is given.


def _treated(pixels: Image.Image, task: Mapping[str, Any]) -> Image.Image:
    """Mark, then cover: what is covered stays of one colour."""
    text = task["watermark"]
    if task["everything"]:
        return _marked(_mosaic(pixels), text)
    boxes = [_padded(box, pixels.size) for box in task["boxes"]]
    boxes += _bands(pixels.size) if task["bands"] else []
    marked = _marked(pixels, text)
    pen = ImageDraw.Draw(marked)
    for left, top, right, bottom in boxes:
        pen.rectangle((left, top, right - 1, bottom - 1), fill=_COVER)
    return marked


_Edges = tuple[int, int, int, int]


def _padded(box: Sequence[int], size: tuple[int, int]) -> _Edges:
    """The edges to fill: a twelfth of the longer side more on each side, out to whole blocks."""
    left, top, width, height = box
    if width < 1 or height < 1 or not (-width < left < size[0] and -height < top < size[1]):
        raise _RefusedError("box")
    pad = max(4, math.ceil(max(width, height) / 12))
    return _blocks(left - pad, top - pad, left + width + pad, top + height + pad, size)


def _blocks(left: int, top: int, right: int, bottom: int, size: tuple[int, int]) -> _Edges:
    return (
        max(0, left // _BLOCK * _BLOCK),
        max(0, top // _BLOCK * _BLOCK),
        min(size[0], -(-right // _BLOCK) * _BLOCK),
        min(size[1], -(-bottom // _BLOCK) * _BLOCK),
    )


def _bands(size: tuple[int, int]) -> list[_Edges]:
    """The top and bottom 6 %, where recorders burn in time and place."""
    width, height = size
    band = math.ceil(height * 0.06)
    return [_blocks(0, 0, width, band, size), _blocks(0, height - band, width, height, size)]


#: Six cells by four or fewer, eight steps a colour: familiar faces are still named at 7 by 10 pixels.
#: Source: Sinha, Balas, Ostrovsky and Russell, Proceedings of the IEEE 94 (2006), result 1.
_CELLS, _CELLS_ACROSS, _CELL = 6, 4, 80


def _mosaic(pixels: Image.Image) -> Image.Image:
    """The whole picture as a few mean colours, at a size that says no more than upright or wide."""
    cells = (_CELLS, _CELLS_ACROSS) if pixels.width >= pixels.height else (_CELLS_ACROSS, _CELLS)
    means = pixels.resize(cells, Image.Resampling.BOX).point(lambda value: value & 0xE0 | 0x10)
    return means.resize((cells[0] * _CELL, cells[1] * _CELL), Image.Resampling.NEAREST)


def _marked(pixels: Image.Image, text: str | None) -> Image.Image:
    """Write the text across the picture again and again, half transparent, rising to the right."""
    if not text:
        return pixels
    tile = _tile(text, pixels.size)
    across, down = tile.width + tile.height // 4, 1 + tile.height // 2
    start_x, start_y = (pixels.width - tile.width) // 2, (pixels.height - tile.height) // 2
    for x in range(start_x - -(-start_x // across) * across, pixels.width, across):
        for y in range(start_y - -(-start_y // down) * down, pixels.height, down):
            pixels.paste(tile, (x, y), tile)
    return pixels


def _tile(text: str, size: tuple[int, int]) -> Image.Image:
    """One copy of the text, fitted to four fifths of the picture's width."""
    font = ImageFont.load_default(100)
    points = min(min(size) / 18, 80 * size[0] / font.getlength(text))
    font = ImageFont.load_default(max(8, points))
    left, top, right, bottom = (math.ceil(edge) for edge in font.getbbox(text, stroke_width=1))
    tile = Image.new("RGBA", (right - left + 2, bottom - top + 2), (128, 128, 128, 0))
    pen = ImageDraw.Draw(tile)
    pen.text(
        (1 - left, 1 - top),
        text,
        font=font,
        fill=(255, 255, 255, 120),
        stroke_width=1,
        stroke_fill=(0, 0, 0, 90),
    )
    return tile.rotate(25, resample=Image.Resampling.BICUBIC, expand=True)


if __name__ == "__main__":
    main()
