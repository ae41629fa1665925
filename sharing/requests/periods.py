"""How long an owner has for an answer, and how long the steps of an answer hold. Every period stands here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from foundation.clock import LONDON
from sharing.vocabulary.requests import Urgency


@dataclass(frozen=True)
class Period:
    """Hours on the clock, or working days: Monday to Friday in Europe/London."""

    hours: int = 0
    working_days: int = 0


#: By when an answer is due. After that the owner's data protection officer and signatories are told.
ANSWER_WITHIN: Mapping[Urgency, Period] = {
    Urgency.DANGER: Period(hours=1),
    Urgency.URGENT: Period(working_days=1),
    Urgency.NORMAL: Period(working_days=5),
}

PERIOD_WORDS: Mapping[Urgency, str] = {
    Urgency.DANGER: "An answer within 1 hour",
    Urgency.URGENT: "An answer within 1 working day",
    Urgency.NORMAL: "An answer within 5 working days",
}

#: A prepared answer that nobody has approved by then has to be prepared again.
PREPARED_FOR = timedelta(hours=24)

_SATURDAY = 5
_BEGINS = time(9)


def due_after(urgency: Urgency, asked: datetime) -> datetime:
    """When an answer is due to what was asked at that moment.

    Working days end at the time of day at which it was asked; what is asked on a day off counts as asked when
    the next working day begins.
    """
    period = ANSWER_WITHIN[urgency]
    if not period.working_days:
        return asked + timedelta(hours=period.hours)
    local = asked.astimezone(LONDON)
    day, at = local.date(), local.time()
    while day.weekday() >= _SATURDAY:
        day, at = day + timedelta(days=1), _BEGINS
    left = period.working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(asked.tzinfo)
