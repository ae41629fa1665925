"""Builds the application: settings, services, gate, doors, error tables and commands, in that order."""

import os

from flask import Blueprint, Flask, request
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from auth.accounts import holds_demonstration
from foundation.database import Database
from foundation.errors import Misconfigured
from foundation.files import Files
from foundation.ledger.runner import Sequencer
from foundation.settings import Settings
from portal.api import errors as api_errors
from portal.api.door import open_door
from portal.cli import demo, docs, imports, policy
from portal.cli import insight as insight_commands
from portal.cli import ledger as ledger_commands
from portal.gate import context
from portal.gate.context import Services
from portal.gate.guard import stand_guard
from portal.gate.identity import at_json_door
from portal.web import (
    actions,
    agreements,
    gallery,
    health,
    home,
    insight,
    ledger,
    meetings,
    records,
    reports,
    search,
    sightings,
    sign_in,
)
from portal.web import errors as web_errors
from portal.web import help as help_pages
from portal.web.rendering import install

#: Every family of screens; add a line to open one.
PAGES: tuple[Blueprint, ...] = (
    actions.blueprint,
    agreements.blueprint,
    gallery.blueprint,
    health.blueprint,
    help_pages.blueprint,
    home.blueprint,
    insight.blueprint,
    ledger.blueprint,
    meetings.blueprint,
    records.blueprint,
    reports.blueprint,
    search.blueprint,
    sightings.blueprint,
    sign_in.blueprint,
)

#: Every noun of the command line.
COMMANDS: tuple[AppGroup, ...] = (
    demo.group,
    docs.group,
    imports.group,
    insight_commands.group,
    ledger_commands.group,
    policy.group,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Give the application; without settings it reads them from the environment.

    Raises:
        Misconfigured: if a setting is unsafe, or production is started on a database of invented people.
    """
    settings = settings or Settings.from_environment(os.environ)
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    _configure(app, settings)
    database = Database(settings.database_url)
    if not settings.is_demonstration:
        _refuse_invented_people(database)
    context.keep_services(app, Services(settings, database, Files(settings.media_url)))
    stand_guard(app)
    install(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    open_door(app)
    app.register_error_handler(Exception, _answer_error)
    for group in COMMANDS:
        app.cli.add_command(group)
    return app


def create_serving_app() -> Flask:
    """The application of one server process, with the ledger's sequencer beside it."""
    app = create_app()
    with app.app_context():
        Sequencer(context.database(), context.settings().data_dir).start()
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = not settings.is_demonstration
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        # flask's own session holds the form token and passing messages, never who is signed in
        SESSION_COOKIE_NAME="__Host-concordat-form" if secure else "concordat-form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=int(settings.session_length.total_seconds()),
        WTF_CSRF_SSL_STRICT=False,  # it asks for the Referer that our pages do not send; the gate asks more
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the documented way to wrap it
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0, x_prefix=0
        )


def _refuse_invented_people(database: Database) -> None:
    if holds_demonstration(database):
        raise Misconfigured("This database holds the demonstration's invented people: production refuses it.")


def _answer_error(error: Exception) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return error
    if request and at_json_door():
        return api_errors.answer(error)
    return web_errors.answer(error)
