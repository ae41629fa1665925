"""The invented partnership that is measured on: the same rows for Concordat and its peer, by a fixed seed.

Only the standard library, since the peer's environment holds nothing of Concordat's.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

SEED = 20260217
AGENCIES, AGREEMENTS = 60, 200
PURPOSE, OTHER_PURPOSE = "preventing-and-detecting-robbery", "running-the-partnership"
#: Who reads: a business partnership that sees much, and one that sees about this many rows.
DENSE, SPARSE = "agency-07", "agency-59"
SPARSE_ROWS = 300
_DENSE_AGREEMENTS = 60
NEWEST = datetime(2026, 9, 30, 22, tzinfo=UTC)
_KINDS = ("police", "council", "bcrp", "bid", "transport_police", "school")
_WARDS = ("St Edward's", "Hylands", "Squirrels Heath", "Stratford", "Forest Gate", "Upminster")
_WEAPONS = ("none", "knife", "blunt", "threatened")
_GOODS = ("phone", "cash", "bicycle", "watch", "earphones")
_WORDS = (
    "approached", "platform", "two", "hood", "asked", "time", "pushed", "phone", "ran", "towards", "market",
    "bus", "stop", "after", "school", "threatened", "grey", "black", "jacket", "returned", "later",
)  # fmt: skip


@dataclass(frozen=True)
class Agency:
    """One agency; `business` ones see less."""

    id: str
    kind: str
    business: bool


@dataclass(frozen=True)
class Agreement:
    """One agreement and its parties."""

    id: str
    parties: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """A person on an incident."""

    id: str
    link: str
    category: str
    given_name: str
    family_name: str
    date_of_birth: date
    clothing: tuple[str, ...]
    phone: str


@dataclass(frozen=True)
class Incident:
    """One incident: `values` by field name, whom it was released to as (agreement, recipient) pairs."""

    id: str
    owner: str
    recorded_at: datetime
    values: dict[str, object]
    persons: tuple[Person, ...]
    releases: tuple[tuple[str, str], ...]


def agencies() -> list[Agency]:
    """Sixty agencies of six kinds; those that read in the benchmark are business partnerships."""
    made = []
    for number in range(AGENCIES):
        name = f"agency-{number:02}"
        kind = "bcrp" if name in (DENSE, SPARSE) else _KINDS[number % len(_KINDS)]
        made.append(Agency(name, kind, kind in ("bcrp", "bid")))
    return made


def agreements() -> list[Agreement]:
    """Two hundred agreements, most of them small; the first is the sparse agency's only one."""
    draw = random.Random(SEED)
    names = [each.id for each in agencies() if each.id not in (DENSE, SPARSE)]
    made = [Agreement("AGREEMENT-000", ("agency-00", SPARSE))]
    for number in range(1, AGREEMENTS):
        dense = number % (AGREEMENTS // _DENSE_AGREEMENTS) == 0
        size = 2 + int(57 * draw.random() ** 4) - dense
        parties = draw.sample(names, size) + ([DENSE] if dense else [])
        made.append(Agreement(f"AGREEMENT-{number:03}", tuple(parties)))
    return made


def incidents(count: int) -> Iterator[Incident]:
    """The incidents, newest first; every so-manieth is released to the sparse agency."""
    draw = random.Random(SEED + 1)
    every = agreements()
    apart = max(count // SPARSE_ROWS, 1)
    for number in range(count):
        sparse = number % apart == apart // 2
        yield _incident(draw, number, every[0] if sparse else draw.choice(every[1:]), every)


def _incident(draw: random.Random, number: int, first: Agreement, every: list[Agreement]) -> Incident:
    owner = first.parties[0] if first is every[0] else draw.choice(first.parties)
    releases = [(first.id, _recipient(draw, first, owner))]
    if first is not every[0] and draw.random() < 0.15:
        second = draw.choice(every[1:])
        if owner in second.parties and second is not first:
            releases.append((second.id, "*"))
    if first is not every[0] and draw.random() < 0.1:
        releases = []
    at = NEWEST - timedelta(minutes=number * 5, seconds=draw.randrange(300))
    persons = tuple(_person(draw) for _ in range(draw.choices((0, 1, 2), (50, 40, 10))[0]))
    return Incident(_uuid(draw), owner, at, _values(draw, number, at), persons, tuple(releases))


def _recipient(draw: random.Random, agreement: Agreement, owner: str) -> str:
    others = [party for party in agreement.parties if party != owner]
    return draw.choice(others) if len(others) > 2 and draw.random() < 0.2 else "*"


def _values(draw: random.Random, number: int, at: datetime) -> dict[str, object]:
    occurred = at - timedelta(hours=draw.randrange(1, 72))
    return {
        "owner_reference": f"R{number:07}",
        "status": draw.choice(("open", "closed")),
        "marking": "OFFICIAL-SENSITIVE",
        "recorded_at": at,
        "recorded_by": draw.choice(("A Fairweather", "B Marlow", "C Thorne")),
        "statement_kind": draw.choice(("witnessed", "reported")),
        "crime_type": draw.choice(("robbery", "theft_person", "burglary")),
        "offence_class": draw.choice(("34A", "34B", "39")),
        "occurred": occurred,
        "occurred_until": occurred + timedelta(minutes=draw.randrange(1, 90)),
        "method": draw.sample(("distraction", "force", "threat", "snatch"), 2),
        "weapon": draw.choice(_WEAPONS),
        "violence": draw.random() < 0.4,
        "loss": draw.randrange(500, 120_000),
        "goods": draw.sample(_GOODS, 2),
        "recovered": draw.random() < 0.1,
        "outcome": draw.choice(("open", "charged", "no_suspect")),
        "prosecution_supported": draw.random() < 0.5,
        "evidence_until": (at + timedelta(days=28)).date(),
        "address": f"{draw.randrange(1, 200)} South Street, Romford",
        "point": [round(51.57 + draw.random() / 50, 5), round(0.18 + draw.random() / 50, 5)],
        "ward": draw.choice(_WARDS),
        "place_kind": draw.choice(("street", "station", "shop")),
        "account": " ".join(draw.choices(_WORDS, k=30)) + ".",
        "crime_reference": f"4{draw.randrange(10**6):06}/26",
        "cad_reference": f"CAD {draw.randrange(10**4)}",
        "risk_score": draw.randrange(100),
    }


def _person(draw: random.Random) -> Person:
    return Person(
        id=_uuid(draw),
        link=_uuid(draw),
        category=draw.choice(("suspect", "victim", "witness")),
        given_name=draw.choice(("Ashdown", "Bellamy", "Corrie", "Dara")),
        family_name=draw.choice(("Averill", "Brackley", "Coldharbour", "Denholm")),
        date_of_birth=date(1970, 1, 1) + timedelta(days=draw.randrange(14_000)),
        clothing=tuple(draw.sample(("dark_hood", "jeans", "tracksuit", "cap"), 2)),
        phone=f"07700 900{draw.randrange(1000):03}",
    )


def _uuid(draw: random.Random) -> str:
    return str(UUID(int=draw.getrandbits(128), version=4))
