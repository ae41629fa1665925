"""Every situation in which a clause may speak, with those left out that all clauses treat alike.

A version of sixty clauses has millions of situations; owners, readers, purposes, fields and categories
between which no clause tells a difference stand for each other, which leaves a few hundred.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from typing import NamedTuple, TypeVar

from auth.purposes import PURPOSES
from sharing.agreements.clause_check import Spoken, spoken_fields
from sharing.release.clauses import Case
from sharing.release.facts import MEMBERS, Agency, Children, Clause, Reader, Version
from sharing.release.schema import Category, Field
from sharing.release.supposed import supposed_reader

_SETS = tuple(
    frozenset(each)
    for each in chain.from_iterable(combinations(Category, size) for size in range(1, len(Category) + 1))
)
Value = TypeVar("Value")


class Situation(NamedTuple):
    """One case, and a field that is judged in it."""

    case: Case
    field: Field


@dataclass(frozen=True, slots=True)
class _Side:
    """Somebody at one side of a clause: an agency, or those of its sites."""

    agency: Agency
    member: bool

    def named_in(self, parties: frozenset[str]) -> tuple[bool, bool, bool]:
        """How a list of parties speaks of them: by name, by kind, as members."""
        return (
            self.agency.id in parties,
            self.agency.kind in parties,
            self.member and MEMBERS in parties,
        )


class Terms:
    """A version with its parties, and which of its clauses say which words, as one bit for each clause."""

    def __init__(self, version: Version, agencies: Mapping[str, Agency]) -> None:
        self.version = version
        self.agencies = agencies
        self._said: dict[tuple[str, str], int] = {}
        for place, clause in enumerate(version.clauses):
            for key in ("purposes", "from_parties", "to_parties", "records", "fields"):
                for word in getattr(clause, key):
                    self._said[key, word] = self._said.get((key, word), 0) | 1 << place
        self.sides = _sides(version, agencies)
        self._sets = {found: self._category_sign(found) for found in _SETS}

    def saying(self, key: str, *words: str) -> int:
        """The clauses that say one of the words in this list."""
        found = 0
        for word in words:
            found |= self._said.get((key, word), 0)
        return found

    def side_sign(self, key: str, side: _Side) -> tuple[int, ...]:
        """How all clauses speak of somebody at one of their sides."""
        agency = side.agency
        named = (agency.id, agency.kind, *([MEMBERS] if side.member else []))
        return tuple(self.saying(key, word) for word in named)

    def sets(self, near: int) -> list[frozenset[Category]]:
        """What a person may be, one of each kind that these clauses tell apart."""
        return _distinct(_SETS, lambda found: tuple(sign & near for sign in self._sets[found]))

    def _category_sign(self, found: frozenset[Category]) -> tuple[int, int]:
        whole = touched = 0
        for place, clause in enumerate(self.version.clauses):
            if clause.categories is not None:
                whole |= (found <= clause.categories) << place
                touched |= bool(found & clause.categories) << place
        return whole, touched


def situations(clause: Clause, terms: Terms) -> Iterator[Situation]:
    """The situations in which the clause may match and that its version's clauses may tell apart.

    Nobody states a purpose that the portal does not have, or that none of the clause's roles may state.
    """
    near = terms.saying("purposes", *clause.purposes) & terms.saying("records", *clause.records)

    def told(sign: Iterable[int]) -> tuple[int, ...]:
        return tuple(bits & near for bits in sign)

    pairs = _distinct(
        _pairs(clause, terms),
        lambda pair: (
            told(terms.side_sign("from_parties", pair[0])),
            told(terms.side_sign("to_parties", pair[1])),
            pair[0].agency.id == pair[1].agency.id,
        ),
    )
    roles = (
        [frozenset[str]()] if clause.roles is None else [frozenset({role}) for role in sorted(clause.roles)]
    )
    purposes = _distinct(sorted(clause.purposes), lambda purpose: terms.saying("purposes", purpose) & near)
    fields = _distinct(
        spoken(clause), lambda each: (entry_of(clause, each), _kind(each), told(_field_sign(each, terms)))
    )
    categories = [found for found in terms.sets(near) if _speaks_of(clause, found)]
    elapsed = _elapsed(clause, terms.version)
    for (owner, reader), role, purpose, each in product(pairs, roles, purposes, fields):
        if not may_state(role, purpose):
            continue
        case = Case(
            owner=owner.agency.id,
            owner_kind=owner.agency.kind,
            at_site=owner.member,
            agency=reader.agency.id,
            agency_kind=reader.agency.kind,
            member=reader.member,
            inside=owner.agency.id == reader.agency.id,
            roles=role,
            purpose=purpose,
            type=each.type,
        )
        yield from _persons(case, each, (clause, categories, elapsed))


def _persons(
    case: Case, each: Spoken, among: tuple[Clause, list[frozenset[Category]], list[int]]
) -> Iterator[Situation]:
    """The case at each time that makes a difference, and for a person's field with each person that does."""
    clause, categories, elapsed = among
    for days in elapsed:
        if not each.personal:
            yield Situation(replace(case, elapsed=days), each.field)
            continue
        for those, child in product(categories, _ages(clause)):
            yield Situation(replace(case, elapsed=days, categories=those, child=child), each.field)


