"""Changing somebody's roles and a member's sites, and ending an account everywhere at once."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, RowMapping, delete, func, select, update

from auth.actor import Actor
from auth.keys import end_keys
from auth.notices import tell
from auth.queries import partnership_roles_of
from auth.roles import GUARDS, ROLE_LABELS, Action, Role, grants_of
from auth.sessions import end_sessions_within
from auth.sites import place
from auth.tables import api_key, passkey, recovery_code, session, totp, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied, Invalid, Missing
from sharing.agreements.policy import bump_epoch
from sharing.announcements import webhook
from sharing.events import people as events
from sharing.partnerships.tables import action
from sharing.people.inviting import end_invitations
from sharing.people.log import Joint, Kind, write_change, write_partnership_change
from sharing.people.partnership_roles import MEMBERS_HOLD_NONE
from sharing.people.placing import Placed, place_faults, placed, places_of
from sharing.people.tables import invitation


def change_roles(
    database: Database,
    actor: Actor,
    person_id: str,
    roles: Iterable[Role],
    sites: Collection[str] = (),
    areas: Collection[str] = (),
) -> None:
    """Give somebody these roles, and a member these sites and areas, in place of those that they had.

    Their sessions end, so that none is stale. Whoever gives the role of a member says where they are one.

    Raises:
        Missing: if the agency has no such person.
        Denied: if they are the actor, or a role that is given or taken is not the actor's to give.
        Invalid: if no role is left, a member has neither site nor area, or anybody else has one.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    wanted = frozenset(roles)
    with database.transaction() as tx:
        row = own_person(tx, actor, person_id)
        before = frozenset(Role(role) for role in row["roles"])
        held = placed(tx, [person_id]).get(person_id, Placed())
        was = ({each.id for each in held.sites}, {each.id for each in held.areas})
        moved = was != ({*sites}, {*areas})
        if refusal := change_fault(actor, person_id, before ^ wanted | ({Role.MEMBER} if moved else set())):
            raise Denied(refusal)
        actor.require_fresh_factor(clock.now())
        _check_places(tx, actor, wanted, (sites, areas))
        if Role.MEMBER in wanted and row["partnership_roles"]:
            raise Invalid({"sites": MEMBERS_HOLD_NONE})
        if wanted == before and not moved:
            return
        new = {"roles": sorted(wanted), "member": Role.MEMBER in wanted, "reviewed_at": clock.now()}
        tx.execute(update(user).where(user.c.id == person_id).values(new))
        place(tx, person_id, sites, areas)
        end_sessions_within(tx, person_id)
        bump_epoch(tx)
        if wanted != before:
            _tell_roles(tx, actor, row, wanted, before)
        if moved:
            _tell_sites(tx, actor, row, sites, areas)


def _tell_roles(
    tx: Tx, actor: Actor, row: RowMapping, wanted: frozenset[Role], before: frozenset[Role]
) -> None:
    given, taken = wanted - before, before - wanted
    events.roles_changed(tx, actor, person=row["id"], given=given, taken=taken)
    write_change(tx, actor, (row["id"], row["name"]), Kind.ROLES, given=given, taken=taken)
    tell(tx, row["id"], "roles-changed")


def _tell_sites(
    tx: Tx, actor: Actor, row: RowMapping, sites: Collection[str], areas: Collection[str]
) -> None:
    events.sites_changed(tx, actor, person=row["id"], sites=sites, areas=areas)
    write_change(tx, actor, (row["id"], row["name"]), Kind.SITES)
    tell(tx, row["id"], "sites-changed")


def change_fault(actor: Actor, person_id: str, changed: frozenset[Role]) -> str:
    """Why the actor cannot give or take these roles; empty if they can."""
    if person_id == actor.user_id:
        return "Nobody changes their own roles. Ask another administrator."
    beyond = sorted(ROLE_LABELS[role] for role in changed - grants_of(actor.roles))
    return f"You may not give or take this role: {', '.join(beyond)}." if beyond else ""


def end_fault(actor: Actor, person_id: str, held: frozenset[Role]) -> str:
    """Why the actor cannot end this account; empty if they can. Who is watched does not end who watches."""
    if person_id == actor.user_id:
        return "Nobody ends their own account. Ask another administrator."
    beyond = sorted(ROLE_LABELS[role] for role in (held & GUARDS) - grants_of(actor.roles))
    return f"A signatory ends the account of whoever holds this role: {', '.join(beyond)}." if beyond else ""


