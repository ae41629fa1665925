"""Webhooks: real messages to a real receiver on this machine; ids only, signed, decided again when sent."""

import hmac
import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select, update

from auth.tables import user
from foundation import clock
from foundation.identifiers import new_id
from foundation.outbox.tables import outbox
from sharing.announcements import Event, announce, webhook
from sharing.waiting import list_waiting
from tests.api.doors import EVERYBODY, MEMBER, OFFICER, OPERATOR, open_door_at, problem, sighting, to
from tests.api.test_exports import suspended
from tests.databases import postgresql_url, sqlite_url
from tests.jobs import do_jobs
from tests.partnership import ROBBERY, actor
from tests.portal import close

#: Agency administrator of Havering; and an account of the railway's police, to whom its records are released.
ADMINISTRATOR = "colm-daly"
RAILWAY = "hugh-barrow"


class Receiver:
    """Listens on this machine, keeps what came, and answers as it is told to."""

    def __init__(self):
        self.messages, self.status, self.location = [], 204, None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append((self.path, dict(self.headers), body))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.end_headers()

            def log_message(self, *_):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/in"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def bodies(self):
        return [json.loads(body) for _, _, body in self.messages]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def door(request, tmp_path):
    url = sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url()
    made = open_door_at(tmp_path, url, CONCORDAT_WEBHOOK_LOOPBACK="yes")
    # nobody of the railway's police is an administrator in the demonstration
    with made.database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == "kate-lindqvist").values(roles=["administrator"]))
    yield made
    close(made.app)


def register(door, receiver, *events, **more):
    body = {"url": receiver.url, "events": list(events), "account": RAILWAY, "purpose": ROBBERY, **more}
    answer = door.post("webhooks", "kate-lindqvist", body)
    assert answer.status_code == 201, answer.text
    return answer.json["id"], answer.json["secret"]


def told(door):
    """The entries of the ledger that say what a program was told."""
    return [entry for entry in door.entries() if entry["event"] == "sharing:webhook:told"]


def revoke_all(door, record):
    for release in door.get(f"sightings/{record}/receipts", OPERATOR).json["releases"]:
        door.post(f"sightings/{record}/releases/{release['id']}/revoke", OPERATOR)


def test_a_release_is_told_by_its_id_alone_and_signed(door, receiver):
    hook, secret = register(door, receiver, "record:released")
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY, account="Told to nobody"))
    do_jobs(door.app)
    ((path, headers, body),) = receiver.messages
    said = json.loads(body)
    assert path == "/in"
    assert said.keys() == {"delivery", "event", "sent", "type", "record"}
    assert (said["event"], said["type"], said["record"]) == ("record:released", "sighting", record)
    signed = dict(part.split("=") for part in headers["Concordat-Signature"].split(","))
    code = hmac.new(secret.encode(), f"{signed['t']}.".encode() + body, "sha256").hexdigest()
    assert hmac.compare_digest(code, signed["v1"])
    assert headers["Concordat-Delivery"] == said["delivery"]
    (entry,) = told(door)
    assert (entry["records"], entry["operation"]) == ([record], "disclosure")
    assert set(entry["agencies"]) == {"havering", "british-transport-police"}
    line = door.get(f"webhooks/{hook}", "kate-lindqvist").json["deliveries"][0]
    assert (line["state"], line["status"], line["attempts"]) == ("delivered", 204, 1)


def test_what_does_not_exist_for_the_account_is_told_to_nobody(door, receiver):
    hook, _ = register(door, receiver, "record:released")
    door.made("sightings", OPERATOR, sighting(to("metropolitan-east-area")))
    do_jobs(door.app)
    assert receiver.messages == []
    assert door.get(f"webhooks/{hook}", "kate-lindqvist").json["deliveries"] == []


def test_of_its_own_records_an_agency_is_told_nothing(door, receiver):
    register(door, receiver, "record:released")
    door.made("incidents", RAILWAY, {"values": {"crime_type": "robbery"}, "releases": [to("havering")]})
    do_jobs(door.app)
    assert receiver.messages == []


@contextmanager
def announced(door, receiver):
    """A record was released, and the announcement has found its address; it is not sent yet."""
    receiver.status = 503
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    do_jobs(door.app)
    assert len(receiver.messages) == 1
    receiver.messages.clear()
    receiver.status = 204
    yield record
    with clock.stopped(clock.now() + timedelta(minutes=1)):
        do_jobs(door.app)


