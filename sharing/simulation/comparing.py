"""What would change: the form in which each field leaves today beside that in which it would."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sharing.records.person import PERSON
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.floors import KEPT
from sharing.release.schema import Treatment
from sharing.simulation.invented import Sample, Somebody


@dataclass(frozen=True)
class Form:
    """How a field leaves, by which clause of which agreement; `value` is what leaves, if anything."""

    treatment: Treatment
    agreement: str | None = None
    clause: str | None = None
    reason: str = ""
    value: Any = None


ABSENT = Form(Treatment.ABSENT)


@dataclass(frozen=True)
class Place:
    """Where a field stands: on the record itself, or on somebody on it."""

    somebody: Somebody | None
    field: str


Forms = Mapping[Place, Form]


@dataclass(frozen=True)
class Change:
    """A field that would be shown otherwise than today, for one audience.

    `about` is who it is of, by category, with `-child` behind it under 18; empty for the record itself.
    """

    audience: str
    type: str
    about: str
    field: str
    before: Treatment
    after: Treatment
    clause_before: str
    clause_after: str

    @property
    def opens(self) -> bool:
        """Whether the field, or more of it, would leave."""
        return self.after < self.before and self.after < Treatment.WITHHOLD

    @property
    def closes(self) -> bool:
        """Whether the field, or some of it, would leave no more."""
        return self.after > self.before and self.before < Treatment.WITHHOLD


def forms_of(sample: Sample, released: Released | None) -> dict[Place, Form]:
    """How each field leaves that leaves or is withheld; what is in none of them is absent."""
    if released is None:
        return {}
    found = {
        Place(sample.about if _is_about(sample, name) else None, name): form
        for name, form in _forms(released).items()
    }
    people = {each.link: each for each in sample.people}
    for person in released.persons:
        found |= {Place(people[person.link], name): form for name, form in _forms(person).items()}
    if sample.record.links:
        linked = Form(Treatment.DISCLOSE) if released.links else ABSENT
        found[Place(None, "links")] = linked
    return found


def _is_about(sample: Sample, field: str) -> bool:
    """Whether a field of the record's own is about the person whose record it is, or who keeps the thing."""
    return field in (PERSON.by_name if sample.record.subject is not None else KEPT)


def _forms(group: Released | ReleasedPerson) -> dict[str, Form]:
    found = {}
    for name, value in group.fields.items():
        done = group.treated.get(name)
        if done is not None:
            form = Form(done.treatment, done.agreement, done.clause, done.reason.value, value)
        else:
            whole = group.disclosed[name]
            form = Form(whole.treatment, whole.agreement, whole.clause, str(whole.reason or ""), value)
        found[name] = form
    for name, held in group.withheld.items():
        found[name] = Form(Treatment.WITHHOLD, held.agreement, held.clause, held.reason.value)
    return found


def changes_between(
    audience: str, sample: Sample, before: Forms, after: Forms
) -> Iterator[tuple[Place, Change]]:
    """The fields that would leave otherwise, each with where it stands."""
    for place in dict.fromkeys((*after, *before)):
        was, would = before.get(place, ABSENT), after.get(place, ABSENT)
        if was.treatment is not would.treatment:
            change = Change(
                audience=audience,
                type=sample.record.type,
                about=about(place.somebody),
                field=place.field,
                before=was.treatment,
                after=would.treatment,
                clause_before=was.clause or "",
                clause_after=would.clause or "",
            )
            yield place, change


def about(somebody: Somebody | None) -> str:
    """Who somebody is, as changes name them."""
    if somebody is None:
        return ""
    words = "+".join(sorted(somebody.categories)) or "person"
    return f"{words}-child" if somebody.child else words


def together(found: Iterable[tuple[str, Change]]) -> Mapping[Change, tuple[str, ...]]:
    """Each change once, with the purposes for which it holds."""
    purposes: dict[Change, list[str]] = {}
    for purpose, change in found:
        held = purposes.setdefault(change, [])
        if purpose not in held:
            held.append(purpose)
    return {change: tuple(held) for change, held in purposes.items()}
