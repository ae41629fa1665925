"""Writing terms: begin a draft, change it, let it go. Only the drafter's agency does, and only before review.

INVARIANT: a version that is not signed has no say in any decision, so nothing here raises the policy epoch;
signing does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database
from foundation.errors import Denied, Invalid, Missing
from sharing.agreements.draft_rows import (
    Place,
    delete_draft,
    insert_agreement,
    insert_next,
    keep_change,
    position,
    refuse_other_title,
    with_clauses,
)
from sharing.agreements.terms import check_version, parse_draft
from sharing.agreements.versions import (
    ReadVersion,
    agency_kinds,
    amendable,
    find_draft,
    find_version,
    newest_signed,
    own_drafts,
)
from sharing.events import drafting as events

#: How soon an amendment begins unless its drafter says otherwise: time to negotiate and sign.
_NOTICE = timedelta(days=28)
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Drafts:
    """The open drafts of an agency, and the agreements, as (id, title), that it could amend now."""

    drafts: tuple[ReadVersion, ...]
    amendable: tuple[tuple[str, str], ...]


def list_drafts(database: Database, actor: Actor) -> Drafts:
    """The open drafts of the actor's agency, and what it could amend.

    An agreement of which any party is preparing a version is not among these.
    """
    _require(actor)
    with database.transaction() as tx:
        found = Drafts(tuple(own_drafts(tx, actor)), tuple(amendable(tx, actor)))
        events.drafts_listed(tx, actor, agreements=[each.agreement for each in found.drafts])
    return found


def read_version(database: Database, actor: Actor, place: Place) -> ReadVersion:
    """The terms of one version that the actor may read.

    Raises:
        Missing: if there is none; another agency's draft and none are the same.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        found = find_version(tx, actor, *place)
        events.terms_read(tx, actor, agreement=found.agreement, number=found.number)
    return found


def begin_agreement(
    database: Database, actor: Actor, stem: str, title: str, version: Mapping[str, Any]
) -> Place:
    """A new agreement with a first draft.

    `stem` begins its reference and the portal draws the end, so that no reference tells of another agency's
    agreement. `version` is in the form that `parse_draft` takes.

    Raises:
        Invalid: with a sentence for each mistake.
    """
    _require(actor)
    with database.transaction() as tx:
        terms = check_version(version, agency_kinds(tx))
        return insert_agreement(tx, actor, (stem, title), terms)


def begin_amendment(database: Database, actor: Actor, agreement_id: str) -> Place:
    """A draft of the version that is to follow the newest signed one, with the same terms.

    Raises:
        Missing: if the actor's agency is no party to the agreement.
        Conflict: if it has ended, or if a version is being prepared already.
    """
    _require(actor)
    with database.transaction() as tx:
        base = newest_signed(tx, agreement_id)
        if base is None or actor.agency_id not in base.parties:
            raise Missing("There is nothing here that you can see.")
        begins = _begin_of_day(clock.now() + _NOTICE)
        until = base.until if base.until > begins else begins + _YEAR
        return insert_next(tx, actor, agreement_id, replace(base, from_at=begins, until=until))


def begin_from_text(database: Database, actor: Actor, text: str) -> Place:
    """A draft as YAML says: of a new agreement, or the next version of one to which the agency is a party.

    Raises:
        Invalid: with a sentence for each mistake, by line and clause.
        Conflict: if a version of the agreement is being prepared already, or it has ended.
    """
    _require(actor)
    with database.transaction() as tx:
        written = parse_draft(text, agency_kinds(tx))
        terms = written.versions[0]
        base = newest_signed(tx, written.id)
        if base is None or actor.agency_id not in base.parties:
            return insert_agreement(tx, actor, (written.id, written.title), terms)
        refuse_other_title(tx, written.id, written.title)
        return insert_next(tx, actor, written.id, terms)


