"""The terms of agreements as frozen values: clauses, versions, and what happens beside them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sharing.release.schema import Category, Treatment

#: A release to all parties of the day on which it was made.
ALL = "*"
#: Any user with a site of the agencies concerned.
MEMBERS = "members"
#: A role that reads every type, or every class.
EVERYTHING = "all"


class Children(StrEnum):
    """Which ages a clause speaks of."""

    NO = "no"
    ALSO = "also"
    ONLY = "only"


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
