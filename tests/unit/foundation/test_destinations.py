"""The list for a firewall: every place that settings lead to, and nothing that they do not name."""

import json
import os
import subprocess
import sys
from pathlib import Path

from foundation.destinations import OUTGOING, Destination, destinations
from foundation.settings import described
from tests.portal import demonstration_settings, production_settings

ROOT = Path(__file__).parent.parent.parent.parent
EVERYWHERE = {
    "CONCORDAT_DATABASE_URL": "postgresql+psycopg://app:word@db.example:5433/concordat",
    "CONCORDAT_DATABASE_SYSTEM_URL": "postgresql+psycopg://system:word@db.example:5433/concordat",
    "CONCORDAT_DATABASE_OWNER_URL": "postgresql+psycopg://owner:word@db-owner.example/concordat",
    "CONCORDAT_MEDIA_URL": "s3://bucket/stills",
    "CONCORDAT_MAIL_HOST": "mail.example",
    "CONCORDAT_WEBHOOK_HOSTS": "hooks.partner.example, hooks.other.example",
    "CONCORDAT_SIGN_ON_HOSTS": "login.agency.example",
    "CONCORDAT_STOLEN_PASSWORDS": "https://ranges.example/range",
}
ACCEPTED = {"CONCORDAT_PASSWORDS_BETWEEN_SERVERS": "accepted"}


def test_nothing_is_reached_where_nothing_is_named(tmp_path):
    assert destinations(demonstration_settings(tmp_path), {}) == ()


def test_every_place_is_told_with_the_setting_that_names_it(tmp_path):
    told = destinations(production_settings(tmp_path, **EVERYWHERE, **ACCEPTED), {"AWS_REGION": "eu-west-2"})
    assert told == (
        Destination("db-owner.example", 5432, "database_owner_url"),
        Destination("db.example", 5433, "database_system_url"),
        Destination("db.example", 5433, "database_url"),
        Destination("hooks.other.example", 443, "webhook_hosts"),
        Destination("hooks.partner.example", 443, "webhook_hosts"),
        Destination("login.agency.example", 443, "sign_on_hosts"),
        Destination("mail.example", 587, "mail_host"),
        Destination("ranges.example", 443, "stolen_passwords"),
        Destination("s3.eu-west-2.amazonaws.com", 443, "media_url"),
    )


def test_bucket_of_ones_own_is_told_by_its_address(tmp_path):
    settings = production_settings(tmp_path, CONCORDAT_MEDIA_URL="s3://bucket")
    told = destinations(settings, {"AWS_ENDPOINT_URL": "https://store.example:9000"})
    assert told == (Destination("store.example", 9000, "media_url"),)


def test_witnesses_are_told_by_their_file(tmp_path, monkeypatch):
    class Asked:
        url = "https://witness.example/add-checkpoint"

    class ByFile:
        url = ""

    class Policy:
        witnesses = (Asked, ByFile)

    monkeypatch.setattr("foundation.destinations.open_policy", lambda _path: Policy)
    told = destinations(demonstration_settings(tmp_path), {})
    assert told == (Destination("witness.example", 443, "witnesses"),)


def test_no_setting_that_could_lead_outside_is_forgotten():
    marks = ("HOST", "URL", "WITNESSES", "STOLEN", "ADDRESS", "ENDPOINT", "SERVER")
    named = {item.name for item in described() if any(mark in item.metadata["variable"] for mark in marks)}
    # Where the portal listens, how it is reached, and how it proves itself there.
    elsewhere = {"host", "public_url", "trusted_hosts", "passwords_between_servers"}
    assert named - elsewhere == set(OUTGOING)


def outbound(folder, **more):
    environ = {**os.environ, **EVERYWHERE, "CONCORDAT_DATA_DIR": str(folder), **more}
    environ |= {"CONCORDAT_PUBLIC_URL": "https://concordat.example", "CONCORDAT_PROXIES": "1"}
    command = [sys.executable, "-m", "portal.cli.setup", "outbound"]
    return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)


def test_command_prints_the_list_and_no_password(tmp_path):
    done = outbound(tmp_path, **ACCEPTED)
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["db.example", "5433", "CONCORDAT_DATABASE_URL"] in lines
    assert len(lines) == 9
    assert "word" not in json.dumps(done.stdout)
    told = [line.partition(":")[0] for line in done.stderr.splitlines()]
    assert told == [name for name in EVERYWHERE if "DATABASE" in name]
    assert "was accepted. Let PostgreSQL know the server by a client certificate" in done.stderr
    assert "app:word" not in done.stderr


def test_command_refuses_where_passwords_are_not_accepted(tmp_path):
    done = outbound(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "CONCORDAT_DATABASE_URL goes with a password or key that never changes." in done.stderr
