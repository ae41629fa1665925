"""Watches over what leaves by other ways than answers: files, letters, messages, the ledger."""

import csv
import hmac
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert, select, update

from auth import letters
from auth.letters import send_mail
from foundation.identifiers import new_id
from foundation.ledger.encoding.kept import read_kept
from foundation.ledger.encoding.views import Views, slots
from foundation.ledger.reading import newest_of_agency
from foundation.ledger.tables import ledger_pending
from foundation.pdf_reading import texts_of
from sharing.agreements.tables import release
from sharing.announcements import Event, announce, webhook
from sharing.catalogue import fields_of
from sharing.consultations import read_ledger
from sharing.exports.csv_file import record_file
from sharing.exports.sheets import Line, Sheet
from sharing.records.record import record
from sharing.stamp import stamp_of
from sharing.vocabulary.words import field_label
from sharing.webhooks import telling
from tests.jobs import do_jobs
from tests.leaks.asks import Ask
from tests.leaks.drive import Answer, Observer
from tests.leaks.pairs import Pair
from tests.leaks.telling import told_by
from tests.leaks.worlds import NOW, World, at_rest
from tests.partnership import actor

_DPO = "noor-haddad"
_OWNER = "metropolitan-east-area"
_fresh = count(1)


def csv_files(pair: Pair) -> list[str]:
    """A CSV file of a record, and of a list: equal, without canaries, with no column but of the fields."""
    return [each for alone in (True, False) for each in _files(pair, "csv", alone=alone)]


def pdf_files(pair: Pair) -> list[str]:
    """A PDF file of a record: equal, and no canary in its pages, its other strings, and what is packed."""
    return _files(pair, "pdf", alone=True)


def _files(pair: Pair, form: str, *, alone: bool) -> list[str]:
    turn = next(_fresh)
    made = [_file(observer, form, turn, alone=alone) for observer in pair.observers]
    found = [f"no file: {answer.raw[:200]!r}" for answer in made if answer.status != 200]
    if found:
        return found
    one, other = ([answer] for answer in made)
    found = told_by(pair, [], one, other)
    if form == "pdf":
        texts = texts_of(one[0].raw)
        whole = "\n".join([texts.shown, *texts.strings]).encode() + b"\n".join(texts.streams)
        return found + sorted(pair.scanner.found(whole))
    return found + ([] if alone else _columns(one[0].raw))


def _file(observer: Observer, form: str, turn: int, *, alone: bool) -> Answer:
    world, title = observer.world, f"file {form} {alone} {turn}"
    body: dict[str, object] = {"type": "incident", "format": form}
    if alone:
        body["record"] = world.ids["incident-0"]
    asked = observer.ask(Ask("api", "/api/v1/exports", "POST", body, title=title))[0]
    assert asked.status == 202, asked.raw
    with at_rest(world):
        world.draws.begin(f"{title} is made")
        do_jobs(world.app)
    path = f"/api/v1/exports/{json.loads(asked.raw)['id']}/file"
    return observer.ask(Ask("api", path, title=f"{title} is fetched"))[0]


def _columns(data: bytes) -> list[str]:
    head = next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    known = {field_label(each.name) for each in fields_of("incident")}
    known |= {"Record", "Owner", "How shown", "Handling", "Given"}
    return [name for name in head if name.partition(" (")[0] not in known and name not in known]


def formulas(_: Pair) -> list[str]:
    """No cell of a file begins as a formula does, whatever stands before it."""
    typed = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\N{FULLWIDTH EQUALS SIGN}1"]
    lines = tuple(Line("", "account", "Account", text) for text in typed)
    sheet = Sheet("id", "incident", "title", "owner", "under", lines)
    rows = csv.reader(
        io.StringIO(record_file([sheet], stamp_of(actor(_DPO), NOW)).decode("utf-8-sig"), newline="")
    )
    return [cell for row in rows for cell in row if cell.strip()[:1] in {"=", "+", "-", "@", "\uff1d"}]


def mail(pair: Pair) -> list[str]:
    """A letter has one recipient and no word of what waits."""
    sent = [_letters(world) for world in (pair.one, pair.other)]
    assert all(len(each) == 1 for each in sent), sent
    told = [(each.subject, each.text) for one in sent for each in one]
    found = sorted(pair.scanner.found(repr(told).encode()))
    return found + ([] if told[0] == told[1] and "," not in sent[0][0].to else ["two letters differ"])


def _letters(world: World) -> list[Any]:
    sent: list[Any] = []
    with at_rest(world), patch.object(letters, "deliver", lambda _, letter: sent.append(letter)):
        world.draws.begin(f"letter {next(_fresh)}")
        with world.database.transaction() as tx:
            send_mail(tx, world.view.user, "waiting", "/")
        do_jobs(world.app)
    return sent


