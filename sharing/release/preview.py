"""A record as each audience will see it, side by side, and what several agreements give one agency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sharing.release.decision import decide
from sharing.release.exit import Released, StandInOf, release
from sharing.release.facts import Question, Reader, Record
from sharing.release.outcome import Outcome
from sharing.release.policy import Policy


@dataclass(frozen=True, slots=True)
class Audience:
    """A supposed reader, and the purposes that they may state; `key` names them for the caller."""

    key: str
    reader: Reader
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What an audience sees for one purpose under one agreement alone; None if nothing exists for them."""

    agreement: str
    purpose: str
    released: Released | None


@dataclass(frozen=True, slots=True)
class Preview:
    """All that one audience sees.

    `together` holds, for each field that leaves at all, every form of it that the audience can lay side by
    side, weakest protection first. `joined` says that no single view gives as many of these fields: together
    they are a disclosure that nobody signed.
    """

    audience: Audience
    views: tuple[View, ...]
    together: Mapping[str, tuple[Outcome, ...]]
    joined: bool


def preview(
    policy: Policy, record: Record, audiences: Iterable[Audience], now: datetime, stand_in: StandInOf
) -> tuple[Preview, ...]:
    """The record as each audience will see it, by the engine that will decide it.

    The record carries the releases it is about to have beside those it has. Callers pass a `stand_in` that
    draws no token: nothing has been sent.
    """
    return tuple(_previewed(policy, record, audience, now, stand_in) for audience in audiences)


def _previewed(
    policy: Policy, record: Record, audience: Audience, now: datetime, stand_in: StandInOf
) -> Preview:
    views = []
    together: dict[str, set[Outcome]] = {}
    most: set[str] = set()
    for agreement in sorted({each.agreement for each in record.releases}):
        alone = _under(record, agreement)
        for purpose in audience.purposes:
            decision = decide(policy, alone, audience.reader, Question(purpose, now))
            shown = None if decision is None else release(decision, alone, stand_in)
            views.append(View(agreement, purpose, shown))
            outcomes = {} if decision is None else decision.outcomes
            opened = {key: outcome for key, outcome in outcomes.items() if outcome.opens}
            most = max(most, set(opened), key=len)
            for key, outcome in opened.items():
                together.setdefault(key, set()).add(outcome)
    ordered = {key: tuple(sorted(forms, key=_order)) for key, forms in together.items()}
    return Preview(audience, tuple(views), ordered, joined=len(ordered) > len(most))


def _order(outcome: Outcome) -> tuple[int, str, str]:
    return (outcome.treatment, outcome.agreement or "", outcome.clause or "")


def _under(record: Record, agreement: str) -> Record:
    """The record as if it were released under this agreement alone; media follow their parent."""
    kept = tuple(each for each in record.releases if each.agreement == agreement)
    return replace(record, releases=kept)
