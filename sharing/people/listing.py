"""Who is in an agency, what they may do, and how they prove who they are: never with what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, and_, or_, select

from auth.actor import Actor
from auth.roles import Action, Role, grants_of
from auth.tables import passkey, recovery_code, totp, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Missing
from sharing.events import people as events
from sharing.people.changing import change_fault, end_fault, open_actions
from sharing.people.log import Change, changes_of
from sharing.people.partnership_roles import Held, giveable, held_by, led_by, names_of
from sharing.people.placing import Placed, Places, placed, places_of
from sharing.people.tables import invitation

_PASSKEY, _STAYS = "passkey", "passkey that stays on its device"
#: The kinds of factor that are passkeys.
PASSKEYS = frozenset({_PASSKEY, _STAYS})
#: So many people stand on one page.
PAGE = 100


@dataclass(frozen=True)
class Person:
    """One person; `factors` are kinds. `changeable` and `endable` say what the actor may do to them."""

    id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    job_title: str
    member: bool
    placed: Placed
    factors: tuple[str, ...]
    signed_in_at: datetime | None
    changeable: bool
    endable: bool
    partnership_roles: tuple[Held, ...]


@dataclass(frozen=True)
class Waits:
    """An invitation that has not been accepted; `late` if its link is no longer good.

    `places` are the sites and areas that a member will have, by name, of those that there still are.
    """

    id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    made_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    late: bool
    partnership_roles: tuple[Held, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class PeoplePage:
    """One page of people by name, `after` whom the next begins, and the invitations that wait."""

    people: tuple[Person, ...]
    after: tuple[str, str] | None
    invitations: tuple[Waits, ...]


@dataclass(frozen=True)
class PersonPage:
    """One person, what has happened to their access, and how many actions wait for them."""

    person: Person
    changes: tuple[Change, ...]
    actions: int


def list_people(
    database: Database, actor: Actor, words: str = "", after: tuple[str, str] | None = None
) -> PeoplePage:
    """The people of the actor's agency by name, those whose name or address holds the words."""
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        wanted = _people(actor).order_by(user.c.name, user.c.id).limit(PAGE + 1)
        if words:
            wanted = wanted.where(
                or_(
                    user.c.name.icontains(words, autoescape=True),
                    user.c.email.contains(words, autoescape=True),
                )
            )
        if after is not None:
            name, last = after
            wanted = wanted.where(or_(user.c.name > name, and_(user.c.name == name, user.c.id > last)))
        rows = tx.execute(wanted).mappings().all()
        people = _with_factors(tx, actor, rows[:PAGE])
        more = (people[-1].name, people[-1].id) if len(rows) > PAGE else None
        waiting = _invitations(tx, actor)
        events.people_listed(tx, actor, people=[each.id for each in people], invitations=len(waiting))
        return PeoplePage(people, more, waiting)


def read_person(database: Database, actor: Actor, person_id: str) -> PersonPage:
    """One person of the actor's agency.

    Raises:
        Missing: if there is no such person.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        rows = tx.execute(_people(actor).where(user.c.id == person_id)).mappings().all()
        if not rows:
            raise Missing("There is nothing here that you can see.")
        (person,) = _with_factors(tx, actor, rows)
        events.person_read(tx, actor, person=person_id)
        return PersonPage(person, changes_of(tx, person_id), open_actions(tx, person_id))


def list_giveable(database: Database, actor: Actor) -> tuple[Held, ...]:
    """The roles in partnerships that the actor may give: where their agency leads."""
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        led = led_by(tx, actor.agency_id)
        return tuple(Held(each, name, role) for each, name in led.items() for role in giveable(actor))


def list_sites(database: Database, actor: Actor) -> Places:
    """The sites and areas of the actor's agency, by name."""
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        return places_of(tx, actor.agency_id)


def list_colleagues(database: Database, actor: Actor, person_id: str) -> tuple[tuple[str, str], ...]:
    """Id and name of everybody else of the agency, to whom what waits for somebody can be handed."""
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        rows = tx.execute(_people(actor).where(user.c.id != person_id).order_by(user.c.name)).mappings()
        return tuple((row["id"], row["name"]) for row in rows)


def factors_of(tx: Tx, ids: list[str]) -> dict[str, tuple[str, ...]]:
    """By user, the kinds of factor that they have besides a password; a fixed number of statements."""
    kinds = {
        _STAYS: select(passkey.c.user_id).where(
            passkey.c.user_id.in_(ids), passkey.c.backup_eligible.is_(False)
        ),
        _PASSKEY: select(passkey.c.user_id).where(
            passkey.c.user_id.in_(ids), passkey.c.backup_eligible.is_not(False)
        ),
        "authenticator app": select(totp.c.user_id).where(
            totp.c.user_id.in_(ids), totp.c.confirmed_at.is_not(None)
        ),
        "recovery codes": select(recovery_code.c.user_id).where(
            recovery_code.c.user_id.in_(ids), recovery_code.c.used_at.is_(None)
        ),
    }
    found: dict[str, tuple[str, ...]] = {}
    for kind, wanted in kinds.items():
        for person in tx.execute(wanted.distinct()).scalars():
            found[person] = (*found.get(person, ()), kind)
    return found


def _people(actor: Actor) -> Select[Any]:
    return select(user).where(
        user.c.agency_id == actor.agency_id, user.c.disabled.is_(False), user.c.service.is_(False)
    )


def _with_factors(tx: Tx, actor: Actor, rows: Sequence[RowMapping]) -> tuple[Person, ...]:
    ids = [row["id"] for row in rows]
    kinds, names, places = factors_of(tx, ids), names_of(tx), placed(tx, ids)
    return tuple(
        replace(
            _person(actor, row, kinds.get(row["id"], ()), held_by(row["partnership_roles"], names)),
            placed=places.get(row["id"], Placed()),
        )
        for row in rows
    )


def _person(actor: Actor, row: RowMapping, kinds: tuple[str, ...], held: tuple[Held, ...]) -> Person:
    roles = frozenset(Role(role) for role in row["roles"])
    return Person(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        roles=tuple(sorted(roles)),
        job_title=row["job_title"],
        member=row["member"],
        placed=Placed(),
        factors=(*(("password",) if row["password_hash"] else ()), *kinds),
        signed_in_at=row["signed_in_at"],
        changeable=not change_fault(actor, row["id"], frozenset()) and bool(grants_of(actor.roles)),
        endable=not end_fault(actor, row["id"], roles),
        partnership_roles=held,
    )


def _invitations(tx: Tx, actor: Actor) -> tuple[Waits, ...]:
    now, names, known = clock.now(), names_of(tx), places_of(tx, actor.agency_id)
    wanted = select(invitation).where(
        invitation.c.agency_id == actor.agency_id,
        invitation.c.accepted_at.is_(None),
        invitation.c.ended_at.is_(None),
    )
    return tuple(
        Waits(
            row.id,
            row.name,
            row.email,
            tuple(Role(role) for role in row.roles),
            row.made_at,
            row.sent_at,
            row.expires_at,
            row.expires_at <= now,
            held_by(row.partnership_roles, names),
            (*_named(known.sites, row.sites), *_named(known.areas, row.areas)),
        )
        for row in tx.execute(wanted.order_by(invitation.c.made_at.desc(), invitation.c.id))
    )


def _named(names: Mapping[str, str], ids: Sequence[str]) -> Iterator[str]:
    """The names of those that are known, in the order in which lists show them."""
    return (name for each, name in names.items() if each in ids)
