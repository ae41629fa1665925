"""The only maker of what leaves: released records, with what was treated and what was withheld."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final, NoReturn

from sharing.release.decision import Decision
from sharing.release.facts import Link, Person, Question, Reader, Record
from sharing.release.lens import Lens
from sharing.release.lists import Group, Lister
from sharing.release.outcome import Outcome
from sharing.release.policy import Policy
from sharing.release.sheet import (
    Sheet,
    Shown,
    StandInOf,
    Treated,
    Withheld,
    filled,
    filled_all,
    setting_of,
    setting_of_link,
    sheet_of,
)
from sharing.release.treatments import Setting

__all__ = [
    "Released",
    "ReleasedLink",
    "ReleasedPerson",
    "StandInOf",
    "Treated",
    "Withheld",
    "release",
    "release_many",
]

_KEY: Final = object()


class _Made:
    """Frozen, and made by this module only."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} of what was released cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name} of what was released cannot be taken away")


class _Shown(_Made):
    """Fields as one reader sees them: see `Released`."""

    __slots__ = ("_held",)
    #: The fields and their sheet, then what else the class has. All in one slot, so that it is set once.
    _held: tuple[Mapping[str, Any], Sheet, *tuple[Any, ...]]

    @property
    def fields(self) -> Mapping[str, Any]:
        """What leaves, by the field's name; treated values in their treated form."""
        return self._held[0]

    @property
    def disclosed(self) -> Mapping[str, Outcome]:
        """By what those leave that leave as they are."""
        return self._held[1].disclosed

    @property
    def treated(self) -> Mapping[str, Treated]:
        """What was done to those that leave in another form."""
        return self._held[1].treated

    @property
    def withheld(self) -> Mapping[str, Withheld]:
        """What the reader learns to exist, and why it is not shown."""
        return self._held[1].withheld


class ReleasedPerson(_Shown):
    """A person on a released record."""

    __slots__ = ()
    _held: tuple[Mapping[str, Any], Sheet, str]

    def __init__(self, key: object, link: str, shown: Shown) -> None:
        _check(key)
        _HOLD(self, (*shown, link))

    @property
    def link(self) -> str:
        """What the person's link to the record is called; opaque."""
        return self._held[2]


@dataclass(frozen=True, slots=True)
class ReleasedLink:
    """A link to another record that exists for the reader."""

    id: str
    to: str
    by: str


class Released(_Shown):
    """One record as one reader sees it. Nothing else may reach a page, an export, a mail or a search.

    A field is in `fields`, and then in `disclosed` or `treated`, or it is in `withheld`; what is absent is in
    none of them.
    """

    __slots__ = ()
    _held: tuple[
        Mapping[str, Any], Sheet, str, str, str, tuple[ReleasedPerson, ...], tuple[ReleasedLink, ...]
    ]

    def __init__(
        self,
        key: object,
        record: Record,
        shown: Shown,
        persons: tuple[ReleasedPerson, ...] = (),
        links: tuple[ReleasedLink, ...] = (),
    ) -> None:
        _check(key)
        _HOLD(self, (*shown, record.id, record.type, record.owner, persons, links))

    @property
    def id(self) -> str:
        """The record's id."""
        return self._held[2]

    @property
    def type(self) -> str:
        """The record's type."""
        return self._held[3]

    @property
    def owner(self) -> str:
        """The agency that decides about it."""
        return self._held[4]

    @property
    def persons(self) -> tuple[ReleasedPerson, ...]:
        """The persons on it that exist for the reader."""
        return self._held[5]

    @property
    def links(self) -> tuple[ReleasedLink, ...]:
        """Its links to records that exist for the reader."""
        return self._held[6]

    @property
    def version(self) -> str:
        """A digest of what this reader was shown, and of nothing else; 32 hexadecimal digits."""
        return sha256("\x1f".join(_told(self)).encode()).hexdigest()[:32]


#: The slot is set past the refusal to change it.
_HOLD: Final = vars(_Shown)["_held"].__set__
_NEW: Final = object.__new__


