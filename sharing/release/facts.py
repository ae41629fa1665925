"""What the engine may know: agencies, readers, agreements, persons and records as frozen values.

Moments are aware datetimes; every period is [from, until). Values of fields are mappings by field name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sharing.release.schema import Category, FieldClass, Treatment
from sharing.release.terms import (
    ALL,
    EVERYTHING,
    MEMBERS,
    Agreement,
    Children,
    Clause,
    Confirmation,
    Suspension,
    Version,
    Withdrawal,
)

__all__ = [
    "ALL",
    "EVERYTHING",
    "MEMBERS",
    "NOTHING",
    "Agency",
    "Agreement",
    "ApparentAge",
    "BreakGlass",
    "Children",
    "Clause",
    "Conditions",
    "Confirmation",
    "Exit",
    "Grant",
    "Keeper",
    "Link",
    "NecessityNote",
    "Pass",
    "Person",
    "Question",
    "Reader",
    "Record",
    "RecordLink",
    "Release",
    "RoleGrant",
    "Suspension",
    "Values",
    "Version",
    "Whole",
    "Withdrawal",
]

Values = Mapping[str, Any]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Whole(dict[str, Any]):
    """Values of every field of a record's type, empty ones too, in the order of its schema and no others.

    INVARIANT: whoever makes one has laid it out from the schema; nobody changes it.
    """

    __slots__ = ()


def _nothing() -> Mapping[str, Any]:
    return NOTHING


class Exit(StrEnum):
    """How an answer leaves; gallery cards leave as `ONE`, API reads of more than one record as `EXPORT`."""

    ONE = "one"
    BULK = "bulk"
    PRINT = "print"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Agency:
    """An organisation that decides about its own data; `business` as the operator marked it."""

    id: str
    kind: str
    business: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a user, or a supposed one in a preview. `business` is the agency's mark.

    `sites` are those that a member holds, None for whoever is no member; so whoever loses the last of them
    does not become staff. `purposes` bounds a key's use; None leaves it to the roles.
    """

    user: str
    agency: str
    kind: str
    business: bool
    roles: frozenset[str]
    sites: frozenset[str] | None = None
    purposes: frozenset[str] | None = None

    @property
    def member(self) -> bool:
        """Whether they are a member, who is staff for the records of their sites and of no others."""
        return self.sites is not None

    @property
    def placed(self) -> bool:
        """Whether anything may exist for them; a member without a site is staff nowhere, and no recipient."""
        return self.sites is None or bool(self.sites)

    @property
    def commercial(self) -> bool:
        """Whether the floors for business recipients hold: for business agencies, and for every member."""
        return self.business or self.sites is not None


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """What a role reads of its own agency's records; `purposes` None leaves the purpose open."""

    types: frozenset[str] | str
    classes: frozenset[str] | str
    intelligence: bool = False
    release: bool = False
    purposes: frozenset[str] | None = None

    def reads(self, record_type: str, field_class: FieldClass) -> bool:
        """Whether the role reads this class of this type; source needs the intelligence role besides."""
        if field_class is FieldClass.SOURCE and not self.intelligence:
            return False
        types, classes = self.types, self.classes
        return (types == EVERYTHING or record_type in types) and (
            classes == EVERYTHING or field_class in classes
        )


@dataclass(frozen=True, slots=True)
class ApparentAge:
    """Years, as somebody judged by eye on a day in Europe/London; it grows from that day."""

    low: int
    high: int
    recorded: date


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person, as far as rules must know. `anonymity_order` is the agency that holds the order.

    `entered_on` is the link with which the person came, and with it what is known of the age; None where that
    is not known.
    """

    id: str
    dob: date | None = None
    dob_verified: bool = False
    apparent_age: ApparentAge | None = None
    believed_child: bool = False
    anonymity_order: str | None = None
    entered_on: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A person on a record. `wards` names the ward of an address or a point, by field."""

    id: str
    person: Person
    categories: frozenset[Category] = frozenset()
    values: Values = field(default_factory=_nothing)
    wards: Mapping[str, str] = field(default_factory=_nothing)

    @property
    def roles_at_event(self) -> frozenset[Category]:
        """What the person was there; an empty list is `other`."""
        return self.categories or frozenset({Category.OTHER})


@dataclass(frozen=True, slots=True)
class Keeper:
    """The link of the person who keeps a vehicle, item or premises, and when that link's event happened."""

    link: Link
    happened: datetime | None


@dataclass(frozen=True, slots=True)
class Release:
    """An owner's release of one record. `recipients` holds agencies, `members`, or `ALL`.

    `permitted` says whether its maker was of the owner's staff with the permission to release; see
    `sharing.release.standing.may_release`. `category` is the person's, for a person's own record.
    """

    id: str
    agreement: str
    purposes: frozenset[str]
    recipients: frozenset[str]
    at: datetime
    permitted: bool
    expires: datetime | None = None
    revoked: datetime | None = None
    category: Category | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class NecessityNote:
    """Why a child's data must reach named recipients; `approver` is a user, `recipients` are agencies."""

    person: str
    recipients: frozenset[str]
    classes: frozenset[str]
    reason: str
    from_at: datetime
    until: datetime
    approver: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """An originator's conditions; `named_recipients` None names nobody in particular, empty nobody at all."""

    named_recipients: frozenset[str] | None = None
    withhold_classes: frozenset[str] = frozenset()
    sanitised_only: bool = False
    veto: bool = False


@dataclass(frozen=True, slots=True)
class Pass:
    """The approver's word that a grant passes one floor for one person; `floor` is `protected` or `child`."""

    link: str
    floor: str
    why: str


@dataclass(frozen=True, slots=True)
class Grant:
    """An approved request: single fields, by their keys, for one agency or some of its users."""

    id: str
    agreement: str
    fields: frozenset[str]
    treatment: Treatment
    to_agency: str
    to_users: frozenset[str] | None
    purpose: str
    from_at: datetime
    until: datetime
    passes: tuple[Pass, ...] = ()


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """A danger to life, as it was declared. `overdue`: at that moment a review was; see `standing`."""

    id: str
    user: str
    at: datetime
    role: str
    danger: str
    reason: str
    factor_at: datetime
    overdue: bool
    second: Reader | None = None


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A link to another record; `end` holds that record's facts, None where they are not at hand."""

    id: str
    to: str
    by: str
    end: "Record | None" = None


@dataclass(frozen=True, slots=True)
class Record:
    """One record with everything that decides who sees it.

    `subject` is the person of a person's own record; `events` are then the other records of its owner that
    have that person on them. `wards` names the ward of an address or point field that no `ward` goes with.
    """

    id: str
    type: str
    owner: str
    site: str | None = None
    subject: Person | None = None
    happened: datetime | None = None
    values: Values = field(default_factory=_nothing)
    persons: tuple[Link, ...] = ()
    links: tuple[RecordLink, ...] = ()
    keeper: Keeper | None = None
    parent: "Record | None" = None
    derived_from: "Record | None" = None
    conditions: Conditions | None = None
    notes: tuple[NecessityNote, ...] = ()
    releases: tuple[Release, ...] = ()
    grants: tuple[Grant, ...] = ()
    break_glass: tuple[BreakGlass, ...] = ()
    events: tuple["Record", ...] = field(default=())
    wards: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Question:
    """For what, when and by which exit a reader asks."""

    purpose: str
    now: datetime
    exit: Exit = Exit.ONE
