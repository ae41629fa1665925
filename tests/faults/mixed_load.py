"""Clients of the JSON door that go on while the server is killed, and remember what was acknowledged."""

import http.client
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from urllib.parse import quote

from sqlalchemy import insert

from auth.keys import issue_key
from foundation import clock
from foundation.database import Database
from foundation.identifiers import new_id
from sharing.partnerships.tables import action, meeting, partnership
from tests.partnership import ROBBERY, load_partnership

CLIENTS = 8
OWNER = "dan-osei"
_PLACE = {"address": "South Street, Romford", "ward": "St Edward's"}


def prepare(database: Database) -> tuple[str, list[str]]:
    """The partnership, one action for each client, and a key of their owner: (key, actions)."""
    load_partnership(database)
    now, actions = clock.now(), [new_id() for _ in range(CLIENTS)]
    sits = {"id": "csp", "name": "Community safety", "agreement_id": "HAV-CSP-01", "agencies": ["havering"]}
    sits["lead"] = "havering"
    met = {"id": new_id(), "partnership_id": "csp", "number": 1, "title": "First", "starts_at": now}
    set_ = {"partnership_id": "csp", "meeting_id": met["id"], "title": "Walk the route", "measure": "A note"}
    owned = {"owner_agency": "havering", "owner_user": OWNER, "set_on": now.date(), "status": "open"}
    due = {"due": now.date() + timedelta(days=9), "first_due": now.date() + timedelta(days=9)}
    with database.transaction() as tx:
        tx.execute(insert(partnership), sits)
        tx.execute(insert(meeting), {**met, "ends_at": now, "place": "Town Hall", "agenda": []})
        tx.execute(
            insert(action), [{"id": each, **set_, **owned, **due, "row_version": 1} for each in actions]
        )
    return issue_key(database, OWNER, [ROBBERY], now + timedelta(days=1)), actions


@dataclass
class Acknowledged:
    """What clients were told was done."""

    created: dict[str, str] = field(default_factory=dict)  # the client's own word -> the record's id
    read: Counter[str] = field(default_factory=Counter)  # record -> how often
    moved: Counter[str] = field(default_factory=Counter)  # action -> how often
    listed: int = 0
    failed: int = 0


class Client(threading.Thread):
    """One client: lists, reads, creates until acknowledged, searches, and moves its own action."""

    def __init__(self, port: int, key: str, action_id: str, number: int) -> None:
        super().__init__()
        self.port, self.key, self.action_id, self.number = port, key, action_id, number
        self.random = Random(number)
        self.done = Acknowledged()
        self.stopping = threading.Event()
        self.last: tuple[str, str] | None = None  # a word whose creation was not acknowledged yet

    def run(self) -> None:
        works = (self.create, self.read, self.list, self.search, self.move)
        while not self.stopping.is_set():
            try:
                self.random.choice(works)()
            except (OSError, http.client.HTTPException):
                self.done.failed += 1
                self.stopping.wait(0.05)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        given = {"Authorization": f"Bearer {self.key}", "Sharing-Purpose": ROBBERY, **headers}
        given["Content-Type"] = "application/json"
        try:
            link.request(method, f"/api/v1{path}", json.dumps(body) if body else None, given)
            answer = link.getresponse()
            status, text = answer.status, answer.read()
        finally:
            link.close()
        if status in (409, 503):
            self.done.failed += 1
        else:
            assert status < 400, (method, path, status, text)
        return status, json.loads(text)

    def create(self) -> None:
        word = self.last[0] if self.last else f"word{self.number}x{len(self.done.created)}"
        seen = self.last[1] if self.last else clock.now().isoformat()
        self.last = word, seen
        body = {"values": {**_PLACE, "seen": seen, "account": word}, "persons": []}
        status, answer = self.ask("POST", "/sightings", body, **{"Idempotency-Key": word})
        if status == 201:
            self.done.created[word] = answer["id"]
            self.last = None

    def read(self) -> None:
        if not self.done.created:
            return
        record = self.random.choice(list(self.done.created.values()))
        status, answer = self.ask("GET", f"/sightings/{record}")
        if status == 200:
            assert answer["id"] == record
            self.done.read[record] += 1

    def list(self) -> None:
        self.done.listed += self.ask("GET", "/sightings?limit=20")[0] == 200

    def search(self) -> None:
        word = self.random.choice(list(self.done.created)) if self.done.created else "nothing"
        self.done.listed += self.ask("GET", f"/sightings?q={quote(word)}")[0] == 200

    def move(self) -> None:
        status, now = self.ask("GET", f"/actions/{self.action_id}")
        if status != 200:
            return
        answer = {"move": "at_risk", "text": "Still at risk.", "version": now["action"]["version"]}
        if self.ask("PATCH", f"/actions/{self.action_id}", answer)[0] == 200:
            self.done.moved[self.action_id] += 1
