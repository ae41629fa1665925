"""Vetting of an agency's people: recorded with its end, wanted by a rule for a role, told of before it ends.

A role whose rule is not met is closed at the next read (auth.queries). Only kind, reference and end are kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import RowMapping, select, update

from auth.actor import Actor
from auth.letters import send_mail
from auth.notices import tell
from auth.queries import partnership_roles_of
from auth.roles import ROLE_LABELS, Action, Role, actions_of, grants_of
from auth.tables import agency, user
from auth.vetting import CHECKS, Vetting, kept_of, lapsed_of, open_until, vetting_of
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid
from foundation.outbox.rows import Job, finish, put
from sharing.agreements.policy import bump_epoch
from sharing.events import people as events
from sharing.people.changing import own_person
from sharing.people.inviting import check_faults
from sharing.people.log import Kind, write_change

#: The kind of job that reminds of a check before it ends.
REMIND = "vetting:remind"
#: So long before.
BEFORE = (timedelta(days=30), timedelta(days=7))


@dataclass(frozen=True)
class Standing:
    """How somebody stands: their checks, and by role that a rule speaks of, the day from which it is closed.

    A day of None says that no check of the wanted kinds was ever recorded. `closed` are closed today.
    """

    id: str
    name: str
    job_title: str
    checks: tuple[Vetting, ...]
    ends: Mapping[Role, date | None]
    closed: tuple[Role, ...]
    ends_soon: bool


@dataclass(frozen=True)
class VettingPage:
    """The agency's rules by role, roles for which the actor may set one, and people who hold such roles."""

    rules: Mapping[Role, tuple[str, ...]]
    settable: tuple[Role, ...]
    people: tuple[Standing, ...]


@dataclass(frozen=True)
class OwnVetting:
    """One's own standing, the rules of one's agency, and who there can record a check."""

    standing: Standing
    rules: Mapping[Role, tuple[str, ...]]
    ask: tuple[str, ...]


def list_vetting(database: Database, actor: Actor) -> VettingPage:
    """Everybody of the agency of whom a rule wants vetting: who is closed first, then by the day it ends."""
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        rules = _rules(tx, actor.agency_id)
        standings = [_standing(row, rules) for row in _people(tx, actor.agency_id)]
        found = tuple(sorted((each for each in standings if each.ends), key=_urgency))
        events.vetting_listed(tx, actor, people=[each.id for each in found])
        return VettingPage(_named(rules), _settable(actor), found)


def read_vetting(database: Database, actor: Actor, person_id: str) -> Standing:
    """How one person of the agency stands.

    Raises:
        Missing: if the agency has no such person.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        found = _standing(own_person(tx, actor, person_id), _rules(tx, actor.agency_id))
        events.vetting_listed(tx, actor, people=[person_id])
        return found


def read_own_vetting(database: Database, actor: Actor) -> OwnVetting:
    """How the actor stands, what is wanted of them, and whom to ask."""
    actor.require(Action.SESSION_USE)
    with database.transaction() as tx:
        rules = _rules(tx, actor.agency_id)
        people = _people(tx, actor.agency_id)
        own = next(row for row in people if row["id"] == actor.user_id)
        ask = [row["name"] for row in people if _runs_people(row) and row["id"] != actor.user_id]
        return OwnVetting(_standing(own, rules), _named(rules), tuple(ask))


def record_vetting(database: Database, actor: Actor, person_id: str, check: Vetting) -> None:
    """Record that somebody has passed a check, in place of any of the same kind.

    Raises:
        Missing: if the agency has no such person.
        Denied: if it is the actor, or the person holds a role that is not the actor's to give.
        Invalid: if it is of no known kind, or its end is past.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    if problems := check_faults(check):
        raise Invalid(problems)
    with database.transaction() as tx:
        row = own_person(tx, actor, person_id)
        _refuse(actor, row)
        actor.require_fresh_factor(clock.now())
        others = [each for each in vetting_of(row["vetting"]) if each.kind != check.kind]
        _keep(tx, actor, row, [*others, check])
        remind_later(tx, actor.agency_id, person_id, check)
        events.vetting_recorded(tx, actor, person=person_id, kind=check.kind, until=check.until.isoformat())


def end_vetting(database: Database, actor: Actor, person_id: str, kind: str) -> None:
    """Say that a check counts no more; what it opened is closed at the next read.

    Raises:
        Missing: if the agency has no such person.
        Denied: as for recording one.
        Conflict: if they have no such check.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        row = own_person(tx, actor, person_id)
        _refuse(actor, row)
        held = vetting_of(row["vetting"])
        if kind not in {each.kind for each in held}:
            raise Conflict("This check is not recorded, or no more. Nothing was changed.")
        _keep(tx, actor, row, [each for each in held if each.kind != kind])
        events.vetting_ended(tx, actor, person=person_id, kind=kind)


def set_vetting_rule(database: Database, actor: Actor, role: Role, kinds: Iterable[str]) -> None:
    """Say of which checks somebody needs one to have a role in the agency; none lets everybody have it.

    Raises:
        Denied: if the role is not the actor's to give.
        Invalid: if there is no such check, or the actor holds the role and would close it to themselves.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    wanted = sorted(set(kinds))
    if role not in grants_of(actor.roles):
        raise Denied(f"You may not set a rule for this role: {ROLE_LABELS[role]}.")
    if set(wanted) - CHECKS.keys():
        raise Invalid({"kinds": "Choose checks of the list."})
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        own = agency.c.id == actor.agency_id
        kept = tx.execute(select(agency.c.vetting_rules).where(own).with_for_update()).scalar_one()
        rules = {name: each for name, each in kept.items() if name != role} | (
            {role: wanted} if wanted else {}
        )
        me = next(row for row in _people(tx, actor.agency_id) if row["id"] == actor.user_id)
        if role in _roles(me) and lapsed_of({role}, rules, vetting_of(me["vetting"]), clock.today()):
            raise Invalid(
                {"kinds": "This would close the role to yourself. Have your own check recorded first."}
            )
        tx.execute(update(agency).where(own).values(vetting_rules=rules))
        bump_epoch(tx)
        events.vetting_rule_set(tx, actor, role=role, kinds=wanted)


