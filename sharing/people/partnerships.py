"""The partnerships of an agency and who holds which role in each; giving a role and taking it.

A role is given by the agency that leads the partnership, to anybody of an agency that sits in it. It is taken
by the same, or by the person's own agency.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, Select, select, update

from auth.actor import Actor
from auth.notices import tell
from auth.queries import partnership_roles_of
from auth.roles import ROLE_LABELS, Action, PartnershipRole, Role, grants_of
from auth.sessions import end_sessions_within
from auth.tables import agency, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied, Invalid, Missing
from sharing.agreements.policy import bump_epoch
from sharing.events import people as events
from sharing.partnerships.tables import partnership
from sharing.people.log import Joint, write_partnership_change
from sharing.people.partnership_roles import giveable, giving_fault

_NOTHING = "There is nothing here that you can see."


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a role in a partnership; `takeable` says whether the actor may take it."""

    person: str
    name: str
    agency: str
    role: Role
    takeable: bool


@dataclass(frozen=True)
class PartnershipPeople:
    """A partnership in which the agency sits. `roles` may be given by the actor, to one of `people`.

    People are (id, name, agency); neither is told where another agency leads.
    """

    id: str
    name: str
    lead: str
    holders: tuple[Holder, ...]
    roles: tuple[Role, ...]
    people: tuple[tuple[str, str, str], ...]


def list_partnerships(database: Database, actor: Actor) -> tuple[PartnershipPeople, ...]:
    """The partnerships in which the actor's agency sits, by name, with who holds which role."""
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        rows = tx.execute(
            select(partnership, agency.c.name.label("lead_name"))
            .join(agency, agency.c.id == partnership.c.lead)
            .order_by(partnership.c.name, partnership.c.id)
        ).mappings()
        found = tuple(_people_of(tx, actor, row) for row in rows if actor.agency_id in row["agencies"])
        events.partnerships_listed(tx, actor, partnerships=[each.id for each in found])
        return found


def give_partnership_role(database: Database, actor: Actor, person_id: str, wanted: PartnershipRole) -> None:
    """Give somebody a role in one partnership; their sessions end, so that none is stale.

    Raises:
        Missing: if the actor's agency does not sit there, or nobody there is such a person.
        Denied: if another agency leads it, the role is not the actor's to give, or it is for themselves.
        Invalid: if they hold it already, or are a member.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        led, person = _there(tx, actor, wanted.partnership, person_id)
        fault = giving_fault(actor, {wanted.partnership} if led else frozenset(), [wanted])
        if fault or person_id == actor.user_id:
            raise Denied(fault or "Nobody gives themselves a role. Ask another administrator.")
        actor.require_fresh_factor(clock.now())
        held = partnership_roles_of(person["partnership_roles"])
        if wanted in held:
            raise Invalid({"role": "This person holds this role already."})
        _keep(tx, person_id, held | {wanted})
        _tell(tx, actor, person, Joint(wanted, given=True))


def take_partnership_role(database: Database, actor: Actor, person_id: str, wanted: PartnershipRole) -> None:
    """Take a role in one partnership from somebody; their sessions end.

    Raises:
        Missing: if the actor's agency does not sit there, or nobody there holds this role.
        Denied: if others lead the partnership and the person is theirs, or the role is not theirs to take.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        led, person = _there(tx, actor, wanted.partnership, person_id)
        held = partnership_roles_of(person["partnership_roles"])
        if wanted not in held:
            raise Missing(_NOTHING)
        if not _takeable(actor, person, wanted.role, led=led):
            raise Denied(f"You may not take this role: {ROLE_LABELS[wanted.role]}.")
        actor.require_fresh_factor(clock.now())
        _keep(tx, person_id, held - {wanted})
        _tell(tx, actor, person, Joint(wanted, given=False))


def _takeable(actor: Actor, person: RowMapping, role: Role, *, led: bool) -> bool:
    near = led or person["agency_id"] == actor.agency_id
    return near and role in grants_of(actor.roles) and person["id"] != actor.user_id


def _keep(tx: Tx, person_id: str, held: frozenset[PartnershipRole]) -> None:
    mine = user.c.id == person_id
    tx.execute(update(user).where(mine).values(partnership_roles=sorted(held), reviewed_at=clock.now()))
    end_sessions_within(tx, person_id)
    bump_epoch(tx)


def _tell(tx: Tx, actor: Actor, person: RowMapping, what: Joint) -> None:
    about = {"person": person["id"], "partnership": what.role.partnership, "role": what.role.role.value}
    told = [person["agency_id"]]
    if what.given:
        events.partnership_role_given(tx, actor, agencies=told, **about)
    else:
        events.partnership_role_taken(tx, actor, agencies=told, **about)
    write_partnership_change(tx, actor, (person["id"], person["name"], person["agency_id"]), what)
    tell(tx, person["id"], "roles-changed")


def _there(tx: Tx, actor: Actor, partnership_id: str, person_id: str) -> tuple[bool, RowMapping]:
    """Whether the actor's agency leads the partnership, and the row of a person who can hold a role there."""
    found = select(partnership.c.lead, partnership.c.agencies).where(partnership.c.id == partnership_id)
    row = tx.execute(found).first()
    if row is None or actor.agency_id not in row.agencies:
        raise Missing(_NOTHING)
    theirs = _staff(row.agencies).where(user.c.id == person_id).with_for_update(of=user)
    person = tx.execute(theirs).mappings().first()
    if person is None:
        raise Missing(_NOTHING)
    return row.lead == actor.agency_id, person


def _staff(agencies: Sequence[str]) -> Select[tuple[object, ...]]:
    """People of these agencies, not of their sites."""
    return (
        select(user, agency.c.short_name.label("agency_name"))
        .join(agency, agency.c.id == user.c.agency_id)
        .where(
            user.c.agency_id.in_(agencies),
            user.c.member.is_(False),
            user.c.disabled.is_(False),
            user.c.service.is_(False),
        )
        .order_by(agency.c.short_name, user.c.name, user.c.id)
    )


def _people_of(tx: Tx, actor: Actor, row: RowMapping) -> PartnershipPeople:
    led = row["lead"] == actor.agency_id
    staff = tx.execute(_staff(row["agencies"])).mappings().all()
    holders = tuple(
        Holder(
            each["id"],
            each["name"],
            each["agency_name"],
            held.role,
            _takeable(actor, each, held.role, led=led),
        )
        for each in staff
        for held in sorted(partnership_roles_of(each["partnership_roles"]))
        if held.partnership == row["id"]
    )
    roles = giveable(actor) if led else ()
    others = (
        (each["id"], each["name"], each["agency_name"]) for each in staff if each["id"] != actor.user_id
    )
    return PartnershipPeople(
        row["id"], row["name"], row["lead_name"], holders, roles, tuple(others) if roles else ()
    )
