"""What an entry of the ledger says was shown: fields by name, with treatments and reasons, never a value.

Most records of a list were shown alike, under the same clauses of their several agreements. So what was shown
stands once as a form, and each record names its form and agreement: a page of fifty is one short entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sharing.release.exit import Released, ReleasedPerson
from sharing.release.schema import Reason, Treatment

#: What was shown, the one agreement of its rules, and both in the text by which forms are told apart.
_Form = tuple[dict[str, Any], str, str]


@dataclass(frozen=True)
class Account:
    """What was shown of the records of one owner, who is None where nothing was shown.

    `records` are their ids, sorted and each once, as an entry names them.
    `told` holds `forms`, what was shown of a record, each distinct one once; and `records`: for each of
    `records`, in their order, the number of its form, and the agreement that the form's rules are of where it
    is one and the same.
    """

    owner: str | None
    records: tuple[str, ...]
    told: Mapping[str, Any]


def accounts(records: Iterable[Released]) -> tuple[Account, ...]:
    """The accounts of records that were shown together: one for each owner, or one of nothing.

    Each owner reads its own, and takes it home with a proof for the whole of it: so nothing of another's
    records may stand in it.
    """
    shown: dict[str, dict[str, Released]] = {}
    for record in records:
        shown.setdefault(record.owner, {})[record.id] = record
    return tuple(_account(owner, own) for owner, own in sorted(shown.items())) or (_account(None, {}),)


def whole_account(shown: Sequence[Account]) -> Account:
    """What was shown of all of them together, of no one owner: for the reader's own agency."""
    if len(shown) == 1:
        return shown[0]
    forms: list[dict[str, Any]] = []
    numbers: dict[int, int] = {}  # by the form itself: most records share theirs
    said: dict[str, str] = {}
    for account in shown:
        places = []
        for form in account.told["forms"]:
            place = numbers.setdefault(id(form), len(forms))
            if place == len(forms):
                forms.append(form)
            places.append(f"{place} ")
        for record_id, words in zip(account.records, account.told["records"], strict=True):
            number, _, agreement = words.partition(" ")
            said[record_id] = places[int(number)] + agreement if agreement else places[int(number)][:-1]
    records = tuple(sorted(said))
    return Account(None, records, {"forms": forms, "records": [*map(said.__getitem__, records)]})


def _account(owner: str | None, shown: Mapping[str, Released]) -> Account:
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
        owner=owner,
        records=tuple(sorted(shown)),
        told={"forms": forms, "records": told},
    )


#: Forms of the compiled sheets that records went through, by the sheet's mappings, which they hold on to so
#: that no other mapping can take their place.
_forms: dict[tuple[int, ...], tuple[tuple[Mapping[str, Any], ...], _Form]] = {}
_MOST_FORMS = 5_000
#: One mapping for all forms that say the same, by their text.
_by_text: dict[str, dict[str, Any]] = {}


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
            _by_text.clear()
        form, agreement, text = _form(record)
        found = _forms[key] = (parts, (_by_text.setdefault(text, form), agreement, text))
    return found[1]


@dataclass(frozen=True)
class Showing:
    """What an entry says that one record showed: names of fields, a person's as `persons.<link>.<name>`.

    `treated` and `withheld` map names to the treatment or the reason, with the rule behind it.
    """

    full: frozenset[str] = frozenset()
    treated: Mapping[str, str] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def opened(self) -> frozenset[str]:
        """The fields of which a value, or a form of it, was shown; also where there was no value."""
        return self.full | self.treated.keys()


#: The events by which somebody was shown something of records.
LOOKS = ("sharing:picture:shown", "sharing:record:listed", "sharing:record:read")
#: A still's pixels tell of one field only.
_PICTURE = "picture"


def shown_of(records: Sequence[str], detail: Mapping[str, Any], record_id: str) -> Showing | None:
    """What an entry, by its records and detail, says that the record showed; None if it does not say."""
    told = detail.get("shown")
    if isinstance(told, Mapping) and record_id in records:
        number = told["records"][list(records).index(record_id)].partition(" ")[0]
        return _showing(told["forms"][int(number)])
    treatment = detail.get("treatment")
    if isinstance(treatment, str):
        whole = treatment == Treatment.DISCLOSE.slug
        return Showing(
            frozenset({_PICTURE}) if whole else frozenset(), {} if whole else {_PICTURE: treatment}
        )
    return None


def _showing(form: Mapping[str, Any]) -> Showing:
    groups = [("", form), *((f"persons.{link}.", each) for link, each in form.get("persons", {}).items())]
    return Showing(
        frozenset(prefix + name for prefix, group in groups for name in group["full"]),
        {prefix + name: said for prefix, group in groups for name, said in group["treated"].items()},
        {prefix + name: said for prefix, group in groups for name, said in group["withheld"].items()},
    )


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
    if agreement is None and clause is not None:
        return f"{Reason.BREAK_GLASS} {clause}"  # the only rule that is of no agreement
    if agreement == one:
        return clause or ""
    return f"{agreement} {clause}" if agreement and clause else agreement or ""
