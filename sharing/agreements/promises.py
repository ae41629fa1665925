"""What a version promises in one case: each class of field by recipient, by the engine that decides."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sharing.agreements.supposing import (
    About,
    Recipient,
    alone,
    reader_for,
    recipients_of,
    supposed_record,
    supposed_release,
)
from sharing.release.decision import decide_with
from sharing.release.facts import Agreement, Question, Record, Version
from sharing.release.floors import Opening, stopped
from sharing.release.lens import Lens, bounds_of, concern_of_link, concerns_of_kept
from sharing.release.outcome import ABSENT, Outcome
from sharing.release.policy import PAGE, Policy
from sharing.release.schema import Category, Field, FieldClass, Treatment

#: What no clause can lower shows as this in place of a treatment.
FLOOR = "floor"


@dataclass(frozen=True)
class Asked:
    """The case that is asked about: whose records of which type, about whom, for which purpose."""

    owner: str
    type: str
    category: str
    child: bool
    purpose: str


@dataclass(frozen=True)
class Cell:
    """What one recipient is promised: a treatment's slug, or `floor`; `was` is what another version says."""

    treatment: str
    clause: str = ""
    was: str = ""


@dataclass(frozen=True)
class Row:
    """Fields of one class of which the same is promised, to each recipient in the order of the columns."""

    field_class: str
    fields: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Promises:
    """Who sees what: recipients are the columns."""

    asked: Asked
    recipients: tuple[Recipient, ...]
    rows: tuple[Row, ...]


def promises(
    policy: Policy, agreement: str, version: Version, asked: Asked, other: Version | None = None
) -> Promises:
    """What the version promises in the case, and where `other` promises something else.

    `policy` gives the agencies and schemas; whether the version is signed or in force does not matter.
    """
    recipients = recipients_of(policy, version, asked.owner)
    columns = [_column(policy, agreement, (version, other), asked, recipient) for recipient in recipients]
    return Promises(asked, recipients, tuple(_rows(_fields(policy, asked.type), columns)))


def _fields(policy: Policy, type_: str) -> list[tuple[str, Field]]:
    """The fields of a record of the type, by their keys: its own, and those of somebody on it."""
    own = [(field.name, field) for field in policy.own[type_]]
    if type_ == PAGE:
        return own
    return own + [(f"persons.{field.name}", field) for field in policy.of_person]


def _rows(fields: list[tuple[str, Field]], columns: list[Mapping[str, Cell]]) -> Iterator[Row]:
    for field_class in FieldClass:
        alike: dict[tuple[Cell, ...], list[str]] = {}
        for key, field in fields:
            if field.field_class is field_class:
                cells = tuple(column[key] for column in columns)
                names = alike.setdefault(cells, [])
                if field.name not in names:
                    names.append(field.name)
        for cells, names in alike.items():
            yield Row(field_class.value, tuple(names), cells)


def _column(
    policy: Policy,
    agreement: str,
    versions: tuple[Version, Version | None],
    asked: Asked,
    recipient: Recipient,
) -> Mapping[str, Cell]:
    version, other = versions
    now = _cells(policy, agreement, version, asked, recipient)
    then = _cells(policy, agreement, other, asked, recipient) if other is not None else now
    return {
        key: replace(cell, was=then[key].treatment) if cell.treatment != then[key].treatment else cell
        for key, cell in now.items()
    }


def _cells(
    policy: Policy, agreement: str, version: Version, asked: Asked, recipient: Recipient
) -> dict[str, Cell]:
    about = About(frozenset({Category(asked.category)}), asked.child)
    # Just begun, and released a moment later: neither period nor retention has a say.
    begun = replace(version, signed=True)
    release = supposed_release(
        agreement, {asked.purpose}, begun.from_at, category=asked.category if asked.type == PAGE else None
    )
    record = supposed_record(asked.type, asked.owner, release, [about])
    lens = Lens(
        alone(policy, Agreement(agreement, (begun,))),
        reader_for(policy, recipient),
        Question(asked.purpose, begun.from_at + timedelta(seconds=1)),
    )
    decision = decide_with(lens, record)
    outcomes = {} if decision is None else decision.outcomes
    found = {}
    for key, field in _fields(policy, asked.type):
        person = f"persons.{about.link}.{field.name}" if key.startswith("persons.") else key
        found[key] = _cell(field, outcomes.get(person, ABSENT), lens, record, about, of_person=person != key)
    return found


def _cell(
    field: Field, outcome: Outcome, lens: Lens, record: Record, about: About, *, of_person: bool
) -> Cell:
    if outcome.opens:
        return Cell(outcome.treatment.slug, outcome.clause or "")
    opening = Opening(Treatment.DISCLOSE, names=about.categories, children=True)
    concerns = concerns_of_kept(lens, record)
    if of_person and record.persons:
        concerns = (concern_of_link(lens, record, record.persons[0]),)
    if stopped(field, concerns, bounds_of(lens, record, lens.question), opening) is not None:
        return Cell(FLOOR)
    return Cell(outcome.treatment.slug, outcome.clause or "")


def choices(policy: Policy, version: Version) -> Mapping[str, Iterable[str]]:
    """What can be asked of the version, each in its order; of purposes first what most clauses speak of."""
    types = frozenset().union(*(clause.records for clause in version.clauses))
    purposes = Counter(purpose for clause in version.clauses for purpose in clause.purposes)
    senders = [party for party in sorted(version.parties) if _sends(policy, version, party)]
    return {
        "owner": senders or sorted(version.parties),
        "type": [type_ for type_ in policy.own if type_ in types],
        "category": [category.value for category in Category],
        "purpose": sorted(purposes, key=lambda purpose: (-purposes[purpose], purpose)),
    }


def _sends(policy: Policy, version: Version, party: str) -> bool:
    sides = {party, policy.agencies[party].kind}
    return any(sides & clause.from_parties for clause in version.clauses if clause.opens)
