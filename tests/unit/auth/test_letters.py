"""Letters reach a real mail server: one recipient each, saying that something waits and where, no more."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update

from auth.letters import MAIL, Notice, notify, notify_role, send_mail
from auth.roles import Role
from auth.tables import user
from foundation import clock
from foundation.errors import Misconfigured
from foundation.mail import LETTERS, written
from foundation.outbox.tables import outbox
from foundation.settings import Settings
from portal.app import create_app
from tests.jobs import do_jobs
from tests.journeys.server import free_port
from tests.letters import Sink
from tests.people import DPO, OPERATOR, add_people
from tests.portal import database_of, demonstration_settings, prepare_tables


def portal_with(folder, port, **more):
    mail = {
        "CONCORDAT_MAIL_HOST": "127.0.0.1",
        "CONCORDAT_MAIL_PORT": str(port),
        "CONCORDAT_MAIL_SECURITY": "none",
    }
    app = create_app(demonstration_settings(folder, **{**mail, **more}))
    prepare_tables(database_of(app))
    add_people(database_of(app))
    return app


@pytest.fixture
def app(tmp_path, sink):
    made = portal_with(tmp_path, sink.port)
    yield made
    database_of(made).close()


def tell(app, *people, notice=Notice.BREAK_GLASS):
    with database_of(app).transaction() as tx:
        notify(tx, people, notice)


def test_each_gets_a_letter_of_their_own_that_tells_nothing(app, sink):
    tell(app, OPERATOR, DPO, "nobody-of-that-id")
    do_jobs(app)
    assert sorted(each.rcpt_tos for each in sink.envelopes) == [
        ["dan.osei@havering.example"],
        ["ruth@havering.example"],
    ]
    for envelope, message in zip(sink.envelopes, sink.messages(), strict=True):
        assert message["To"] == envelope.rcpt_tos[0]
        assert (message["Cc"], message["Bcc"]) == (None, None)
        assert message["Subject"] == "Something waits for you in Concordat"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message.get_content_type() == "text/plain"
        body = message.get_content()
        assert "http://localhost:8000/" in body
        assert "glass" not in message.as_string().lower()


@pytest.mark.parametrize("notice", Notice)
def test_every_notice_is_the_same_letter(app, sink, notice):
    """So that neither subject nor text tells what it is about."""
    tell(app, OPERATOR, notice=notice)
    do_jobs(app)
    (message,) = sink.messages()
    text = message.get_content().replace("\r\n", "\n")
    assert (message["Subject"], text) == written("waiting", "http://localhost:8000/")


def test_a_storm_of_reasons_is_one_letter_now_and_one_later(app, sink):
    for _ in range(15):
        tell(app, OPERATOR)
    do_jobs(app)
    for _ in range(15):
        tell(app, OPERATOR)
    do_jobs(app)
    assert len(sink.envelopes) == 1
    with clock.stopped(clock.now() + timedelta(minutes=15)):
        do_jobs(app)
    assert len(sink.envelopes) == 2


def test_who_has_left_by_then_gets_no_letter(app, sink):
    tell(app, OPERATOR)
    with database_of(app).transaction() as tx:
        tx.execute(update(user).where(user.c.id == OPERATOR).values(disabled=True))
    do_jobs(app)
    assert sink.envelopes == []


def test_everybody_in_a_role_of_one_agency_is_told(app, sink):
    with database_of(app).transaction() as tx:
        notify_role(tx, "havering", Role.DPO, Notice.RECALL)
        notify_role(tx, "elsewhere", Role.OPERATOR, Notice.RECALL)
    do_jobs(app)
    assert [each.rcpt_tos for each in sink.envelopes] == [["ruth@havering.example"]]


def test_a_letter_carries_its_link_and_the_outbox_forgets_it(app, sink):
    with database_of(app).transaction() as tx:
        send_mail(tx, OPERATOR, "waiting", "/invitations/7f3a")
    do_jobs(app)
    assert "http://localhost:8000/invitations/7f3a" in sink.messages()[0].get_content()
    with database_of(app).transaction() as tx:
        (row,) = tx.execute(select(outbox)).all()
    assert (row.kind, row.payload, row.done_at is None) == (MAIL, {}, False)


def test_a_server_that_is_down_or_busy_holds_nobody_up_and_gets_the_same_letter_later(app, sink):
    sink.refusal = "451 try later"
    tell(app, OPERATOR)
    do_jobs(app)
    sink.refusal = None
    with clock.stopped(clock.now() + timedelta(seconds=31)):
        do_jobs(app)
    (message,) = sink.messages()
    with database_of(app).transaction() as tx:
        (row,) = tx.execute(select(outbox)).all()
    assert row.attempts == 2
    assert message["Message-ID"] == f"<{row.id}@localhost>"


def test_an_address_that_is_refused_for_good_is_given_up_at_once(app, sink):
    sink.refusal = "550 nobody here"
    tell(app, OPERATOR)
    do_jobs(app)
    with database_of(app).transaction() as tx:
        (row,) = tx.execute(select(outbox)).all()
    assert (row.attempts, row.last_error) == (1, "Hopeless")


def test_without_a_mail_server_letters_go_nowhere_and_nothing_waits(tmp_path):
    app = portal_with(tmp_path, 25, CONCORDAT_MAIL_HOST="")
    tell(app, OPERATOR)
    do_jobs(app)
    with database_of(app).transaction() as tx:
        assert tx.execute(select(outbox.c.id).where(outbox.c.done_at.is_(None))).all() == []
    database_of(app).close()


def test_nobody_listening_is_a_fault_of_its_own_kind(tmp_path):
    app = portal_with(tmp_path, 9)
    tell(app, OPERATOR)
    do_jobs(app)
    with database_of(app).transaction() as tx:
        (row,) = tx.execute(select(outbox)).all()
    assert row.last_error == "ConnectionRefusedError"
    database_of(app).close()


def certificate(folder):
    """A certificate for 127.0.0.1 that is its own authority; gives the file that holds it and its key."""
    from ipaddress import ip_address

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)  # noqa: TID251 - certificates know no stopped clock
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_the_way_is_kept_and_the_account_proven(tmp_path, monkeypatch):
    file, made = certificate(tmp_path), Sink()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)

    def authenticate(_server, _session, _envelope, _mechanism, data):
        made.logins.append((data.login, data.password))
        return AuthResult(success=True)

    made.port = free_port()
    controller = Controller(
        made,
        hostname="127.0.0.1",
        port=made.port,
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    word = tmp_path / "mail.password"
    word.write_text("three-herons")
    word.chmod(0o600)
    app = portal_with(
        tmp_path,
        made.port,
        CONCORDAT_MAIL_SECURITY="starttls",
        CONCORDAT_MAIL_USER="concordat",
        CONCORDAT_MAIL_PASSWORD_FILE=str(word),
    )
    try:
        tell(app, OPERATOR)
        do_jobs(app)
        assert made.envelopes == []  # a certificate that nobody vouches for is refused
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        with clock.stopped(clock.now() + timedelta(minutes=1)):
            do_jobs(app)
    finally:
        controller.stop()
        database_of(app).close()
    assert len(made.envelopes) == 1
    assert made.logins == [(b"concordat", b"three-herons")]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"CONCORDAT_MAIL_HOST": "mail.example", "CONCORDAT_MAIL_SECURITY": "none"}, "on this machine"),
        ({"CONCORDAT_MAIL_SECURITY": "ssl"}, "starttls, tls or none"),
        ({"CONCORDAT_MAIL_USER": "x"}, "must name the password"),
        ({"CONCORDAT_MAIL_PASSWORD_FILE": "/nowhere"}, "cannot be read"),
        (
            {
                "CONCORDAT_ENVIRONMENT": "production",
                "CONCORDAT_PUBLIC_URL": "https://concordat.example",
                "CONCORDAT_PROXIES": "1",
                "CONCORDAT_WEBHOOK_LOOPBACK": "yes",
            },
            "must be no in production",
        ),
    ],
)
def test_unsafe_sending_is_refused_at_the_start(tmp_path, setting, words):
    demonstration_settings(tmp_path)
    environ = {"CONCORDAT_ENVIRONMENT": "demonstration", "CONCORDAT_DATA_DIR": str(tmp_path), **setting}
    with pytest.raises(Misconfigured, match=words):
        Settings.from_environment(environ)


def test_every_letter_has_a_subject_a_link_and_nothing_else_to_fill_in():
    letters = sorted(path.stem for path in LETTERS.glob("*.txt"))
    assert "waiting" in letters
    for name in letters:
        subject, text = written(name, "https://concordat.example/x")
        assert subject
        assert "https://concordat.example/x" in text
    with pytest.raises(Misconfigured):
        written("no-such-letter", "")
