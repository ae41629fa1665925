import io

import pytest
from PIL import Image, ImageChops, ImageDraw

from foundation.errors import Invalid, Unavailable
from foundation.pictures import cover, cover_all, derive, reencode, watermark
from tests.unit.foundation import picture_corpus as corpus

VIEWER = "A. Reader · Metropolitan East · 24 Nov 2026 20:36"


@pytest.fixture(scope="module")
def kept() -> bytes:
    return reencode(corpus.written(corpus.scene(403, 301), "PNG")).bytes


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def colours(image: Image.Image, box: tuple[int, int, int, int]) -> set[object]:
    left, top, width, height = box
    part = image.crop(
        (max(0, left), max(0, top), min(image.width, left + width), min(image.height, top + height))
    )
    return {colour for _, colour in part.getcolors(part.width * part.height)}


BOXES = [
    (100, 90, 61, 73),
    (3, 5, 20, 20),
    (380, 280, 23, 21),
    (-10, 100, 30, 20),
    (0, 0, 403, 301),
    (201, 151, 1, 1),
]


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("text", [None, VIEWER])
def test_covered_region_has_exactly_one_colour(kept, box, text):
    assert len(colours(opened(derive(kept, [box], text)), box)) == 1


def test_cover_reaches_a_little_further_than_the_box_and_no_more(kept):
    image = opened(cover(kept, [(100, 90, 60, 72)]))
    assert len(colours(image, (94, 84, 72, 84))) == 1
    changed = ImageChops.difference(image, opened(kept)).convert("L").point(lambda value: 255 * (value > 24))
    left, top, right, bottom = changed.getbbox()
    assert (left >= 100 - 6 - 8, top >= 90 - 6 - 8) == (True, True)
    assert (right <= 160 + 6 + 8, bottom <= 162 + 6 + 8) == (True, True)


def test_several_boxes_are_covered_at_once(kept):
    image = opened(cover(kept, BOXES[:3]))
    assert all(len(colours(image, box)) == 1 for box in BOXES[:3])
    assert len(colours(image, (200, 20, 100, 60))) > 1


@pytest.mark.parametrize("options", [{}, {"bands": True}])
@pytest.mark.parametrize("text", [None, VIEWER])
def test_pictures_that_differ_only_under_the_cover_give_equal_bytes(options, text):
    one = corpus.scene(403, 301)
    other = one.copy()
    ImageDraw.Draw(other).ellipse((110, 95, 150, 150), fill=(250, 200, 180), outline=(1, 2, 3))
    first, second = (reencode(corpus.written(image, "PNG")).bytes for image in (one, other))
    assert first != second
    boxes = [(105, 90, 50, 65)]
    assert derive(first, boxes, text, **options) == derive(second, boxes, text, **options)


def test_bands_cover_burnt_in_text_above_and_below(kept):
    image = opened(derive(kept, (), None, bands=True))
    assert len(colours(image, (0, 0, 403, 19))) == 1
    assert len(colours(image, (0, 301 - 19, 403, 19))) == 1
    assert len(colours(image, (0, 40, 403, 200))) > 100


def test_watermark_is_everywhere_but_hides_little(kept):
    plain, marked = opened(kept), opened(watermark(kept, VIEWER))
    changed = ImageChops.difference(plain, marked).convert("L").point(lambda value: 255 * (value > 24))
    quarters = [(0, 0, 201, 150), (201, 0, 403, 150), (0, 150, 201, 301), (201, 150, 403, 301)]
    shares = [changed.crop(part).histogram()[255] / (201 * 150) for part in quarters]
    assert all(0.005 < share < 0.2 for share in shares)
    assert watermark(kept, VIEWER) != watermark(kept, VIEWER.replace("20:36", "20:37"))


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_empty_watermark_writes_nothing(kept, text):
    assert watermark(kept, text) == cover(kept, [])


@pytest.mark.parametrize("text", ["x" * 5000, "two\nlines\x00\x1b[31m", "Zoë Łukasz 李 🙂"])
@pytest.mark.parametrize("size", [(403, 301), (16, 16), (1, 1), (2000, 20)])
def test_any_text_fits_any_picture(text, size):
    small = reencode(corpus.written(Image.new("RGB", size, "grey"), "PNG")).bytes
    assert opened(watermark(small, text)).size == size


def test_whole_picture_becomes_a_few_colours_of_a_size_that_tells_nothing():
    for width, height, shown in ((403, 301, (480, 320)), (1320, 420, (480, 320)), (301, 403, (320, 480))):
        image = opened(cover_all(reencode(corpus.written(corpus.scene(width, height), "PNG")).bytes))
        assert image.size == shown
        assert len(image.getcolors(image.width * image.height)) <= 24


def test_small_changes_leave_no_trace_in_the_mosaic():
    one = Image.new("RGB", (600, 400), (140, 140, 140))
    other = one.copy()
    ImageDraw.Draw(other).text((250, 180), "27 HIGH STREET", fill="black")
    first, second = (cover_all(reencode(corpus.written(image, "PNG")).bytes) for image in (one, other))
    assert first == second


def test_mosaic_carries_the_watermark_too(kept):
    assert derive(kept, (), VIEWER, everything=True) != cover_all(kept)


@pytest.mark.parametrize("make", [corpus.png, corpus.webp, lambda: b"", lambda: corpus.jpeg() + b"tail"])
def test_derivatives_come_from_a_reencoded_picture_only(make):
    with pytest.raises(ValueError, match="re-encoded"):
        cover(make(), [])


def test_file_that_still_holds_metadata_makes_no_derivative():
    sent = corpus.written(corpus.scene(), "JPEG", exif=corpus.exif(taken="2026:07:17 14:30:00"))
    with pytest.raises(ValueError, match="re-encoded"):
        derive(sent, [], VIEWER)


@pytest.mark.parametrize(
    "box", [(500, 10, 5, 5), (10, 10, 0, 5), (10, 10, 5, -5), (-30, 10, 30, 5), (10, 301, 4, 4)]
)
def test_box_outside_the_picture_is_refused_and_nothing_leaves(kept, box):
    with pytest.raises(Invalid) as refused:
        cover(kept, [(5, 5, 9, 9), box])
    assert refused.value.problems == {"boxes": "A box lies outside the picture. Draw it again."}


def test_kept_picture_that_has_become_unreadable_gives_nothing(kept):
    broken = kept[:2] + corpus.segment(0xDB, b"\x00" + bytes(64)) + kept[kept.index(b"\xff\xc0") :]
    with pytest.raises(Unavailable):
        cover(broken, [])
