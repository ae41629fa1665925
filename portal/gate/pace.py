"""How much one person or program may ask for in a time: far above what work takes, far below what copying.

Counted in the memory of one process, under the account and not the session, so that another session or key is
no way around it. Source: OWASP ASVS 5.0 V2.4.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask import Response, request

from auth.pacing import raise_pace_alarm
from foundation import clock, tally
from foundation.errors import Throttled
from foundation.settings import Settings
from portal.gate import context
from portal.gate.identity import at_json_door
from portal.gate.limits import takes_more

#: Acts of one person in a minute, on pages: nobody fills in and sends a form each second and a half for long.
ACTS_A_MINUTE = 40
#: Where no records are shown: one's own account, and the proofs of who one is.
_WITHOUT_RECORDS = frozenset({"account", "confirm", "sign_in"})
#: Stills, of which a page of the gallery asks for dozens: they count as records, and not as pages.
_WITH_A_PAGE = frozenset({"records.still", "records.still_for_print"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ALARM_EVERY = timedelta(hours=1)
#: Counts that are over are dropped when there are so many.
_TIDY_AT = 10_000
_WORDS = {
    "requests": "You have asked for more in a minute than pages can be read.",
    "acts": "You have sent more in a minute than can be filled in by hand.",
    "stills": "You have sent as many stills as this portal takes of one account in a day.",
    "records": "You have been shown as many records as this portal shows one account in an hour.",
}


@dataclass
class _Window:
    began: datetime
    count: int = 0


class Pace:
    """What each account has asked for in the running minute, hour or day; 0 as a bound means none."""

    def __init__(self, requests: int, records: int, stills: int = 0) -> None:
        minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
        acts = ACTS_A_MINUTE if requests else 0
        self._bounds: Mapping[str, tuple[timedelta, int]] = {
            "requests": (minute, requests),
            "acts": (minute, acts),
            "records": (hour, records),
            "stills": (day, stills),
        }
        self._windows: dict[tuple[str, str], _Window] = {}
        self._alarms: dict[tuple[str, str], datetime] = {}
        self._held = threading.Lock()

    def add(self, who: str, kind: str, number: int = 1) -> None:
        """Count what an account has just asked for."""
        length, most = self._bounds[kind]
        if not most:
            return
        now = clock.now()
        with self._held:
            if len(self._windows) >= _TIDY_AT:
                self._tidy(now)
            window = self._windows.get((who, kind))
            if window is None or now - window.began >= length:
                window = self._windows[who, kind] = _Window(now)
            window.count += number

    def left(self, who: str, kind: str) -> timedelta:
        """How long the account has to wait before it may ask for this again; nothing if it may now."""
        length, most = self._bounds[kind]
        with self._held:
            window = self._windows.get((who, kind))
            if not most or window is None or window.count < most:
                return timedelta()
            return max(window.began + length - clock.now(), timedelta())

    def alarm_is_due(self, who: str, kind: str) -> bool:
        """Whether nobody was told of this within the hour; from now on somebody is."""
        now = clock.now()
        with self._held:
            last = self._alarms.get((who, kind))
            due = last is None or now - last >= _ALARM_EVERY
            if due:
                self._alarms[who, kind] = now
            return due

    def _tidy(self, now: datetime) -> None:
        over = [key for key, window in self._windows.items() if now - window.began >= self._bounds[key[1]][0]]
        for key in over:
            del self._windows[key]
        for key in [key for key, at in self._alarms.items() if now - at >= _ALARM_EVERY]:
            del self._alarms[key]


def pace_of(settings: Settings) -> Pace:
    """The pace that the settings allow; the demonstration holds nobody to one unless it is told to."""
    requests, records, stills = (0, 0, 0) if settings.is_demonstration else (300, 20_000, 500)
    return Pace(
        settings.requests_a_minute or requests,
        settings.records_an_hour or records,
        settings.stills_a_day or stills,
    )


def hold_pace(pace: Pace) -> None:
    """Refuse a request of an account that has asked for too much; the first time in an hour it is told of.

    Raises:
        Throttled: if so.
    """
    tally.take()  # whatever this thread did before belongs to nobody here
    actor = context.actor_if_any()
    if actor is None or request.endpoint == "sign_in.sign_out":
        return
    act = request.method not in _SAFE and not at_json_door()
    for kind in _held_to(act=act):
        if wait := pace.left(actor.user_id, kind):
            if pace.alarm_is_due(actor.user_id, kind):
                raise_pace_alarm(context.system_database(), actor, kind)
            told = f"{_WORDS[kind]} Nothing is lost. Wait {_in_words(wait)} and try again."
            raise Throttled(ceil(wait.total_seconds()), told)
    if request.endpoint not in _WITH_A_PAGE:
        pace.add(actor.user_id, "requests")
    if act:
        pace.add(actor.user_id, "acts")


def count_done(pace: Pace, response: Response) -> Response:
    """Count what this request has shown and stored."""
    actor, counts = context.actor_if_any(), tally.take()
    if actor is not None:
        for kind, number in counts.items():
            pace.add(actor.user_id, kind, number)
    return response


def _in_words(wait: timedelta) -> str:
    for length, unit in ((3_600, "hours"), (60, "minutes")):
        if wait.total_seconds() > 2 * length:
            return f"{ceil(wait.total_seconds() / length)} {unit}"
    return f"{ceil(wait.total_seconds())} seconds"


def _held_to(*, act: bool) -> Iterator[str]:
    """The measures that this request has to keep."""
    if request.endpoint not in _WITH_A_PAGE:
        yield "requests"
    if act:
        yield "acts"
    if request.blueprint not in _WITHOUT_RECORDS:
        yield "records"
    if request.method not in _SAFE and takes_more(context.view_of(str(request.endpoint))):
        yield "stills"
