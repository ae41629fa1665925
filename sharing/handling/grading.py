"""Taking in records with how they are to be handled: intelligence above all, which is graded 3x5x2."""

from dataclasses import replace

from auth.actor import Actor
from auth.once import Once, once_only
from auth.roles import Action
from foundation.database import Database, Tx
from sharing.audiences import Seen, preview_within
from sharing.contribution import keep_submitted, submit_within, submitted_before
from sharing.events import handling as events
from sharing.handling.conditions import Handling, stored_conditions
from sharing.submission import NewRecord, Submitted, check


def submit_handled(
    database: Database, actor: Actor, new: NewRecord, handling: Handling, *, asked: Once | None = None
) -> Submitted:
    """Take in a new record for the actor's agency with its handling and releases, in one transaction.

    Raises:
        Denied: if the actor's role may not submit or release, or sends a source without reading sources.
        Invalid: with a sentence for each field that cannot be taken; intelligence must be graded.
        Conflict: if the same key is being answered at this moment.
    """
    actor.require(Action.RECORD_SUBMIT)
    with once_only(asked), database.transaction() as tx:
        before = submitted_before(tx, actor, asked)
        if before is not None:
            return before
        handled = _handled(tx, new, handling)
        submitted = submit_within(tx, actor, handled)
        keep_submitted(tx, actor, asked, submitted)
        named = (handled.conditions or {}).get("named_recipients")
        events.handling_set(
            tx,
            actor,
            record=submitted.id,
            marking=handling.marking,
            handling=handling.code,
            tlp=handling.tlp,
            named=["*"] if named is None else named,
            classes=handling.withheld,
            sanitised=handling.sanitised_only,
            veto=handling.veto,
        )
        return submitted


def preview_handled(database: Database, actor: Actor, new: NewRecord, handling: Handling) -> tuple[Seen, ...]:
    """What each recipient of the record's releases would see under its conditions; nothing is kept.

    Raises:
        Invalid: with a sentence for each field that cannot be taken.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_SUBMIT)
    with database.transaction() as tx:
        return preview_within(tx, actor, _handled(tx, new, handling))


def _handled(tx: Tx, new: NewRecord, handling: Handling) -> NewRecord:
    """The record with its handling as it is kept, checked."""
    stored = stored_conditions(tx, new.type, handling)
    values = {**new.values, "marking": handling.marking}
    if handling.code:
        values["handling"] = handling.code
    handled = replace(new, values=values, conditions=stored)
    check(handled)
    return handled
