"""Who sees what under a version, as a matrix in words: fields by class, recipients by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from auth.actor import Actor
from auth.purposes import purpose_label
from auth.roles import ROLE_LABELS, Action, Role
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Missing
from sharing.agreements.access import version_of
from sharing.agreements.policy import fact_of, policy_of
from sharing.agreements.promises import Asked, Cell, Promises, choices, promises
from sharing.agreements.states import agreement_in, governing
from sharing.agreements.supposing import Recipient
from sharing.events import agreements as events
from sharing.register.lines import Row, agency_names
from sharing.release.facts import Version
from sharing.release.policy import Policy
from sharing.vocabulary.words import CATEGORIES, CLASSES, RECORD_TYPES, field_label


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
    chosen = tuple(
        replace(choice, chosen=_chosen(choice.options, asked.get(choice.name)))
        for choice in _choices(choices(policy, version), reader, names)
    )
    case = {choice.name: choice.chosen for choice in chosen}
    category, _, child = case["about"].partition("-")
    made = promises(
        policy,
        agreement,
        version,
        Asked(case["owner"], case["type"], category, bool(child), case["purpose"]),
        other,
    )
    return _in_words(made, chosen, names, other.number if other is not None else 0)


def _choices(
    possible: Mapping[str, Iterable[str]], reader: str, names: Mapping[str, str]
) -> tuple[Choice, ...]:
    """What can be asked, the reader's own agency first among those that release."""
    owners = sorted(possible["owner"], key=lambda party: (party != reader, names.get(party, party)))
    people = tuple(
        (f"{category}{mark}", f"{CATEGORIES[category]}, {age}")
        for category in possible["category"]
        for mark, age in (("", "adult"), ("-child", "under 18"))
    )
    types = tuple((type_, RECORD_TYPES[type_][0]) for type_ in possible["type"])
    purposes = tuple((purpose, purpose_label(purpose)) for purpose in possible["purpose"])
    return (
        Choice("about", "About", people),
        Choice("type", "On", types),
        Choice("owner", "From", tuple((party, names.get(party, party)) for party in owners)),
        Choice("purpose", "For", purposes),
    )


def _chosen(options: tuple[tuple[str, str], ...], asked: str | None) -> str:
    values = [value for value, _ in options]
    return asked if asked in values else values[0]


def _in_words(made: Promises, chosen: tuple[Choice, ...], names: Mapping[str, str], against: int) -> Matrix:
    kept = _telling(made)
    before = ("", *(row.field_class for row in made.rows))
    lines = tuple(
        Line(
            CLASSES[row.field_class],
            ", ".join(field_label(name).lower() for name in row.fields),
            more=row.field_class == last,
            cells=tuple(row.cells[place] for place in kept),
        )
        for last, row in zip(before, made.rows, strict=False)
    )
    return Matrix(chosen, tuple(called(made.recipients[place], names) for place in kept), lines, against)


def _telling(made: Promises) -> list[int]:
    """The columns to show: a role or a member only where it sees something else than its agency's staff."""
    columns = [tuple(row.cells[place] for row in made.rows) for place in range(len(made.recipients))]
    staff = {
        recipient.agency: columns[place]
        for place, recipient in enumerate(made.recipients)
        if recipient.role is None and not recipient.member
    }
    return [
        place
        for place, recipient in enumerate(made.recipients)
        if (recipient.role is None and not recipient.member) or columns[place] != staff.get(recipient.agency)
    ]


def called(recipient: Recipient, names: Mapping[str, str]) -> str:
    """How a recipient is called: the agency's short name, with the role or that it is its members."""
    name = names.get(recipient.agency, recipient.agency)
    if recipient.member:
        return f"{name}, members"
    return f"{name}, {ROLE_LABELS[Role(recipient.role)]}" if recipient.role else name
