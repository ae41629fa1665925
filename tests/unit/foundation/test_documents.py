"""Documents are tagged PDF, hold what they were given, none of it as markup, and can be read back whole."""

import io
from collections import Counter
from datetime import UTC, datetime

import pypdf
import pytest

from foundation.pdf_reading import Unreadable, texts_of
from foundation.typesetting import MISSING, typeset

AT = datetime(2026, 2, 17, 17, 36, tzinfo=UTC)


def document(*lines, **more):
    sheet = {
        "title": "Incident: Robbery",
        "meta": "From the council",
        "parts": [{"title": "", "lines": [["Field", line, ""] for line in lines]}],
    }
    data = {"title": "Export", "handling": "OFFICIAL", "who": "A reader", "given": "Given", "sheets": [sheet]}
    return typeset("export", {**data, **more}, AT)


def squeezed(text):
    return "".join(text.split())


def test_a_document_is_tagged_for_screen_readers():
    reader = pypdf.PdfReader(io.BytesIO(document("Value")))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Export"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    tags = set()

    def walk(node):
        node = node.get_object()
        if isinstance(node, pypdf.generic.DictionaryObject):
            tags.add(node.get("/S"))
            children = node.get("/K", [])
            for child in children if isinstance(children, list) else [children]:
                if not isinstance(child, int):
                    walk(child)

    walk(root["/StructTreeRoot"]["/K"][0])
    assert {"/Document", "/H1", "/Table", "/TR", "/TH", "/TD"} <= tags


def test_every_page_says_how_it_is_handled_and_to_whom_it_was_given():
    lines = [f"Line {number}" for number in range(120)]
    pages = pypdf.PdfReader(io.BytesIO(document(*lines, handling="OFFICIAL-SENSITIVE", given="To X"))).pages
    assert len(pages) > 1
    for page in pages:
        text = page.extract_text()
        assert text.count("OFFICIAL-SENSITIVE") == 2
        assert "To X" in text
        assert "A reader" in text


@pytest.mark.parametrize(
    "line",
    [
        "<x> #evil[ $1 ] \\ *bold* _em_ @ref `raw` // comment",
        '#read("/etc/passwd")',
        "(unbalanced ) brackets (( and \\) escapes",
        "office affluent waffle ﬁ",
        "Łukasz Żak, Nguyễn Thị, Ωμέγα, Привет",
        "£480.00 – “quoted” ’",
        "A very long line " * 30,
    ],
)
def test_what_goes_in_reads_back_with_two_readers(line):
    data = document(line)
    ours = squeezed(texts_of(data).shown)
    theirs = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages))
    wanted = squeezed(line.replace("ﬁ", "fi"))
    assert wanted in ours.replace("ﬁ", "fi")
    assert Counter(theirs) <= Counter(ours)  # ours has what tags say as well, such as languages


def test_letters_that_no_font_has_are_shown_as_missing_and_invisible_ones_are_left_out():
    shown = squeezed(texts_of(document("李小龍", "a\u200bb\u202ec\x00d")).shown)
    assert MISSING * 3 in shown
    assert "abcd" in shown


def test_titles_and_headings_outside_of_pages_are_read_too():
    strings = texts_of(document("Value", title="Żak secret title")).strings
    assert "Żak secret title" in strings
    assert "Incident: Robbery" in strings


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"%PDF-1.7\n%%EOF",
        lambda data: data[: len(data) // 2],
        lambda data: data + data,
        lambda data: data.replace(b"/FlateDecode", b"/LZWDecodeXX", 1),
        lambda data: data.replace(b"/ToUnicode", b"/ToNothingX"),
    ],
)
def test_a_file_of_another_make_is_refused_unread(broken):
    with pytest.raises(Unreadable):
        texts_of(broken(document("Value")) if callable(broken) else broken)
