"""Settings are read whole and refused when unsafe, with one line that says what to mend."""

import stat
from pathlib import Path

import pytest

from foundation.errors import Misconfigured
from foundation.secret_file import create_secret
from foundation.settings import Settings, described
from portal.cli.references import settings_page
from portal.cli.setup import prepare_all

GOOD = "7f3a9c1e5b8d2046f1c7e9a3b5d80264"


def environment(folder, **more):
    return {"CONCORDAT_DATA_DIR": str(folder), "CONCORDAT_ENVIRONMENT": "demonstration", **more}


def refusal(environ):
    with pytest.raises(Misconfigured) as caught:
        Settings.from_environment(environ)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def secret(tmp_path):
    create_secret(tmp_path / "secret.key")
    return tmp_path / "secret.key"


def test_secret_file_is_for_its_owner_only_and_is_kept_when_made_again(secret):
    before = secret.read_text()
    create_secret(secret)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert secret.read_text() == before
    assert len(before.strip()) == 64


def test_defaults_of_the_demonstration_are_one_sqlite_process_on_this_machine(secret, tmp_path):
    settings = Settings.from_environment(environment(tmp_path))
    assert settings.database_url == f"sqlite:///{tmp_path}/concordat.sqlite3"
    assert (settings.workers, settings.host, settings.public_url) == (1, "127.0.0.1", "http://localhost:8000")
    assert settings.trusted_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert settings.secret_key == secret.read_text().strip()


def test_representation_of_settings_does_not_hold_the_secret(secret, tmp_path):
    settings = Settings.from_environment(environment(tmp_path))
    assert settings.secret_key not in repr(settings)


@pytest.mark.parametrize("kind", ["demonstration", "production"])
def test_missing_secret_is_refused_with_the_command_that_makes_it(tmp_path, kind):
    environ = environment(
        tmp_path,
        CONCORDAT_ENVIRONMENT=kind,
        CONCORDAT_PUBLIC_URL="https://concordat.example",
        CONCORDAT_PROXIES="1",
    )
    assert "setup prepare" in refusal(environ)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD[:31], "shorter than 32 bytes"),
        ("change-me-please-0123456789abcdefgh", "known default"),
        ("Concordat-0123456789-abcdefghijklmn", "known default"),
        ("ab" * 32, "known default"),
    ],
)
def test_weak_secret_is_refused_and_not_repeated(tmp_path, text, words):
    path = tmp_path / "secret.key"
    path.write_text(text)
    path.chmod(0o600)
    message = refusal(environment(tmp_path))
    assert words in message
    assert text not in message


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_secret_that_others_can_reach_is_refused(secret, tmp_path, mode):
    secret.chmod(mode)
    assert "chmod 600" in refusal(environment(tmp_path))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CONCORDAT_ENVIRONMENT", "staging", "must be one of"),
        ("CONCORDAT_THREADZ", "4", "no setting CONCORDAT_THREADZ"),
        ("CONCORDAT_THREADS", "0", "at least 1"),
        ("CONCORDAT_THREADS", "four", "whole number"),
        ("PORT", "70000", "at most 65535"),
        ("CONCORDAT_FACTORS", "one", "must be two or hardware"),
        ("CONCORDAT_DATABASE_URL", "mysql://x", "must begin with"),
    ],
)
def test_setting_that_cannot_be_is_refused_by_name(secret, tmp_path, name, value, words):
    assert words in refusal(environment(tmp_path, **{name: value}))


def test_production_is_the_default_and_wants_an_https_address(secret, tmp_path):
    environ = {"CONCORDAT_DATA_DIR": str(tmp_path)}
    assert "https" in refusal(environ)
    assert "https" in refusal({**environ, "CONCORDAT_PUBLIC_URL": "http://concordat.example"})
    environ["CONCORDAT_PUBLIC_URL"] = "https://concordat.example"
    assert "CONCORDAT_PROXIES must be at least 1" in refusal(environ)
    settings = Settings.from_environment({**environ, "CONCORDAT_PROXIES": "1"})
    assert (settings.is_demonstration, settings.trusted_hosts) == (False, ("concordat.example",))
    assert settings.factors == "two"


def test_sqlite_has_one_worker_and_postgresql_as_many_as_set(secret, tmp_path):
    environ = environment(tmp_path, CONCORDAT_WORKERS="3")
    assert Settings.from_environment(environ).workers == 1
    postgresql = {"CONCORDAT_DATABASE_URL": "postgresql+psycopg://app@/concordat"}
    assert Settings.from_environment({**environ, **postgresql}).workers == 3


def test_page_of_settings_names_every_setting_once():
    page = settings_page()
    assert all(page.count(f"| `{item.metadata['variable']}` |") == 1 for item in described())
    assert len(described()) > 10
    assert Path("docs/settings.md").read_text(encoding="utf-8") == page


def test_folder_prepared_as_a_demonstration_is_one_until_told_otherwise(tmp_path):
    folder = {"CONCORDAT_DATA_DIR": str(tmp_path)}
    prepare_all(Settings.without_secret({**folder, "CONCORDAT_ENVIRONMENT": "demonstration"}))
    assert Settings.from_environment(folder).is_demonstration
    with pytest.raises(Misconfigured, match="CONCORDAT_PUBLIC_URL"):
        Settings.from_environment({**folder, "CONCORDAT_ENVIRONMENT": "production"})


def test_folder_that_nobody_prepared_is_production(tmp_path):
    with pytest.raises(Misconfigured):
        Settings.from_environment({"CONCORDAT_DATA_DIR": str(tmp_path)})
