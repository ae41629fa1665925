"""What the scan finds in a text, and what it lets pass."""

import base64

import pytest

from sharing.exports import scanning
from sharing.exports.hidden import texts_of_value
from sharing.exports.scanning import Piece, Unscannable, csv_pieces, leaks_in
from tests.unit.foundation.test_outbox import NOON


class _Shown:
    id, owner = "record-1", "havering"


class _Seen:
    shown = _Shown()


def leaks(monkeypatch, text, *values, allowed="", shortest=4):
    """The names of the values that are found; value number n is of the field n."""
    monkeypatch.setattr(
        scanning, "hidden_values", lambda _: [(str(n), each) for n, each in enumerate(values)]
    )
    return [leak.field for leak in leaks_in([Piece(text, [_Seen()], allowed, shortest)])]


NAME = "Quillfeather"


@pytest.mark.parametrize(
    "text",
    [
        "Vera Quillfeather, aged 36",
        "vera QUILLFEATHER",
        "rehtaeflliuQ",
        "xxQuillfeatherxx",
        "".join(chr(ord(letter) + 0xFEE0) for letter in NAME),
        base64.b64encode(NAME.encode()).decode(),
        base64.b64encode(b"a" + NAME.encode() + b"bc").decode(),
        base64.urlsafe_b64encode(b"\xfb\xff" + NAME.encode()).decode(),
        base64.b64encode(NAME.lower().encode()).decode(),
        "\n".join(base64.b64encode(NAME.encode()).decode()),
        NAME.encode().hex(),
        NAME.encode().hex().upper(),
        NAME.lower().encode().hex(),
    ],
)
def test_a_value_is_found_in_every_form(monkeypatch, text):
    assert leaks(monkeypatch, f"before {text} after", NAME) == ["0"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("TAPE-7781", "TAPE-\n7781"),
        ("9 Elm Road, Romford", "9 Elm\nRoad,   Romford"),
        ("7QF4-K2", "7QF4- K2"),
    ],
)
def test_a_value_that_a_line_breaks_is_found(monkeypatch, value, text):
    assert leaks(monkeypatch, f"before {text} after", value) == ["0"]


def test_words_that_stand_side_by_side_make_no_value(monkeypatch):
    assert leaks(monkeypatch, "was safe male aged 30", "female") == []


def test_other_text_is_no_leak(monkeypatch):
    text = "Robbery, St Edward's, 27 November 2026, 12:00 to 18:00. Withheld: protected."
    assert leaks(monkeypatch, text, NAME, "9 Elm Road, Romford", "020 7946 0001", "1990-05-01") == []


def test_what_was_released_may_stand_where_it_stands(monkeypatch):
    assert leaks(monkeypatch, "North Street", "North", allowed="North Street") == []


def test_a_value_inside_of_an_allowed_word_may_not_stand_alone(monkeypatch):
    """`Vera` is in `overall`, which every page may say; as a word of its own it is a name."""
    assert leaks(monkeypatch, "overall length", "Vera", allowed="overall length") == []
    assert leaks(monkeypatch, "overall length of Vera", "Vera", allowed="overall length") == ["0"]


def test_values_shorter_than_four_letters_are_not_looked_for(monkeypatch):
    assert leaks(monkeypatch, "Ann was here", "Ann") == []
    assert leaks(monkeypatch, "Anna was here", "Anna") == ["0"]


def test_a_part_of_a_long_text_is_found(monkeypatch):
    account = "She ran out of the side door towards the station and dropped a blue bag near the gate"
    values = list(texts_of_value("account", account))
    assert leaks(monkeypatch, "note: towards the station and dropped a blue bag", *values) != []
    assert leaks(monkeypatch, "note: towards the station", *values) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NOON, "2026-02-20T12:00:00Z"),
        (NOON, "20 February 2026, 12:00"),
        (NOON.date(), "born 2026-02-20"),
        (NOON.date(), "20/02/2026"),
        (48000, "£480.00"),
        (48000, "48000 pence"),
        ([51.58414, 0.17084], "at 51.58414 north"),
        (["black-puffer"], "Black puffer jacket"),
    ],
)
def test_a_stored_value_is_found_as_machines_and_as_people_write_it(monkeypatch, value, text):
    name = {int: "loss", list: "clothing"}.get(type(value), "seen")
    assert leaks(monkeypatch, text, *texts_of_value(name, value)) != []


def rows(*records):
    lines = ['"Record","Note"', *(f'"{record}","{note}"' for record, note in records)]
    return "\r\n".join(lines).encode()


class _Other:
    def __init__(self, record, allowed):
        self.shown = type("Shown", (), {"id": record, "owner": "havering"})
        self.allowed = allowed


def test_a_value_that_one_record_may_show_is_a_leak_in_the_row_of_another(monkeypatch):
    seen = [_Other("a", "9 Elm Road"), _Other("b", "")]
    monkeypatch.setattr(
        scanning, "hidden_values", lambda each: [("home", "9 Elm Road")] if each.shown.id == "b" else []
    )
    monkeypatch.setattr(scanning, "allowed_text", lambda several: "\n".join(each.allowed for each in several))
    good = rows(("a", "9 Elm Road"), ("b", "Withheld"))
    assert leaks_in(csv_pieces(good, seen, rows(), "")) == ()
    bad = rows(("a", "9 Elm Road"), ("b", "9 Elm Road"))
    (leak,) = leaks_in(csv_pieces(bad, seen, rows(), ""))
    assert (leak.record, leak.field) == ("b", "home")


@pytest.mark.parametrize("data", [b"\xff\xfe", rows(("c", "not asked for")), b'"Record"\r\n"unclosed'])
def test_a_file_that_does_not_read_back_is_unscannable(data):
    with pytest.raises(Unscannable):
        list(csv_pieces(data, [], rows(), ""))
