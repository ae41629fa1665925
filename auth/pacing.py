"""The alarm of somebody who asks for more than a person reads: an entry for their agency, and a notice."""

from auth.actor import Actor
from auth.events import PACE_EXCEEDED, security_event
from auth.notices import tell
from foundation.database import Database


def raise_pace_alarm(database: Database, actor: Actor, kind: str) -> None:
    """Keep that the actor was stopped; `kind` says whether for requests, acts or records."""
    with database.transaction() as tx:
        security_event(tx, PACE_EXCEEDED, actor, kind=kind)
        tell(tx, actor.user_id, "pace-exceeded")
