"""What a person may do next with an agreement or a version, for the pages; use cases decide themselves."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from auth.actor import Actor
from auth.roles import Action
from sharing.agreements.stages import Stage
from sharing.agreements.states import governing, remaining
from sharing.release.facts import Agreement
from sharing.release.standing import version_at


class Act(StrEnum):
    """One thing that can be done: the first five to a version, the others to the agreement."""

    COMMENT = "comment"
    TO_REVIEW = "review"
    TO_SIGNING = "signing"
    BACK = "back"
    SIGN = "sign"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    REJOIN = "rejoin"
    END = "end"
    KEEP = "keep"
    RECORD_REVIEW = "record-review"
    CONFIRM = "confirm"


def version_acts(
    actor: Actor, version: Mapping[Any, Any], *, signed: Collection[str], newest: int, now: datetime
) -> tuple[Act, ...]:
    """What the actor may do with a version that they may know of; `newest` is the newest that is signed."""
    stage, found = version["stage"], []
    if actor.member or version["ended"] is not None:
        return ()
    if actor.may(Action.AGREEMENT_SIGN) and stage == Stage.SIGNING:
        unsigned = actor.agency_id in version["parties"] and actor.agency_id not in signed
        if unsigned and now < version["until_at"] and newest < version["number"]:
            found.append(Act.SIGN)
    if not actor.may(Action.AGREEMENT_DRAFT):
        return tuple(found)
    drafter = version["drafted_agency"] == actor.agency_id
    if drafter and stage == Stage.DRAFT:
        found.append(Act.TO_REVIEW)
    if drafter and stage == Stage.REVIEW and newest < version["number"]:
        found.append(Act.TO_SIGNING)
    if stage in (Stage.REVIEW, Stage.SIGNING):
        found += [Act.COMMENT, Act.BACK]
    return tuple(found)


def agreement_acts(
    actor: Actor,
    agreement: Agreement,
    *,
    suspended: bool,
    consented: bool,
    now: datetime,
) -> tuple[Act, ...]:
    """What the actor may do with a signed agreement; `suspended` and `consented` are of their agency."""
    bound = governing(agreement, now)
    if agreement.ended is not None or actor.member:
        return ()
    if bound is None or actor.agency_id not in bound.parties:
        return ()
    signs, found = actor.may(Action.AGREEMENT_SIGN), []
    if actor.agency_id not in remaining(agreement, now):
        return (Act.REJOIN,) if signs else ()
    if actor.may(Action.AGREEMENT_DRAFT):
        found.append(Act.RECORD_REVIEW)
    if actor.may(Action.RECORD_RELEASE) and version_at(agreement, now) and len(agreement.versions) > 1:
        found.append(Act.CONFIRM)
    if signs:
        found.append(Act.RESUME if suspended else Act.SUSPEND)
        found.append(Act.WITHDRAW)
        found.append(Act.KEEP if consented else Act.END)
    return tuple(found)
