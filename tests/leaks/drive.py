"""Asks one world everything its observer can ask, and keeps the answers as they came."""

import base64
import re
from dataclasses import dataclass
from urllib.parse import unquote

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.leaks.asks import Ask
from tests.leaks.worlds import World, at_rest
from tests.portal import Browser, engines_of

#: Exactly a sealed cursor: 12 bytes of nonce, 96 of text, 16 of seal. Worlds may seal different positions.
_CURSOR = re.compile(rb"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{166}(?:==|%3D%3D)")
_PAGES_MOST = 40


@dataclass(frozen=True)
class Answer:
    """What came back, in `body` without sealed cursors; `statements` were sent to the database for it."""

    ask: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw: bytes
    statements: int

    @property
    def told(self) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        """All that an observer can compare."""
        return self.status, self.headers, self.body


class Observer:
    """One observer, signed in at both doors of one world; `user` is somebody else at the web door alone."""

    def __init__(self, world: World, user: str = "", turn: int = 0, purpose: str = "") -> None:
        self.world = world
        self.api: FlaskClient = world.app.test_client(use_cookies=False)
        self._statements = 0
        for engine in engines_of(world.app):
            event.listen(engine, "before_cursor_execute", self._count)
        with at_rest(world):
            world.draws.begin(f"signing in {user} {turn}")
            self.browser = Browser(world.app)
            assert self.browser.sign_in_as(user or world.view.user).status_code == 303
            world.draws.begin(f"purpose {user} {turn}")
            stated = self.browser.send("/purpose", "/purpose", purpose=purpose or world.view.purpose)
            assert stated.status_code == 303, stated.text
            self.token = self.browser.token("/purpose")

    def ask(self, ask: Ask) -> list[Answer]:
        """The answer, or the answers of a walk from page to page."""
        with at_rest(self.world):
            found = [self._one(ask, ask.path, 0)]
            while ask.walk and len(found) < _PAGES_MOST:
                cursor = _next_of(found[-1].raw)
                if cursor is None:
                    break
                found.append(self._one(ask, f"{ask.path}&cursor={cursor}", len(found)))
        return found

    def _one(self, ask: Ask, path: str, page: int) -> Answer:
        self.world.draws.begin(f"{ask.name} {page}")
        self._statements = 0
        answer = self._send(ask, path)
        raw = answer.get_data()
        headers = tuple(sorted((name, value) for name, value in answer.headers.items()))
        return Answer(
            f"{ask.name} [{page}]", answer.status_code, headers, _levelled(raw), raw, self._statements
        )

    def _send(self, ask: Ask, path: str) -> TestResponse:
        if ask.door == "api":
            headers = {
                "Authorization": f"Bearer {self.world.key}",
                "Sharing-Purpose": self.world.view.purpose,
                **dict(ask.headers),
            }
            return self.api.open(path, method=ask.method, json=ask.body, headers=headers)
        data = None if ask.body is None else {"csrf_token": self.token, **ask.body}
        return self.browser.client.open(
            path,
            method=ask.method,
            data=data,
            headers={"Sec-Fetch-Site": "same-origin", **dict(ask.headers)},
        )

    def _count(self, *_: object) -> None:
        self._statements += 1


def ask_all(observer: Observer, asks: list[Ask]) -> list[Answer]:
    """The answers to all of them, in order."""
    return [answer for ask in asks for answer in observer.ask(ask)]


def differences(one: list[Answer], other: list[Answer]) -> list[str]:
    """What the observer could tell the two worlds apart by: the request, and where the answers part."""
    found = [_parting(a, b) for a, b in zip(one, other, strict=False) if a.ask != b.ask or a.told != b.told]
    if len(one) != len(other):
        found.append(f"{len(one)} answers against {len(other)}")
    return found


def _parting(one: Answer, other: Answer) -> str:
    if one.ask != other.ask:
        return f"{one.ask} against {other.ask}"
    if one.status != other.status:
        return f"{one.ask}: status {one.status} against {other.status}"
    if one.body != other.body:
        place = next(
            (n for n, (a, b) in enumerate(zip(one.body, other.body, strict=False)) if a != b),
            min(len(one.body), len(other.body)),
        )
        here = slice(max(0, place - 60), place + 60)
        return f"{one.ask}: {one.body[here]!r} against {other.body[here]!r}"
    return f"{one.ask}: headers {set(one.headers) ^ set(other.headers)}"


def _levelled(body: bytes) -> bytes:
    return _CURSOR.sub(_if_sealed, body)


def _if_sealed(found: re.Match[bytes]) -> bytes:
    """The name of a cursor in the place of one that is sealed; one that can be read stays as it is."""
    raw = base64.urlsafe_b64decode(found[0].replace(b"%3D", b"="))
    return found[0] if raw.isascii() else b"SEALED-CURSOR"


def _next_of(body: bytes) -> str | None:
    found = re.search(rb'"cursor":"([^"]+)"', body) or re.search(rb"cursor=([A-Za-z0-9_%=-]+)", body)
    return unquote(found[1].decode()) if found else None
