"""One record with a still that the transport police see, and every way in which they ask for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from auth.keys import issue_key
from foundation import clock
from foundation.database import Database, Tx
from foundation.ledger.reading import LedgerEntry, entries_of_record
from foundation.ledger.sequencer import sequence
from foundation.ledger.tables import ledger_detail
from portal.app import create_app
from portal.gate import context
from sharing.agreements import tables
from sharing.agreements.policy import bump_epoch
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.records.record import record
from sharing.stills import take_still
from sharing.submission import NewRecord, NewStill
from tests.databases import database_settings
from tests.leaks.pictures import plain_picture
from tests.partnership import ROBBERY, actor, load_partnership
from tests.portal import Browser, database_of, demonstration_settings, prepare_tables

OWNER, READER, AGENCY = "aaron-field", "kate-lindqvist", "british-transport-police"
AGREEMENT = "HAV-CSP-01"
LOOKS = (
    "sharing:record:read",
    "sharing:record:listed",
    "sharing:picture:shown",
    "sharing:export:made",
    "sharing:export:fetched",
    "sharing:webhook:told",
)
#: More entries of a record than there are.
_ALL = 1000


@dataclass
class Scene:
    """The portal, its reader at both doors, and the record of the day."""

    app: Flask
    database: Database
    folder: Path
    still: NewStill
    key: str = ""
    browser: Browser = field(init=False)
    record: str = ""
    media: str = ""
    release: str = ""
    #: How long the releases of new records last.
    lasts: timedelta | None = None
    undo: list[Callable[[Tx], None]] = field(default_factory=list)

    def enter(self) -> None:
        """Let the reader in at both doors anew."""
        until = clock.now() + timedelta(days=1)
        self.key = issue_key(self.database, READER, [ROBBERY], until)
        self.browser = Browser(self.app)
        assert self.browser.sign_in_as(READER).status_code == 303
        assert self.browser.send("/purpose", "/purpose", purpose=ROBBERY).status_code == 303

    def send(self) -> None:
        """A new record for the next test, seen by the reader from now on."""
        ends = None if self.lasts is None else clock.now() + self.lasts
        new = NewRelease(AGREEMENT, (ROBBERY,), (AGENCY,), text="Seen near the station.", expires=ends)
        values = {"occurred": clock.now(), "ward": "St Edward's"}
        made = submit(
            self.database, actor(OWNER), NewRecord("incident", values, stills=(self.still,), releases=(new,))
        )
        self.record = made.id
        with self.database.transaction() as tx:
            self.media = tx.execute(select(record.c.id).where(record.c.parent == made.id)).scalar_one()
            found = select(tables.release.c.id).where(tables.release.c.record_id == made.id)
            self.release = tx.execute(found).scalar_one()

    def restore(self) -> None:
        """Everything but the record as it was before the change."""
        with self.database.transaction() as tx:
            for step in self.undo:
                step(tx)
            bump_epoch(tx)
        self.undo.clear()

    def looks_from(self, moment: datetime) -> list[str]:
        """Consultations of the moment or later, by what their entries say, in which it was shown."""
        return [f"{each.event} at {each.at}" for each in self._looks() if each.at >= moment]

    def later_looks(self, change: str) -> list[str]:
        """Consultations with an index behind the change's, in which the record or its still was shown."""
        while sequence(self.database, self.folder):
            pass
        with self.database.transaction() as tx:
            place = tx.execute(select(ledger_detail.c.idx).where(ledger_detail.c.id == change)).scalar_one()
        placed = [(each.place, each.event) for each in self._looks() if each.place is not None]
        return [f"{event} at {at}, changed at {place}" for at, event in sorted(placed) if at > place]

    def _looks(self) -> list[LedgerEntry]:
        with self.database.transaction() as tx:
            named = [each for id_ in (self.record, self.media) for each in entries_of_record(tx, id_, _ALL)]
        return [each for each in named if each.event in LOOKS]


def open_scene(url: str, folder: Path) -> Scene:
    """A portal over an empty database, with the demonstration's agencies, people and agreements."""
    settings = demonstration_settings(folder, **database_settings(url), CONCORDAT_WEBHOOK_LOOPBACK="yes")
    app = create_app(settings)
    database = database_of(app)
    prepare_tables(database)
    load_partnership(database)
    with app.app_context():
        still = take_still(context.files(), plain_picture(), looked_over=True)
    made = Scene(app, database, folder, still)
    made.enter()
    return made


# What the reader asks.


def ask_list(scene: Scene) -> bytes:
    return _api(scene, "/api/v1/incidents")


def ask_one(scene: Scene) -> bytes:
    return _api(scene, f"/api/v1/incidents/{scene.record}")


def ask_picture(scene: Scene) -> bytes:
    return _api(scene, f"/api/v1/media/{scene.media}/picture")


def ask_search(scene: Scene) -> bytes:
    return _api(scene, "/api/v1/search?q=station")


def ask_page(scene: Scene) -> bytes:
    return on_the_web(scene, f"/records/incidents/{scene.record}")


def ask_still(scene: Scene) -> bytes:
    return on_the_web(scene, f"/stills/{scene.media}")


def on_the_web(scene: Scene, path: str) -> bytes:
    """What the reader's browser is shown there; nothing, if it is sent away."""
    client = scene.app.test_client()
    cookie = scene.browser.client.get_cookie("concordat")
    assert cookie is not None
    client.set_cookie("concordat", cookie.value)
    page = client.get(path)
    # the way to the sign-in names the address that was asked for
    return page.get_data() if page.status_code == HTTPStatus.OK else b""


def _api(scene: Scene, path: str) -> bytes:
    return at_the_door(scene, path).get_data()


def at_the_door(scene: Scene, path: str, **more: Any) -> TestResponse:
    """What the reader's key is answered there; with `json`, what it sends."""
    said = {"Authorization": f"Bearer {scene.key}", "Sharing-Purpose": ROBBERY}
    client = scene.app.test_client(use_cookies=False)
    return client.open(path, method="POST" if "json" in more else "GET", headers=said, **more)


ASKS: Mapping[str, Callable[[Scene], bytes]] = {
    "list": ask_list,
    "one": ask_one,
    "picture": ask_picture,
    "search": ask_search,
    "page": ask_page,
    "still": ask_still,
}
