"""Signing people of one's own agency out everywhere, without taking anything else from them."""

from sqlalchemy import ColumnElement, select

from auth.actor import Actor
from auth.notices import tell
from auth.roles import Action
from auth.sessions import end_sessions_within
from auth.tables import session, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied
from sharing.events import people as events
from sharing.people.changing import own_person
from sharing.people.log import Kind, write_change


def sign_out_person(database: Database, actor: Actor, person_id: str) -> int:
    """End every session of somebody of the agency; gives how many there were.

    Raises:
        Missing: if the agency has no such person.
        Denied: if it is the actor, whose own sessions stand on their account page.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        row = own_person(tx, actor, person_id)
        if person_id == actor.user_id:
            raise Denied("End your own sessions on your account page.")
        actor.require_fresh_factor(clock.now())
        return _sign_out(tx, actor, user.c.id == row["id"])


def sign_out_everybody(database: Database, actor: Actor) -> int:
    """End every session of everybody else of the agency; gives how many there were.

    Raises:
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    actor.require_fresh_factor(clock.now())
    others = (user.c.agency_id == actor.agency_id) & (user.c.id != actor.user_id)
    with database.transaction() as tx:
        return _sign_out(tx, actor, others)


def _sign_out(tx: Tx, actor: Actor, whose: ColumnElement[bool]) -> int:
    joined = select(user.c.id, user.c.name).join(session, session.c.user_id == user.c.id)
    rows = tx.execute(joined.where(whose)).all()
    people = {row.id: row.name for row in rows}
    for person, name in sorted(people.items()):
        end_sessions_within(tx, person)
        write_change(tx, actor, (person, name), Kind.SIGNED_OUT)
        tell(tx, person, "signed-out")
    events.people_signed_out(tx, actor, people=list(people), sessions=len(rows))
    return len(rows)