def test_a_refused_message_comes_again_under_the_same_id_and_is_entered_once(door, receiver):
    hook, _ = register(door, receiver, "record:released")
    with announced(door, receiver):
        first = door.get(f"webhooks/{hook}", "kate-lindqvist").json["deliveries"][0]
        assert (first["state"], first["status"]) == ("waiting", 503)
    (body,) = receiver.bodies()
    assert body["delivery"] == first["id"]
    assert len(told(door)) == 1


def test_a_release_that_was_taken_back_is_not_told_and_leaves_no_line(door, receiver):
    hook, _ = register(door, receiver, "record:released")
    with announced(door, receiver) as record:
        revoke_all(door, record)
    assert receiver.messages == []
    assert door.get(f"webhooks/{hook}", "kate-lindqvist").json["deliveries"] == []


def test_nothing_is_told_once_the_agreement_rests_and_the_ledger_says_in_which_order(door, receiver):
    register(door, receiver, "record:released")
    with announced(door, receiver) as record, suspended(door):
        with clock.stopped(clock.now() + timedelta(minutes=1)):
            do_jobs(door.app)
        assert receiver.messages == []
    # one entry, of the first attempt, which came before
    assert [entry["records"] for entry in told(door)] == [[record]]


@pytest.mark.parametrize(
    "values", [{"disabled": True}, {"roles": ["auditor"]}, {"agency_id": "havering"}], ids=str
)
def test_an_account_that_no_longer_reads_is_told_nothing(door, receiver, values):
    register(door, receiver, "record:released")
    with announced(door, receiver), door.database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == RAILWAY).values(values))
    assert receiver.messages == []


def test_an_ended_address_is_told_nothing_more(door, receiver):
    hook, _ = register(door, receiver, "record:released")
    with announced(door, receiver):
        assert door.post(f"webhooks/{hook}/end", "kate-lindqvist").status_code == 204
    assert receiver.messages == []


def test_a_recall_is_told_only_to_who_was_shown_the_record(door, receiver):
    register(door, receiver, "record:recalled")
    seen, unseen = (door.made("sightings", OPERATOR, sighting(EVERYBODY)) for _ in range(2))
    assert door.get(f"sightings/{seen}", RAILWAY).status_code == 200
    for record in (seen, unseen):
        revoke_all(door, record)
    do_jobs(door.app)
    assert {body["record"] for body in receiver.bodies()} == {seen}


def test_a_recall_of_one_release_of_two_is_no_recall(door, receiver):
    register(door, receiver, "record:recalled")
    record = door.made("sightings", OPERATOR, sighting(to("british-transport-police"), EVERYBODY))
    door.get(f"sightings/{record}", RAILWAY)
    release = door.get(f"sightings/{record}/receipts", OPERATOR).json["releases"][0]
    door.post(f"sightings/{record}/releases/{release['id']}/revoke", OPERATOR)
    do_jobs(door.app)
    assert receiver.messages == []


def test_an_answered_request_is_told_to_its_asker_alone(door, receiver):
    register(door, receiver, "request:answered")
    mine, others = new_id(), new_id()
    with door.database.transaction() as tx:
        announce(tx, Event.ANSWERED, request=mine, agencies=["british-transport-police"])
        announce(tx, Event.ANSWERED, request=others, agencies=["romford-bcrp"])
        announce(tx, Event.ANSWERED, request=new_id())
    do_jobs(door.app)
    assert [body["request"] for body in receiver.bodies()] == [mine]


def test_a_redirect_is_not_followed(door, receiver):
    other = Receiver()
    receiver.status, receiver.location = 307, other.url
    register(door, receiver, "record:released")
    door.made("sightings", OPERATOR, sighting(EVERYBODY))
    do_jobs(door.app)
    other.close()
    assert other.messages == []
    assert len(receiver.messages) == 1


