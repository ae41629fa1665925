"""Drafts as rows: a new one, one that has become other, and what is refused before either is kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from secrets import choice
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx, metadata
from foundation.errors import Conflict, Invalid, Missing, Stale, Unavailable
from sharing.agreements.content import VersionTerms, columns_of
from sharing.agreements.lined import refuse_unkeepable
from sharing.agreements.stages import Stage
from sharing.agreements.tables import agreement, agreement_version
from sharing.agreements.terms import check_version
from sharing.agreements.version_check import MOST_VERSIONS
from sharing.agreements.versions import ReadVersion, agency_kinds, newest_signed
from sharing.agreements.writing import plain_version
from sharing.events import drafting as events

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_ENDING = 4
_TRIES = 8
_STEM = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_LONGEST_STEM = 30
_LONGEST_TITLE = 300

#: The agreement and the number of a version.
Place = tuple[str, int]


def insert_agreement(tx: Tx, actor: Actor, called: tuple[str, str], terms: VersionTerms) -> Place:
    """A new agreement with its first draft; `called` holds how its reference begins, and its title.

    Raises:
        Invalid: with a sentence for each mistake.
    """
    stem, title = called[0].strip().upper(), called[1].strip()
    refuse_unkeepable({"title": title})
    problems = {}
    if not _STEM.fullmatch(stem) or len(stem) > _LONGEST_STEM:
        problems["id"] = (
            f"A reference has letters, digits and dashes between them, at most {_LONGEST_STEM}, like HAV-CSP."
        )
    problems |= _title_problems(title)
    if problems:
        raise Invalid(problems)
    _check_parties(actor, terms)
    reference = _drawn(tx, stem, title)
    return _insert(tx, actor, reference, replace(terms, number=1))


def _title_problems(title: str) -> dict[str, str]:
    if title and len(title) <= _LONGEST_TITLE:
        return {}
    return {"title": f"A title says in at most {_LONGEST_TITLE} characters what the sharing is for."}


def _drawn(tx: Tx, stem: str, title: str) -> str:
    """The reference of a new agreement, which no other has."""
    for _ in range(_TRIES):
        reference = f"{stem}-{''.join(choice(_LETTERS) for _ in range(_ENDING))}"
        try:
            with tx.begin_nested():
                tx.execute(insert(agreement), {"id": reference, "title": title, "ended": None})
        except IntegrityError:
            continue
        return reference
    raise Unavailable("No reference could be drawn. Nothing was kept. Try again.")


def insert_next(tx: Tx, actor: Actor, agreement_id: str, terms: VersionTerms) -> Place:
    """A draft with the next number; an agreement has at most one version that is being prepared.

    Raises:
        Conflict: if one is, or if the agreement has ended.
        Invalid: if the drafter's agency is not among the parties.
    """
    _check_parties(actor, terms)
    # Locked, so that of two who begin at once the second sees what the first has begun.
    held = select(agreement.c.ended).where(agreement.c.id == agreement_id).with_for_update()
    ended = tx.execute(held).scalar_one()
    if ended is not None:
        raise Conflict("This agreement has ended. Begin a new one.")
    open_ = select(agreement_version.c.number).where(
        agreement_version.c.agreement_id == agreement_id, agreement_version.c.stage != Stage.SIGNED
    )
    if tx.execute(open_).first() is not None:
        raise _prepared_already()
    number = _newest(tx, agreement_id) + 1
    if number > MOST_VERSIONS:
        raise Conflict("This agreement has as many versions as one can have. Begin a new one.")
    return _insert(tx, actor, agreement_id, replace(terms, number=number))


def _insert(tx: Tx, actor: Actor, agreement_id: str, terms: VersionTerms) -> Place:
    row = {
        "agreement_id": agreement_id,
        "number": terms.number,
        "stage": Stage.DRAFT,
        **columns_of(terms),
        "drafted_by": actor.user_id,
        "drafted_agency": actor.agency_id,
        "drafted_at": clock.now(),
        "edition": 1,
    }
    try:
        with tx.begin_nested():
            tx.execute(insert(agreement_version), row)
    except IntegrityError as error:
        raise _prepared_already() from error
    events.draft_created(tx, actor, agreement=agreement_id, number=terms.number, clauses=len(terms.clauses))
    return agreement_id, terms.number


def keep_change(
    tx: Tx, actor: Actor, found: ReadVersion, edition: int, terms: VersionTerms, title: str | None = None
) -> int:
    """Keep what the draft has become; gives its new edition.

    Raises:
        Conflict: if the draft is not at this edition any more.
        Invalid: if the title cannot change, or the drafter's agency is not among the parties.
    """
    _check_parties(actor, terms)
    old, new = plain_version(found.terms), plain_version(terms)
    other = sorted(key for key in {*old, *new} - {"clauses"} if old.get(key) != new.get(key))
    if title is not None and title.strip() != found.title:
        _rename(tx, found, title.strip())
        other.append("title")
    changed = tx.execute(
        update(agreement_version)
        .where(*_this(found), agreement_version.c.edition == edition)
        .values(**columns_of(terms), edition=edition + 1)
    )
    if changed.rowcount == 0:
        raise _changed_since()
    events.draft_changed(
        tx,
        actor,
        agreement=found.agreement,
        number=found.number,
        edition=edition + 1,
        clauses=_different(found.terms, terms),
        other=other,
    )
    return edition + 1


def delete_draft(tx: Tx, actor: Actor, found: ReadVersion, edition: int) -> None:
    """Delete a draft with all that hangs on it, and the agreement if it has no other version.

    Raises:
        Conflict: if the draft is not at this edition any more.
    """
    for table in metadata.tables.values():
        if any(key.target_fullname == "agreement_version.number" for key in table.foreign_keys):
            hangs = (table.c.agreement_id == found.agreement, table.c.number == found.number)
            tx.execute(delete(table).where(*hangs))
    gone = tx.execute(delete(agreement_version).where(*_this(found), agreement_version.c.edition == edition))
    if gone.rowcount == 0:
        raise _changed_since()
    if _newest(tx, found.agreement) == 0:
        tx.execute(delete(agreement).where(agreement.c.id == found.agreement))
    events.draft_discarded(tx, actor, agreement=found.agreement, number=found.number, edition=found.edition)


def _rename(tx: Tx, found: ReadVersion, title: str) -> None:
    if newest_signed(tx, found.agreement) is not None:
        raise Invalid({"title": "The title of an agreement that was signed does not change by an amendment."})
    refuse_unkeepable({"title": title})
    if problems := _title_problems(title):
        raise Invalid(problems)
    tx.execute(update(agreement).where(agreement.c.id == found.agreement).values(title=title))


def refuse_other_title(tx: Tx, agreement_id: str, title: str) -> None:
    """Refuse a title that is not the agreement's.

    Raises:
        Invalid: if it is another.
    """
    held = tx.execute(select(agreement.c.title).where(agreement.c.id == agreement_id)).scalar_one()
    if title.strip() != held:
        raise Invalid({"title": "The title of an agreement that was signed does not change by an amendment."})


def with_clauses(tx: Tx, found: ReadVersion, clauses: Sequence[Mapping[str, Any]]) -> VersionTerms:
    """The draft with these clauses, checked.

    Raises:
        Invalid: with a sentence for each mistake, by clause.
    """
    return check_version({**plain_version(found.terms), "clauses": list(clauses)}, agency_kinds(tx))


def _different(before: VersionTerms, after: VersionTerms) -> list[str]:
    """The ids of clauses that came, went or changed."""
    old = {clause["id"]: dict(clause) for clause in before.clauses}
    new = {clause["id"]: dict(clause) for clause in after.clauses}
    return sorted(each for each in {*old, *new} if old.get(each) != new.get(each))


def _check_parties(actor: Actor, terms: VersionTerms) -> None:
    if actor.agency_id not in terms.parties:
        raise Invalid({"parties": "Your agency is one of the parties of what it drafts."})


def position(clauses: Sequence[Mapping[str, Any]], clause: str) -> int:
    """Where in the list the clause of this id stands.

    Raises:
        Missing: if there is none.
    """
    for place, each in enumerate(clauses):
        if each["id"] == clause:
            return place
    raise Missing("There is nothing here that you can see.")


def _newest(tx: Tx, agreement_id: str) -> int:
    numbers = select(func.max(agreement_version.c.number)).where(
        agreement_version.c.agreement_id == agreement_id
    )
    return tx.execute(numbers).scalar() or 0


def _this(found: ReadVersion) -> tuple[Any, ...]:
    """The row, as long as it is a draft."""
    return (
        agreement_version.c.agreement_id == found.agreement,
        agreement_version.c.number == found.number,
        agreement_version.c.stage == Stage.DRAFT,
    )


def _changed_since() -> Stale:
    return Stale("Somebody else changed this draft since you opened it. Nothing of theirs was lost.")


def _prepared_already() -> Conflict:
    return Conflict("A version of this agreement is being prepared already. Only one can be open at a time.")
