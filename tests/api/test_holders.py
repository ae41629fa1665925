"""A key that is bound to its holder is good for the program that has the private key, and for nobody else."""

import base64
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from auth.holders import COVERED, COVERED_IF_SENT, OLDEST, SKEW
from auth.roles import Role
from auth.tables import api_key, signed_request
from foundation import clock
from portal.app import create_app
from portal.gate import context
from tests.api.doors import EVERYBODY, Door, problem, sighting
from tests.api.signing import Program, send
from tests.api.test_keys import READ, ask, key_of
from tests.architecture.sources import ROOT
from tests.partnership import EXCLUDING, ROBBERY
from tests.portal import close

REFUSED = (401, "signature-required")
SUBMIT = ("record:submit", "record:release", READ)
BODY = json.dumps(sighting()).encode()
OTHER = json.dumps(sighting(account="Nobody was there.")).encode()


@pytest.fixture(scope="module")
def program():
    return Program()


def bound(door, program, **more):
    """A key of the council's that is bound to the program: account, id and token."""
    wanted = {"actions": SUBMIT, "purposes": (ROBBERY, EXCLUDING), **more}
    return key_of(door, "havering", Role.OPERATOR, holder_key=program.pem, **wanted)


def row_of(door, key):
    with door.database.transaction() as tx:
        return tx.execute(select(api_key).where(api_key.c.id == key)).one()


def taken(door):
    with door.database.transaction() as tx:
        return tx.execute(select(func.count()).select_from(signed_request)).scalar_one()


def test_the_documents_example_reads_and_sends_with_a_bound_key(each_sharing, program):
    _, key, token = bound(each_sharing, program)
    body = json.dumps(sighting(EVERYBODY)).encode()
    made = send(each_sharing, program.headers(token, "POST", "sightings", body), "POST", "sightings", body)
    assert made.status_code == 201
    path = f"sightings/{made.json['id']}"
    assert send(each_sharing, program.headers(token, path=path), path=path).status_code == 200
    listed = "sightings?q=cash%20machine&limit=5"
    answer = send(each_sharing, program.headers(token, path=listed), path=listed)
    assert (answer.status_code, made.json["id"] in answer.text) == (200, True)
    assert row_of(each_sharing, key).last_used_at is not None
    once = program.headers(token, "POST", "sightings", BODY, Idempotency_Key="one", If_Match='"1"')
    assert send(each_sharing, once, "POST", "sightings", BODY).status_code == 201


def without(name: str) -> Callable[..., dict[str, str]]:
    """Good headers, signed over all but one component."""

    def made(program, token):
        return signed_over(program, token, lambda values: values.pop(name))

    return made


def unchanged(_values):
    pass


def signed_over(program, token, change, about=None, body=BODY):
    """Headers of a sent record, signed by hand over what `change` leaves of its components."""
    said = program.headers(token, "POST", "sightings", body)
    values = {"@method": "POST", "@authority": "localhost", "@path": "/api/v1/sightings", "@query": "?"}
    plain = {name.lower(): value for name, value in said.items()}
    values |= {
        name: plain[name]
        for name in ("authorization", "sharing-purpose", "content-type", "content-digest")
        if name in plain
    }
    change(values)
    told = {
        "created": int(clock.now().timestamp()),
        "nonce": f'"{clock.now().timestamp():.6f}-nonce"',
        "keyid": f'"{program.thumbprint}"',
        "alg": '"ed25519"',
        **(about or {}),
    }
    names = " ".join(f'"{name}"' for name in values)
    words = f"({names})" + "".join(f";{name}={value}" for name, value in told.items() if value is not None)
    base = "".join(f'"{name}": {value}\n' for name, value in values.items()) + f'"@signature-params": {words}'
    signature = base64.b64encode(program.private.sign(base.encode())).decode()
    return {**said, "Signature-Input": f"sig={words}", "Signature": f"sig=:{signature}:"}


def test_the_signature_that_faults_are_planted_in_is_good(sharing, program):
    *_, token = bound(sharing, program)
    headers = signed_over(program, token, unchanged)
    assert send(sharing, headers, "POST", "sightings", BODY).status_code == 201


def said_by(about):
    return lambda program, token: signed_over(program, token, unchanged, about)


def seconds(ago):
    def made(program, token):
        return said_by({"created": int(clock.now().timestamp()) - ago})(program, token)

    return made


