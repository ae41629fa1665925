"""What an entry of the ledger says was shown: fields by name, with treatments and reasons, never a value.

Most records of a list were shown alike, under the same clauses of their several agreements. So what was shown
stands once as a form, and each record names its form and agreement: a page of fifty is one short entry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sharing.release.exit import Released, ReleasedPerson


@dataclass(frozen=True)
class Account:
    """What was shown of some records.

    `records` are their ids, sorted and each once, as an entry names them; `owners` the agencies they belong to.
    `told` holds `forms`, what was shown of a record, each distinct one once; and `records`: for each of
    `records`, in their order, the number of its form, and the agreement that the form's rules are of where it
    is one and the same.
    """

    records: tuple[str, ...]
    owners: frozenset[str]
    told: Mapping[str, Any]


def account(records: Iterable[Released]) -> Account:
    """The account of records that were shown together."""
    shown = {record.id: record for record in records}
    forms: list[dict[str, Any]] = []
    numbers: dict[str, str] = {}
    words: dict[tuple[int, ...], str] = {}
    told: list[str] = []
    for _, record in sorted(shown.items()):
        # Records that went through the same compiled sheet share its mappings: the same objects, one form.
        key = (id(record.disclosed), id(record.treated), id(record.withheld), *map(id, record.persons))
        if key not in words:
            form, agreement = _form(record)
            number = numbers.setdefault(repr(form), str(len(numbers)))
            if len(numbers) > len(forms):
                forms.append(form)
            words[key] = f"{number} {agreement}".strip()
        told.append(words[key])
    return Account(
        records=tuple(sorted(shown)),
        owners=frozenset(record.owner for record in shown.values()),
        told={"forms": forms, "records": told},
    )


def _form(record: Released) -> tuple[dict[str, Any], str]:
    """What was shown of a record, and the one agreement of all its rules; empty if there are several."""
    groups: list[Released | ReleasedPerson] = [record, *record.persons]
    agreements = {
        each.agreement
        for group in groups
        for part in (group.disclosed, group.treated, group.withheld)
        for each in part.values()
        if each.agreement
    }
    one = agreements.pop() if len(agreements) == 1 else ""
    form = _group(record, one)
    if record.persons:
        form["persons"] = {person.link: _group(person, one) for person in record.persons}
    return form, one


def _group(group: Released | ReleasedPerson, one: str) -> dict[str, Any]:
    rules = {_rule(outcome.agreement, outcome.clause, one) for outcome in group.disclosed.values()}
    return {
        "full": sorted(group.disclosed),
        "by": sorted(rules),
        "treated": {
            name: _spoken(each.treatment.slug, each, one) for name, each in sorted(group.treated.items())
        },
        "withheld": {
            name: _spoken(each.reason.value, each, one) for name, each in sorted(group.withheld.items())
        },
    }


def _spoken(what: str, each: Any, one: str) -> str:
    return f"{what} {_rule(each.agreement, each.clause, one)}".strip()


def _rule(agreement: str | None, clause: str | None, one: str) -> str:
    if agreement == one:
        return clause or ""
    return f"{agreement} {clause}" if agreement and clause else agreement or ""
