"""What an entry of the ledger says was shown: fields by name, with treatments and reasons, never a value.

Records of a list that were shown alike share one account, so that a page of fifty is one short entry.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sharing.release.exit import Released, ReleasedPerson


def account(records: Iterable[Released]) -> dict[str, Any]:
    """`shapes`: what was shown of a record, each distinct one once; `records`: its number by record id."""
    shapes: list[dict[str, Any]] = []
    numbers: dict[tuple[int, ...], int] = {}
    shown: dict[str, int] = {}
    for record in records:
        # Records that went through the same compiled sheet share its mappings: the same objects, one shape.
        key = (id(record.disclosed), id(record.treated), id(record.withheld), *_persons_key(record))
        if key not in numbers:
            numbers[key] = len(shapes)
            shapes.append(_shape(record))
        shown[record.id] = numbers[key]
    return {"shapes": shapes, "records": shown}


def _persons_key(record: Released) -> tuple[int, ...]:
    return tuple(id(person) for person in record.persons)


def _shape(record: Released) -> dict[str, Any]:
    shape = _group(record)
    if record.persons:
        shape["persons"] = {person.link: _group(person) for person in record.persons}
    return shape


def _group(group: Released | ReleasedPerson) -> dict[str, Any]:
    rules = sorted({_rule(outcome.agreement, outcome.clause) for outcome in group.disclosed.values()})
    return {
        "full": sorted(group.disclosed),
        "by": rules,
        "treated": _spoken({name: (each.treatment.slug, each) for name, each in group.treated.items()}),
        "withheld": _spoken({name: (each.reason.value, each) for name, each in group.withheld.items()}),
    }


def _spoken(items: Mapping[str, tuple[str, Any]]) -> dict[str, str]:
    return {
        name: f"{what} {_rule(each.agreement, each.clause)}".strip() for name, (what, each) in items.items()
    }


def _rule(agreement: str | None, clause: str | None) -> str:
    return f"{agreement} {clause}" if agreement and clause else agreement or ""
