"""What an administrator does about jobs that were given up."""

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def jobs_listed(tx: Tx, actor: Actor, *, count: int) -> str:
    """The jobs that were given up for the agency were listed."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:job:listed", count=count)


def job_begun_anew(tx: Tx, actor: Actor, *, job: str) -> str:
    """A job that was given up begins anew."""
    return entry(tx, actor, Operation.SECURITY, "sharing:job:begun-anew", job=job)


def job_let_go(tx: Tx, actor: Actor, *, job: str) -> str:
    """A job that was given up is forgotten, and with it what it was to do."""
    return entry(tx, actor, Operation.ERASURE, "sharing:job:let-go", job=job)
