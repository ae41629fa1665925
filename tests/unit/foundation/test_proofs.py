"""Production refuses to prove itself to other servers by what never changes, unless that was accepted."""

import pytest
from sqlalchemy import make_url

from foundation.errors import Misconfigured
from foundation.secret_file import create_secret
from foundation.settings import Settings
from tests.portal import demonstration_settings, production_settings

SETTING = "CONCORDAT_PASSWORDS_BETWEEN_SERVERS"
ADDRESS = "postgresql+psycopg://app@db.example/concordat"
WITH_PASSWORD = "postgresql+psycopg://app:word@db.example/concordat"
DATABASE = {"CONCORDAT_DATABASE_URL": ADDRESS}
STORE = {"CONCORDAT_MEDIA_URL": "s3://bucket", "AWS_SECRET_ACCESS_KEY": "k"}
MAIL = {"CONCORDAT_MAIL_HOST": "mail.example", "CONCORDAT_MAIL_USER": "concordat"}
PASSWORDS = {
    "in the address of requests": {"CONCORDAT_DATABASE_URL": WITH_PASSWORD},
    "in the address of the server": {**DATABASE, "CONCORDAT_DATABASE_SYSTEM_URL": WITH_PASSWORD},
    "in the address of the owner": {**DATABASE, "CONCORDAT_DATABASE_OWNER_URL": WITH_PASSWORD},
    "an empty one": {"CONCORDAT_DATABASE_URL": "postgresql+psycopg://app:@db.example/concordat"},
    "as a parameter": {"CONCORDAT_DATABASE_URL": f"{ADDRESS}?sslmode=require&password=word"},
    "in a file": {"CONCORDAT_DATABASE_URL": f"{ADDRESS}?passfile=/etc/word"},
    "around it": {**DATABASE, "PGPASSWORD": "word"},
    "in a file around it": {**DATABASE, "PGPASSFILE": "/etc/word"},
    "of the mail server": MAIL,
    "of the file store": STORE,
}


@pytest.fixture
def environ(tmp_path):
    create_secret(tmp_path / "secret.key")
    (tmp_path / "word").write_text("three-herons\n")
    (tmp_path / "word").chmod(0o600)
    return {
        "CONCORDAT_PUBLIC_URL": "https://concordat.example",
        "CONCORDAT_PROXIES": "1",
        "CONCORDAT_DATA_DIR": str(tmp_path),
        "CONCORDAT_MAIL_PASSWORD_FILE": str(tmp_path / "word"),
    }


@pytest.mark.parametrize("where", PASSWORDS)
def test_password_that_never_changes_is_refused_with_what_to_do_and_may_be_accepted(environ, where):
    with pytest.raises(Misconfigured) as caught:
        Settings.from_environment({**environ, **PASSWORDS[where]})
    said = str(caught.value)
    assert "never changes" in said
    assert f"{SETTING}=accepted" in said
    assert "word@" not in said
    for accepted in ({SETTING: "accepted"}, {"CONCORDAT_ENVIRONMENT": "demonstration"}):
        assert Settings.from_environment({**environ, **PASSWORDS[where], **accepted})


@pytest.mark.parametrize(
    "short_lived",
    [
        {"CONCORDAT_DATABASE_URL": f"{ADDRESS}?sslmode=verify-full&sslcert=/c&sslkey=/k&sslrootcert=/r"},
        {"CONCORDAT_DATABASE_URL": "postgresql+psycopg://app@/concordat?host=/run/postgresql"},
        {"CONCORDAT_MEDIA_URL": "s3://bucket"},
        {**STORE, "AWS_SESSION_TOKEN": "until tonight"},
        {"CONCORDAT_MAIL_HOST": "localhost", "CONCORDAT_MAIL_SECURITY": "none"},
        {"PGPASSWORD": "of another database"},
    ],
)
def test_what_runs_out_or_is_no_word_is_taken(environ, short_lived):
    assert Settings.from_environment({**environ, **short_lived})


def test_setting_takes_no_other_word(environ):
    with pytest.raises(Misconfigured, match="must be refused or accepted"):
        Settings.from_environment({**environ, SETTING: "yes"})


def test_driver_is_told_to_give_none_wherever_it_may_find_one(tmp_path):
    for address in (ADDRESS, f"{ADDRESS}?sslmode=require"):
        settings = production_settings(tmp_path, CONCORDAT_DATABASE_URL=address)
        for each in (settings.database_url, settings.database_system_url, settings.database_owner_url):
            assert make_url(each).query["require_auth"] == "!password,!md5,!scram-sha-256"
    for settings in (
        production_settings(tmp_path, CONCORDAT_DATABASE_URL=ADDRESS, **{SETTING: "accepted"}),
        demonstration_settings(tmp_path, CONCORDAT_DATABASE_URL=ADDRESS),
    ):
        assert settings.database_url == ADDRESS
