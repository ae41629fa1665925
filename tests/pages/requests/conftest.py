"""A portal with the demonstration's people, signed in with a purpose; each test makes its own robbery."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.partnership import ROBBERY, load_partnership
from tests.portal import Browser, create_app, database_of, demonstration_settings, prepare_tables
from tests.unit.sharing.requests.scene import Robbery, robbery


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    made = create_app(demonstration_settings(tmp_path_factory.mktemp("pages")))
    prepare_tables(database_of(made))
    load_partnership(database_of(made))
    yield made
    database_of(made).close()


@pytest.fixture
def about(app: Flask) -> Robbery:
    return robbery(database_of(app))


@pytest.fixture
def enter(app: Flask) -> Callable[..., Browser]:
    """Signs somebody in with a purpose; gives their browser."""

    def sign_in(user: str, purpose: str = ROBBERY) -> Browser:
        browser = Browser(app)
        browser.sign_in_as(user)
        assert browser.send("/purpose", "/purpose", purpose=purpose).status_code == 303
        return browser

    return sign_in
