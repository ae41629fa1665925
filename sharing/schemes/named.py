"""Whom a report is about: the scheme's subject, confirmed by eye, as this reader may see them."""

from collections.abc import Iterable

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database, Tx
from sharing.disclosure import log_list
from sharing.filters import Filters
from sharing.records.record import link, record
from sharing.release.exit import Released
from sharing.release.facts import Exit
from sharing.sight import Sight, looking, released_one


def subjects_named(database: Database, actor: Actor, report: Released) -> tuple[Released, ...]:
    """The subjects of the actor's own scheme whom a report names that the actor was shown.

    A person counts only if the reader is given the person or a stand-in there, so that the page never joins
    what the reader could not join; and the subject leaves as on a page of their own.

    Raises:
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_READ)
    told = [person.link for person in report.persons if "subject" in person.fields]
    if report.owner != actor.agency_id or not told:
        return ()
    with database.transaction() as tx:
        ids = _subjects_of(tx, actor.agency_id, told)
        return looking(tx, actor, Exit.ONE, lambda sight: _shown(tx, sight, ids)) if ids else ()


def _subjects_of(tx: Tx, agency_id: str, links: Iterable[str]) -> list[str]:
    persons = select(link.c.person_id).where(link.c.id.in_(list(links)), link.c.confirmed.is_(True))
    wanted = select(record.c.id).where(
        record.c.type == "subject", record.c.owner == agency_id, record.c.person_id.in_(persons)
    )
    return list(tx.execute(wanted.order_by(record.c.id)).scalars())


def _shown(tx: Tx, sight: Sight, ids: Iterable[str]) -> tuple[Released, ...]:
    seen = [released_one(tx, sight, "subject", each) for each in ids]
    shown = tuple(each.shown for each in seen if each is not None)
    if shown:
        log_list(tx, sight, "subject", shown, Filters())
    return shown
