import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from foundation.errors import Invalid
from foundation.picture_shape import Fault, FaultyPictureError, examine
from foundation.pictures import _SENTENCES, BYTES_MOST, reencode
from tests.unit.foundation import picture_corpus as corpus


def moving(kind: str) -> bytes:
    frames = [corpus.scene(), corpus.scene().rotate(180)]
    return corpus.written(frames[0], kind, save_all=True, append_images=frames[1:])


def embedded_archive() -> bytes:
    body = corpus.png()
    return body[:-12] + corpus.chunk(b"zaXx", corpus.archive()) + body[-12:]


def declared(width: int, height: int) -> bytes:
    return corpus.grey_png(width, height, [bytes(100)])


def wide_jpeg() -> bytes:
    data = bytearray(corpus.jpeg())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 30_000, 30_000)
    return bytes(data)


CASES = {
    "nothing": (lambda: b"", Fault.EMPTY),
    "zero bytes": (lambda: bytes(4096), Fault.KIND),
    "text called jpg": (lambda: b"This is not a picture.", Fault.KIND),
    "gif": (lambda: corpus.written(corpus.scene(), "GIF"), Fault.KIND),
    "gif and jar": (lambda: corpus.written(corpus.scene(), "GIF") + corpus.archive(), Fault.KIND),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', Fault.KIND),
    "heic": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(99), Fault.KIND),
    "avif": (lambda: b"\x00\x00\x00\x18ftypavif" + bytes(99), Fault.KIND),
    "tiff": (lambda: corpus.written(corpus.scene(), "TIFF"), Fault.KIND),
    "bmp": (lambda: corpus.written(corpus.scene(), "BMP"), Fault.KIND),
    "pdf": (lambda: b"%PDF-1.7\n" + corpus.jpeg(), Fault.KIND),
    "pdf inside jpeg": (
        lambda: corpus.with_segments(corpus.jpeg(), corpus.segment(0xFE, b"%PDF-1.7 1 0 obj")),
        Fault.TWOFOLD,
    ),
    "jpeg and script": (lambda: corpus.jpeg() + b"*/=alert(1)/*", Fault.TWOFOLD),
    "jpeg and page": (lambda: corpus.jpeg() + b"<html><script>x()</script>", Fault.TWOFOLD),
    "jpeg and php": (lambda: corpus.jpeg() + bytes(20) + b"<?php system(1); ?>", Fault.TWOFOLD),
    "jpeg and jar": (lambda: corpus.jpeg() + corpus.archive(), Fault.TWOFOLD),
    "jpeg and jpeg": (lambda: corpus.jpeg() * 2, Fault.TWOFOLD),
    "png and zip": (lambda: corpus.png() + corpus.archive(), Fault.TWOFOLD),
    "png around zip": (embedded_archive, Fault.TWOFOLD),
    "webp and zip": (lambda: corpus.webp() + corpus.archive(), Fault.TWOFOLD),
    "webp and script": (lambda: corpus.webp() + b"alert(1)", Fault.TWOFOLD),
    "jpeg cut short": (lambda: corpus.jpeg()[:-300], Fault.CUT_SHORT),
    "jpeg of three bytes": (lambda: b"\xff\xd8\xff", Fault.CUT_SHORT),
    "png cut short": (lambda: corpus.png()[:-300], Fault.CUT_SHORT),
    "webp cut short": (lambda: corpus.webp()[:-40], Fault.CUT_SHORT),
    "moving webp": (lambda: moving("WEBP"), Fault.ANIMATED),
    "moving png": (lambda: moving("PNG"), Fault.ANIMATED),
    "ten gigapixels declared": (lambda: declared(100_000, 100_000), Fault.TOO_MANY_PIXELS),
    "four hundred megapixels in truth": (lambda: corpus.solid_png(20_000, 20_000), Fault.TOO_MANY_PIXELS),
    "jpeg of 900 megapixels declared": (wide_jpeg, Fault.TOO_MANY_PIXELS),
    "one long line": (lambda: corpus.solid_png(30_000, 8), Fault.TOO_MANY_PIXELS),
    "broken data": (lambda: corpus.png().replace(b"IDAT", b"IDAT\x00", 1)[:-1], Fault.CUT_SHORT),
    "false checksum": (lambda: declared(160, 96).replace(b"IDAT", b"IDAt"), Fault.DAMAGED),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_refused_with_its_own_sentence(name):
    make, fault = CASES[name]
    with pytest.raises(Invalid) as refused:
        reencode(make())
    assert refused.value.problems == {"still": _SENTENCES[fault]}


def test_bombs_of_the_corpus_are_small():
    assert len(declared(100_000, 100_000)) < 1_100
    assert len(corpus.solid_png(20_000, 20_000)) < 100_000


def test_sentences_differ_and_say_what_to_do():
    assert set(_SENTENCES) == set(Fault)
    assert len(set(_SENTENCES.values())) == len(Fault)
    for sentence in _SENTENCES.values():
        assert sentence.endswith(("send that.", "again."))


def test_file_over_ten_megabytes_is_refused_unread():
    with pytest.raises(Invalid, match="larger than 10 MB"):
        reencode(corpus.jpeg() + bytes(BYTES_MOST))


def test_text_as_a_picture_is_refused_whatever_the_name_says():
    with pytest.raises(Invalid, match="not a picture of a kind that can be taken"):
        reencode(b"still.jpg\n" * 100)


SAMPLES = [corpus.jpeg(), corpus.png(), corpus.webp()]


@given(st.sampled_from(SAMPLES), st.data())
def test_the_walk_ends_in_a_shape_or_a_fault_whatever_is_changed(sample, data):
    changed = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(sample) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(sample)))
    assert outcome(bytes(changed[:cut])) in {"jpeg", "png", "webp", *Fault}


def outcome(data: bytes) -> str:
    try:
        return examine(data).format
    except FaultyPictureError as faulty:
        return faulty.fault


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_declared_size_is_read_as_pillow_reads_it(sample):
    shape = examine(sample)
    assert (shape.width, shape.height) == Image.open(io.BytesIO(sample)).size


@pytest.mark.parametrize("options", [{"lossless": False}, {"lossless": True, "exif": b"Exif\x00\x00"}])
def test_each_form_of_webp_tells_its_size(options):
    shape = examine(corpus.written(corpus.scene(150, 90), "WEBP", **options))
    assert (shape.width, shape.height) == (150, 90)
