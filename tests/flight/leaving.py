"""What leaves later than it was asked for: files, what programs are told, and what a still's link gives."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import delete, update

from auth.roles import Role
from foundation import clock
from foundation.database import Tx
from foundation.outbox.tables import outbox
from portal.gate import context
from sharing.announcements import Event, webhook
from sharing.webhooks import telling
from sharing.webhooks.registering import NewWebhook, register_webhook
from sharing.webhooks.tables import webhook_delivery
from tests.flight.scene import READER, Scene, at_the_door, on_the_web
from tests.jobs import do_jobs
from tests.partnership import ROBBERY, actor

#: What is got before a change, and later used to get something: an address, or nothing at all.
Held = str


def export_asked(scene: Scene) -> Held:
    asked = {"type": "incident", "format": "csv", "record": scene.record}
    answer = at_the_door(scene, "/api/v1/exports", json=asked)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def make_it(scene: Scene, held: Held) -> bytes:
    do_jobs(scene.app)
    return at_the_door(scene, f"{held}/file").get_data()


def export_made(scene: Scene) -> Held:
    held = export_asked(scene)
    do_jobs(scene.app)
    assert at_the_door(scene, held).json["state"] == "ready"  # type: ignore[index]
    return held


def fetch_it(scene: Scene, held: Held) -> bytes:
    return at_the_door(scene, f"{held}/file").get_data()


def announced(scene: Scene) -> Held:
    """A record is released while a program of the reader's agency is to be told of such."""
    scene.undo.append(_forget_programs)
    new = NewWebhook("http://127.0.0.1:9/in", (Event.RELEASED,), READER, ROBBERY)
    runs = replace(actor("della-rowe"), roles=frozenset({Role.ADMINISTRATOR}), factor_at=clock.now())
    with scene.app.app_context():
        register_webhook(scene.database, context.settings(), runs, new)
    scene.send()
    return ""


def tell_it(scene: Scene, _held: Held) -> bytes:
    with _receiver(204) as got:
        do_jobs(scene.app)
    return b"".join(got)


def not_taken(scene: Scene) -> Held:
    """The same, and the program's machine was not there when it was told first."""
    held = announced(scene)
    with _receiver(503) as got:
        do_jobs(scene.app)
    assert len(got) == 1
    return held


def tell_it_again(scene: Scene, held: Held) -> bytes:
    with scene.database.transaction() as tx:
        tx.execute(update(outbox).where(outbox.c.done_at.is_(None)).values(due_at=clock.now()))
    return tell_it(scene, held)


def still_linked(scene: Scene) -> Held:
    page = on_the_web(scene, f"/records/incidents/{scene.record}").decode()
    (link,) = re.findall(r'src="(/stills/[^"]+)"', page)
    return str(link)


def follow_it(scene: Scene, held: Held) -> bytes:
    return on_the_web(scene, held)


#: Each by name: what is done before a change, and what would let something leave after it.
LEAVING: Mapping[str, tuple[Callable[[Scene], Held], Callable[[Scene, Held], bytes]]] = {
    "export made": (export_asked, make_it),
    "export fetched": (export_made, fetch_it),
    "program told": (announced, tell_it),
    "program told again": (not_taken, tell_it_again),
    "still's link": (still_linked, follow_it),
}


def left(scene: Scene, got: bytes) -> bool:
    """Whether anything of the record is in what came."""
    return got.startswith(b"\xff\xd8") or any(each.encode() in got for each in (scene.record, scene.media))


@contextmanager
def _receiver(status: int) -> Iterator[list[bytes]]:
    """What is sent to programs within the block, which answer with the status."""
    got: list[bytes] = []

    def send(_settings: Any, _url: str, body: bytes, _headers: Any) -> int:
        assert json.loads(body)["event"] == Event.RELEASED
        got.append(body)
        return status

    with patch.object(telling, "send", send):
        yield got


def _forget_programs(tx: Tx) -> None:
    for table in (webhook_delivery, webhook):
        tx.execute(delete(table))
    tx.execute(delete(outbox).where(outbox.c.kind.like("webhook%")))