def altered(**headers):
    def made(program, token):
        return {**program.headers(token, "POST", "sightings", BODY), **headers}

    return made


def dropped(*names):
    def made(program, token):
        said = program.headers(token, "POST", "sightings", BODY)
        return {name: value for name, value in said.items() if name not in names}

    return made


def of_another_program(_, token):
    return Program().headers(token, "POST", "sightings", BODY)


def under_the_name_of_the_first(program, token):
    other = Program()
    other.thumbprint = program.thumbprint
    return other.headers(token, "POST", "sightings", BODY)


def with_a_second_signature(program, token):
    said = program.headers(token, "POST", "sightings", BODY)
    return said | {each: f"{said[each]}, again={said[each][4:]}" for each in ("Signature", "Signature-Input")}


FAULTS = {
    "no signature": (dropped("Signature", "Signature-Input"), {}, "is not signed"),
    "half a signature": (dropped("Signature-Input"), {}, "is not signed"),
    "no word of the signature": (altered(Signature="sig=:AAAA:"), {}, "does not fit"),
    "what is no signature": (altered(**{"Signature-Input": "(((("}), {}, "does not fit"),
    "another program's": (of_another_program, {}, "does not fit"),
    "another's in its name": (under_the_name_of_the_first, {}, "does not fit"),
    "two signatures": (with_a_second_signature, {}, "does not fit"),
    "another body": (altered(), {"body": OTHER}, "does not fit"),
    "no body": (altered(), {"body": b""}, "does not fit"),
    "another path": (altered(), {"path": "incidents"}, "does not fit"),
    "a query more": (altered(), {"path": "sightings?x=1"}, "does not fit"),
    "another method": (altered(), {"method": "PUT"}, "does not fit"),
    "another host": (altered(), {"host": "http://127.0.0.1"}, "does not fit"),
    "another purpose": (altered(**{"Sharing-Purpose": EXCLUDING}), {}, "does not fit"),
    "no purpose": (dropped("Sharing-Purpose"), {}, "does not fit"),
    "another kind": (altered(**{"Content-Type": "application/x-www-form-urlencoded"}), {}, "does not fit"),
    "a condition more": (altered(**{"If-Match": "*"}), {}, "leaves something out: if-match"),
    "a key of the act": (altered(**{"Idempotency-Key": "k"}), {}, "leaves something out: idempotency-key"),
    "no digest": (dropped("Content-Digest"), {}, "does not fit"),
    "a digest of nothing": (altered(**{"Content-Digest": "sha-256=:AAAA:"}), {}, "does not fit"),
    **{
        f"{name} uncovered": (without(name), {}, f"leaves something out: {name}")
        for name in ("@method", "@authority", "@path", "@query", "authorization", "sharing-purpose",
                     "content-type", "content-digest")
    },
    **{
        f"no {name}": (said_by({name: None}), {}, f"leaves something out: {name}")
        for name in ("created", "nonce", "alg")
    },
    "no keyid": (said_by({"keyid": None}), {}, "does not fit"),
    "another alg": (said_by({"alg": '"hmac-sha256"'}), {}, "does not fit"),
    "a short nonce": (said_by({"nonce": '"0123456789abcde"'}), {}, "nonce"),
    "a long nonce": (said_by({"nonce": f'"{"n" * 201}"'}), {}, "nonce"),
    "over": (said_by({"expires": 1}), {}, "within the last 60 seconds"),
    "too old": (seconds(int((OLDEST + SKEW).total_seconds()) + 2), {}, "within the last 60 seconds"),
    "of later": (seconds(-int(SKEW.total_seconds()) - 3), {}, "within the last 60 seconds"),
    "of no time": (said_by({"created": 999999999999999}), {}, "does not fit"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_not_signed_as_it_was_sent_is_refused_and_nothing_is_done(sharing, program, fault):
    make, changes, words = FAULTS[fault]
    _, key, token = bound(sharing, program)
    headers, waiting = make(program, token), taken(sharing)
    with sharing.new_entries() as entries:
        answer = send(sharing, headers, **{"method": "POST", "body": BODY, **changes})
    assert problem(answer) == REFUSED
    assert words in answer.json["detail"]
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="concordat"'
    assert [(each["event"], each["detail"]["key"]) for each in entries] == [("auth:key:unsigned", key)]
    kept = row_of(sharing, key)
    assert (kept.first_used_at, kept.last_used_at) == (None, None)
    assert kept.unsigned_at is not None
    assert taken(sharing) == waiting


def headers_read(text):
    """The headers of a request that these lines of source read by name."""
    named = re.findall(r"""request\.headers(?:\.get\(|\[)["']([\w-]+)""", text)
    return {each.lower() for each in named} | {
        each.replace("_", "-") for each in re.findall(r"request\.(if_\w+)", text)
    }


def test_every_header_that_the_door_reads_is_covered():
    read = (*(ROOT / "portal/api").rglob("*.py"), ROOT / "portal/gate/identity.py")
    found = set().union(*(headers_read(each.read_text("utf-8")) for each in read))
    assert found == {"authorization", "sharing-purpose", "if-match", "idempotency-key"}
    assert found <= {*COVERED, *COVERED_IF_SENT}
    assert headers_read('x = request.headers.get("X-Planted")\ny = request.if_none_match') == {
        "x-planted",
        "if-none-match",
    }


@pytest.mark.parametrize("name", COVERED_IF_SENT)
def test_every_header_that_decides_what_is_done_is_named_to_programs(sharing, name):
    document = sharing.get("openapi.json", None, purpose=None).json
    assert name in document["components"]["securitySchemes"]["key"]["description"]
    assert name in sharing.get("docs", None, purpose=None).text


def test_a_request_counts_once_whichever_process_it_comes_to(each_sharing, program):
    *_, token = bound(each_sharing, program)
    with each_sharing.app.app_context():
        other = Door(create_app(context.settings()))
    headers = program.headers(token, "POST", "sightings", BODY)
    assert send(each_sharing, headers, "POST", "sightings", BODY).status_code == 201
    for door in (each_sharing, other):
        again = send(door, headers, "POST", "sightings", BODY)
        assert problem(again) == REFUSED
        assert "taken before" in again.json["detail"]
    close(other.app)


def test_of_the_same_request_sent_at_once_one_is_taken(each_sharing, program):
    *_, token = bound(each_sharing, program)
    headers = program.headers(token, "POST", "sightings", BODY)
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(send, each_sharing, headers, "POST", "sightings", BODY) for _ in range(6)]
        statuses = sorted(each.result().status_code for each in sent)
    assert statuses == [201, *[401] * 5]


def test_a_nonce_is_one_key_s_own_and_forgotten_once_it_is_too_old(each_sharing, program):
    *_, first = bound(each_sharing, program)
    *_, second = bound(each_sharing, program)
    about = {"nonce": '"the-same-nonce-for-both"'}
    for token in (first, second):
        headers = signed_over(program, token, unchanged, about)
        assert send(each_sharing, headers, "POST", "sightings", BODY).status_code == 201
    assert taken(each_sharing) >= 2
    with clock.stopped(clock.now() + OLDEST + 3 * SKEW):
        assert send(each_sharing, headers, "POST", "sightings", BODY).status_code == 401
        assert send(each_sharing, program.headers(first)).status_code == 200
        assert taken(each_sharing) == 1


def test_a_thief_s_many_tries_leave_one_entry_a_minute(sharing, program):
    _, key, token = bound(sharing, program)
    with sharing.new_entries() as entries:
        for _ in range(5):
            assert problem(ask(sharing, token)) == REFUSED
        with clock.stopped(clock.now() + timedelta(seconds=61)):
            assert problem(ask(sharing, token)) == REFUSED
    assert [each["detail"] for each in entries] == [{"key": key, "reason": "missing"}] * 2


def test_a_key_of_another_agency_s_address_or_time_is_refused_before_its_signature_is_read(sharing, program):
    *_, token = bound(sharing, program, addresses=("192.0.2.0/24",))
    assert problem(send(sharing, program.headers(token))) == (403, "denied")
    *_, token = bound(sharing, program, days=1)
    with clock.stopped(clock.now() + timedelta(days=2)):
        assert problem(send(sharing, program.headers(token))) == (401, "unauthenticated")


def test_a_signature_for_a_purpose_that_is_not_the_key_s_is_denied(sharing, program):
    *_, token = bound(sharing, program, purposes=(ROBBERY,))
    headers = program.headers(token, Sharing_Purpose=EXCLUDING)
    assert problem(send(sharing, headers)) == (403, "denied")
