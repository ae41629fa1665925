"""Who sees what under a version, as a matrix in words: fields by class, recipients by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from auth.actor import Actor
from auth.purposes import purpose_label
from auth.roles import ROLE_LABELS, Action, Role
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Missing
from sharing.agreements.access import version_of
from sharing.agreements.policy import fact_of, policy_of
from sharing.agreements.recipients import Recipient, recipients_of
from sharing.agreements.showing import ABOUT, CHILD, Spoken, asked_of, spoken_of, trial_policies
from sharing.agreements.states import agreement_in, governing
from sharing.events import agreements as events
from sharing.register.lines import Row, agency_names
from sharing.release.facts import Version
from sharing.release.matrix import NOT_THERE, Column, Named, columns_of, named_fields
from sharing.release.policy import LINKS, Policy
from sharing.release.schema import FieldClass, Treatment
from sharing.vocabulary.words import CATEGORIES, CLASSES, RECORD_TYPES, field_label

#: What no clause alone can lower shows as this in place of a treatment.
FLOOR = "floor"


@dataclass(frozen=True)
class Cell:
    """What one recipient is promised: a treatment's slug, or `floor`; `was` is what another version says."""

    treatment: str
    clause: str = ""
    was: str = ""


@dataclass(frozen=True)
class Line:
    """One promise across its recipients: a class of field, with the fields of it that are treated alike.

    `more` says that the line before is of the same class.
    """

    label: str
    fields: str
    more: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Choice:
    """One question of the case, by its name in the address: what can be chosen, and what is."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""


@dataclass(frozen=True)
class Matrix:
    """Who sees what in the chosen case. `against` is the version that changes are told from, 0 for none."""

    choices: tuple[Choice, ...]
    recipients: tuple[str, ...]
    lines: tuple[Line, ...]
    against: int


def read_matrix(
    database: Database, actor: Actor, agreement_id: str, number: int, asked: Mapping[str, str]
) -> Matrix | None:
    """Who sees what under a version; None if its clauses, being drafted, cannot be decided by yet.

    `asked` may hold `owner`, `type`, `about` and `purpose`; what is left out or unknown is chosen for the
    reader.

    Raises:
        Missing: if the actor may know of no such version.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        row = version_of(tx, actor, agreement_id, number)
        events.agreement_read(tx, actor, agreement=agreement_id, versions=[number])
        _, policy = policy_of(tx)
        version = _fact(row)
        if version is None or not version.parties <= policy.agencies.keys() or not version.clauses:
            return None
        other = _other(tx, actor, policy, row)
        names = agency_names(tx)
    return _matrix(policy, (agreement_id, version, other), actor.agency_id, asked, names)


def _fact(row: Row) -> Version | None:
    """The version as the engine sees it; a draft may hold what no clause can be made of."""
    try:
        return fact_of(row)
    except (KeyError, TypeError, ValueError):
        return None


def _other(tx: Tx, actor: Actor, policy: Policy, row: Row) -> Version | None:
    """The version in force, if it is another and the actor may know of it."""
    bound = governing(agreement_in(policy, row["agreement_id"]), clock.now())
    if bound is None or bound.number == row["number"]:
        return None
    try:
        return fact_of(version_of(tx, actor, row["agreement_id"], bound.number))
    except Missing:
        return None


def _matrix(
    policy: Policy,
    about: tuple[str, Version, Version | None],
    reader: str,
    asked: Mapping[str, str],
    names: Mapping[str, str],
) -> Matrix:
    agreement, version, other = about
    kinds = {each.id: each.kind for each in policy.agencies.values()}
    chosen = tuple(
        replace(choice, chosen=_chosen(choice.options, asked.get(choice.name)))
        for choice in _choices(version, spoken_of(version, kinds), reader, names)
    )
    case = {choice.name: choice.chosen for choice in chosen}
    question = asked_of(case["owner"], case["type"], case["purpose"], case["about"])
    recipients = recipients_of([version], policy.agencies, case["owner"])
    now = clock.now()
    trial, earlier = trial_policies(policy, agreement, (version, other), now)
    readers = [each.reader for each in recipients]
    columns = columns_of(trial, agreement, question, readers, now)
    before = None if earlier is None else columns_of(earlier, agreement, question, readers, now)
    own, person = named_fields(trial, question, now)
    named = [each for each in (*own, *person) if each[0] is not LINKS]
    cells = {key: _across(key, columns, before) for _, key in named}
    kept = _telling(recipients, list(zip(*cells.values(), strict=True)))
    return Matrix(
        chosen,
        tuple(called(recipients[place], names) for place in kept),
        tuple(_lines(named, cells, kept)),
        0 if other is None else other.number,
    )