def remind_later(tx: Tx, agency_id: str, person_id: str, check: Vetting) -> None:
    """Remind of the end of a check, thirty and seven days before: at eight in the morning."""
    about = {"person": person_id, "kind": check.kind, "until": check.until.isoformat()}
    for before in BEFORE:
        at = datetime.combine(check.until - before, time(8), tzinfo=clock.LONDON).astimezone(UTC)
        if at > clock.now():
            put(tx, REMIND, about, not_before=at, agency=agency_id)


def remind(database: Database, job: Job) -> None:
    """The job of one reminder: letters to the person and to who brings in people, if it still matters."""
    with database.transaction() as tx:
        about = job.payload
        row = tx.execute(select(user).where(user.c.id == about["person"])).mappings().first()
        wanted = (about["kind"], about["until"])
        held = (
            []
            if row is None or row["disabled"]
            else [(each["kind"], each["until"]) for each in row["vetting"]]
        )
        if row is not None and wanted in held:
            send_mail(tx, row["id"], "waiting", "/vetting")
            for each in _people(tx, row["agency_id"]):
                if _runs_people(each) and each["id"] != row["id"]:
                    send_mail(tx, each["id"], "waiting", "/people/vetting")
            tell(tx, row["id"], "vetting-ends")
        finish(tx, job)


def _still(row: RowMapping, about: Mapping[str, str]) -> bool:
    """Whether the person's check of this kind still ends on that day: a newer one has its own reminders."""
    wanted = (about["kind"], about["until"])
    return any((each.kind, each.until.isoformat()) == wanted for each in vetting_of(row["vetting"]))


def _refuse(actor: Actor, row: RowMapping) -> None:
    if row["id"] == actor.user_id:
        raise Denied("Nobody records their own vetting. Ask another administrator.")
    beyond = sorted(ROLE_LABELS[role] for role in _roles(row) - grants_of(actor.roles))
    if beyond:
        raise Denied(f"The vetting of whoever holds this role is not yours to record: {', '.join(beyond)}.")


def _keep(tx: Tx, actor: Actor, row: RowMapping, checks: Iterable[Vetting]) -> None:
    tx.execute(update(user).where(user.c.id == row["id"]).values(vetting=kept_of(checks)))
    bump_epoch(tx)
    write_change(tx, actor, (row["id"], row["name"]), Kind.VETTING)
    tell(tx, row["id"], "vetting-changed")


def _people(tx: Tx, agency_id: str) -> list[RowMapping]:
    own = (user.c.agency_id == agency_id) & user.c.disabled.is_(False) & user.c.service.is_(False)
    return list(tx.execute(select(user).where(own).order_by(user.c.name, user.c.id)).mappings())


def _rules(tx: Tx, agency_id: str) -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]]
    found = tx.execute(select(agency.c.vetting_rules).where(agency.c.id == agency_id)).scalar_one()
    return found


def _named(rules: Mapping[str, list[str]]) -> Mapping[Role, tuple[str, ...]]:
    return {Role(role): tuple(kinds) for role, kinds in sorted(rules.items())}


def _settable(actor: Actor) -> tuple[Role, ...]:
    return tuple(sorted(grants_of(actor.roles), key=ROLE_LABELS.__getitem__))


def _roles(row: RowMapping) -> frozenset[Role]:
    joint = partnership_roles_of(row["partnership_roles"])
    return frozenset(Role(role) for role in row["roles"]) | {each.role for each in joint}


def _runs_people(row: RowMapping) -> bool:
    return Action.PEOPLE_RUN in actions_of(frozenset(Role(role) for role in row["roles"]))


def _standing(row: RowMapping, rules: Mapping[str, list[str]]) -> Standing:
    checks, roles, today = vetting_of(row["vetting"]), sorted(_roles(row)), clock.today()
    ends = {role: open_until(role, rules, checks) for role in roles}
    spoken = {role: end for role, end in ends.items() if end is not None}
    return Standing(
        id=row["id"],
        name=row["name"],
        job_title=row["job_title"],
        checks=checks,
        ends={role: None if end == date.min else end for role, end in spoken.items()},
        closed=tuple(sorted(lapsed_of(roles, rules, checks, today))),
        ends_soon=any(today < end <= today + BEFORE[0] for end in spoken.values()),
    )


def _urgency(each: Standing) -> tuple[bool, date, str]:
    return not each.closed, min(end or date.min for end in each.ends.values()), each.name
