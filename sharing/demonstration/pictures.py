"""Invented stills: a night street or a face at a shop door, drawn from shapes, with burnt-in time and camera.

Nobody is depicted. Each drawing comes with the boxes of its faces and of its burnt-in text, in pixels.
"""

import io
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Box = tuple[int, int, int, int]  # left, top, width, height

_WIDTH, _HEIGHT = 960, 540
_PORTRAIT = 480
_FONT = 18


@dataclass(frozen=True)
class Drawn:
    """A JPEG, its faces by the name of their place in the scene, and its burnt-in texts."""

    jpeg: bytes
    faces: dict[str, Box]
    texts: tuple[Box, ...]


def draw(scene: str, banner: str, stamp: str) -> Drawn:
    """Draw a scene: `station-approach`, or a `portrait-…` with the manner of head in its name.

    `banner` is burnt in at the top left and `stamp`, the time, at the top right.
    """
    if scene == "station-approach":
        image, faces = _street()
    else:
        image, faces = _portrait(scene.removeprefix("portrait-"))
    texts = (_burn(image, banner, right=False), _burn(image, stamp, right=True))
    out = io.BytesIO()
    _grain(image).save(out, "JPEG", quality=92)
    return Drawn(out.getvalue(), faces, texts)


def _street() -> tuple[Image.Image, dict[str, Box]]:
    image = Image.new("RGB", (_WIDTH, _HEIGHT), (34, 36, 38))
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 540), (0, 330), (420, 250), (560, 250), (960, 420), (960, 540)], fill=(62, 64, 66))
    pen.polygon([(0, 110), (300, 190), (300, 270), (0, 380)], fill=(52, 53, 55))
    for left in range(10, 280, 54):
        pen.polygon([(left, 150), (left + 40, 160), (left + 40, 280), (left, 310)], fill=(196, 192, 170))
    pen.rectangle((300, 150, 960, 176), fill=(24, 25, 26))
    pen.rectangle((780, 190, 900, 330), outline=(110, 112, 114), width=5)
    for middle in (470, 650, 880):
        pen.line((middle, 60, middle, 250), fill=(20, 20, 20), width=6)
        pen.ellipse((middle - 22, 38, middle + 22, 82), fill=(250, 246, 220))
    image = image.filter(ImageFilter.GaussianBlur(1.6))
    pen = ImageDraw.Draw(image)
    return image, {
        "by-shop": _figure(pen, 222, 200, 0.55, (70, 74, 80)),
        "subject": _figure(pen, 360, 210, 1.0, (18, 18, 20)),
        "bus-stop-left": _figure(pen, 800, 215, 0.6, (150, 150, 152)),
        "bus-stop-right": _figure(pen, 862, 225, 0.55, (88, 90, 94)),
    }


def _figure(pen: ImageDraw.ImageDraw, left: int, top: int, size: float, coat: tuple[int, int, int]) -> Box:
    head, body, leg = int(44 * size), int(110 * size), int(90 * size)
    face = (left, top, head, int(head * 1.2))
    pen.rounded_rectangle(
        (left - head // 2, top + head, left + head + head // 2, top + head + body), head // 2, fill=coat
    )
    for x in (left, left + head - head // 3):
        pen.rectangle((x, top + head + body, x + head // 3, top + head + body + leg), fill=(128, 128, 130))
    pen.ellipse((left - 4, top - 6, left + head + 4, top + int(head * 1.25)), fill=coat)
    pen.ellipse((left + 4, top + 4, left + head - 4, top + int(head * 1.15)), fill=(176, 160, 148))
    return face


def _portrait(manner: str) -> tuple[Image.Image, dict[str, Box]]:
    image = Image.new("RGB", (_PORTRAIT, _PORTRAIT), (96, 97, 98))
    pen = ImageDraw.Draw(image)
    pen.rectangle((340, 250, 430, 420), fill=(130, 131, 132))
    pen.rectangle((30, 60, 90, 300), fill=(120, 121, 122))
    pen.pieslice((90, 330, 390, 640), 180, 360, fill=(40, 41, 42))
    dark, skin = (28, 28, 30), (184, 172, 162)
    if manner in ("hood", "long-hair"):
        pen.ellipse((140, 90, 340, 400), fill=dark)
    pen.ellipse((170, 130, 310, 340), fill=skin)
    if manner in ("short-hair", "long-hair"):
        pen.pieslice((164, 112, 316, 290), 180, 360, fill=dark)
    if manner in ("cap", "beanie"):
        pen.pieslice((158, 96, 322, 300), 180, 360, fill=dark)
        pen.rectangle((158, 190, 322 if manner == "beanie" else 350, 206), fill=dark)
    for x in (205, 255):
        pen.ellipse((x, 225, x + 20, 237), fill=(60, 54, 50))
    if manner == "covered":
        pen.rectangle((172, 255, 308, 330), fill=(70, 80, 92))
    return image.filter(ImageFilter.GaussianBlur(5)), {"subject": (152, 100, 176, 252)}


def _burn(image: Image.Image, text: str, *, right: bool) -> Box:
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(_FONT)
    width = int(pen.textlength(text, font=font)) + 8
    left = image.width - width - 12 if right else 12
    pen.text((left + 4, 10), text, fill=(240, 240, 240), font=font)
    return (left, 6, width, _FONT + 12)


def _grain(image: Image.Image) -> Image.Image:
    """A camera's noise at night, the same every time."""
    noise = Image.frombytes("L", image.size, Random(image.width).randbytes(image.width * image.height))  # noqa: S311
    grey = image.convert("L")
    return Image.blend(grey, noise, 0.06).convert("RGB")
