"""How an agreement stands now: derived from its versions and what happened beside them, never kept."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sharing.agreements.stages import Stage
from sharing.release.facts import Agreement, Version
from sharing.release.policy import Policy
from sharing.release.standing import parties_at, standing_at, version_at


class State(StrEnum):
    """How an agreement stands; the first three while no version has been signed."""

    DRAFT = "draft"
    REVIEW = "review"
    SIGNING = "signing"
    COMING = "coming"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    ENDED = "ended"


_FURTHEST = (Stage.SIGNING, Stage.REVIEW, Stage.DRAFT)


def agreement_in(policy: Policy, agreement_id: str) -> Agreement:
    """The agreement as the policy has it; one of which nothing is signed yet may not stand in it."""
    return policy.agreements.get(agreement_id) or Agreement(agreement_id, ())


def state_of(agreement: Agreement, stages: Iterable[Stage], now: datetime) -> State:
    """How the agreement stands; `stages` are those of its versions that are not signed."""
    if agreement.ended is not None and agreement.ended <= now:
        return State.ENDED
    if standing_at(agreement, now) is not None:
        return State.ACTIVE
    if version_at(agreement, now) is not None:
        return State.SUSPENDED
    if has_begun(agreement, now):
        return State.EXPIRED
    if agreement.versions:
        return State.COMING
    held = frozenset(stages)
    return State(next((stage for stage in _FURTHEST if stage in held), Stage.DRAFT))


def has_begun(agreement: Agreement, now: datetime) -> bool:
    """Whether any signed version has begun, run out or not."""
    return any(version.signed and version.from_at <= now for version in agreement.versions)


def governing(agreement: Agreement, now: datetime) -> Version | None:
    """The version by which its parties are bound: the one in force, or before any has begun the first to be.

    None once all have run out, and while none is signed.
    """
    if has_begun(agreement, now):
        return version_at(agreement, now)
    return min(
        (version for version in agreement.versions if version.signed),
        key=lambda version: (version.from_at, version.number),
        default=None,
    )


def remaining(agreement: Agreement, now: datetime) -> frozenset[str]:
    """The parties of the governing version that have not withdrawn; nobody if there is none."""
    version = governing(agreement, now)
    return frozenset() if version is None else parties_at(agreement, version, now)
