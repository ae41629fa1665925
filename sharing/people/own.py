"""One's own access and why one has it: who gave each role, who looked at it last, and which agreements."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from auth.actor import Actor
from auth.purposes import purposes_for
from auth.roles import Role
from foundation import clock
from foundation.database import Database, Tx
from sharing.agreements.policy import policy_of
from sharing.agreements.tables import agreement
from sharing.people.log import Change, Kind, changes_of
from sharing.people.partnership_roles import Held, names_of
from sharing.people.placing import Placed, placed
from sharing.release.standing import standing_at


@dataclass(frozen=True)
class Under:
    """An agreement in force under which the person reads, and for which of their purposes."""

    id: str
    title: str
    purposes: tuple[str, ...]


@dataclass(frozen=True)
class OwnAccess:
    """By role, the change that gave it, if it was given here; the newest review; the agreements.

    Roles in partnerships stand apart, each with the change that gave it. `placed` is where a member stands,
    None for whoever is no member, and `placing` the change that put them there, if it was made here.
    """

    given: Mapping[Role, Change]
    held: tuple[tuple[Held, Change | None], ...]
    confirmed: Change | None
    agreements: tuple[Under, ...]
    placed: Placed | None
    placing: Change | None


def read_own_access(database: Database, actor: Actor) -> OwnAccess:
    """The actor's own access."""
    with database.transaction() as tx:
        changes = changes_of(tx, actor.user_id)
        # Whoever joins is given what the invitation said: it is the inviter who gave it.
        giving = [each for each in changes if each.kind is not Kind.JOINED]
        given = {role: each for each in reversed(giving) if not each.partnership for role in each.given}
        confirmed = next((each for each in changes if each.kind is Kind.CONFIRMED), None)
        placing = next((each for each in changes if each.kind in (Kind.SITES, Kind.INVITED)), None)
        own = placed(tx, [actor.user_id]).get(actor.user_id, Placed()) if actor.member else None
        held = _held(tx, actor, changes)
        return OwnAccess(given, held, confirmed, _agreements(tx, actor), own, placing)


def _held(tx: Tx, actor: Actor, changes: tuple[Change, ...]) -> tuple[tuple[Held, Change | None], ...]:
    names = names_of(tx)
    found = []
    for partnership, role in sorted(actor.partnership_roles):
        gave = (each for each in changes if each.partnership == partnership and role in each.given)
        found.append((Held(partnership, names.get(partnership, partnership), role), next(gave, None)))
    return tuple(found)


def _agreements(tx: Tx, actor: Actor) -> tuple[Under, ...]:
    _, policy = policy_of(tx)
    mine = {each.slug for each in purposes_for(actor.roles)}
    titles = dict(map(tuple, tx.execute(select(agreement.c.id, agreement.c.title))))
    found = []
    for terms in policy.agreements_of(actor.agency_id):
        standing = standing_at(terms, clock.now())
        if standing is None or actor.agency_id not in standing.parties:
            continue
        readers = {actor.agency_id, actor.agency_kind}
        opened = [each for each in standing.version.clauses if each.opens and readers & each.to_parties]
        purposes = mine & frozenset().union(*(each.purposes for each in opened))
        if purposes:
            found.append(Under(terms.id, titles[terms.id], tuple(sorted(purposes))))
    return tuple(found)
