"""Keep, read, take and discard one's own drafts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Missing
from foundation.identifiers import new_id
from sharing.drafts.tables import draft
from sharing.events import drafts as events

#: A draft nobody touches is let go after so long.
KEPT = timedelta(days=7)

#: The forms that have drafts, and who may write each.
FORMS: Mapping[str, Action] = {"sighting": Action.RECORD_SUBMIT, "request": Action.REQUEST_ASK}


@dataclass(frozen=True)
class Draft:
    """A draft: the form it belongs to, and the answers as they were typed, by field."""

    id: str
    form: str
    answers: Mapping[str, Any]
    at: datetime


def keep_draft(
    database: Database, actor: Actor, form: str, answers: Mapping[str, Any], draft_id: str | None = None
) -> str:
    """Keep the answers, in the draft given or in a new one; gives its id.

    Raises:
        Missing: if the draft is not the actor's.
    """
    actor.require(FORMS[form])
    with database.transaction() as tx:
        old = (draft.c.user_id == actor.user_id) & (draft.c.at < clock.now() - KEPT)
        tx.execute(delete(draft).where(old))
        values = {"answers": dict(answers), "at": clock.now()}
        if draft_id is None:
            draft_id = new_id()
            tx.execute(insert(draft), {"id": draft_id, "user_id": actor.user_id, "form": form, **values})
        else:
            _own(tx, actor, draft_id)
            tx.execute(update(draft).where(draft.c.id == draft_id).values(**values))
        events.draft_kept(tx, actor, draft=draft_id, form=form)
        return draft_id


def read_draft(database: Database, actor: Actor, draft_id: str) -> Draft:
    """One's own draft.

    Raises:
        Missing: if it is not the actor's.
    """
    with database.transaction() as tx:
        found = _own(tx, actor, draft_id)
        events.draft_read(tx, actor, draft=draft_id)
        return found


def list_drafts(database: Database, actor: Actor, form: str) -> tuple[Draft, ...]:
    """One's own drafts of a form, the newest first."""
    mine = (draft.c.user_id == actor.user_id) & (draft.c.form == form) & (draft.c.at > clock.now() - KEPT)
    with database.transaction() as tx:
        rows = tx.execute(select(draft).where(mine).order_by(draft.c.at.desc(), draft.c.id)).all()
        events.drafts_listed(tx, actor, drafts=[row.id for row in rows])
    return tuple(Draft(row.id, row.form, row.answers, row.at) for row in rows)


def discard_draft(database: Database, actor: Actor, draft_id: str) -> None:
    """Let a draft go.

    Raises:
        Missing: if it is not the actor's.
    """
    with database.transaction() as tx:
        take(tx, actor, draft_id)
        events.draft_discarded(tx, actor, draft=draft_id)


def sweep_drafts(database: Database) -> None:
    """Let every draft go that nobody has touched for as long; in the server's own name."""
    with database.transaction() as tx:
        tx.execute(delete(draft).where(draft.c.at < clock.now() - KEPT))


def take(tx: Tx, actor: Actor, draft_id: str) -> None:
    """Remove one's own draft inside a use case's own transaction; only one transaction can.

    Raises:
        Missing: if it is not the actor's, or is gone.
    """
    gone = tx.execute(delete(draft).where(draft.c.id == draft_id, draft.c.user_id == actor.user_id))
    if gone.rowcount != 1:
        raise Missing("There is no such draft.")


def _own(tx: Tx, actor: Actor, draft_id: str) -> Draft:
    row = tx.execute(select(draft).where(draft.c.id == draft_id, draft.c.user_id == actor.user_id)).first()
    if row is None:
        raise Missing("There is no such draft.")
    return Draft(row.id, row.form, row.answers, row.at)
