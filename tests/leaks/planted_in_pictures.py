"""Leaks planted into pictures: each opens one channel for as long as its block lasts."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from PIL import Image, ImageFilter

from portal.web import records as web_records
from tests.leaks.planting import in_pictures


def _segment(drawn: bytes, marker: int, inside: bytes) -> bytes:
    """The picture with one more segment in front."""
    return drawn[:2] + bytes((0xFF, marker)) + (len(inside) + 2).to_bytes(2) + inside + drawn[2:]


def _written(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _with_exif(_: bytes, drawn: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    return _segment(drawn, 0xE1, exif.tobytes())


def _with_thumbnail(data: bytes, drawn: bytes) -> bytes:
    image = Image.open(io.BytesIO(data))
    image.thumbnail((80, 60))
    return _segment(drawn, 0xE2, _written(image))


def _blurred(data: bytes, _: bytes) -> bytes:
    return _written(Image.open(io.BytesIO(data)).filter(ImageFilter.BoxBlur(6)))


#: What the camera wrote about itself stays in the picture.
exif_kept = in_pictures(_with_exif)
#: A small picture from before the covers stays in the picture.
thumbnail_kept = in_pictures(_with_thumbnail)
#: Faces are blurred, from which they come back.
faces_blurred = in_pictures(_blurred)
#: The picture ends with as many bytes as what was taken in has thousands.
as_large_as_the_original = in_pictures(lambda data, drawn: drawn + b"\0" * (sum(data) % 997))


@contextmanager
def picture_kept_for_everybody() -> Iterator[None]:
    """A picture is drawn once and kept: for the next reader, and after it is taken back."""
    show, kept = web_records.show_still, {}

    def keeping(database: Any, files: Any, actor: Any, media_id: str, **more: Any) -> Any:
        key = id(database), media_id
        if key not in kept:
            kept[key] = show(database, files, actor, media_id, **more)
        return kept[key]

    with patch.object(web_records, "show_still", keeping):
        yield
