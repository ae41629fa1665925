"""A running portal in the test's own process, and a browser that behaves as one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert
from werkzeug.test import TestResponse

from foundation.database import Database
from foundation.secret_file import create_secret
from foundation.settings import Settings
from migrations.tables import every_table
from portal.app import create_app
from portal.gate import context
from sharing.agreements.tables import policy_epoch
from tests.databases import walled
from tests.people import add_people


def demonstration_settings(folder: Path, **more: str) -> Settings:
    """Settings of a demonstration that keeps everything in the folder."""
    create_secret(folder / "secret.key")
    return Settings.from_environment(
        {"CONCORDAT_ENVIRONMENT": "demonstration", "CONCORDAT_DATA_DIR": str(folder), **more}
    )


def production_settings(folder: Path, **more: str) -> Settings:
    """Settings of a production portal at https://concordat.example that keeps everything in the folder."""
    create_secret(folder / "secret.key")
    public = {"CONCORDAT_PUBLIC_URL": "https://concordat.example", "CONCORDAT_PROXIES": "1"}
    return Settings.from_environment({**public, "CONCORDAT_DATA_DIR": str(folder), **more})


def close(app: Flask) -> None:
    """Close every connection of the application."""
    with app.app_context():
        context.close_services()


def engines_of(app: Flask) -> list[Engine]:
    """Every engine by which the application answers a request, to listen to."""
    with app.app_context():
        opened = {context.database(), context.system_database()}
    return [database.engine for database in opened]


def prepare_tables(database: Database) -> None:
    """Make every table with its wall, and the first policy epoch."""
    with database.transaction() as tx:
        every_table().create_all(tx)
        tx.execute(insert(policy_epoch).values(id=1, epoch=7))
        walled(tx)


def without_marks(page: str) -> str:
    """The page without what is another in every answer: nonces, form tokens and typed values."""
    return re.sub(r'(nonce|value)="[^"]*"', "", page)


def database_of(app: Flask) -> Database:
    """The application's database from behind its walls, where a test looks in and plants rows."""
    with app.app_context():
        return context.owner_database()


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Flask]:
    """A demonstration portal with the people of tests.people."""
    app = create_app(demonstration_settings(tmp_path))
    database = database_of(app)
    prepare_tables(database)
    add_people(database)
    yield app
    close(app)


class Browser:
    """A browser at the web door: keeps cookies, fetches a page before it sends that page's form."""

    def __init__(self, app: Flask, base_url: str = "http://localhost") -> None:
        self.client: FlaskClient = app.test_client()
        self.base_url = base_url

    def get(self, path: str, **more: object) -> TestResponse:
        """Fetch a page."""
        return self.client.get(path, base_url=self.base_url, **more)

    def token(self, page: str) -> str:
        """The form token that a page carries."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(page).text)
        assert found, f"{page} has no form token"
        return found[1]

    def send(self, page: str, path: str, **fields: str) -> TestResponse:
        """Send a form of the page to the path, as a browser does."""
        data = {"csrf_token": self.token(page), **fields}
        return self.client.post(
            path, data=data, base_url=self.base_url, headers={"Sec-Fetch-Site": "same-origin"}
        )

    def post(self, path: str, **more: object) -> TestResponse:
        """Post exactly what is given."""
        return self.client.post(path, base_url=self.base_url, **more)

    def sign_in_as(self, user: str) -> TestResponse:
        """Sign in as an invented person."""
        return self.send("/sign-in", "/sign-in/demonstration", user=user)


@pytest.fixture
def browser(portal: Flask) -> Browser:
    """A browser that nobody has signed in with."""
    return Browser(portal)
