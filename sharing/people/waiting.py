"""What waits for somebody because of people: to vouch for one, to review the access of all, to renew keys."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, String, cast, exists, func, literal, null, select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import api_key, user
from foundation import clock
from sharing.people.reviewing import due_for
from sharing.people.tables import lost_factor

#: So long before a key runs out somebody is to renew it.
KEY_REMINDER = timedelta(days=14)


def waiting_people(actor: Actor) -> list[Select[Any]]:
    """What waits for the actor, each as kind, id, title and due."""
    wanted = [_lost(actor)] if actor.may(Action.PEOPLE_VOUCH) else []
    if actor.may(Action.KEY_RUN):
        wanted.append(_ending(actor))
    return [*wanted, _due(actor)] if actor.may(Action.PEOPLE_RUN) else wanted


def _ending(actor: Actor) -> Select[Any]:
    """Keys of the agency's programs that run out soon, and have no newer one of their name."""
    newer, now = api_key.alias("newer"), clock.now()
    replaced = exists().where(
        newer.c.user_id == api_key.c.user_id,
        newer.c.name == api_key.c.name,
        newer.c.expires_at > api_key.c.expires_at,
        newer.c.ended_at.is_(None),
    )
    columns = (literal("key-ending").label("kind"), api_key.c.id, api_key.c.name.label("title"))
    return (
        select(*columns, api_key.c.expires_at.label("due"))
        .join(user, user.c.id == api_key.c.user_id)
        .where(
            user.c.agency_id == actor.agency_id,
            user.c.service.is_(True),
            user.c.disabled.is_(False),
            api_key.c.ended_at.is_(None),
            api_key.c.expires_at > now,
            api_key.c.expires_at <= now + KEY_REMINDER,
            ~replaced,
        )
    )


def _due(actor: Actor) -> Select[Any]:
    count = cast(func.count(), String)
    columns = (literal("access-review").label("kind"), user.c.agency_id.label("id"), count.label("title"))
    due = select(*columns, null().label("due")).where(due_for(actor))
    return due.group_by(user.c.agency_id)


def _lost(actor: Actor) -> Select[Any]:
    joined = lost_factor.join(user, user.c.id == lost_factor.c.user_id)
    columns = (literal("lost-factor").label("kind"), lost_factor.c.id, user.c.name.label("title"))
    return (
        select(*columns, null().label("due"))
        .select_from(joined)
        .where(
            lost_factor.c.agency_id == actor.agency_id,
            lost_factor.c.vouched_at.is_(None),
            lost_factor.c.ended_at.is_(None),
            lost_factor.c.expires_at > clock.now(),
            lost_factor.c.asked_by != actor.user_id,
            lost_factor.c.user_id != actor.user_id,
        )
    )
