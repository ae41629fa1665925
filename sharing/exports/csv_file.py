"""Files for spreadsheet programs: no cell of them is a formula, and the stamp goes with every row.

Sources: RFC 4180; OWASP, CSV Injection.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from sharing.exports.sheets import HELD, Line, Sheet
from sharing.stamp import Stamp

#: Spreadsheet programs take a file without it for one in their own old alphabet.
_BOM = "\ufeff"
_FORMULA = frozenset("=+-@\N{MINUS SIGN}")
_CONTROLS = frozenset("\t\r\n")
#: The columns that every row ends with; no field has such a name.
_STAMPED = ("How shown", "Handling", "Given")


def list_file(sheets: Sequence[Sheet], stamp: Stamp) -> bytes:
    """One row for each record, one column for each field that any of them shows or withholds."""
    labels = _columns(sheets)
    head = ["Record", "Owner", *labels.values(), *_STAMPED]
    return written([head, *(_row(sheet, list(labels), stamp) for sheet in sheets)])


def record_file(sheets: Sequence[Sheet], stamp: Stamp) -> bytes:
    """One row for each field of a record and of what goes with it."""
    head = ["Record", "Owner", "What", "Part", "Field", "Value", *_STAMPED]
    rows = [
        [
            sheet.id,
            sheet.owner,
            sheet.title,
            line.part,
            line.label,
            line.text,
            line.done,
            *_given(sheet, stamp),
        ]
        for sheet in sheets
        for line in sheet.lines
    ]
    return written([head, *rows])


def cell(text: str) -> str:
    """The text as a cell that no program takes for a formula, whatever stands before its first letter."""
    seen = (letter for letter in text if not (letter.isspace() or unicodedata.category(letter)[0] == "C"))
    first = unicodedata.normalize("NFKC", next(seen, ""))[:1]
    return f"'{text}" if first in _FORMULA or text[:1] in _CONTROLS else text


def _columns(sheets: Iterable[Sheet]) -> dict[str, str]:
    """Field -> label, in the order of the fields; two fields of one label are told apart by their names."""
    labels: dict[str, str] = {}
    for sheet in sheets:
        for line in sheet.lines:
            if line.field not in labels:
                taken = line.label in labels.values()
                labels[line.field] = f"{line.label} ({line.field})" if taken else line.label
    return labels


def _row(sheet: Sheet, columns: Sequence[str], stamp: Stamp) -> list[str]:
    lines = {line.field: line for line in sheet.lines}
    texts = [lines[name].text if name in lines else "" for name in columns]
    return [sheet.id, sheet.owner, *texts, _treated(sheet.lines), *_given(sheet, stamp)]


def _treated(lines: Iterable[Line]) -> str:
    return "; ".join(f"{line.label}: {line.done}" for line in lines if line.done not in {"", HELD})


def _given(sheet: Sheet, stamp: Stamp) -> tuple[str, str]:
    return stamp.handling, stamp.under(sheet.under)


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """The rows as a file that spreadsheet programs open: every cell a text, none a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([cell(text) for text in row] for row in rows)
    return (_BOM + out.getvalue()).encode()
