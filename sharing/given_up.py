"""What could not be done for an agency, for its administrators: to try again, or to let go."""

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database
from foundation.errors import Missing
from foundation.outbox import rows
from foundation.outbox.rows import GivenUp
from sharing.events import jobs as events


def list_given_up(database: Database, actor: Actor) -> tuple[GivenUp, ...]:
    """What was given up for the actor's agency, the newest first: kinds and moments, nothing of a record."""
    actor.require(Action.WEBHOOK_RUN)
    with database.transaction() as tx:
        found = rows.given_up(tx, actor.agency_id)
        events.jobs_listed(tx, actor, count=len(found))
    return found


def try_again(database: Database, actor: Actor, job_id: str) -> None:
    """Let a job that was given up begin anew.

    Raises:
        Missing: if the actor's agency has no such job.
    """
    actor.require(Action.WEBHOOK_RUN)
    with database.transaction() as tx:
        if not rows.try_again(tx, actor.agency_id, job_id):
            raise Missing("There is nothing here that you can see.")
        events.job_begun_anew(tx, actor, job=job_id)


def let_go(database: Database, actor: Actor, job_id: str) -> None:
    """Forget a job that was given up.

    Raises:
        Missing: if the actor's agency has no such job.
    """
    actor.require(Action.WEBHOOK_RUN)
    with database.transaction() as tx:
        if not rows.let_go(tx, actor.agency_id, job_id):
            raise Missing("There is nothing here that you can see.")
        events.job_let_go(tx, actor, job=job_id)
