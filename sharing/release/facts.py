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

#: A release to all parties of the day on which it was made.
ALL = "*"
#: Any user with a site of the agencies concerned.
MEMBERS = "members"
#: A role that reads every type, or every class.
EVERYTHING = "all"

Values = Mapping[str, Any]
NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return NOTHING


class Exit(StrEnum):
    """How an answer leaves; gallery cards leave as `ONE`, API reads of more than one record as `EXPORT`."""

    ONE = "one"
    BULK = "bulk"
    PRINT = "print"
    EXPORT = "export"


class Children(StrEnum):
    """Which ages a clause speaks of."""

    NO = "no"
    ALSO = "also"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Agency:
    """An organisation that decides about its own data; `business` as the operator marked it."""

    id: str
    kind: str
    business: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a user, or a supposed one in a preview. `business` is the agency's mark.

    A reader with a site is a member. `purposes` bounds a key's use; None leaves it to the roles.
    """

    user: str
    agency: str
    kind: str
    business: bool
    roles: frozenset[str]
    site: str | None = None
    purposes: frozenset[str] | None = None

    @property
    def commercial(self) -> bool:
        """Whether the floors for business recipients hold: for business agencies, and for every member."""
        return self.business or self.site is not None


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
class Clause:
    """One term of an agreement, as data. `children` None: `no` where it opens, all ages where it withholds.

    Raises:
        ValueError: if any list is empty, naming the clause; an empty list never means all.
    """

    id: str
    purposes: frozenset[str]
    from_parties: frozenset[str]
    to_parties: frozenset[str]
    records: frozenset[str]
    fields: frozenset[str]
    treatment: Treatment
    roles: frozenset[str] | None = None
    categories: frozenset[Category] | None = None
    children: Children | None = None
    never: bool = False
    retention_days: int | None = None
    basis: str = ""

    def __post_init__(self) -> None:
        for name in ("purposes", "from_parties", "to_parties", "records", "fields", "roles", "categories"):
            entries = getattr(self, name)
            if entries is not None and not entries:
                raise ValueError(f"Clause {self.id}: the list {name} is empty, and empty never means all.")

    @property
    def opens(self) -> bool:
        """Whether a value, or a form of it, leaves by this clause."""
        return self.treatment < Treatment.WITHHOLD


@dataclass(frozen=True, slots=True)
class Version:
    """What was signed: immutable from then on."""

    number: int
    signed: bool
    from_at: datetime
    until: datetime
    parties: frozenset[str]
    purposes: frozenset[str]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which nothing is read under the agreement; `until` None is open."""

    from_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An event beside the version: the agency neither reads nor is read under it until it rejoins."""

    agency: str
    at: datetime
    rejoined: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The owner's word that a later version may loosen what an earlier release gave."""

    release: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with all its versions and what happened beside them."""

    id: str
    versions: tuple[Version, ...]
    suspensions: tuple[Suspension, ...] = ()
    ended: datetime | None = None
    withdrawals: tuple[Withdrawal, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()


@dataclass(frozen=True, slots=True)
class ApparentAge:
    """Years, as somebody judged by eye on a day in Europe/London; it grows from that day."""

    low: int
    high: int
    recorded: date


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person, as far as rules must know. `anonymity_order` is the agency that holds the order."""

    id: str
    dob: date | None = None
    dob_verified: bool = False
    apparent_age: ApparentAge | None = None
    believed_child: bool = False
    anonymity_order: str | None = None


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
