"""A record as the demonstration makes it, and the rows that it becomes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from random import Random
from typing import Any

from sharing.agreements.reaching import reach_rows
from sharing.inserts import HAPPENED
from sharing.records.record import EVERY
from sharing.records.words import words_of

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Stand-in names in an order that jumps about and meets each name once. The step shares no factor with 30⁶.
_NAMES = len(_LETTERS) ** 6
_STEP, _START = 387_420_491, 123_456_791


@dataclass(frozen=True, slots=True)
class DraftPerson:
    """A person on a record; `own` on the person's own record."""

    link: str
    person: str
    categories: tuple[str, ...]
    values: Mapping[str, Any]
    confirmed: bool = True
    own: bool = False


@dataclass(frozen=True, slots=True)
class DraftRelease:
    """A release; `recipients` are agency ids and `members`, or the word all."""

    agreement: str
    version: int
    purposes: tuple[str, ...]
    recipients: tuple[str, ...] | str
    at: datetime
    expires: datetime | None
    text: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A record with what hangs on it.

    `by` is the id and the name of the person who entered it, `stills` the ids of its stills, and `more` holds
    columns of the record itself.
    """

    id: str
    type: str
    reference: str
    owner: str
    by: tuple[str, str]
    recorded: datetime
    values: Mapping[str, Any]
    persons: Sequence[DraftPerson] = ()
    releases: Sequence[DraftRelease] = ()
    stills: Sequence[str] = ()
    status: str = "open"
    more: Mapping[str, Any] = field(default_factory=dict)


class Names:
    """Ids, references and stand-in names from one fixed seed: the same at every load."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a fixed seed is the point
        self._stand_ins = 0

    def id(self) -> str:
        """A UUID (version 4) in its text form."""
        digits = f"{self.random.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def reference(self) -> str:
        """A short reference such as `7QF4-K2`."""
        letters = "".join(self.random.choices(_LETTERS, k=6))
        return f"{letters[:4]}-{letters[4:]}"

    def stand_in(self) -> str:
        """A stand-in name that nobody has yet."""
        self._stand_ins += 1
        number = (_START + self._stand_ins * _STEP) % _NAMES
        name = ""
        for _ in range(6):
            number, letter = divmod(number, len(_LETTERS))
            name += _LETTERS[letter]
        return name


class Batch:
    """Rows by table name, and how many records each owner has among them.

    No person is on records of two batches.
    """

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.owners: Counter[str] = Counter()
        self.stand_ins: set[tuple[str, str]] = set()

    def add(self, table: str, row: dict[str, Any]) -> None:
        """Add one row of a table."""
        self.rows.setdefault(table, []).append(row)


def lay(batch: Batch, draft: Draft, names: Names) -> None:
    """Add the rows of a record, its persons, releases, what they reach, stand-in names and words."""
    batch.owners[draft.owner] += 1
    every = {name: value for name, value in draft.values.items() if name in EVERY.by_name}
    own = {name: value for name, value in draft.values.items() if name not in EVERY.by_name}
    batch.add(
        "record",
        {
            "id": draft.id,
            "type": draft.type,
            "owner": draft.owner,
            # A person's own record is of the day when it was made: of no day at all, it would be a child's.
            "happened": draft.recorded if draft.type == "subject" else own.get(HAPPENED.get(draft.type, "")),
            "status": draft.status,
            "marking": "OFFICIAL-SENSITIVE",
            "owner_reference": draft.reference,
            "recorded_at": draft.recorded,
            "recorded_by": draft.by[1],
            **every,
            **draft.more,
        },
    )
    batch.add(draft.type, {"record_id": draft.id, **own})
    for person in draft.persons:
        batch.add("link", _link_row(draft, person))
    for release in draft.releases:
        _lay_release(batch, draft, release, names)
    for word in _words(draft):
        batch.add("word", {"word": word, "record_id": draft.id})


def _link_row(draft: Draft, person: DraftPerson) -> dict[str, Any]:
    return {
        "id": person.link,
        "record_id": draft.id,
        "person_id": person.person,
        "categories": list(person.categories),
        "own": person.own,
        "confirmed": person.confirmed,
        "made_by": draft.owner,
        **person.values,
    }


def _lay_release(batch: Batch, draft: Draft, release: DraftRelease, names: Names) -> None:
    row = {
        "id": names.id(),
        "record_id": draft.id,
        "agreement_id": release.agreement,
        "version": release.version,
        "purposes": list(release.purposes),
        "recipients": release.recipients if release.recipients == "all" else list(release.recipients),
        "category": release.category,
        "text": release.text,
        "by_user": draft.by[0],
        "at": release.at,
        "expires": release.expires,
        "revoked": None,
    }
    batch.add("release", row)
    for reached in reach_rows(row, draft.type):
        batch.add("reach", reached)
        for still in draft.stills:
            batch.add("reach", {**reached, "type": "media", "record_id": still})
    for person in draft.persons:
        key = (release.agreement, person.person)
        if key not in batch.stand_ins:
            batch.stand_ins.add(key)
            token = {"agreement_id": key[0], "person_id": key[1], "token": names.stand_in()}
            batch.add("stand_in", token)


def _words(draft: Draft) -> list[str]:
    found: set[str] = set(words_of({"reference": draft.reference}))
    for values in (draft.values, *(person.values for person in draft.persons)):
        for text in _texts(values):
            found |= _words_of_text(text)
    for release in draft.releases:
        if release.text:
            found |= _words_of_text(release.text)
    return sorted(found)


def _texts(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if name == "picture":
            continue  # where it is stored is no word of the record
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, str))


@lru_cache(maxsize=20_000)
def _words_of_text(text: str) -> frozenset[str]:
    return words_of({"text": text})
