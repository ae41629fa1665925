"""Plays recorded journeys in one world, and keeps what the observer's people are told at every step."""

import re
from collections.abc import Mapping
from html import unescape
from typing import NamedTuple

from sqlalchemy import insert, update

from auth.tables import user
from sharing.partnerships.tables import meeting, partnership
from tests.jobs import do_jobs
from tests.leaks.asks import Ask
from tests.leaks.drive import Answer, Observer
from tests.leaks.steps import Journey, Step
from tests.leaks.worlds import NOW, World, at_rest

_MEETINGS = {
    "meeting": "00000000-0000-4000-8000-00000000a001",
    "closed-meeting": "00000000-0000-4000-8000-00000000a002",
}
_TABLES = {
    "meeting": ["havering", "metropolitan-east-area", "british-transport-police"],
    "closed-meeting": ["havering", "metropolitan-east-area"],
}


class Lost(AssertionError):  # noqa: N818 - says what the case is
    """A step did not get where it got when it was recorded."""


class Told(NamedTuple):
    """The answers that must be the same in both worlds, and those that show by right what is not."""

    compared: list[Answer]
    opened: list[Answer]


class Player:
    """One world, the people who have entered it, and what steps have kept of their answers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.names: dict[str, str] = {**world.ids, **_MEETINGS}
        self._people: dict[str, Observer] = {}
        _hold_meetings(world)
        _let_draft(world)

    def play(self, journey: Journey) -> Told:
        """What the observer's own people are answered, step by step.

        Raises:
            Lost: if a step does not go on as it did.
        """
        secret = self.world.writer.canary(f"journey.{journey.title}")
        # of another length, and sometimes of more words
        self.names["secret"] = secret if self.world.number == 0 else f"{secret} and what else was said"
        self.names["age"] = ("adult", "child")[self.world.number]
        told = Told([], [])
        for number, step in enumerate(journey.steps):
            if step.beyond and self.world.number == 0:
                continue
            answers = self._step(journey, f"{journey.title} {number}", step)
            if step.who in journey.ours:
                (told.opened if step.opened else told.compared).extend(answers)
        return told

    def again(self, who: str, path: str) -> list[Answer]:
        """What a page says to somebody once the journeys are over."""
        ask = Ask("web", path.format_map(self.names), title=f"again: {who} at {path}")
        return self._person(who, self.world.view.purpose).ask(ask)

    def _step(self, journey: Journey, title: str, step: Step) -> list[Answer]:
        person = self._person(step.who, journey.purposes.get(step.who, self.world.view.purpose))
        path = step.path.format_map(self.names)
        page = person.ask(Ask("web", path, title=f"{title}: {step.who} at {step.path}"))
        got = [*page]
        if step.typed is not None:
            typed = {name: _filled(value, self.names) for name, value in step.typed.items()}
            typed |= {name: _hidden(page[0].raw, name) for name in step.carried}
            to = (step.to or step.path).format_map(self.names)
            title = f"{title}: {step.who} sends {step.to or step.path}"
            got += person.ask(Ask("web", to, "POST", typed, title=title))
            if got[-1].status != 303:
                raise Lost(f"{title}: {got[-1].status} {_said(got[-1].raw)}")
        self._keep(step, got[-1])
        if step.jobs:
            with at_rest(self.world):
                self.world.draws.begin(f"{title} jobs")
                do_jobs(self.world.app)
        return got

    def _person(self, who: str, purpose: str) -> Observer:
        if who not in self._people:
            self._people[who] = Observer(self.world, who, purpose=purpose)
        return self._people[who]

    def _keep(self, step: Step, answer: Answer) -> None:
        text = f"{dict(answer.headers).get('Location', '')}\n{answer.raw.decode(errors='replace')}"
        for name, pattern in step.kept.items():
            found = re.search(pattern, text)
            if found is None:
                raise Lost(f"{step.path}: nothing like {pattern} in {answer.status} {_said(answer.raw)}")
            self.names[name] = found[1]


def _filled(value: str | list[str], names: Mapping[str, str]) -> str | list[str]:
    return value.format_map(names) if isinstance(value, str) else [each.format_map(names) for each in value]


def _hidden(page: bytes, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.decode())
    if found is None:
        raise Lost(f"no {name} in {_said(page)}")
    return unescape(found[1])


def _said(page: bytes) -> str:
    main = page.decode(errors="replace").partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())[:600]


def _hold_meetings(world: World) -> None:
    """One meeting that the observer's agency sits in, and in both worlds one that it knows nothing of."""
    chairs = update(user).where(user.c.id == "helen-marsh")
    with world.database.transaction() as tx:
        tx.execute(chairs.values(partnership_roles=[[name, "chair"] for name in sorted(_TABLES)]))
        for number, (name, agencies) in enumerate(_TABLES.items()):
            row = {
                "id": name,
                "name": f"Board {number}",
                "agreement_id": "HAV-CSP-01",
                "lead": "havering",
            }
            tx.execute(insert(partnership), {**row, "agencies": agencies})
            held = {"number": 1, "title": "Half-term review", "place": "Town Hall", "agenda": ["Robbery"]}
            times = {"starts_at": NOW, "ends_at": NOW}
            tx.execute(insert(meeting), {"id": _MEETINGS[name], "partnership_id": name, **held, **times})


def _let_draft(world: World) -> None:
    """Who signs for the observer's agency coordinates too: some of its records, and nobody on them."""
    also = update(user).where(user.c.id == "della-rowe").values(roles=["coordinator", "signatory"])
    with world.database.transaction() as tx:
        tx.execute(also)
