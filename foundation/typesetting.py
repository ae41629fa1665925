"""Tagged PDF from values: a template of templates/documents/ and its data, which is never read as markup."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from foundation.errors import Unavailable

DOCUMENTS = Path(__file__).parent.parent / "templates" / "documents"

#: Not in the fonts of the wheel, as PDF/UA wants of every letter: but Latin, Greek, Cyrillic, Hebrew, Arabic.
_FOREIGN = re.compile(
    "[^ -~\u00a0-\u02ff\u0370-\u03ff\u0400-\u04ff\u05d0-\u05ea\u0621-\u063a\u0640-\u064a\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u2040\u20a0-\u20bf\u2190-\u22ff\u25a0-\u25ff\ufb00-\ufb04]"
)
#: Stands for a letter that no font has.
MISSING = "\N{WHITE SQUARE}"


def typeset(name: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """The document of this name with the data, as PDF/UA-1 (ISO 14289-1), said to be made at that moment.

    A letter that no font has is shown as `MISSING`; signs that show nothing are left out.

    Raises:
        Unavailable: if it could not be made; nothing of the data is in the words.
    """
    source = (DOCUMENTS / f"{name}.typ").read_bytes()
    try:
        return typst.compile(
            source,
            format="pdf",
            ignore_system_fonts=True,  # the same pages on every machine
            sys_inputs={"data": json.dumps(_printable(data))},
            pdf_standards=["ua-1"],
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError:
        raise Unavailable("The document could not be made. Nothing is lost. Try again.") from None


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        seen = (" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", value))
        return _FOREIGN.sub(MISSING, "".join(c for c in seen if unicodedata.category(c)[0] != "C"))
    if isinstance(value, Mapping):
        return {name: _printable(each) for name, each in value.items()}
    return [_printable(each) for each in value] if isinstance(value, list | tuple) else value
