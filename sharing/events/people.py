"""What happens to the people of an agency: by pseudonym, never a name or an address."""

from collections.abc import Iterable

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from foundation.ledger.encoding import Plain
from sharing.events.entry import entry


def person_invited(
    tx: Tx,
    actor: Actor,
    *,
    person: str,
    roles: Iterable[str],
    in_partnerships: Iterable[tuple[str, str]],
    places: tuple[Iterable[str], Iterable[str]],
) -> str:
    """Somebody was invited into the agency, with the roles that they will have, there and in partnerships.

    A member also with the sites and the areas that they will hold.
    """
    sites, areas = places
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:person:invited",
        person=person,
        roles=sorted(roles),
        in_partnerships=[list(each) for each in sorted(in_partnerships)],
        sites=sorted(sites),
        areas=sorted(areas),
    )


def invitation_ended(tx: Tx, actor: Actor, *, person: str) -> str:
    """An invitation was taken back before it was accepted."""
    return entry(tx, actor, Operation.SECURITY, "sharing:person:invitation-ended", person=person)


def person_joined(tx: Tx, actor: Actor, *, person: str, roles: Iterable[str], way: str) -> str:
    """Somebody accepted their invitation, and how they will prove who they are."""
    return entry(
        tx, actor, Operation.SECURITY, "sharing:person:joined", person=person, roles=sorted(roles), way=way
    )


def roles_changed(tx: Tx, actor: Actor, *, person: str, given: Iterable[str], taken: Iterable[str]) -> str:
    """Roles were given to somebody, or taken from them; their sessions have ended."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:person:roles-changed",
        person=person,
        given=sorted(given),
        taken=sorted(taken),
    )


def sites_changed(tx: Tx, actor: Actor, *, person: str, sites: Iterable[str], areas: Iterable[str]) -> str:
    """A member holds these sites directly and stands in these areas; their sessions have ended."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:person:sites-changed",
        person=person,
        sites=sorted(sites),
        areas=sorted(areas),
    )


def areas_listed(tx: Tx, actor: Actor, *, areas: list[str]) -> str:
    """Areas of the agency were read, with their sites and the people in them."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:area:listed", areas=areas)


def area_made(tx: Tx, actor: Actor, *, area: str, sites: Iterable[str]) -> str:
    """An area of the agency was made, with its sites; nobody stands in it yet."""
    return entry(tx, actor, Operation.SECURITY, "sharing:area:made", area=area, sites=sorted(sites))


def area_changed(tx: Tx, actor: Actor, *, area: str, given: Iterable[str], taken: Iterable[str]) -> str:
    """An area got another name or other sites; everybody in it holds what came, and not what went."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:area:changed",
        area=area,
        given=sorted(given),
        taken=sorted(taken),
    )


def area_ended(tx: Tx, actor: Actor, *, area: str, people: int) -> str:
    """An area has ended; so many people hold no site by it any more."""
    return entry(tx, actor, Operation.SECURITY, "sharing:area:ended", area=area, people=people)


def partnership_role_given(
    tx: Tx, actor: Actor, *, agencies: Iterable[str], person: str, partnership: str, role: str
) -> str:
    """A role in a partnership was given to somebody of one of the agencies; their sessions have ended."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:person:partnership-role-given",
        agencies=agencies,
        person=person,
        partnership=partnership,
        role=role,
    )


def partnership_role_taken(
    tx: Tx, actor: Actor, *, agencies: Iterable[str], person: str, partnership: str, role: str
) -> str:
    """A role in a partnership was taken from somebody of one of the agencies; their sessions have ended."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:person:partnership-role-taken",
        agencies=agencies,
        person=person,
        partnership=partnership,
        role=role,
    )


def partnerships_listed(tx: Tx, actor: Actor, *, partnerships: list[str]) -> str:
    """Who holds which role in the agency's partnerships was read."""
    return entry(
        tx, actor, Operation.CONSULTATION, "sharing:person:partnerships-listed", partnerships=partnerships
    )


def vetting_recorded(tx: Tx, actor: Actor, *, person: str, kind: str, until: str) -> str:
    """That somebody has passed a check was recorded, and the day from which it does not count any more."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:person:vetting-recorded",
        person=person,
        kind=kind,
        until=until,
    )


def vetting_ended(tx: Tx, actor: Actor, *, person: str, kind: str) -> str:
    """A check of somebody counts no more, before its end."""
    return entry(tx, actor, Operation.SECURITY, "sharing:person:vetting-ended", person=person, kind=kind)


def vetting_listed(tx: Tx, actor: Actor, *, people: list[str]) -> str:
    """How people of the agency stand with their vetting was read."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:person:vetting-listed", people=people)


