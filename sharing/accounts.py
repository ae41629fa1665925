"""What an entry of the ledger says was shown: fields by name, with treatments and reasons, never a value.

Most records of a list were shown alike, under the same clauses of their several agreements. So what was shown
stands once as a form, and each record names its form and agreement: a page of fifty is one short entry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sharing.release.exit import Released, ReleasedPerson

#: What was shown, the one agreement of its rules, and both in the text by which forms are told apart.
_Form = tuple[dict[str, Any], str, str]


@dataclass(frozen=True)
class Account:
    """What was shown of some records.

    `records` are their ids, sorted and each once, as an entry names them; `owners` their agencies.
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
    numbers: dict[str, int] = {}
    told: list[str] = []
    for _, record in sorted(shown.items()):
        form, agreement, text = _form(record) if record.persons else _kept_form(record)
        number = numbers.setdefault(text, len(forms))
        if number == len(forms):
            forms.append(form)
        told.append(f"{number} {agreement}".strip())
    return Account(
        records=tuple(sorted(shown)),
        owners=frozenset(record.owner for record in shown.values()),
        told={"forms": forms, "records": told},
    )


#: Forms of the compiled sheets that records went through, by the sheet's mappings, which they hold on to so
#: that no other mapping can take their place.
_forms: dict[tuple[int, ...], tuple[tuple[Mapping[str, Any], ...], _Form]] = {}
_MOST_FORMS = 5_000


def _kept_form(record: Released) -> _Form:
    """The same for a record without persons: records that share a sheet share its mappings and so their form.

    It took a quarter of the time of a list to make each form anew.
    """
    parts = (record.disclosed, record.treated, record.withheld)
    key = tuple(map(id, parts))
    found = _forms.get(key)
    if found is None:
        if len(_forms) >= _MOST_FORMS:
            _forms.clear()
        found = _forms[key] = (parts, _form(record))
    return found[1]


def _form(record: Released) -> _Form:
    """What was shown of a record, the one agreement of all its rules, empty if there are several; as text."""
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
    return form, one, repr(form)


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