def programs(pair: Pair) -> list[str]:
    """A program is told ids of what its agency is shown, and nothing of what it is not."""
    turn = next(_fresh)
    sent = [_messages(world, turn) for world in (pair.one, pair.other)]
    hidden = [pair.one.ids["unreleased-incident-0"], pair.other.ids["unreleased-incident-2"]]
    found = sorted(pair.scanner.found(repr(sent).encode()))
    if not any(pair.one.ids["incident-0"] in str(each) for each in sent[0]):
        found.append("nothing was told")
    return (
        found + [each for each in hidden if each in repr(sent)] + ([] if sent[0] == sent[1] else ["differ"])
    )


def _messages(world: World, turn: int) -> list[tuple[bytes, Any]]:
    sent: list[tuple[bytes, Any]] = []

    def taking(_settings: Any, _url: str, body: bytes, headers: Any) -> int:
        sent.append((body, headers))
        return 204

    with (
        at_rest(world),
        _hook(world, turn),
        patch.object(telling, "signature", lambda *_: "signed"),
        patch.object(telling, "send", taking),
    ):
        for label in ("incident-0", "unreleased-incident-0", "unreleased-incident-2"):
            world.draws.begin(f"told {label} {turn}")
            if label in world.ids:
                _announce(world, world.ids[label])
                do_jobs(world.app)
    return sent


def _announce(world: World, incident: str) -> None:
    """Say that it was released, by each of its releases; of one without any, by one that is nowhere."""
    with world.database.transaction() as tx:
        wanted = select(release.c.id).where(release.c.record_id == incident).order_by(release.c.id)
        for each in tx.execute(wanted).scalars().all() or [new_id()]:
            announce(tx, Event.RELEASED, record=("incident", incident), release=each)


@contextmanager
def _hook(world: World, turn: int) -> Iterator[None]:
    """An address of the observer's agency, decided by the observer's own sight."""
    world.draws.begin(f"hook {turn}")
    hook = {
        "id": new_id(), "agency_id": world.view.released_to, "url": "https://example.org/in",
        "events": [Event.RELEASED], "account": world.view.user, "purpose": world.view.purpose, "secret": "00",
        "made_by": world.view.user, "made_at": NOW,
    }  # fmt: skip
    with world.database.transaction() as tx:
        tx.execute(insert(webhook), hook)
    yield
    with world.database.transaction() as tx:
        ended = {"ended_at": NOW + timedelta(seconds=1)}
        tx.execute(update(webhook).where(webhook.c.id == hook["id"]).values(**ended))


def ledger(pair: Pair) -> list[str]:
    """The ledger shows an agency no look at what another holds, and no value of a record."""
    found: list[str] = []
    for world in (pair.one, pair.other):
        with at_rest(world):
            world.draws.begin(f"ledger {next(_fresh)}")
            lines = read_ledger(world.database, actor(_DPO)).entries
        assert lines
        found += [repr(each) for each in lines if each.who in {"Priya Nair", "Magda Kowalska"}]
        found += sorted(pair.scanner.found(repr(lines).encode()))
    return found


def looks_at_others(pair: Pair) -> list[str]:
    """Whose record was on a list reads of that list nothing of the records of others."""
    found: list[str] = []
    for observer in pair.observers:
        world = observer.world
        observer.ask(Ask("api", "/api/v1/incidents", title=f"a look at several {next(_fresh)}"))
        with world.database.transaction() as tx:
            entries = newest_of_agency(tx, _OWNER, 5)
            of = select(record.c.id).where(record.c.owner != _OWNER)
            others = {*tx.execute(of).scalars()}
        looks = [each for each in entries if each.actor == world.view.user]
        assert looks
        found += [each for look in looks for each in others if each in repr(look)]
    return found


def guessed(secret: bytes, texts: Mapping[str, str]) -> Views:
    """Views under the first salt that gives every agency its slot, as anybody would come to."""
    salts = (number.to_bytes(8, "big") for number in count(1))
    return next(Views(secret, salt, texts) for salt in salts if len({*slots(salt, texts)}) == len(texts))


def leaves(pair: Pair) -> list[str]:
    """Whoever knows all that an entry says cannot show that a leaf of the public log is its own."""
    pair.observers[0].ask(Ask("api", "/api/v1/incidents", title=f"a leaf {next(_fresh)}"))
    newest = select(ledger_pending.c.detail, ledger_pending.c.leaf).order_by(ledger_pending.c.seq.desc())
    with pair.one.database.transaction() as tx:
        row = tx.execute(newest.limit(1)).one()
    known = row.detail.encode()
    guesses = [
        sha256(known).digest(),
        hmac.digest(b"", known, "sha256"),
        hmac.digest(bytes(32), known, "sha256"),
    ]
    kept = read_kept(row.detail)
    if kept is not None:
        guesses.append(guessed(bytes(32), kept.texts()).commitment())
    return ["a leaf was guessed"] if any(bytes(row.leaf).endswith(each) for each in guesses) else []
