"""Inviting people: one, or many in one act, each checked before anything is written; and their letters."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, insert, select, update

from auth.actor import Actor
from auth.roles import GUARDS, ROLE_LABELS, Action, PartnershipRole, Role, grants_of
from auth.tables import user
from auth.vetting import CHECKS, Vetting, kept_of
from foundation import clock
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing
from foundation.identifiers import new_id
from foundation.mail import Letter, deliver, written
from foundation.outbox.rows import Job, finish, put
from foundation.settings import Settings
from sharing.events import people as events
from sharing.people.log import Joint, Kind, write_change, write_partnership_change
from sharing.people.partnership_roles import MEMBERS_HOLD_NONE, giving_fault, led_by
from sharing.people.placing import Places, place_faults, places_of
from sharing.people.tables import invitation

#: The kind of job that sends an invitation's letter.
INVITE = "person:invite"
#: How long a link is good, from when its letter goes.
GOOD_FOR = timedelta(days=7)
#: So many at once.
MOST = 500
_LONGEST_NAME = 100
_LONGEST_EMAIL = 254
_LONGEST_REFERENCE = 60
_FARTHEST = timedelta(days=3660)
_EMAIL = re.compile(r"[^@\s\"<>(),;:\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class NewPerson:
    """Somebody to invite. A member needs a site or an area; nobody else has one."""

    name: str
    email: str
    roles: frozenset[Role]
    job_title: str = ""
    sites: frozenset[str] = frozenset()
    partnership_roles: frozenset[PartnershipRole] = frozenset()
    vetting: Vetting | None = None
    areas: frozenset[str] = frozenset()

    @property
    def folded(self) -> str:
        """The address as accounts are kept."""
        return self.email.strip().casefold()


def invite(database: Database, actor: Actor, people: Sequence[NewPerson]) -> tuple[str, ...]:
    """Invite all of them, or nobody; gives the ids of the invitations. Each gets a letter with a link.

    Raises:
        Invalid: if one of them cannot be invited; for one person by field, for several by row.
        FactorRequired: if a role is given that watches over others, and the proof is too old.
    """
    actor.require(Action.PEOPLE_RUN)
    if any((each.roles | {held.role for held in each.partnership_roles}) & GUARDS for each in people):
        actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        faults = faults_of(tx, actor, people)
        if faults and len(people) == 1:
            raise Invalid(faults[0])
        if faults or not 1 <= len(people) <= MOST:
            rows = {f"row {number + 1}": " ".join(each.values()) for number, each in faults.items()}
            raise Invalid(rows or {"rows": f"Invite from 1 to {MOST} people at once."})
        return tuple(_invite(tx, actor, each) for each in people)


def faults_of(tx: Tx, actor: Actor, people: Sequence[NewPerson]) -> dict[int, dict[str, str]]:
    """What stands against inviting each, by its place and field; nothing is written."""
    places = places_of(tx, actor.agency_id)
    taken = _taken(tx, actor, {each.folded for each in people})
    led, found = led_by(tx, actor.agency_id), dict[int, dict[str, str]]()
    seen: set[str] = set()
    for number, each in enumerate(people):
        problems = _faults(actor, each, places)
        if problem := _joint_fault(actor, each, led):
            problems["partnerships"] = problem
        if each.vetting is not None:
            problems |= check_faults(each.vetting)
        if each.folded in seen:
            problems.setdefault("email", "The same address stands in an earlier row.")
        if each.folded in taken:
            problems.setdefault("email", taken[each.folded])
        seen.add(each.folded)
        if problems:
            found[number] = problems
    return found


def withdraw_invitation(database: Database, actor: Actor, invitation_id: str) -> None:
    """Take an invitation back; its link opens nothing any more.

    Raises:
        Missing: if the agency has no such open invitation.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        own = (invitation.c.id == invitation_id) & (invitation.c.agency_id == actor.agency_id)
        row = tx.execute(select(invitation).where(own)).first()
        if row is None or not end_invitations(tx, actor, invitation_id):
            raise Missing("There is nothing here that you can see.")
        events.invitation_ended(tx, actor, person=row.user_id)
        write_change(tx, actor, (row.user_id, row.name), Kind.INVITATION_ENDED)


