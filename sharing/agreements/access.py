"""Who may see which version, who may act on an agreement, and the frame in which every act on one happens."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from auth.actor import Actor
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid, Missing
from sharing.agreements import tables
from sharing.agreements.digest import digest_of
from sharing.agreements.policy import policy_of
from sharing.agreements.stages import Stage
from sharing.agreements.states import governing, remaining
from sharing.events import agreements as events
from sharing.release.facts import Agreement, Version

_LONGEST = 2000
_NONE = "There is no such agreement."
_ENDED = "This agreement has ended. Nothing was changed."


@dataclass(frozen=True)
class Party:
    """The actor's agency as a party: the agreement, the version that binds it, and who else has not gone."""

    agreement: Agreement
    version: Version
    remaining: frozenset[str]
    now: datetime


def sees(actor: Actor, version: Mapping[Any, Any]) -> bool:
    """Whether the actor may know of the version.

    A draft is its drafter's agency's; from review on the staff of every party that it names read it, and once
    signed also their members. To anybody else it does not exist.
    """
    named = actor.agency_id in version["parties"]
    if version["stage"] == Stage.SIGNED:
        return named
    own = actor.agency_id == version["drafted_agency"]
    return not actor.member and (own if version["stage"] == Stage.DRAFT else own or named)


def version_of(tx: Tx, actor: Actor, agreement_id: str, number: int) -> Mapping[Any, Any]:
    """The row of a version that the actor may know of, with the agreement's `title`.

    Raises:
        Missing: if there is none.
    """
    wanted = (
        select(tables.agreement_version, tables.agreement.c.title, tables.agreement.c.ended)
        .join(tables.agreement, tables.agreement.c.id == tables.agreement_version.c.agreement_id)
        .where(tables.agreement_version.c.agreement_id == agreement_id)
        .where(tables.agreement_version.c.number == number)
    )
    found = tx.execute(wanted).mappings().first()
    if found is None or not sees(actor, found):
        raise Missing(_NONE)
    return found


def open_version(tx: Tx, actor: Actor, agreement_id: str, number: int) -> Mapping[Any, Any]:
    """The same, of an agreement that has not ended.

    Raises:
        Missing: if there is none.
        Conflict: if the agreement has ended.
    """
    found = version_of(tx, actor, agreement_id, number)
    if found["ended"] is not None:
        raise Conflict(_ENDED)
    return found


def concerned(version: Mapping[Any, Any]) -> frozenset[str]:
    """The agencies that are told of what happens to a version: those that may know of it."""
    drafter = frozenset({version["drafted_agency"]} - {None})
    return drafter if version["stage"] == Stage.DRAFT else drafter | frozenset(version["parties"])


def party_to(tx: Tx, actor: Actor, agreement_id: str) -> Party:
    """The actor's agency as a party to a signed agreement that has not run out, whether or not it withdrew.

    Raises:
        Missing: if no signed version names the agency, or the actor is a member.
        Conflict: if the agreement has ended or run out, or binds the agency no more.
    """
    _, policy = policy_of(tx)
    found, now = policy.agreements.get(agreement_id), clock.now()
    named = found is not None and any(actor.agency_id in version.parties for version in found.versions)
    if found is None or not named or actor.member:
        raise Missing(_NONE)
    if found.ended is not None:
        raise Conflict(_ENDED)
    version = governing(found, now)
    if version is None:
        raise Conflict("This agreement has run out. Nothing was changed.")
    if actor.agency_id not in version.parties:
        raise Conflict("Your agency is no party to the version in force. Nothing was changed.")
    return Party(found, version, remaining(found, now), now)


def still_party_to(tx: Tx, actor: Actor, agreement_id: str) -> Party:
    """The same for an agency that has not withdrawn.

    Raises:
        Conflict: if it has.
    """
    party = party_to(tx, actor, agreement_id)
    if actor.agency_id not in party.remaining:
        raise Conflict("Your agency has withdrawn from this agreement. Nothing was changed.")
    return party


def of_party(tx: Tx, party: Party, policy: int) -> events.Of:
    """What an entry says of an act on the agreement: the version that binds its parties, who are all told."""
    version = tables.agreement_version
    row = (
        tx.execute(
            select(version, tables.agreement.c.title)
            .join(tables.agreement, tables.agreement.c.id == version.c.agreement_id)
            .where(version.c.agreement_id == party.agreement.id, version.c.number == party.version.number)
        )
        .mappings()
        .one()
    )
    digest = row["digest"] or digest_of(row["title"], row)
    return events.Of(party.agreement.id, party.version.number, digest, policy, party.version.parties)


@contextmanager
def acting(database: Database, actor: Actor, agreement_id: str, act: str, *, number: int = 0) -> Iterator[Tx]:
    """One act on an agreement: one transaction, in which nobody else acts on the same agreement.

    A refusal leaves an entry of its own, after the act's transaction was undone.
    """
    try:
        with database.transaction() as tx:
            held = select(tables.agreement.c.id).where(tables.agreement.c.id == agreement_id)
            tx.execute(held.with_for_update())
            yield tx
    except (Denied, Conflict) as refusal:
        with database.transaction() as tx:
            events.act_refused(
                tx, actor, agreement=agreement_id, version=number, act=act, why=type(refusal).__name__
            )
        raise


def reason_of(text: str, *, field: str = "reason", said: str = "Say why.") -> str:
    """A reason that the other parties will read.

    Raises:
        Invalid: if it is empty or too long.
    """
    kept = text.strip()
    if not kept:
        raise Invalid({field: said})
    if len(kept) > _LONGEST:
        raise Invalid({field: f"The text is too long: {len(kept)} characters, at most {_LONGEST}."})
    return kept