def test_what_is_never_taken_is_given_up_and_told_to_the_administrators(door, receiver):
    hook, _ = register(door, receiver, "record:released")
    receiver.status = 500
    door.made("sightings", OPERATOR, sighting(EVERYBODY))
    moment = clock.now()
    for _ in range(10):
        with clock.stopped(moment):
            do_jobs(door.app)
        moment += timedelta(hours=7)
    assert len(receiver.messages) == 8
    assert len({body["delivery"] for body in receiver.bodies()}) == 1
    (line,) = door.get(f"webhooks/{hook}", "kate-lindqvist").json["deliveries"]
    assert (line["state"], line["attempts"], line["status"]) == ("failed", 8, 500)
    with door.database.transaction() as tx:
        (error,) = tx.execute(select(outbox.c.last_error).where(outbox.c.gave_up_at.is_not(None))).scalars()
        letters = tx.execute(select(outbox.c.about).where(outbox.c.kind == "mail")).scalars().all()
    assert error == "Unavailable"
    assert letters == ["kate-lindqvist job-given-up"]


def test_a_test_says_nothing_of_any_record(door, receiver):
    hook, _ = register(door, receiver, "alert:issued")
    assert door.post(f"webhooks/{hook}/test", "kate-lindqvist").status_code == 202
    do_jobs(door.app)
    (body,) = receiver.bodies()
    assert body.keys() == {"delivery", "event", "sent"}
    assert body["event"] == "test"


def test_without_an_address_nothing_is_written(door):
    door.made("sightings", OPERATOR, sighting(EVERYBODY))
    with door.database.transaction() as tx:
        assert tx.execute(select(outbox)).all() == []


def test_the_secret_is_shown_once_and_is_not_kept_readable(door, receiver):
    hook, secret = register(door, receiver, "record:released")
    with door.database.transaction() as tx:
        kept = tx.execute(select(webhook.c.secret).where(webhook.c.id == hook)).scalar_one()
    assert secret not in kept
    assert secret.encode().hex() not in kept
    assert secret not in door.get(f"webhooks/{hook}", "kate-lindqvist").text
    assert secret not in str(door.entries())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "https://hooks.partner.example/in"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"url": "ftp://127.0.0.1:21/"}, "url"),
        ({"url": "http://127.0.0.1.partner.example:80/"}, "url"),
        ({"url": "https://user:word@hooks.partner.example/"}, "url"),
        ({"events": ["record:everything"]}, "events"),
        ({"account": "dan-osei"}, "account"),
        ({"purpose": "running-the-partnership"}, "purpose"),
    ],
    ids=str,
)
def test_what_cannot_be_told_is_not_registered(sharing, changed, field):
    good = {
        "url": "http://127.0.0.1:9/in",
        "events": ["record:released"],
        "account": RAILWAY,
        "purpose": ROBBERY,
    }
    with sharing.database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == "kate-lindqvist").values(roles=["administrator"]))
    answer = sharing.post("webhooks", "kate-lindqvist", {**good, **changed})
    assert problem(answer) == (422, "invalid")
    assert "url" in answer.json["problems"] or field in answer.json["problems"]


def test_webhooks_are_for_administrators_of_the_agency_alone(door, receiver):
    hook, _ = register(door, receiver, "record:released")
    assert problem(door.get("webhooks", MEMBER)) == (403, "denied")
    assert problem(door.get("webhooks", OFFICER)) == (403, "denied")
    assert door.get("webhooks", ADMINISTRATOR).json == {"webhooks": []}
    other = door.get(f"webhooks/{new_id()}", ADMINISTRATOR)
    assert door.get(f"webhooks/{hook}", ADMINISTRATOR).data == other.data
    assert problem(door.post(f"webhooks/{hook}/end", ADMINISTRATOR)) == (404, "missing")


def test_what_was_given_up_waits_for_the_agencys_administrators_alone(door):
    with door.database.transaction() as tx:
        row = {
            "id": new_id(),
            "kind": "mail",
            "payload": {},
            "agency_id": "havering",
            "written_at": clock.now(),
            "due_at": clock.now(),
            "attempts": 8,
            "gave_up_at": clock.now(),
            "last_error": "ConnectionRefusedError",
        }
        tx.execute(outbox.insert(), row)
    kinds = [each.kind for each in list_waiting(door.database, actor(ADMINISTRATOR))]
    assert kinds == ["given-up", "access-review"]
    assert "given-up" not in [each.kind for each in list_waiting(door.database, actor("ruth-okafor"))]
