"""As many more records as a measurement needs: drawn from `demo/crowd.yaml` with a fixed seed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from sharing.demonstration.crowd_values import Crowd, person_values, values_for
from sharing.demonstration.drafts import Batch, Draft, DraftPerson, DraftRelease, lay
from sharing.demonstration.people import People

#: Records in one batch. Words lie all over their index: small batches would write it many times over.
BATCH = 1_000
#: Records spread over so many days before the load, the latest most.
_SPAN_DAYS = 364
_PROTECTING = 0.62


@dataclass(frozen=True)
class Route:
    """Where part of what an agency contributes goes."""

    agreement: str
    purposes: tuple[str, ...]
    to: tuple[str, ...] | str
    part: float
    days: int | None
    text: bool = False
    only: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Profile:
    """One contributor: what types, where, by whom, and where it goes.

    With `one_route`, a record goes one of the routes, drawn by their parts; else each route on its own.
    """

    agency: str
    weight: float
    area: str
    types: Mapping[str, float]
    routes: tuple[Route, ...]
    staff: tuple[tuple[str, str, str | None], ...]
    only: frozenset[str] = frozenset()
    one_route: bool = False


def demonstration_profiles(told: Mapping[str, Any], people: People) -> tuple[Profile, ...]:
    """The contributors of the demonstration partnership."""
    return tuple(
        Profile(
            agency=each["agency"],
            weight=each["weight"],
            area=each["area"],
            types=each["types"],
            routes=tuple(_route(route) for route in each["routes"]),
            staff=_contributors(people, each["agency"]),
            only=frozenset(each.get("only", ())),
        )
        for each in told["profiles"]
    )


def _route(told: Mapping[str, Any]) -> Route:
    to = told["to"] if told["to"] == "all" else tuple(told["to"])
    only = frozenset(told.get("only", ()))
    return Route(
        told["agreement"],
        tuple(told["purposes"]),
        to,
        told["part"],
        told["days"],
        told.get("text", False),
        only,
    )


def _contributors(people: People, agency: str) -> tuple[tuple[str, str, str | None], ...]:
    """(id, name, site) of the agency's staff, and of its members where it has any, each at one site."""
    staff: list[tuple[str, str, str | None]] = [(id_, name, None) for id_, name in people.staff(agency)]
    staff += [
        (user.id, user.name, min(user.sites))
        for user in people.users
        if user.agency_id == agency and user.sites
    ]
    return tuple(staff)


def crowd_batches(
    crowd: Crowd,
    profiles: Sequence[Profile],
    count: int,
    version_at: Callable[[str, datetime], int],
    now: datetime,
) -> Iterator[Batch]:
    """So many records in batches of `BATCH`, in no order of time."""
    weights = [*accumulate(profile.weight for profile in profiles)]
    for start in range(0, count, BATCH):
        batch = Batch()
        for profile in crowd.random.choices(profiles, cum_weights=weights, k=min(BATCH, count - start)):
            _one(batch, crowd, profile, version_at, now)
        yield batch


def _one(
    batch: Batch, crowd: Crowd, profile: Profile, version_at: Callable[[str, datetime], int], now: datetime
) -> None:
    draw, names = crowd.random, crowd.names
    type_ = draw.choices(tuple(profile.types), tuple(profile.types.values()))[0]
    crime = crowd.crime(profile.only)
    said = draw.choice(crowd.said[crime])
    happened = now - timedelta(seconds=draw.random() ** 1.4 * _SPAN_DAYS * 86_400 + 7_200)
    recorded = happened + timedelta(seconds=draw.randrange(300, 5_400))
    staff = draw.choice(profile.staff)
    values = values_for(crowd, type_, profile.area, (crime, said), happened)
    persons = [*_persons(batch, crowd, type_, crime, happened)]
    own = persons[0].person if type_ == "subject" else None
    draft = Draft(
        id=names.id(),
        type=type_,
        reference=names.reference(),
        owner=profile.agency,
        by=(staff[0], staff[1]),
        recorded=recorded,
        values=values,
        persons=persons,
        # Of a subject members are told what to do, and not what happened.
        releases=[
            *_releases(crowd, profile, type_, (crime, values.get("advice", said)), recorded, version_at)
        ],
        status="checked" if draw.random() < 0.5 else "open",
        # A subject is the scheme's, whichever shop spoke of them first: members see it by the scheme's terms.
        more={"site": None if own else staff[2], "person_id": own},
    )
    lay(batch, draft, names)


def _releases(
    crowd: Crowd,
    profile: Profile,
    type_: str,
    told: tuple[str, str],
    recorded: datetime,
    version_at: Callable[[str, datetime], int],
) -> Iterator[DraftRelease]:
    draw, (crime, said) = crowd.random, told
    at = recorded + timedelta(seconds=draw.randrange(60, 1_700))
    routes: Sequence[Route] = profile.routes
    if profile.one_route:
        routes = draw.choices(profile.routes, [route.part for route in profile.routes])
    for route in routes:
        if (route.only and (type_ != "incident" or crime not in route.only)) or (
            not profile.one_route and draw.random() >= route.part
        ):
            continue
        yield DraftRelease(
            agreement=route.agreement,
            version=version_at(route.agreement, at),
            purposes=route.purposes,
            recipients=route.to,
            at=at,
            expires=None if route.days is None else at + timedelta(days=route.days),
            text=said if route.text else None,
            category="suspect" if type_ == "subject" else None,
        )


def _persons(batch: Batch, crowd: Crowd, type_: str, crime: str, happened: datetime) -> Iterator[DraftPerson]:
    draw = crowd.random
    if type_ == "subject":
        yield _person(batch, crowd, (), happened, own=True)
    elif type_ == "sighting":
        yield _person(batch, crowd, ("observed",), happened)
    elif type_ == "order":
        yield _person(batch, crowd, ("convicted",), happened)
    elif type_ == "incident":
        if draw.random() < 0.7:
            yield _person(batch, crowd, ("suspect",), happened)
        if crime != "shoplifting" and draw.random() < _PROTECTING:
            yield _person(batch, crowd, ("victim",), happened)


def _person(
    batch: Batch, crowd: Crowd, categories: tuple[str, ...], happened: datetime, *, own: bool = False
) -> DraftPerson:
    """A new person; known by name or by looks only, of any age, or of none that is recorded."""
    draw, person_id, link_id = crowd.random, crowd.names.id(), crowd.names.id()
    known = own or "victim" in categories or "convicted" in categories or draw.random() < 0.35
    age = draw.choices(range(11, 61), crowd.ages)[0]
    born = (happened - timedelta(days=age * 365.25 + draw.randrange(365))).date()
    seen = {"low": age - 2, "high": age + 4, "recorded": happened.date().isoformat()}
    batch.add(
        "person",
        {
            "id": person_id,
            "date_of_birth": born if known else None,
            "date_of_birth_verified": known and draw.random() < 0.7,
            "apparent_age": seen if not known and draw.random() < 0.8 else None,
            "believed_child": False,
            "entered_on": link_id,
        },
    )
    values = person_values(crowd, born if known else None, protected="victim" in categories)
    return DraftPerson(link_id, person_id, categories, values, confirmed=True, own=own)