def send_again(database: Database, actor: Actor, invitation_id: str) -> None:
    """Send a new link, good for its own seven days; the one before opens nothing any more.

    Raises:
        Missing: if the agency has no such open invitation.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        own = (invitation.c.id == invitation_id) & (invitation.c.agency_id == actor.agency_id)
        again = {"hash": None, "sent_at": None, "expires_at": clock.now() + GOOD_FOR}
        if tx.execute(update(invitation).where(own, *_waits()).values(again)).rowcount != 1:
            raise Missing("There is nothing here that you can see.")
        put(tx, INVITE, {"invitation": invitation_id}, agency=actor.agency_id)
        events.invitation_renewed(tx, actor, invitation=invitation_id)


def end_invitations(tx: Tx, actor: Actor, *ids: str) -> int:
    """End open invitations of the actor's agency; gives how many were open."""
    own = (invitation.c.id.in_(ids)) & (invitation.c.agency_id == actor.agency_id)
    return tx.execute(update(invitation).where(own, *_waits()).values(ended_at=clock.now())).rowcount


def make_link(tx: Tx, invitation_id: str) -> str | None:
    """A new path for the invitation's link, in place of any before; None if it waits for nobody any more."""
    token = new_token()
    new = {"hash": token_digest(token), "expires_at": clock.now() + GOOD_FOR}
    mine = invitation.c.id == invitation_id
    changed = tx.execute(update(invitation).where(mine, *_waits()).values(new))
    return f"/join/{token}" if changed.rowcount == 1 else None


def open_for_demonstration(database: Database, actor: Actor, invitation_id: str) -> str:
    """The path of a new link, for whoever tries the demonstration. The caller allows it in that mode only.

    Raises:
        Missing: if the agency has no such open invitation.
    """
    actor.require(Action.PEOPLE_RUN)
    own = (invitation.c.id == invitation_id) & (invitation.c.agency_id == actor.agency_id)
    with database.transaction() as tx:
        known = tx.execute(select(invitation.c.id).where(own)).first() is not None
        path = make_link(tx, invitation_id) if known else None
        if path is None:
            raise Missing("There is nothing here that you can see.")
        events.invitation_renewed(tx, actor, invitation=invitation_id)
    return path


def post_invitation(database: Database, settings: Settings, job: Job) -> None:
    """The job of one invitation's letter: make its link and hand it to the mail server.

    If the process dies in between, another letter goes with another link, and the first opens nothing.

    Raises:
        Hopeless: if the mail server will never take it.
        OSError: if it cannot be reached.
    """
    mine = invitation.c.id == job.payload["invitation"]
    with database.transaction() as tx:
        row = tx.execute(select(invitation.c.email).where(mine)).first()
        path = make_link(tx, job.payload["invitation"]) if row else None
    if row is not None and path is not None:
        subject, text = written("invitation", settings.public_url + path)
        deliver(settings, Letter(job.id, row.email, subject, text))
    with database.transaction() as tx:
        tx.execute(update(invitation).where(mine).values(sent_at=clock.now()))
        finish(tx, job)


def _waits() -> tuple[ColumnElement[bool], ...]:
    return invitation.c.accepted_at.is_(None), invitation.c.ended_at.is_(None)


def _faults(actor: Actor, new: NewPerson, places: Places) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not 1 <= len(new.name.strip()) <= _LONGEST_NAME or not new.name.isprintable():
        problems["name"] = f"Give a name of at most {_LONGEST_NAME} characters."
    if len(new.folded) > _LONGEST_EMAIL or not new.folded.isprintable() or not _EMAIL.fullmatch(new.folded):
        problems["email"] = "Give a work email address, like name@example.gov.uk."
    if len(new.job_title) > _LONGEST_NAME or not new.job_title.isprintable():
        problems["job_title"] = f"A job title has at most {_LONGEST_NAME} characters."
    if problem := role_fault(actor, new.roles):
        problems["roles"] = problem
    return problems | place_faults(places, new.roles, new.sites, new.areas)


