"""One partnership in one database while its history unfolds: who is there, what they did, what time it is."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import update

from auth.accounts import NewAgency, NewArea, NewSite, NewUser, create_accounts
from auth.actor import Actor
from auth.queries import actor_of
from auth.roles import Role
from auth.sites import place, put_in_area
from auth.tables import area, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import ConcordatError
from sharing.agreements.policy import bump_epoch
from tests.leaks.draws import Draws, installed

BEGINNING = datetime(2026, 2, 17, 14, 0, tzinfo=UTC)
BUSINESS = frozenset({"bcrp", "bid", "retailer"})

T = TypeVar("T")


@dataclass(frozen=True)
class Home:
    """An agency, its kind, who sends records in for it, and its sites, if it has shops."""

    id: str
    kind: str
    sender: str
    sites: tuple[str, ...] = ()

    @property
    def area(self) -> str:
        """The one area of its shops, if it has any."""
        return f"{self.id}-area"


@dataclass
class Play:
    """The ids of all that has been made, in the order in which it was; drawn ids repeat from run to run."""

    database: Database
    now: datetime = BEGINNING
    homes: list[Home] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    agreements: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)
    steps: int = 0

    def __post_init__(self) -> None:
        self._open = ExitStack()
        self._draws = self._open.enter_context(installed(Draws()))

    def close(self) -> None:
        self._open.close()

    @contextmanager
    def step(self) -> Iterator[None]:
        """The next act: what is drawn in it is its own, and the clock stands."""
        self.steps += 1
        self._draws.begin(f"step {self.steps}")
        with clock.stopped(self.now):
            yield

    def attempt(self, act: Any, *given: Any, **more: Any) -> Any:
        """What the use case gives, or None where the product refuses: then nothing has happened."""
        with self.step():
            try:
                return act(*given, **more)
            except ConcordatError:
                return None

    @contextmanager
    def changing(self) -> Iterator[Tx]:
        """A change of what is compiled into the policy, past the use cases that a lifecycle has."""
        with self.step(), self.database.transaction() as tx:
            yield tx
            bump_epoch(tx)

    def actor(self, user_id: str, purpose: str | None = None) -> Actor:
        """Who has just proved who they are."""
        with self.database.transaction() as tx:
            return replace(actor_of(tx, user_id, "0" * 64), purpose=purpose, factor_at=self.now)


def pick(things: Sequence[T], number: int) -> T | None:
    """The thing of this number, counted round; None where there is none."""
    return things[number % len(things)] if things else None


def found_agency(play: Play, kind: str, *, business: bool = False) -> Home:
    """An agency joins the portal, with somebody who sends records in, a reader, and shops if it runs them."""
    number = len(play.homes) + 1
    name = f"agency-{number}"
    sites = tuple(f"{name}-shop-{n}" for n in (1, 2, 3)) if kind in ("bcrp", "retailer") else ()
    sender = {Role.PARTNERSHIP_MANAGER} if kind in BUSINESS else {Role.OFFICER, Role.INTELLIGENCE}
    home = Home(name, kind, f"{name}-sender", sites)
    reader = {Role.PRACTITIONER} if kind in BUSINESS else {Role.PRACTITIONER, Role.DUTY_INSPECTOR}
    people = [_person(home, home.sender, sender), _person(home, f"{name}-reader", reader)]
    if sites:
        people += [
            _person(home, f"{name}-member-1", {Role.MEMBER}, sites[:1]),
            _person(home, f"{name}-member-2", {Role.MEMBER}, sites[2:], through=True),
        ]
    marked = kind in BUSINESS or business
    with play.step():
        create_accounts(
            play.database,
            [NewAgency(name, name, name, kind, marked)],
            [NewSite(site, name, site, "1 High Street", "St Edward's") for site in sites],
            people,
            [NewArea(home.area, name, home.area, frozenset(sites[1:2]))] if sites else [],
        )
    with play.changing():
        play.homes.append(home)
        play.users += [each.id for each in people]
    return home


def _person(
    home: Home, name: str, roles: set[Role], sites: Sequence[str] | None = None, *, through: bool = False
) -> NewUser:
    held = None if sites is None else frozenset(sites)
    areas = frozenset({home.area} if through else ())
    return NewUser(
        name, home.id, name, f"{name}@{home.id}.example", frozenset(roles), sites=held, areas=areas
    )


def hire(play: Play, home: Home, roles: frozenset[Role]) -> None:
    """Somebody more joins the agency; at a shop of it, as a member, where it has any."""
    name = f"{home.id}-user-{len(play.users) + 1}"
    sites = home.sites[1:2] if home.sites and Role.OFFICER in roles else None
    with play.step():
        create_accounts(play.database, users=[_person(home, name, {Role.MEMBER} if sites else roles, sites)])
    with play.changing():
        play.users.append(name)


def change_roles(play: Play, user_id: str, roles: frozenset[Role]) -> None:
    """The person has other roles from now on."""
    with play.changing() as tx:
        tx.execute(update(user).where(user.c.id == user_id).values(roles=sorted(roles)))


def disable(play: Play, user_id: str) -> None:
    """The person is let in no more, and approves no notes; what they did before stays."""
    with play.changing() as tx:
        tx.execute(update(user).where(user.c.id == user_id).values(disabled=True))


def move(play: Play, user_id: str, sites: Sequence[str], *, through: Home | None) -> None:
    """The member holds these shops from now on, and those of their agency's area; or none at all."""
    with play.changing() as tx:
        place(tx, user_id, sites, [through.area] if through else [])


def redraw(play: Play, home: Home, sites: Sequence[str], *, ended: bool) -> None:
    """The area has these shops from now on, or is over."""
    with play.changing() as tx:
        put_in_area(tx, home.area, sites)
        over = play.now if ended else None
        tx.execute(update(area).where(area.c.id == home.area).values(ended_at=over))
