"""The portal's secret is changed and everything goes on: what it sealed opens under the new one alone."""

import os
import subprocess
import sys

import pyotp
import pytest
from sqlalchemy import select, update

from auth.codes import begin_authenticator, code_is_good, finish_authenticator
from auth.passkeys import Made, Party, keep_passkey, passkey_bound, passkey_key
from auth.sessions import find_session
from auth.sign_in import sign_in
from auth.tables import passkey
from foundation import clock
from foundation.crypto.sealing import SealBroken, open_sealed
from foundation.database import Database
from foundation.settings import Settings
from sharing.resealing import change_secret
from tests.architecture.sources import ROOT, files
from tests.databases import postgresql_url, sqlite_url
from tests.people import OPERATOR, PASSWORD, add_people
from tests.portal import prepare_tables
from tests.unit.auth.test_codes import EMAIL, LIMITS, NOW, later

OLD, NEW = "o" * 43, "n" * 43


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    opened = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    prepare_tables(opened)
    add_people(opened)
    with clock.stopped(NOW):
        yield opened
    opened.close()


@pytest.fixture
def app(database):
    token = sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS).session
    actor = find_session(database, token, LIMITS).actor
    made = pyotp.parse_uri(begin_authenticator(database, actor, OLD))
    finish_authenticator(database, actor, OLD, made.at(NOW))
    with database.transaction() as tx:
        party = Party("localhost", "http://localhost", OLD)
        keep_passkey(tx, OPERATOR, Made("credential", "public", 0, backed_up=False), "Key", party)
    return made


def public_key(database, secret):
    with database.transaction() as tx:
        sealed = tx.execute(select(passkey.c.public_key)).scalar_one()
    return open_sealed(passkey_key(secret), passkey_bound(OPERATOR, "credential"), bytes.fromhex(sealed))


def test_factors_go_on_under_the_new_secret_alone(database, app):
    assert change_secret(database, OLD, NEW) == (2, 0)
    assert public_key(database, NEW) == b"public"
    with pytest.raises(SealBroken):
        public_key(database, OLD)
    with later(60), database.transaction() as tx:
        with pytest.raises(SealBroken):
            code_is_good(tx, OPERATOR, OLD, app.at(clock.now()))
        assert code_is_good(tx, OPERATOR, NEW, app.at(clock.now()))


def test_it_may_be_run_again(database, app):
    change_secret(database, OLD, NEW)
    assert change_secret(database, OLD, NEW) == (0, 0)
    assert public_key(database, NEW) == b"public"


def test_what_opens_under_neither_is_left_and_told(database, app):
    assert change_secret(database, "x" * 43, NEW) == (0, 2)
    assert public_key(database, OLD) == b"public"
    with database.transaction() as tx:
        tx.execute(update(passkey).values(public_key="00" * 40))
    assert change_secret(database, OLD, NEW) == (1, 1)


def test_everything_that_is_kept_under_the_secret_is_sealed_anew():
    """A module that derives a key of its own is one of the four, or keeps nothing."""
    sealing = {
        path.as_posix()
        for path in files(".py")
        if path.parts[0] in {"auth", "sharing", "portal", "foundation"}
        and "derived_key(" in (ROOT / path).read_text("utf-8")
    }
    assert sealing == {
        "auth/codes.py",
        "auth/passkeys.py",
        "auth/sign_on/discovery.py",
        "foundation/crypto/resealing.py",
        "foundation/crypto/sealing.py",
        "portal/gate/typed.py",  # stays in the browser: after the change it does not open, and that is said
        "sharing/webhooks/registering.py",
    }


def test_command_takes_the_file_of_before_and_says_how_much(tmp_path):
    environ = {**os.environ, "CONCORDAT_ENVIRONMENT": "demonstration", "CONCORDAT_DATA_DIR": str(tmp_path)}

    def run(*words):
        command = [sys.executable, "-m", "portal.cli.setup", *words]
        return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run("prepare").returncode == 0
    old = tmp_path / "secret.old"
    (tmp_path / "secret.key").rename(old)
    assert run("prepare").returncode == 0
    database = Database(
        Settings.from_environment(
            {k: v for k, v in environ.items() if k.startswith("CONCORDAT")}
        ).database_url
    )
    add_people(database)
    with database.transaction() as tx:
        party = Party("localhost", "http://localhost", old.read_text().strip())
        keep_passkey(tx, OPERATOR, Made("credential", "public", 0, backed_up=False), "Key", party)
    done = run("reseal", str(old))
    assert (done.returncode, done.stdout) == (0, "Sealed anew: 1.\n"), done.stderr
    assert public_key(database, (tmp_path / "secret.key").read_text().strip()) == b"public"
    database.close()
    old.write_text("x" * 20)
    assert run("reseal", str(old)).returncode == 1