def _joint_fault(actor: Actor, new: NewPerson, led: Container[str]) -> str:
    if new.partnership_roles and (new.sites or new.areas):
        return MEMBERS_HOLD_NONE
    return giving_fault(actor, led, new.partnership_roles)


def check_faults(check: Vetting) -> dict[str, str]:
    """What stands against recording a check, by field."""
    problems = {}
    if check.kind not in CHECKS:
        problems["kind"] = "Choose a check of the list."
    if len(check.reference) > _LONGEST_REFERENCE or not check.reference.isprintable():
        problems["reference"] = f"A reference has at most {_LONGEST_REFERENCE} characters."
    if not clock.today() < check.until <= clock.today() + _FARTHEST:
        problems["until"] = "Give the day on which it ends: after today, and within ten years."
    return problems


def role_fault(actor: Actor, roles: frozenset[Role]) -> str:
    """Why the actor cannot give these roles to somebody new; empty if they can."""
    if not roles:
        return "Give at least one role."
    beyond = sorted(ROLE_LABELS[role] for role in roles - grants_of(actor.roles))
    return f"You may not give this role: {', '.join(beyond)}." if beyond else ""


def _taken(tx: Tx, actor: Actor, emails: set[str]) -> Mapping[str, str]:
    # Accounts of other agencies are not told of: whoever holds such an address learns it from the link.
    here = select(user.c.email).where(
        user.c.agency_id == actor.agency_id, user.c.disabled.is_(False), user.c.email.in_(sorted(emails))
    )
    invited = select(invitation.c.email).where(
        invitation.c.agency_id == actor.agency_id,
        invitation.c.email.in_(sorted(emails)),
        invitation.c.expires_at > clock.now(),
        *_waits(),
    )
    waiting = dict.fromkeys(tx.execute(invited).scalars(), "This address has an invitation that waits.")
    return waiting | dict.fromkeys(tx.execute(here).scalars(), "This address has an account already.")


def _invite(tx: Tx, actor: Actor, new: NewPerson) -> str:
    row = {
        "id": new_id(),
        "agency_id": actor.agency_id,
        "user_id": _former(tx, actor, new.folded) or new_id(),
        "email": new.folded,
        "name": new.name.strip(),
        "roles": sorted(new.roles),
        "partnership_roles": sorted(new.partnership_roles),
        "vetting": kept_of([new.vetting] if new.vetting else []),
        "job_title": new.job_title.strip(),
        "sites": sorted(new.sites),
        "areas": sorted(new.areas),
        "invited_by": actor.user_id,
        "made_at": clock.now(),
        "expires_at": clock.now() + GOOD_FOR,
    }
    tx.execute(insert(invitation), row)
    put(tx, INVITE, {"invitation": row["id"]}, agency=actor.agency_id)
    person, name, joint = str(row["user_id"]), new.name.strip(), new.partnership_roles
    places = (new.sites, new.areas)
    events.person_invited(tx, actor, person=person, roles=new.roles, in_partnerships=joint, places=places)
    write_change(tx, actor, (person, name), Kind.INVITED, given=new.roles)
    for each in sorted(joint):
        write_partnership_change(tx, actor, (person, name, actor.agency_id), Joint(each, given=True))
    return str(row["id"])


def _former(tx: Tx, actor: Actor, email: str) -> str | None:
    """The account of somebody who left the agency and comes back."""
    left = select(user.c.id).where(
        user.c.agency_id == actor.agency_id, user.c.email == email, user.c.disabled.is_(True)
    )
    return tx.execute(left).scalar()
