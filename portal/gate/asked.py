"""What a list is asked for in an address, the same at both doors."""

from werkzeug.datastructures import MultiDict

from foundation.errors import Invalid
from sharing.filters import Filters, searched, span

#: What steers a list and is no filter.
_STEERING = frozenset({"limit", "cursor", "q"})


def filters_asked(arguments: MultiDict[str, str]) -> Filters:
    """The filters: `field=value`, `field.from=` and `field.until=` with ISO days, `q=` words; empty is none.

    Raises:
        Invalid: if a day is not one, or a filter is given twice.
    """
    equal: dict[str, str] = {}
    days: dict[str, dict[str, str]] = {}
    for name, values in arguments.lists():
        if len(values) > 1:
            raise Invalid({name[:40]: "Give this once."})
        if name in _STEERING or not values[0]:
            continue
        field, _, side = name.partition(".")
        if side in ("from", "until"):
            days.setdefault(field, {})[side] = values[0]
        else:
            equal[name] = values[0]
    spans = {field: span(sides.get("from"), sides.get("until"), field=field) for field, sides in days.items()}
    return Filters(equal, spans, searched(arguments.get("q", "")))