def end_account(database: Database, actor: Actor, person_id: str, successor: str | None = None) -> None:
    """Let somebody go: sessions, keys, factors, invitations and webhooks end; a successor takes what waits.

    Raises:
        Missing: if the agency has no such person, or they have left.
        Denied: if they are the actor, or hold a role that watches over the actor.
        Invalid: if the successor is not of the agency, or nobody takes over actions that are open.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        row = own_person(tx, actor, person_id)
        held = frozenset(Role(role) for role in row["roles"])
        if refusal := end_fault(actor, person_id, held):
            raise Denied(refusal)
        hand_over(tx, actor, person_id, successor)
        ended = _end_everywhere(tx, actor, person_id)
        bump_epoch(tx)
        events.person_left(tx, actor, person=person_id, ended=ended)
        write_change(tx, actor, (person_id, row["name"]), Kind.LEFT, taken=held)
        for each in sorted(partnership_roles_of(row["partnership_roles"])):
            write_partnership_change(
                tx, actor, (person_id, row["name"], actor.agency_id), Joint(each, given=False)
            )


def open_actions(tx: Tx, person_id: str) -> int:
    """How many actions of a partnership wait for somebody."""
    mine = select(func.count()).select_from(action)
    return int(tx.execute(mine.where(action.c.owner_user == person_id, _unclosed())).scalar_one())


def hand_over(tx: Tx, actor: Actor, person_id: str, successor: str | None) -> None:
    """Give what waits for somebody to another person of the agency.

    Raises:
        Invalid: if there is something and nobody who takes it, or the successor cannot.
    """
    if successor is None:
        if open_actions(tx, person_id):
            raise Invalid({"successor": "Actions wait for this person. Say who takes them over."})
        return
    row = tx.execute(select(user.c.agency_id, user.c.disabled).where(user.c.id == successor)).first()
    if row is None or row.disabled or row.agency_id != actor.agency_id or successor == person_id:
        raise Invalid({"successor": "Choose somebody else of your agency."})
    version = action.c.row_version + 1
    mine = (action.c.owner_user == person_id) & _unclosed()
    tx.execute(update(action).where(mine).values(owner_user=successor, row_version=version))


def own_person(tx: Tx, actor: Actor, person_id: str) -> RowMapping:
    """The row of somebody of the actor's agency who has not left.

    Raises:
        Missing: if there is no such person.
    """
    own = (user.c.id == person_id) & (user.c.agency_id == actor.agency_id) & user.c.disabled.is_(False)
    row = tx.execute(select(user).where(own).with_for_update()).mappings().first()
    if row is None:
        raise Missing("There is nothing here that you can see.")
    return row


def clear_factors(tx: Tx, person_id: str) -> None:
    """Forget every way in which somebody could prove who they are."""
    for table in (passkey, totp, recovery_code):
        tx.execute(delete(table).where(table.c.user_id == person_id))
    tx.execute(update(user).where(user.c.id == person_id).values(password_hash=None, password_alone=False))


def _check_places(
    tx: Tx, actor: Actor, wanted: frozenset[Role], places: tuple[Collection[str], Collection[str]]
) -> None:
    if not wanted:
        raise Invalid({"roles": "Leave at least one role, or end the account."})
    if problems := place_faults(places_of(tx, actor.agency_id), wanted, *places):
        raise Invalid(problems)


def _end_everywhere(tx: Tx, actor: Actor, person_id: str) -> dict[str, int]:
    sessions = select(func.count()).select_from(session).where(session.c.user_id == person_id)
    counted = {"sessions": int(tx.execute(sessions).scalar_one())}
    end_sessions_within(tx, person_id)
    # Whoever made a key was shown it.
    counted["keys"] = end_keys(tx, (api_key.c.user_id == person_id) | (api_key.c.made_by == person_id))
    clear_factors(tx, person_id)
    sent = tx.execute(select(invitation.c.id).where(invitation.c.invited_by == person_id)).scalars()
    counted["invitations"] = end_invitations(tx, actor, *sent)
    theirs = (webhook.c.account == person_id) & webhook.c.ended_at.is_(None)
    ended = tx.execute(update(webhook).where(theirs).values(ended_at=clock.now()))
    counted["webhooks"] = ended.rowcount
    left = {"disabled": True, "left_at": clock.now(), "partnership_roles": []}
    tx.execute(update(user).where(user.c.id == person_id).values(left))
    place(tx, person_id, (), ())
    return counted


def _unclosed() -> ColumnElement[bool]:
    return action.c.status != "closed"
