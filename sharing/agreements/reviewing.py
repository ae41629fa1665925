"""Reviews of an agreement: what was found, and when the next is due."""

from datetime import date, timedelta

from sqlalchemy import insert

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database
from foundation.errors import Invalid
from foundation.identifiers import new_id
from sharing.agreements import tables
from sharing.agreements.access import acting, of_party, reason_of, still_party_to
from sharing.agreements.policy import epoch_of
from sharing.events import agreements as events

#: An agreement is reviewed at least once a year.
_LONGEST = timedelta(days=366)


def record_review(
    database: Database, actor: Actor, agreement_id: str, *, findings: str, next_due: date
) -> None:
    """Keep that the agreement was reviewed and holds as it is; what has to change needs an amendment.

    Raises:
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if the agency has withdrawn, or the agreement is over.
        Invalid: if the findings are missing, or the next review is not within a year from today.
    """
    actor.require(Action.AGREEMENT_DRAFT)
    with acting(database, actor, agreement_id, "review") as tx:
        party = still_party_to(tx, actor, agreement_id)
        kept = reason_of(findings, field="findings", said="Say what the review found.")
        today = clock.today()
        if not today < next_due <= today + _LONGEST:
            raise Invalid({"next_due": "The next review is after today and within a year."})
        row = {
            "id": new_id(),
            "agreement_id": agreement_id,
            "agency_id": actor.agency_id,
            "user_id": actor.user_id,
            "at": clock.now(),
            "findings": kept,
            "next_due": next_due,
        }
        tx.execute(insert(tables.agreement_review), row)
        of = of_party(tx, party, epoch_of(tx))
        events.agreement_reviewed(tx, actor, of, next_due=next_due.isoformat())
