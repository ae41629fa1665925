"""A whole portal over PostgreSQL that knows its servers by their user or certificate, and by no password."""

import getpass
import shutil
import socket
import subprocess
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import make_url, text

from foundation import clock
from foundation.database import Database
from foundation.errors import Unavailable
from foundation.settings import Settings
from foundation.walls import REQUESTS, SERVER
from portal.app import create_app
from portal.cli.setup import prepare_all
from tests.databases import OwnServer
from tests.people import PASSWORD, add_people
from tests.portal import Browser, close, database_of, production_settings

ROLES = ("postgres", REQUESTS, SERVER)
#: Where Debian keeps a server that speaks TLS; the one of the wheel does not.
DEBIANS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def addresses(pattern):
    """The settings of the three addresses; the pattern says how a role is reached."""
    names = ("CONCORDAT_DATABASE_OWNER_URL", "CONCORDAT_DATABASE_URL", "CONCORDAT_DATABASE_SYSTEM_URL")
    return {name: pattern(role) for name, role in zip(names, ROLES, strict=True)}


def whole_portal(folder, settings):
    """Prepare it, start it in production, and let somebody sign in."""
    prepared = production_settings(folder, **settings)
    prepare_all(prepared)
    app = create_app(prepared)
    add_people(database_of(app), invented=False)
    browser = Browser(app, "https://concordat.example")
    answer = browser.send("/sign-in", "/sign-in", email="dan.osei@havering.example", password=PASSWORD)
    assert answer.location == "/purpose"
    assert "Dan Osei" in browser.get("/account").text
    with app.app_context():
        close(app)
    return prepared


def known_as(url):
    """How the server says that it knows whoever asks there."""
    database = Database(url)
    with database.engine.connect() as tx:
        found = tx.execute(text("SELECT system_user")).scalar_one()
    database.close()
    return found


@pytest.fixture
def own():
    made = OwnServer()
    yield made
    made.stop()


def write_rules(server, *rules):
    """Who may come in how, from now on; in the server's own folder, kept as its user has it."""
    folder = server._folder / "data"
    (folder / "pg_ident.conf").write_text(
        "".join(f"portal {getpass.getuser()} {role}\n" for role in ROLES), "utf-8"
    )
    (folder / "pg_hba.conf").write_text("".join(f"{rule}\n" for rule in rules), "utf-8")
    server._control("reload")


def test_portal_is_known_by_its_user_on_a_socket(own, tmp_path):
    write_rules(own, "local all all peer map=portal")
    settings = whole_portal(tmp_path, addresses(lambda role: own.url.replace("//postgres@", f"//{role}@")))
    user = getpass.getuser()
    for url in (settings.database_url, settings.database_system_url, settings.database_owner_url):
        assert known_as(url) == f"peer:{user}"
    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        psycopg.connect(own.url.replace("+psycopg", "").replace("//postgres@", "//concordat_auditor@"))


def test_no_password_is_given_wherever_the_driver_finds_one(own, tmp_path, monkeypatch):
    """Not from a file in the home folder either, of which no setting tells."""
    with psycopg.connect(own.url.replace("+psycopg", ""), autocommit=True) as link:
        link.execute("ALTER ROLE postgres PASSWORD 'word'")
    write_rules(own, "local all all scram-sha-256")
    kept = tmp_path / "pgpass"
    kept.write_text("*:*:*:*:word\n")
    kept.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(kept))
    asked = {"CONCORDAT_DATABASE_URL": own.url}
    with pytest.raises(Unavailable) as caught:
        known(production_settings(tmp_path, **asked))
    assert "authentication method requirement" in str(caught.value.__cause__)
    assert known(production_settings(tmp_path, **asked, CONCORDAT_PASSWORDS_BETWEEN_SERVERS="accepted"))


def known(settings: Settings) -> bool:
    database = Database(settings.database_url)
    try:
        with database.transaction() as tx:
            return bool(tx.execute(text("SELECT true")).scalar_one())
    finally:
        database.close()


class Certificates:
    """An authority of the test's own, and what it signs; each is good for an hour."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])
        self.authority = self.made("authority", self.key.public_key(), authority=True)
        self.kept("authority.crt", self.authority.public_bytes(serialization.Encoding.PEM))

    def made(self, name, public, *, authority=False):
        now = clock.now()
        made = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        )
        return made.sign(self.key, hashes.SHA256())

    def kept(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        path.chmod(0o600)
        return path

    def issue(self, name):
        """A key and a certificate of this name, as files."""
        key = ec.generate_private_key(ec.SECP256R1())
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        self.kept(f"{name}.key", key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
        self.kept(f"{name}.crt", self.made(name, key.public_key()).public_bytes(pem))


class TlsServer:
    """A PostgreSQL with TLS that knows whoever comes by a certificate alone."""

    def __init__(self, folder, own):
        self.commands, self.user = DEBIANS[-1], own._server.system_user
        self.data, self.sockets = folder / "data", folder
        self.certificates = Certificates(folder)
        self.certificates.issue("localhost")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.run("initdb", "--auth=reject", "-U", "postgres", "-D", str(self.data))
        for name in ("localhost.key", "localhost.crt", "authority.crt"):
            shutil.copy(folder / name, self.data / name)
            (self.data / name).chmod(0o600)
            self.owned(self.data / name)
        (self.data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 cert\n")
        (self.data / "postgresql.conf").write_text(
            f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nssl = on\n"
            "ssl_cert_file = 'localhost.crt'\nssl_key_file = 'localhost.key'\nssl_ca_file = 'authority.crt'\n"
        )
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.data / "log"), "start")

    def owned(self, path):
        if self.user:
            shutil.chown(path, self.user)

    def run(self, command, *arguments):
        with (self.sockets / "said").open("ab") as said:
            subprocess.run(
                [str(self.commands / command), *arguments],
                check=True, stdout=said, stderr=said, user=self.user, timeout=90, cwd="/",
            )  # fmt: skip

    def url(self, role, certificate=None):
        held = self.certificates.folder
        return (
            f"postgresql+psycopg://{role}@localhost:{self.port}/postgres?sslmode=verify-full"
            f"&hostaddr=127.0.0.1&sslrootcert={held}/authority.crt"
            f"&sslcert={held}/{certificate or role}.crt&sslkey={held}/{certificate or role}.key"
        )


@pytest.fixture
def tls(own):
    if not DEBIANS:
        pytest.skip("there is no PostgreSQL with TLS here: apt-get install postgresql")
    folder = own._folder / "tls"
    folder.mkdir()
    if own._server.system_user:
        shutil.chown(folder, own._server.system_user)
    made = TlsServer(folder, own)
    for role in ROLES:
        made.certificates.issue(role)
    yield made
    made.run("pg_ctl", "-D", str(made.data), "-m", "immediate", "stop")


def test_portal_is_known_by_its_certificates(tls, tmp_path):
    settings = whole_portal(tmp_path, addresses(tls.url))
    for url, role in ((settings.database_url, REQUESTS), (settings.database_system_url, SERVER)):
        database = Database(url)
        with database.engine.connect() as tx:
            used = tx.execute(
                text("SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            ).scalar_one()
        database.close()
        assert used == f"/CN={role}"
    for wrong in (
        tls.url(REQUESTS, SERVER),
        make_url(tls.url(REQUESTS)).difference_update_query(["sslcert"]),
    ):
        database = Database(str(wrong))
        with pytest.raises(Unavailable), database.transaction():
            pass
        database.close()
