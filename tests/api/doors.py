"""A JSON door with the demonstration's agencies, people and agreements, and what tests say to it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from auth.keys import issue_key
from foundation import clock
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.sequencer import sequence
from foundation.ledger.tables import ledger_pending
from portal.gate import context
from tests.databases import database_settings
from tests.partnership import EXCLUDING, ROBBERY, load_partnership
from tests.portal import create_app, database_of, demonstration_settings, prepare_tables

OPERATOR = "dan-osei"
OFFICER = "leanne-whitby"
TRANSPORT_ANALYST = "kate-lindqvist"
TRANSPORT_OFFICER = "imran-sadiq"
MEMBER = "magda-kowalska"
MANAGER = "priya-nair"
DEPUTY = "tom-brandreth"
CHAIR = "helen-marsh"
COORDINATOR = "sarah-quill"
DPO = "ruth-okafor"
#: Of an agency that is no party to HAV-CSP-01.
STRANGER = "grace-abara"

#: A purpose of the portal that no agreement of Havering's with businesses speaks of.
REDUCING = "reducing-robbery"
_PURPOSES = (ROBBERY, EXCLUDING, REDUCING, "running-the-partnership", "safeguarding-children")
_PREFIX = "urn:concordat:problem:"


class Door:
    """The door as a program meets it: `send` speaks for one person's service account."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.database = database_of(app)
        self._keys: dict[str, str] = {}

    def key(self, user: str) -> str:
        """A key of the person that is good for every purpose."""
        if user not in self._keys:
            until = clock.now() + timedelta(days=1)
            self._keys[user] = issue_key(self.database, user, _PURPOSES, until)
        return self._keys[user]

    def send(
        self,
        method: str,
        path: str,
        user: str | None,
        *,
        purpose: str | None = ROBBERY,
        body: Any = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """One request; `body` goes as JSON, `raw` as it is."""
        said = {"Authorization": f"Bearer {self.key(user)}"} if user else {}
        if purpose:
            said["Sharing-Purpose"] = purpose
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        kind = "application/json" if data is not None else None
        return self.app.test_client().open(
            f"/api/v1/{path}",
            method=method,
            base_url="http://localhost",
            data=data,
            content_type=kind,
            headers={**said, **(headers or {})},
        )

    def get(self, path: str, user: str | None, **more: Any) -> TestResponse:
        """Read something."""
        return self.send("GET", path, user, **more)

    def post(self, path: str, user: str | None, body: Any = None, **more: Any) -> TestResponse:
        """Send something in."""
        return self.send("POST", path, user, body=body, **more)

    def made(self, path: str, user: str, body: Any, **more: Any) -> str:
        """Send something good in; gives its id."""
        answer = self.post(path, user, body, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def entries(self, agency: str | None = None) -> list[dict[str, Any]]:
        """Every entry of the ledger that waits to be sequenced, oldest first.

        As this agency reads those that concern it, or as each actor's own reads it.
        """
        with self.database.transaction() as tx:
            rows = tx.execute(select(ledger_pending.c.detail).order_by(ledger_pending.c.seq)).scalars()
            told = (seen_by(row, agency) for row in rows)
            whole = [json.loads(text) for text in told if text is not None]
            return [each for each in whole if agency in (None, *each["agencies"])]

    def sequence(self) -> None:
        """Give every entry that waits its place in the log: of others it is read only then."""
        with self.app.app_context():
            data_dir = context.settings().data_dir
        while sequence(self.database, data_dir):
            pass

    @contextmanager
    def new_entries(self, *users: str) -> Iterator[list[dict[str, Any]]]:
        """The list fills at the block's end with the entries that were left inside it."""
        for user in users:
            self.get("agencies", user)  # the first use of a key leaves an entry of its own
        before, found = len(self.entries()), []
        yield found
        found.extend(self.entries()[before:])


def open_door_at(folder: Path, url: str, **more: str) -> Door:
    """A door over a fresh database, with any further settings."""
    app = create_app(demonstration_settings(folder, **database_settings(url), **more))
    prepare_tables(database_of(app))
    load_partnership(database_of(app))
    return Door(app)


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and type of a problem document."""
    assert answer.mimetype == "application/problem+json", answer.text[:300]
    assert answer.json["status"] == answer.status_code
    return answer.status_code, answer.json["type"].removeprefix(_PREFIX)


def earlier(**ago: float) -> str:
    """A moment before now, as the door takes it."""
    moment: datetime = clock.now() - timedelta(**ago)
    return moment.isoformat()


def to(*recipients: str, purposes: tuple[str, ...] = (ROBBERY,), **more: Any) -> dict[str, Any]:
    """A release under HAV-CSP-01."""
    return {"agreement": "HAV-CSP-01", "purposes": list(purposes), "recipients": list(recipients), **more}


EVERYBODY = to("metropolitan-east-area", "british-transport-police", "romford-bcrp", "members")


def sighting(*releases: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    """A sighting by a camera of the council's, with one person seen."""
    return {
        "values": {
            "seen": earlier(hours=2),
            "clock_error": 4,
            "address": "12 South Street, Romford",
            "ward": "St Edward's",
            "direction": "north",
            "account": "Two people by the cash machine.",
            "footage_reference": "TAPE-7781",
            **values,
        },
        "persons": [
            {
                "categories": ["observed"],
                "values": {"clothing": ["black-puffer"], "seen_as": "male"},
                "apparent_age": {"low": 25, "high": 35},
            }
        ],
        "releases": list(releases),
    }


def incident(*releases: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    """A robbery with a victim, an adult suspect and a suspect of 16."""
    sixteen = clock.today() - timedelta(days=int(16.5 * 365.25))
    return {
        "values": {
            "crime_type": "robbery",
            "occurred": earlier(hours=30),
            "address": "1 Victoria Road, Romford",
            "ward": "St Edward's",
            "account": "Threatened with a knife; telephone taken.",
            "crime_reference": "4021777/26",
            **values,
        },
        "persons": [
            {"categories": ["victim"],
             "values": {"given_name": "Vera", "family_name": "Quillfeather", "phone": "020 7946 0001",
                        "home_address": "9 Elm Road, Romford", "date_of_birth": "1990-05-01"}},
            {"categories": ["suspect"],
             "values": {"given_name": "Adam", "family_name": "Suspectson", "date_of_birth": "1991-02-03",
                        "home_address": "3 Ash Lane, Romford", "clothing": ["black-puffer"]}},
            {"categories": ["suspect"],
             "values": {"given_name": "Tim", "family_name": "Youngling", "date_of_birth": sixteen.isoformat(),
                        "home_address": "5 Oak Way, Romford", "clothing": ["black-puffer"]}},
        ],
        "releases": list(releases),
    }  # fmt: skip
