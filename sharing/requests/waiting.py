"""What waits for somebody because of requests, broken glass and notes: one statement for each kind."""

from typing import Any

from sqlalchemy import Select, literal, null, select

from auth.actor import FRESH, Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation import clock
from sharing.agreements.tables import break_glass
from sharing.release.standing import REVIEW
from sharing.requests.notices import told_to
from sharing.requests.reading import ESCALATED_TO
from sharing.requests.tables import note_proposal, notice, proposal, request

#: Kinds that come before whatever is due on a day.
AT_ONCE = frozenset({"confirm-glass", "glass-broken"})

#: What is due so long after the moment that its statement gives, since SQL knows no periods.
DUE_AFTER = {"review-glass": REVIEW}


def waiting_requests(actor: Actor) -> list[Select[Any]]:
    """What waits for the actor, each as kind, id, title and due; a title is an agency or a colleague."""
    wanted: list[Select[Any]] = []
    staff = not actor.member
    if staff and actor.may(Action.REQUEST_ANSWER):
        wanted.append(_to_answer(actor))
    if staff and actor.may(Action.REQUEST_APPROVE):
        wanted.append(_to_approve(actor))
    if staff and actor.roles & ESCALATED_TO:
        wanted.append(_overdue(actor))
    if actor.may(Action.REQUEST_ASK):
        wanted.append(_answered(actor))
    if staff and not actor.business and actor.may(Action.GLASS_BREAK):
        wanted.append(_to_confirm(actor))
    if staff and actor.may(Action.GLASS_REVIEW):
        wanted.append(_to_review(actor))
    if actor.may(Action.NOTE_APPROVE):
        wanted.append(_to_sign(actor))
    wanted.append(_told(actor))
    return wanted


def _to_answer(actor: Actor) -> Select[Any]:
    prepared = select(proposal.c.request_id).where(
        proposal.c.state == "waiting",
        proposal.c.expires_at > clock.now(),
        proposal.c.second.is_(True),
        proposal.c.by_key.is_(False),
    )
    return _requests("request", request.c.by_agency).where(
        request.c.owner == actor.agency_id,
        request.c.by_user != actor.user_id,
        request.c.state == "open",
        request.c.id.not_in(prepared),
    )


def _to_approve(actor: Actor) -> Select[Any]:
    return (
        _requests("approval", request.c.by_agency)
        .join(proposal, proposal.c.request_id == request.c.id)
        .where(
            request.c.owner == actor.agency_id,
            request.c.by_user != actor.user_id,
            request.c.state == "open",
            proposal.c.state == "waiting",
            proposal.c.expires_at > clock.now(),
            proposal.c.second.is_(True),
            proposal.c.by_key.is_(False),
            proposal.c.prepared_by != actor.user_id,
        )
    )


def _overdue(actor: Actor) -> Select[Any]:
    """Escalated: nobody has answered in time."""
    return _requests("overdue", request.c.by_agency).where(
        request.c.owner == actor.agency_id, request.c.state == "open", request.c.due_at <= clock.now()
    )


def _answered(actor: Actor) -> Select[Any]:
    found = select(
        literal("answered").label("kind"),
        request.c.id,
        agency.c.short_name.label("title"),
        null().label("due"),
    ).join(agency, agency.c.id == request.c.owner)
    return found.where(
        request.c.by_user == actor.user_id,
        request.c.by_agency == actor.agency_id,
        request.c.state.in_(("granted", "part", "refused")),
        request.c.seen_at.is_(None),
    )


def _requests(kind: str, whose: Any) -> Select[Any]:
    return select(
        literal(kind).label("kind"),
        request.c.id,
        agency.c.short_name.label("title"),
        request.c.due_at.label("due"),
    ).join(agency, agency.c.id == whose)


def _to_confirm(actor: Actor) -> Select[Any]:
    return (
        select(
            literal("confirm-glass").label("kind"),
            break_glass.c.id,
            user.c.name.label("title"),
            null().label("due"),
        )
        .join(user, user.c.id == break_glass.c.user_id)
        .where(
            break_glass.c.agency_id == actor.agency_id,
            break_glass.c.user_id != actor.user_id,
            break_glass.c.at.is_(None),
            break_glass.c.factor_at > clock.now() - FRESH,
            break_glass.c.role.in_([str(role) for role in actor.roles]),
        )
    )


def _to_review(actor: Actor) -> Select[Any]:
    return (
        select(
            literal("review-glass").label("kind"),
            break_glass.c.id,
            user.c.name.label("title"),
            break_glass.c.at.label("due"),
        )
        .join(user, user.c.id == break_glass.c.user_id)
        .where(
            break_glass.c.agency_id == actor.agency_id,
            break_glass.c.at.is_not(None),
            break_glass.c.reviewed.is_(None),
            break_glass.c.user_id != actor.user_id,
            (break_glass.c.second_user.is_(None)) | (break_glass.c.second_user != actor.user_id),
        )
    )


def _to_sign(actor: Actor) -> Select[Any]:
    return (
        select(
            literal("note").label("kind"),
            note_proposal.c.id,
            agency.c.short_name.label("title"),
            null().label("due"),
        )
        .join(agency, agency.c.id == note_proposal.c.owner)
        .where(note_proposal.c.approver == actor.user_id, note_proposal.c.state == "waiting")
    )


def _told(actor: Actor) -> Select[Any]:
    return select(
        notice.c.kind,
        notice.c.about.label("id"),
        literal("").label("title"),
        null().label("due"),
    ).where(told_to(actor), notice.c.seen_at.is_(None))