def _choices(version: Version, spoken: Spoken, reader: str, names: Mapping[str, str]) -> tuple[Choice, ...]:
    """What can be asked, the reader's own agency first among those that release."""
    giving = [party for party in version.parties if spoken.giving[party]] or version.parties
    owners = sorted(giving, key=lambda party: (party != reader, names.get(party, party)))
    purposes = sorted(spoken.purposes, key=lambda purpose: (-spoken.purposes[purpose], purpose))
    return (
        Choice("about", "About", tuple((each, _about(each)) for each in ABOUT)),
        Choice("type", "On", tuple((type_, RECORD_TYPES[type_][0]) for type_ in spoken.types)),
        Choice("owner", "From", tuple((party, names.get(party, party)) for party in owners)),
        Choice("purpose", "For", tuple((purpose, purpose_label(purpose)) for purpose in purposes)),
    )


def _about(about: str) -> str:
    age = "under 18" if about.endswith(CHILD) else "adult"
    return f"{CATEGORIES[about.removesuffix(CHILD)]}, {age}"


def _chosen(options: tuple[tuple[str, str], ...], asked: str | None) -> str:
    values = [value for value, _ in options]
    return asked if asked in values else values[0]


def _across(key: str, columns: Sequence[Column], before: Sequence[Column] | None) -> tuple[Cell, ...]:
    """The cells of a field, and what they were where they have changed."""
    cells = tuple(_cell(column, key) for column in columns)
    if before is None:
        return cells
    were = (_cell(column, key) for column in before)
    return tuple(
        cell if cell.treatment == was.treatment else replace(cell, was=was.treatment)
        for cell, was in zip(cells, were, strict=True)
    )


def _cell(column: Column, key: str) -> Cell:
    found = NOT_THERE if column.cells is None else column.cells[key]
    if key in column.barred and found.treatment >= Treatment.WITHHOLD:
        return Cell(FLOOR)
    return Cell(found.treatment.slug, found.clause or "")


def _lines(
    named: Sequence[Named], cells: Mapping[str, tuple[Cell, ...]], kept: Sequence[int]
) -> Iterator[Line]:
    """The fields of each class that are alike for everybody, the person's beside the record's own."""
    for field_class in FieldClass:
        alike: dict[tuple[Cell, ...], dict[str, None]] = {}
        for field, key in named:
            if field.field_class is field_class:
                alike.setdefault(cells[key], {})[field_label(field.name).lower()] = None
        for place, (across, fields) in enumerate(alike.items()):
            yield Line(
                CLASSES[field_class],
                ", ".join(fields),
                more=place > 0,
                cells=tuple(across[column] for column in kept),
            )


def _telling(recipients: Sequence[Recipient], columns: Sequence[tuple[Cell, ...]]) -> list[int]:
    """The columns to show: a role or a member only where it sees something else than its agency's staff."""
    beside = dict(zip(recipients, columns, strict=True))
    return [
        place
        for place, recipient in enumerate(recipients)
        if recipient == recipient.staff or columns[place] != beside.get(recipient.staff)
    ]


def called(recipient: Recipient, names: Mapping[str, str]) -> str:
    """How a recipient is called: the agency's short name, with the role or that it is its members."""
    name = names.get(recipient.agency, recipient.agency)
    if recipient.member:
        return f"{name}, members"
    return f"{name}, {ROLE_LABELS[Role(recipient.role)]}" if recipient.role else name
