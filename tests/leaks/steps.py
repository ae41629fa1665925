"""What journeys are made of: steps of one person after the other, and a sighting as it is sent in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tests.leaks.worlds import NOW, TEXT

ROBBERY = "preventing-and-detecting-robbery"
RUNNING = "running-the-partnership"
EXCLUDING = "excluding-repeat-offenders"
TO_POLICE = "HAV-CSP-01|metropolitan-east-area"

TODAY, IN_A_WEEK = NOW.date().isoformat(), (NOW.date() + timedelta(days=7)).isoformat()
NEW_RECORD = r"/records/\w+/([0-9a-f-]{36})"
FIRST_ID = r"([0-9a-f-]{36})"


@dataclass(frozen=True)
class Step:
    """One request of one person; with `typed` the page is fetched and its form sent, perhaps `to` elsewhere.

    `carried` are hidden fields of the page that go along; `kept` are parts of the answer, by the name under
    which later steps have them. `{…}` is filled with those, with ids of records by label, and with `{secret}`
    and `{age}`, which are another in each world. `beyond` is done in the other world alone; `opened` shows by
    right what is another in each; `jobs` are done after it.
    """

    who: str
    path: str
    typed: Mapping[str, str | list[str]] | None = None
    to: str = ""
    carried: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    beyond: bool = False
    opened: bool = False
    jobs: bool = False


@dataclass(frozen=True)
class Journey:
    """Steps in order. `ours` are people of the observer's agency, whose answers are compared."""

    name: str
    view: str
    ours: tuple[str, ...]
    purposes: Mapping[str, str]
    steps: tuple[Step, ...]

    @property
    def title(self) -> str:
        return f"{self.name}, {self.view}"


def sighting(
    note: str, recipients: list[str], kept: str, *, beyond: bool = False, who: str = "dan-osei", **more: str
) -> tuple[Step, ...]:
    """Somebody sends in a sighting; `more` is typed besides, or in place of what usually is."""
    typed = {
        "seen_date": TODAY,
        "seen_time": "02:11",
        "address": "South Street, station approach",
        "age": "adult",
        "apparent_age": "25-34",
        "face": ["hood-up"],
        "account": note,
        "text": TEXT,
        "recipients": recipients,
        **more,
    }
    draft = f"{kept}-draft"
    return (
        Step(
            who,
            "/sightings/new",
            typed,
            kept={draft: r"/sightings/drafts/" + FIRST_ID},
            beyond=beyond,
        ),
        Step(who, f"/sightings/drafts/{{{draft}}}", {}, kept={kept: NEW_RECORD}, beyond=beyond),
    )
