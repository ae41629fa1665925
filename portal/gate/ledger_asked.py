"""What a request asks the ledger for, the same at both doors."""

from collections.abc import Mapping
from dataclasses import fields

from foundation.errors import Invalid
from sharing.consultations import Asked

NAMES = tuple(each.name for each in fields(Asked))
#: Characters of what is asked for, at most.
LONGEST = 100


def read(arguments: Mapping[str, str]) -> tuple[Asked, int | None]:
    """The filters, and the place before which the page begins.

    Raises:
        Invalid: if there is something else, too long or no number.
    """
    unknown = sorted(arguments.keys() - {*NAMES, "before"})
    if unknown:
        raise Invalid({name[:LONGEST]: "The ledger is not asked by this." for name in unknown})
    before = arguments.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise Invalid({"before": "Give the number that the page before gave."})
    asked = Asked(**{name: arguments.get(name, "").strip()[:LONGEST] for name in NAMES})
    return asked, int(before) if before else None
