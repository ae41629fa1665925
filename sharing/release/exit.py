"""The only maker of what leaves: released records, with what was treated and what was withheld."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final, NoReturn

from sharing.release.decision import Decision
from sharing.release.facts import Link, Person, Question, Reader, Record
from sharing.release.lens import Lens
from sharing.release.lists import Lister
from sharing.release.outcome import Outcome
from sharing.release.policy import Policy
from sharing.release.sheet import (
    Shown,
    StandInOf,
    Treated,
    Withheld,
    filled,
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

    __slots__ = ("_shown",)
    _shown: Shown

    @property
    def fields(self) -> Mapping[str, Any]:
        """What leaves, by the field's name; treated values in their treated form."""
        return self._shown[0]

    @property
    def disclosed(self) -> Mapping[str, Outcome]:
        """By what those leave that leave as they are."""
        return self._shown[1]

    @property
    def treated(self) -> Mapping[str, Treated]:
        """What was done to those that leave in another form."""
        return self._shown[2]

    @property
    def withheld(self) -> Mapping[str, Withheld]:
        """What the reader learns to exist, and why it is not shown."""
        return self._shown[3]


class ReleasedPerson(_Shown):
    """A person on a released record; `link` is opaque."""

    __slots__ = ("link",)
    link: str

    def __init__(self, key: object, link: str, shown: Shown) -> None:
        _check(key)
        _SET_LINK(self, link)
        _SET_SHOWN(self, shown)


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

    __slots__ = ("_rest",)
    _rest: tuple[str, str, str, tuple[ReleasedPerson, ...], tuple[ReleasedLink, ...]]

    def __init__(
        self,
        key: object,
        record: Record,
        shown: Shown,
        persons: tuple[ReleasedPerson, ...] = (),
        links: tuple[ReleasedLink, ...] = (),
    ) -> None:
        _check(key)
        _SET_SHOWN(self, shown)
        _SET_REST(self, (record.id, record.type, record.owner, persons, links))

    @property
    def id(self) -> str:
        """The record's id."""
        return self._rest[0]

    @property
    def type(self) -> str:
        """The record's type."""
        return self._rest[1]

    @property
    def owner(self) -> str:
        """The agency that decides about it."""
        return self._rest[2]

    @property
    def persons(self) -> tuple[ReleasedPerson, ...]:
        """The persons on it that exist for the reader."""
        return self._rest[3]

    @property
    def links(self) -> tuple[ReleasedLink, ...]:
        """Its links to records that exist for the reader."""
        return self._rest[4]

    @property
    def version(self) -> str:
        """A digest of what this reader was shown, and of nothing else; 32 hexadecimal digits."""
        return sha256("\x1f".join(_told(self)).encode()).hexdigest()[:32]


#: Slots are set past the refusal to change them; few, so that a list of fifty is not made of three hundred.
_NEW: Final = object.__new__
_SET_SHOWN, _SET_LINK = vars(_Shown)["_shown"].__set__, vars(ReleasedPerson)["link"].__set__
_SET_REST = vars(Released)["_rest"].__set__


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
    sheet_for, found = Lister(Lens(policy, reader, question)).sheet, []
    settings: dict[Any, Setting] = {}  # by the ward alone
    for record in records:
        sheet, text = sheet_for(record)
        if sheet is not None:
            values = record.values
            ward = values.get("ward")
            if sheet.dated or record.subject is not None or record.keeper is not None or record.wards:
                setting = setting_of(record, question, _about(record), stand_in)
            elif ward in settings:
                setting = settings[ward]
            else:
                setting = settings[ward] = Setting(None, ward, record.wards)
            found.append(_alone(record, filled(sheet, values, setting, text)))
    return found


def _alone(record: Record, shown: Shown) -> Released:
    """A record without persons and links, in half the time of a call of the class."""
    made = _NEW(Released)
    _SET_SHOWN(made, shown)
    _SET_REST(made, (record.id, record.type, record.owner, (), ()))
    return made


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
