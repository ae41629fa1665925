import hashlib
import io
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageOps

from foundation.pictures import Picture, reencode
from tests.unit.foundation import picture_corpus as corpus


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.bytes))
    image.load()
    return image


def near(one: object, other: object, by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def corners(image: Image.Image) -> list[object]:
    right, bottom = image.width - 4, image.height - 4
    return [image.getpixel(place) for place in ((3, 3), (right, 3), (3, bottom), (right, bottom))]


@pytest.mark.parametrize("make", [corpus.jpeg, corpus.png, corpus.webp])
def test_each_kind_that_is_taken_becomes_a_jpeg_of_the_same_picture(make):
    data = make()
    picture = reencode(data)
    assert (picture.format, picture.width, picture.height) == ("jpeg", 160, 96)
    assert opened(picture).format == "JPEG"
    assert all(near(*pair) for pair in zip(corners(opened(picture)), corpus.CORNERS, strict=True))
    assert picture.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_no_longer_said(orientation):
    sent = corpus.written(corpus.scene(), "JPEG", quality=95, exif=corpus.exif(orientation=orientation))
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(sent)))
    image = opened(reencode(sent))
    assert image.size == expected.size
    assert all(near(*pair) for pair in zip(corners(image), corners(expected), strict=True))
    assert not image.getexif()


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "YCbCr"])
def test_other_colour_models_keep_the_picture(mode):
    kind = "PNG" if mode == "1" else "JPEG"
    sent = corpus.written(corpus.scene().convert(mode), kind)
    image = opened(reencode(sent))
    expected = Image.open(io.BytesIO(sent)).convert("RGB").resize((8, 6), Image.Resampling.BOX)
    seen = image.resize((8, 6), Image.Resampling.BOX)
    assert near(seen.tobytes(), expected.tobytes(), by=10)


def test_sixteen_bit_grey_is_scaled_not_clipped():
    deep = Image.new("I;16", (64, 64))
    deep.putdata([column * 1000 for _ in range(64) for column in range(64)])
    image = opened(reencode(corpus.written(deep, "PNG")))
    assert near(image.getpixel((32, 32)), (125, 125, 125), by=4)
    assert near(image.getpixel((63, 32)), (246, 246, 246), by=4)


def test_what_was_hidden_by_transparency_does_not_come_through():
    layered = corpus.scene().convert("RGBA")
    layered.putalpha(0)
    palette = Image.new("P", (64, 64), 1)
    palette.putpalette([0, 0, 0, 250, 10, 10])
    for sent in (corpus.written(layered, "PNG"), corpus.written(palette, "PNG", transparency=1)):
        colours = opened(reencode(sent)).getcolors()
        assert [colour for _, colour in colours] == [(255, 255, 255)]


def test_time_and_place_are_told_apart_from_the_picture():
    gps = {1: "N", 2: (51.0, 34.0, 33.6), 3: "E", 4: (0.0, 11.0, 2.4)}
    tags = corpus.exif(taken="2026:07:17 14:30:00", gps=gps)
    picture = reencode(corpus.written(corpus.scene(), "JPEG", exif=tags))
    assert picture.taken == datetime(2026, 7, 17, 13, 30, tzinfo=UTC)
    assert picture.point == (51.576, 0.184)
    assert "51.576" not in repr(picture)


def test_time_with_an_offset_is_taken_by_it():
    tags = corpus.exif(taken="2026:07:17 14:30:00", offset="-05:00")
    picture = reencode(corpus.written(corpus.scene(), "WEBP", exif=tags))
    assert picture.taken == datetime(2026, 7, 17, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "yesterday", "2026:07:17"])
def test_nonsense_from_the_camera_is_no_reason_to_refuse(taken):
    gps = {1: "N", 2: (500.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}
    picture = reencode(corpus.written(corpus.scene(), "JPEG", exif=corpus.exif(taken=taken, gps=gps)))
    assert (picture.taken, picture.point) == (None, None)


def test_broken_metadata_is_no_reason_to_refuse():
    sent = corpus.with_segments(corpus.jpeg(), corpus.segment(0xE1, b"Exif\x00\x00II*\x00\xff\xff\xff\x7f"))
    assert reencode(sent).taken is None


def test_nothing_but_pixels_leaves():
    html = b"ASCII\x00\x00\x00<html><script>alert('" + corpus.CANARY + b"')</script>"
    thumbnail = corpus.written(corpus.scene(80, 48), "JPEG")
    sent = corpus.with_segments(
        corpus.written(
            corpus.scene(),
            "JPEG",
            exif=corpus.exif(comment=html),
            icc_profile=corpus.CANARY,
            comment=corpus.CANARY,
        ),
        corpus.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + corpus.CANARY),
        corpus.segment(0xED, b"Photoshop 3.0\x00" + corpus.CANARY),
        corpus.thumbnail_segment(thumbnail),
    )
    kept = reencode(sent).bytes
    for trace in (b"Exif", b"xmp", b"ICC_PROFILE", b"Photoshop", b"script", corpus.CANARY[:16]):
        assert trace in sent or trace == b"ICC_PROFILE"
        assert trace.lower() not in kept.lower()
    assert kept.count(b"\xff\xd8\xff") == 1
    assert corpus.longest_shared(corpus.CANARY, sent) is not None
    assert corpus.longest_shared(corpus.CANARY, kept) is None
    assert set(Image.open(io.BytesIO(kept)).info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_text_and_profiles_of_png_and_webp_are_gone_too():
    canary = corpus.CANARY.decode()
    body = corpus.png()
    marked = body[:-12] + corpus.chunk(b"tEXt", b"Comment\x00" + corpus.CANARY) + body[-12:]
    described = corpus.written(corpus.scene(), "WEBP", xmp=canary.encode(), exif=corpus.exif(comment=canary))
    for sent in (marked, described):
        assert corpus.CANARY[:64] in sent
        assert corpus.CANARY[:16] not in reencode(sent).bytes


def test_further_pictures_that_a_camera_puts_behind_its_own_are_dropped():
    second = corpus.written(Image.new("RGB", (64, 64), "white"), "JPEG")
    several = (
        corpus.with_segments(corpus.jpeg(), corpus.segment(0xE2, b"MPF\x00" + bytes(40))) + second + bytes(9)
    )
    picture = reencode(several)
    assert (picture.width, picture.bytes.count(b"\xff\xd8\xff")) == (160, 1)


def test_the_same_file_always_becomes_the_same_picture():
    assert reencode(corpus.jpeg()) == reencode(corpus.jpeg())
