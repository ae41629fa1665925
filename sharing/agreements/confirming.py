"""An owner's confirmation that a later version may open what was released under an earlier one.

One statement confirms for every record, as release.md has it; until then the stronger protection holds.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import String, insert, literal, select, update

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx, UtcTime
from foundation.errors import Conflict
from sharing.agreements import tables
from sharing.agreements.access import Party, acting, of_party, still_party_to
from sharing.agreements.loosening import RELEASED, Loosened, held_back, older_releases
from sharing.agreements.policy import bump_epoch
from sharing.events import agreements as events
from sharing.release.standing import version_at


@dataclass(frozen=True)
class Difference:
    """How many own records an earlier version holds back, and what the one in force would open of them."""

    version: int
    since: datetime
    records: int
    loosened: tuple[Loosened, ...]


def difference(tx: Tx, actor: Actor, agreement_id: str) -> Difference:
    """What the version in force would open of the agency's own records, if the agency confirmed it.

    Raises:
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if no version is in force, or the agency has withdrawn.
    """
    party = _party(tx, actor, agreement_id)
    held = held_back(tx, actor.agency_id, party.agreement, party.version)
    every = frozenset().union(*(each.loosened for each in held))
    return Difference(
        party.version.number,
        party.version.from_at,
        sum(each.records for each in held),
        tuple(sorted(every, key=_order)),
    )


def confirm(database: Database, actor: Actor, agreement_id: str, *, version: int) -> int:
    """Confirm for all own releases made under earlier versions; gives how many they were.

    `version` is the number of the version that the person was shown the difference to.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Denied: if a key is asking.
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if another version is in force by now, or the agency has withdrawn.
    """
    actor.require(Action.RECORD_RELEASE)
    with acting(database, actor, agreement_id, "confirm", number=version) as tx:
        actor.require_fresh_factor(clock.now())
        party = _party(tx, actor, agreement_id)
        if party.version.number != version:
            raise Conflict("Another version is in force by now. Look at the difference again.")
        all_older = (
            select(
                tables.release.c.id,
                literal(version),
                literal(clock.now(), UtcTime),
                literal(actor.user_id, String),
            )
            .select_from(RELEASED)
            .where(older_releases(actor.agency_id, party.agreement, party.version))
        )
        given = insert(tables.confirmation).from_select(["release_id", "version", "at", "by_user"], all_older)
        confirmed = tx.execute(given.execution_options(preserve_rowcount=True)).rowcount
        _settle(tx, actor, party)
        of = of_party(tx, party, bump_epoch(tx))
        # How many records an owner holds is nobody else's to know.
        own = replace(of, agencies=frozenset({actor.agency_id}))
        events.releases_confirmed(tx, actor, own, releases=confirmed)
        return confirmed


def _party(tx: Tx, actor: Actor, agreement_id: str) -> Party:
    party = still_party_to(tx, actor, agreement_id)
    if version_at(party.agreement, party.now) is None:
        raise Conflict("No version of this agreement is in force yet.")
    return party


def _order(each: Loosened) -> tuple[str, ...]:
    recipient = each.recipient
    return (
        recipient.agency,
        recipient.role or "",
        str(recipient.member),
        each.type,
        each.about.link if each.about else "",
        each.field_class,
        *each.fields,
    )


def _settle(tx: Tx, actor: Actor, party: Party) -> None:
    owed = tables.confirmation_owed
    tx.execute(
        update(owed)
        .where(
            owed.c.agreement_id == party.agreement.id,
            owed.c.version <= party.version.number,
            owed.c.agency_id == actor.agency_id,
            owed.c.settled.is_(None),
        )
        .values(settled=clock.now())
    )
