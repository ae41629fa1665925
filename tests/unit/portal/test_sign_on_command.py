"""The command that lets an agency in again: what the operator of the host is asked and told."""

import pytest
from sqlalchemy import insert

from auth.tables import identity_provider
from foundation import clock
from portal.app import create_app
from tests.partnership import load_partnership
from tests.portal import database_of, demonstration_settings, prepare_tables


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    app = create_app(demonstration_settings(tmp_path_factory.mktemp("reopen")))
    prepare_tables(database_of(app))
    load_partnership(database_of(app))
    row = {"id": "p", "agency_id": "havering", "issuer": "https://gone.example", "client_id": "c",
           "client_secret": "", "acr": "", "enforced": True, "created_at": clock.now(), "places": {},
           "places_at": clock.now(), "keys": [], "keys_at": clock.now()}  # fmt: skip
    with database_of(app).transaction() as tx:
        tx.execute(insert(identity_provider), row)
    yield lambda *words, **more: app.test_cli_runner().invoke(args=["sign-on", "reopen", *words], **more)
    database_of(app).close()


def test_it_is_asked_first_and_says_what_is_next_when_nobody_can_sign_in(run):
    assert run("havering", input="n\n").exit_code == 1
    done = run("havering", input="y\n")
    assert done.exit_code == 0, done.output
    assert "Told: colm-daly@demo.example" in done.output
    assert "Nobody can sign in yet" in done.output
    first = run("havering", "--yes", "--first", "colm-daly@demo.example")
    assert "by voice alone" in first.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody",), "not closed for “nobody”"),
        (("havering", "--first", "dan-osei@demo.example"), "brings in people"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run, words, said):
    result = run("--yes", *words)
    assert result.exit_code == 1
    assert said in result.output
