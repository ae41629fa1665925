"""Which edition a file belongs to: the last month that the publication covers, not the file alone.

The Metropolitan Police publish one edition in two files, history and the last 24 months.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sharing.insight.months import shift

_NAMED = re.compile(r"(20\d\d-(?:0[1-9]|1[0-2]))[-_ ]edition", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A file as it came: SHA-256 of its bytes, its good and bad rows, the first and last month it covers."""

    path: Path
    digest: str
    rows: int
    first: str
    last: str


def edition_of(source: Source, together: Sequence[Source]) -> str:
    """The edition's label, from the file's name if it says when it was published, else from what it covers.

    `2025-12_edition` in a name is a publication of December 2025, which covers to November. Of files taken
    in together, one that begins the month after another ends continues it, and they share the later label.
    """
    named = _NAMED.search(source.path.name)
    if named:
        return max(source.last, shift(named[1], -1))
    last = source.last
    while following := [each.last for each in together if last and each.first == shift(last, 1)]:
        last = max(following)
    return last