def change_draft(
    database: Database,
    actor: Actor,
    place: Place,
    edition: int,
    version: Mapping[str, Any],
    title: str | None = None,
) -> int:
    """Write the draft anew as `version` says; gives its new edition.

    `edition` is the one that the person had before them. The title belongs to the agreement: it can change
    only while no version of it is signed.

    Raises:
        Missing: if it is no draft that the actor may change.
        Invalid: with a sentence for each mistake.
        Conflict: if somebody else changed it since.
    """
    _require(actor)
    with database.transaction() as tx:
        found = find_draft(tx, actor, *place)
        terms = check_version({**version, "number": found.number}, agency_kinds(tx))
        return keep_change(tx, actor, found, edition, terms, title)


def change_draft_text(database: Database, actor: Actor, place: Place, edition: int, text: str) -> int:
    """The same from YAML, whose id must be the agreement's; gives the new edition.

    Raises:
        Missing: if it is no draft that the actor may change.
        Invalid: with a sentence for each mistake, by line and clause.
        Conflict: if somebody else changed it since.
    """
    _require(actor)
    with database.transaction() as tx:
        found = find_draft(tx, actor, *place)
        written = parse_draft(text, agency_kinds(tx))
        if written.id != found.agreement:
            raise Invalid(
                {"id": f"This is the draft of {found.agreement}; the text is about another agreement."}
            )
        terms = replace(written.versions[0], number=found.number)
        return keep_change(tx, actor, found, edition, terms, written.title)


def put_clause(
    database: Database,
    actor: Actor,
    place: Place,
    edition: int,
    clause: Mapping[str, Any],
    *,
    instead_of: str | None = None,
) -> int:
    """Add a clause at the end, or put it in the place of another; gives the new edition.

    Raises:
        Missing: if it is no draft that the actor may change, or if there is no clause to be replaced.
        Invalid: with a sentence for each mistake, by clause.
        Conflict: if somebody else changed the draft since.
    """
    _require(actor)
    with database.transaction() as tx:
        found = find_draft(tx, actor, *place)
        clauses = list(found.terms.clauses)
        if instead_of is None:
            clauses.append(clause)
        else:
            clauses[position(clauses, instead_of)] = clause
        return keep_change(tx, actor, found, edition, with_clauses(tx, found, clauses))


def put_clauses(
    database: Database, actor: Actor, place: Place, edition: int, clauses: Sequence[Mapping[str, Any]]
) -> int:
    """Write all clauses anew, in this order; gives the new edition.

    Raises:
        Missing: if it is no draft that the actor may change.
        Invalid: with a sentence for each mistake, by clause.
        Conflict: if somebody else changed the draft since.
    """
    _require(actor)
    with database.transaction() as tx:
        found = find_draft(tx, actor, *place)
        return keep_change(tx, actor, found, edition, with_clauses(tx, found, clauses))


def remove_clause(database: Database, actor: Actor, place: Place, edition: int, clause: str) -> int:
    """Take a clause out; gives the new edition.

    Raises:
        Missing: if it is no draft that the actor may change, or has no such clause.
        Conflict: if somebody else changed the draft since.
    """
    _require(actor)
    with database.transaction() as tx:
        found = find_draft(tx, actor, *place)
        kept = list(found.terms.clauses)
        del kept[position(kept, clause)]
        return keep_change(tx, actor, found, edition, replace(found.terms, clauses=tuple(kept)))


def discard_draft(database: Database, actor: Actor, place: Place, edition: int) -> None:
    """Let a draft go, and the agreement too if it has no other version.

    Raises:
        Missing: if it is no draft that the actor may change.
        Conflict: if somebody else changed it since.
    """
    _require(actor)
    with database.transaction() as tx:
        found = find_draft(tx, actor, *place)
        delete_draft(tx, actor, found, edition)


def _require(actor: Actor) -> None:
    actor.require(Action.AGREEMENT_DRAFT)
    if actor.member:
        raise Denied("Agreements are drafted by an agency's own staff, not by its members.")


def _begin_of_day(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(clock.LONDON).date(), time(), tzinfo=clock.LONDON)