def _check(key: object) -> None:
    if key is not _KEY:
        raise TypeError("Only sharing.release.exit makes what is released.")


def release(decision: Decision, record: Record, stand_in: StandInOf) -> Released:
    """The record as the decision's reader sees it, with its persons and links.

    `stand_in` gives a person's token inside an agreement; it is asked only where a token leaves.

    Raises:
        ValueError: if the decision is about another record.
    """
    if decision.record is not record:
        raise ValueError("This decision is about another record.")
    setting = setting_of(record, decision.question, _about(record), stand_in)
    shown = filled(sheet_of(decision.own, decision.outcomes), record.values, setting)
    persons = tuple(
        _released_person(decision, record, link, stand_in)
        for link in record.persons
        if link.id in decision.persons
    )
    links = tuple(
        ReleasedLink(link.id, link.to, link.by)
        for link in record.links
        if decision.outcomes[f"links.{link.id}"].opens
    )
    return Released(_KEY, record, shown, persons, links)


def release_many(
    policy: Policy, records: Iterable[Record], reader: Reader, question: Question, stand_in: StandInOf
) -> list[Released]:
    """Those of the records that exist for the reader, as a list shows them: without persons and links.

    Each is what `decide` and `release` give, less the persons and links.
    """
    groups = Lister(Lens(policy, reader, question)).groups(records)
    found: list[Released] = []
    settings: dict[Any, Setting] = {}  # by the ward alone
    for group in groups:
        inside = _settings(group, question, stand_in, settings)
        rows, sheets = filled_all(
            group.sheet, [record.values for record in group.records], inside, group.texts
        )
        for record, fields, sheet in zip(group.records, rows, sheets, strict=True):
            made = _NEW(Released)  # without persons and links, in half the time of a call of the class
            _HOLD(made, (fields, sheet, record.id, record.type, record.owner, (), ()))
            found.append(made)
    if len(groups) < 2:
        return found
    places = [place for group in groups for place in group.places]
    return [made for _, made in sorted(zip(places, found, strict=True), key=itemgetter(0))]


def _settings(
    group: Group, question: Question, stand_in: StandInOf, known: dict[Any, Setting]
) -> list[Setting]:
    """The setting of each record; those that know the ward alone are `known` by it."""
    dated, inside = group.sheet.dated, []
    for record in group.records:
        ward = record.values.get("ward")
        if dated or record.subject is not None or record.keeper is not None or record.wards:
            setting = setting_of(record, question, _about(record), stand_in)
        elif ward in known:
            setting = known[ward]
        else:
            setting = known[ward] = Setting(None, ward, record.wards)
        inside.append(setting)
    return inside


def _about(record: Record) -> Person | None:
    """The person whom a record's own fields are about: of a person's own record, or who keeps the thing."""
    if record.subject is not None:
        return record.subject
    return record.keeper.link.person if record.keeper is not None else None


def _released_person(decision: Decision, record: Record, link: Link, stand_in: StandInOf) -> ReleasedPerson:
    sheet = sheet_of(decision.of_person, decision.outcomes, f"persons.{link.id}.")
    known = {"subject": link.person.id, "category": sorted(link.roles_at_event)}
    setting = setting_of_link(record, link, decision.question, stand_in)
    return ReleasedPerson(_KEY, link.id, filled(sheet, {**known, **link.values}, setting))


def _told(released: Released) -> Iterator[str]:
    """Everything that the reader was shown, in one order, as text."""
    yield from (released.id, released.type, released.owner)
    parts: tuple[Released | ReleasedPerson, ...] = (released, *released.persons)
    for part in parts:
        yield part.link if isinstance(part, ReleasedPerson) else "record"
        for name, value in sorted(part.fields.items(), key=itemgetter(0)):
            yield f"{name}={getattr(value, 'text', value)}"
        for name, outcome in part.treated.items():
            yield f"{name}:{outcome.treatment.slug}"
        for name, withheld in part.withheld.items():
            yield f"{name}!{withheld.reason}"
    for link in released.links:
        yield f"{link.id}>{link.to}"