def vetting_rule_set(tx: Tx, actor: Actor, *, role: str, kinds: list[str]) -> str:
    """It was said of which checks somebody needs one to have a role in the agency; none lifts the rule."""
    return entry(tx, actor, Operation.SECURITY, "sharing:vetting:rule-set", role=role, kinds=kinds)


def person_left(tx: Tx, actor: Actor, *, person: str, ended: dict[str, int]) -> str:
    """Somebody's account has ended; how many sessions, keys, invitations and webhooks ended with it."""
    return entry(tx, actor, Operation.SECURITY, "sharing:person:left", person=person, ended=ended)


def people_signed_out(tx: Tx, actor: Actor, *, people: Iterable[str], sessions: int) -> str:
    """Somebody of the agency ended every session of these people, and nothing else."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:person:signed-out",
        people=sorted(people),
        sessions=sessions,
    )


def factor_lost(tx: Tx, actor: Actor, *, person: str) -> str:
    """Somebody said that a person has lost every factor; nothing has changed yet."""
    return entry(tx, actor, Operation.SECURITY, "sharing:person:factor-lost", person=person)


def factor_vouched(tx: Tx, actor: Actor, *, person: str, asked_by: str) -> str:
    """A second person vouched: the person's sessions and factors have ended, and a link goes to them."""
    return entry(
        tx, actor, Operation.SECURITY, "sharing:person:factor-vouched", person=person, asked_by=asked_by
    )


def factor_refused(tx: Tx, actor: Actor, *, person: str) -> str:
    """It was taken back or refused, or its code was tried too often."""
    return entry(tx, actor, Operation.SECURITY, "sharing:person:factor-refused", person=person)


def factor_regained(tx: Tx, actor: Actor, *, person: str, way: str) -> str:
    """The person proved by link and code that it is them, and enrolled a new factor."""
    return entry(tx, actor, Operation.SECURITY, "sharing:person:factor-regained", person=person, way=way)


def service_account_made(tx: Tx, actor: Actor, *, account: str, roles: Iterable[str]) -> str:
    """An account for a program was made, with its roles."""
    return entry(
        tx, actor, Operation.SECURITY, "sharing:service-account:made", account=account, roles=sorted(roles)
    )


def key_made(tx: Tx, actor: Actor, *, account: str, key: str, bounds: dict[str, Plain], replaces: str) -> str:
    """A key was made and shown once: to what it is bound, and which key it replaces after an overlap."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:key:made",
        account=account,
        key=key,
        bounds=bounds,
        replaces=replaces,
    )


def key_ended(tx: Tx, actor: Actor, *, key: str) -> str:
    """A key was ended before its time."""
    return entry(tx, actor, Operation.SECURITY, "sharing:key:ended", key=key)


def invitation_renewed(tx: Tx, actor: Actor, *, invitation: str) -> str:
    """An invitation got a new link; the one before opens nothing any more."""
    return entry(tx, actor, Operation.SECURITY, "sharing:person:invitation-renewed", invitation=invitation)


def people_listed(tx: Tx, actor: Actor, *, people: Iterable[str], invitations: int) -> str:
    """People of the agency were listed, and how many invitations wait."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:person:listed",
        people=sorted(people),
        invitations=invitations,
    )


def person_read(tx: Tx, actor: Actor, *, person: str) -> str:
    """One person's roles, kinds of factor and changes of access were read."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:person:read", person=person)


def changes_listed(tx: Tx, actor: Actor, *, count: int) -> str:
    """The joiners and leavers log was read."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:person:changes-listed", count=count)


def access_confirmed(tx: Tx, actor: Actor, *, person: str, roles: Iterable[str]) -> str:
    """At a review, somebody's access was found right as it is."""
    return entry(
        tx, actor, Operation.SECURITY, "sharing:person:access-confirmed", person=person, roles=sorted(roles)
    )


def access_reviewed(tx: Tx, actor: Actor, *, people: list[str]) -> str:
    """The people whose access is due to be reviewed were read."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:person:access-reviewed", people=people)


def rules_set(tx: Tx, actor: Actor, *, number: int, digest: str) -> str:
    """A version of the rules for members was set; its text by its SHA-256."""
    return entry(tx, actor, Operation.SECURITY, "sharing:rules:set", number=number, digest=digest)


def rules_accepted(tx: Tx, actor: Actor, *, number: int, digest: str) -> str:
    """A member accepted a version of the rules."""
    return entry(tx, actor, Operation.SECURITY, "sharing:rules:accepted", number=number, digest=digest)
