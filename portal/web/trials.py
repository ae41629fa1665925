"""A simulation in the words of pages: what would open and close for whom, and one sample side by side."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auth.purposes import purpose_label
from portal.web.wording import title_of, words
from sharing.agreements.clause_check import fields_by_class
from sharing.agreements.wording import about_label, recipient_label
from sharing.catalogue import PLURALS
from sharing.release.exit import Released
from sharing.release.reasons import sentence
from sharing.release.schema import Reason, Treatment
from sharing.simulation.comparing import Change, Form, about
from sharing.simulation.simulate import SideLine, Simulation
from sharing.vocabulary.words import CLASSES, RECORD_TYPES, TREATMENTS, field_label

#: What stands for a value that is no words.
_UNSHOWN = frozenset({"subject", "picture"})


@dataclass(frozen=True)
class Difference:
    """Fields that would leave otherwise in the same way: of which records, of whom, for which purposes."""

    records: str
    about: str
    fields: str
    before: str
    after: str
    clause: str
    purposes: str


@dataclass(frozen=True)
class AudienceView:
    """What would open and close for one audience, and of what they would be told otherwise."""

    name: str
    opens: tuple[Difference, ...]
    closes: tuple[Difference, ...]
    told: tuple[Difference, ...]
    count_opens: int
    count_closes: int


@dataclass(frozen=True)
class CellView:
    """One side of a line: the treatment, the words of the value or of the reason, and the clause."""

    treatment: str
    text: str
    clause: str


@dataclass(frozen=True)
class SideView:
    """One field, today and under the version."""

    about: str
    label: str
    before: CellView
    after: CellView
    changed: bool


@dataclass(frozen=True)
class TrialView:
    """The simulation in words. `silent` are audiences for whom nothing would change."""

    audiences: tuple[AudienceView, ...]
    silent: tuple[str, ...]
    samples: tuple[tuple[str, str], ...]
    recipients: tuple[tuple[str, str], ...]
    purposes: tuple[tuple[str, str], ...]
    offered: tuple[tuple[str, str, str], ...]
    lines: tuple[SideView, ...]


def trial_view(found: Simulation) -> TrialView:
    """The simulation for its page."""
    labels = {each.key: recipient_label(each, found.names) for each in found.recipients}
    by_audience: dict[str, dict[Change, tuple[str, ...]]] = {}
    for change, purposes in found.changes.items():
        by_audience.setdefault(change.audience, {})[change] = purposes
    asked = [key for key in labels if key in found.ask.audiences]
    return TrialView(
        audiences=tuple(
            _audience(labels[key], by_audience[key], found.purposes) for key in asked if key in by_audience
        ),
        silent=tuple(labels[key] for key in asked if key not in by_audience),
        samples=tuple(_samples(found)),
        recipients=tuple(labels.items()),
        purposes=tuple((each, purpose_label(each)) for each in found.purposes),
        offered=tuple(_offered(each) for each in found.offered),
        lines=tuple(_line(line) for line in found.side.lines) if found.side is not None else (),
    )


def _audience(
    name: str, changes: Mapping[Change, tuple[str, ...]], purposes: tuple[str, ...]
) -> AudienceView:
    opens = {change: said for change, said in changes.items() if change.opens}
    closes = {change: said for change, said in changes.items() if change.closes}
    told = {change: said for change, said in changes.items() if not change.opens and not change.closes}
    return AudienceView(
        name,
        tuple(_differences(opens, purposes)),
        tuple(_differences(closes, purposes)),
        tuple(_differences(told, purposes)),
        len(opens),
        len(closes),
    )


#: How a field would change: from, to, by which clauses, for which purposes.
_How = tuple[Treatment, Treatment, str, str, tuple[str, ...]]


def _differences(changes: Mapping[Change, tuple[str, ...]], all_: tuple[str, ...]) -> Iterator[Difference]:
    """Changes in as few lines as say exactly the same: by fields, then by people, then by records."""
    fields: dict[tuple[str, str, _How], list[str]] = {}
    for each, purposes in changes.items():
        how = (each.before, each.after, each.clause_before, each.clause_after, purposes)
        fields.setdefault((each.type, each.about, how), []).append(each.field)
    people: dict[tuple[str, tuple[str, ...], _How], list[str]] = {}
    for (type_, who, how), held in fields.items():
        people.setdefault((type_, tuple(held), how), []).append(who)
    records: dict[tuple[tuple[str, ...], tuple[str, ...], _How], list[str]] = {}
    for (type_, names, how), whoever in people.items():
        records.setdefault((tuple(whoever), names, how), []).append(type_)
    for (everybody, names, how), types in records.items():
        before, after, clause_before, clause_after, purposes = how
        yield Difference(
            records=", ".join(RECORD_TYPES[each][0] for each in types),
            about="; ".join(about_label(each) if each else "The record itself" for each in everybody),
            fields=_fields(names),
            before=before.slug,
            after=after.slug,
            clause=clause_after or clause_before,
            purposes="" if set(purposes) == set(all_) else ", ".join(map(purpose_label, purposes)),
        )


def _fields(names: Iterable[str]) -> str:
    """Fields in words: whole classes by their name."""
    left = dict.fromkeys(names)
    said = []
    for field_class, inside in fields_by_class().items():
        if len(inside) > 1 and set(inside) <= set(left):
            said.append(f"{CLASSES[field_class]} (all)")
            left = {name: None for name in left if name not in inside}
    return ", ".join([*said, *(field_label(name) for name in left)])


def _samples(found: Simulation) -> Iterator[tuple[str, str]]:
    own = {each.id: each for each in found.offered}
    for id_, type_ in found.samples:
        if id_ in own:
            yield id_, _called(own[id_])
        else:
            invented = id_.removeprefix(f"invented-{type_}-")
            words_ = {
                "plain": "",
                "nobody": "kept by nobody",
                "adults": "with adults",
                "children": "with children",
            }
            name = RECORD_TYPES[type_][0]
            who = words_.get(invented, about_label(invented) if id_ != invented else "")
            yield id_, f"{name}, {who}" if who else name


def _offered(record: Released) -> tuple[str, str, str]:
    return record.type, record.id, _called(record)


def _called(record: Released) -> str:
    reference = record.fields.get("owner_reference")
    title = title_of(record) if record.type in PLURALS else RECORD_TYPES[record.type][0]
    return f"{title}, {reference}" if reference else title


def _line(line: SideLine) -> SideView:
    somebody = line.place.somebody
    before, after = (_cell(line.place.field, form) for form in (line.before, line.after))
    return SideView(
        about_label(about(somebody)) if somebody is not None else "",
        field_label(line.place.field),
        before,
        after,
        changed=line.before.treatment is not line.after.treatment,
    )


def _cell(field: str, form: Form) -> CellView:
    if form.treatment is Treatment.ABSENT:
        return CellView("absent", "Not shown", "")
    if form.treatment is Treatment.WITHHOLD:
        said = sentence(Reason(form.reason), agreement=form.agreement, clause=form.clause)
        return CellView(
            "withhold", said.replace("your agency", "their agency").replace("your role", "their role"), ""
        )
    value = form.value
    shown = field not in _UNSHOWN or form.treatment is Treatment.PSEUDONYM
    text = words(field, value) if shown and value not in (None, "", [], ()) else ""
    return CellView(form.treatment.slug, text or TREATMENTS[form.treatment.slug], form.clause or "")