def spoken(clause: Clause) -> Iterator[Spoken]:
    """The fields of which a clause speaks."""
    said = {
        "treatment": clause.treatment.slug,
        "records": sorted(clause.records),
        "fields": clause.fields,
        **({} if clause.categories is None else {"categories": clause.categories}),
    }
    return spoken_fields(said)


def entry_of(clause: Clause, each: Spoken) -> str:
    """By which entry of the clause a field is named: its own name before its class."""
    return each.field.name if each.field.name in clause.fields else each.field.field_class


def readers_of(clause: Clause, terms: Terms) -> Iterator[Reader]:
    """Supposed readers whom the clause reaches: each party's staff, and those of its sites."""
    for reader in dict.fromkeys(reader for _, reader in _pairs(clause, terms)):
        yield supposed_reader(reader.agency, member=reader.member)


def may_state(roles: frozenset[str], purpose: str) -> bool:
    """Whether somebody with these roles may state the purpose; without roles, whether anybody may."""
    return any(each.slug == purpose and (not roles or roles & each.roles) for each in PURPOSES)


def _sides(version: Version, agencies: Mapping[str, Agency]) -> list[_Side]:
    """The parties, and those of their sites: of businesses, and of all where a clause speaks of members."""
    spoken_of = any(MEMBERS in each.from_parties | each.to_parties for each in version.clauses)
    return [
        _Side(agencies[party], member)
        for party in sorted(version.parties)
        for member in ((False, True) if spoken_of or agencies[party].business else (False,))
    ]


def _pairs(clause: Clause, terms: Terms) -> list[tuple[_Side, _Side]]:
    """Owners and readers between whom the clause speaks."""
    owners = [side for side in terms.sides if any(side.named_in(clause.from_parties))]
    readers = [side for side in terms.sides if any(side.named_in(clause.to_parties))]
    return [pair for pair in product(owners, readers) if _may_read(*pair, terms.version)]


def _may_read(owner: _Side, reader: _Side, version: Version) -> bool:
    """Within one agency only members read, and only by a scheme's own terms."""
    if owner.agency.id != reader.agency.id:
        return True
    return reader.member and len(version.parties) == 1


def _distinct(values: Iterable[Value], sign: Callable[[Value], Hashable]) -> list[Value]:
    """One of each kind of values that every clause treats alike."""
    found: dict[Hashable, Value] = {}
    for value in values:
        found.setdefault(sign(value), value)
    return list(found.values())


def _kind(each: Spoken) -> Hashable:
    """What treatments and silence ask of a field."""
    return (each.personal, each.field.field_class, each.field.type, each.field.coarse)


def _field_sign(each: Spoken, terms: Terms) -> tuple[int, int]:
    """Which clauses name the field, and which its class, for records of this type."""
    of_type = terms.saying("records", each.type)
    return (
        of_type & terms.saying("fields", each.field.name),
        of_type & terms.saying("fields", each.field.field_class),
    )


def _ages(clause: Clause) -> tuple[bool, ...]:
    said = clause.children or (Children.NO if clause.opens else Children.ALSO)
    return {Children.NO: (False,), Children.ONLY: (True,)}.get(said, (False, True))


def _elapsed(clause: Clause, version: Version) -> list[int]:
    """Days after which other clauses have run out and this one has not."""
    spans = {each.retention_days for each in version.clauses if each.retention_days is not None}
    lasts = clause.retention_days if clause.opens else None
    return [0, *sorted(days for days in spans if lasts is None or days < lasts)]


def _speaks_of(clause: Clause, found: frozenset[Category]) -> bool:
    """Whether the clause speaks of a person who was all this."""
    if clause.categories is None:
        return True
    return found <= clause.categories if clause.opens else bool(found & clause.categories)
