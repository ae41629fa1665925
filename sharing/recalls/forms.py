"""What leaves of a record to one reader, key by key, to be compared before and after a recall."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sharing.release.decision import decide
from sharing.release.exit import Released, ReleasedPerson, release
from sharing.release.facts import Question, Reader, Record
from sharing.release.policy import Policy

#: What leaves, by key: the treatment and the value in its form.
Forms = Mapping[str, tuple[str, Any]]


def forms_of(policy: Policy, record: Record, reader: Reader, question: Question) -> Forms:
    """What leaves to the reader of the record, by key; fields that are empty are left out.

    A stand-in name counts by whom it stands for.
    """
    decision = decide(policy, record, reader, question)
    if decision is None:
        return {}
    shown = release(decision, record, stand_in=lambda agreement, person: f"{agreement} {person}")
    groups: list[tuple[str, Released | ReleasedPerson]] = [("", shown)]
    groups += [(f"persons.{person.link}.", person) for person in shown.persons]
    return {
        prefix + name: (group.treated[name].treatment.slug if name in group.treated else "disclose", value)
        for prefix, group in groups
        for name, value in group.fields.items()
        if value not in (None, "", [], ())
    }


def lost(
    policy: Policy, pair: tuple[Record, Record], reader: Reader, purposes: Iterable[str], now: datetime
) -> frozenset[str]:
    """The keys that leave otherwise, or no longer, after than before, for any of the purposes."""
    before, after = pair
    found: set[str] = set()
    for purpose in purposes:
        question = Question(purpose, now)
        old, new = (forms_of(policy, each, reader, question) for each in (before, after))
        found |= {key for key, form in old.items() if new.get(key) != form}
    return frozenset(found)


def reference_shown(
    policy: Policy, record: Record, reader: Reader, purposes: Iterable[str], now: datetime
) -> str:
    """The record's reference in the form that the reader is shown it; empty if they are not."""
    for purpose in sorted(purposes):
        form = forms_of(policy, record, reader, Question(purpose, now)).get("owner_reference")
        if form is not None:
            return str(form[1])
    return ""
