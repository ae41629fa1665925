"""Builds the application: settings, services, gate, doors, error tables and commands, in that order."""

import gc
import os

from flask import Blueprint, Flask, request
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from auth.accounts import holds_demonstration
from auth.sessions import sweep
from foundation.database import Database
from foundation.errors import Misconfigured
from foundation.files import Files
from foundation.ledger.custody import arrange_second_key
from foundation.ledger.runner import Sequencer
from foundation.ledger.sealing import open_keys
from foundation.ledger.witnessing import Witnessing, open_policy
from foundation.settings import Settings
from foundation.stolen import stolen_passwords
from foundation.walls import require_walls
from portal.api import errors as api_errors
from portal.api.door import open_door
from portal.cli import agreements as agreement_commands
from portal.cli import demo, docs, imports, policy
from portal.cli import insight as insight_commands
from portal.cli import ledger as ledger_commands
from portal.cli import records as record_commands
from portal.cli import sign_on as sign_on_commands
from portal.gate import context
from portal.gate.context import Services
from portal.gate.guard import stand_guard
from portal.gate.identity import at_json_door, session_limits
from portal.jobs import commands as jobs
from portal.web import (
    account,
    actions,
    agreement_acts,
    agreements,
    areas,
    commissioner,
    confirm,
    drafting,
    exports,
    gallery,
    glass,
    grants,
    handling,
    health,
    home,
    insight,
    intelligence,
    joining,
    ledger,
    meetings,
    notes,
    partnerships,
    people,
    policy_reports,
    recalls,
    receipts,
    records,
    reports,
    requests,
    retention,
    rules,
    search,
    service_accounts,
    sightings,
    sign_in,
    sign_on,
    terms,
    unusual,
    vetting,
    vouching,
    webhooks,
)
from portal.web import errors as web_errors
from portal.web import help as help_pages
from portal.web.rendering import install
from sharing.drafts.keeping import sweep_drafts

#: Every family of screens; add a line to open one.
PAGES: tuple[Blueprint, ...] = (
    account.blueprint,
    actions.blueprint,
    agreement_acts.blueprint,
    agreements.blueprint,
    areas.blueprint,
    commissioner.blueprint,
    confirm.blueprint,
    drafting.blueprint,
    exports.blueprint,
    gallery.blueprint,
    glass.blueprint,
    grants.blueprint,
    handling.blueprint,
    health.blueprint,
    help_pages.blueprint,
    home.blueprint,
    insight.blueprint,
    intelligence.blueprint,
    joining.blueprint,
    ledger.blueprint,
    meetings.blueprint,
    notes.blueprint,
    partnerships.blueprint,
    people.blueprint,
    policy_reports.blueprint,
    recalls.blueprint,
    receipts.blueprint,
    records.blueprint,
    reports.blueprint,
    requests.blueprint,
    retention.blueprint,
    rules.blueprint,
    search.blueprint,
    service_accounts.blueprint,
    sightings.blueprint,
    sign_in.blueprint,
    sign_on.blueprint,
    terms.blueprint,
    unusual.blueprint,
    vetting.blueprint,
    vouching.blueprint,
    webhooks.blueprint,
)

#: Every noun of the command line.
COMMANDS: tuple[AppGroup, ...] = (
    agreement_commands.group,
    demo.group,
    docs.group,
    imports.group,
    insight_commands.group,
    jobs.group,
    ledger_commands.group,
    policy.group,
    record_commands.group,
    sign_on_commands.group,
)

#: So many new objects before the youngest of them are looked through for cycles; Python's own is 700.
_YOUNG = 10_000


def create_app(settings: Settings | None = None) -> Flask:
    """Give the application; without settings it reads them from the environment.

    Raises:
        Misconfigured: if a setting is unsafe, or production is started on a database of invented people, or
            as a user of PostgreSQL whom row-level security does not bind.
    """
    settings = settings or Settings.from_environment(os.environ)
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    _configure(app, settings)
    open_keys(settings.data_dir)
    services = _services(settings)
    if not settings.is_demonstration:
        _refuse_unsafe(services)
    context.keep_services(app, services)
    stand_guard(app, settings)
    install(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    open_door(app)
    app.register_error_handler(Exception, _answer_error)
    for group in COMMANDS:
        app.cli.add_command(group)
    return app


def create_serving_app() -> Flask:
    """The application of one server process, with the ledger's sequencer and witnesses, and the jobs."""
    app = create_app()
    with app.app_context():
        database, settings = context.system_database(), context.settings()
        sweep(database, session_limits(settings))
        sweep_drafts(database)
        arrange_second_key(settings.data_dir, wanted=bool(settings.ledger_second_signature))
        Sequencer(database, settings.data_dir).start()
        Witnessing(database, settings.data_dir, context.witnesses()).start()
        jobs.runner_of(settings.job_threads).start()
    spare_the_collector()
    return app


def spare_the_collector() -> None:
    """Keep Python's collector of cycles from looking through everything that stays as long as the process.

    Entries and pages make many objects that live for a moment; each time enough of them had gathered, it went
    through the 250,000 of the application too, for an eighth of a second in which nobody was answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def _services(settings: Settings) -> Services:
    database = Database(settings.database_url, walled=True)
    system = owner = database
    if not settings.is_sqlite:  # there one connection writes, for whatever it is
        system, owner = Database(settings.database_system_url), Database(settings.database_owner_url)
    witnesses = open_policy(settings.witnesses)
    files, stolen = Files(settings.media_url), stolen_passwords(settings)
    return Services(settings, database, files, system, owner, witnesses, stolen)


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


def _refuse_unsafe(services: Services) -> None:
    try:
        require_walls(services.database, services.system)
        _refuse_invented_people(services.system)
    except Misconfigured:
        services.close()
        raise


def _refuse_invented_people(database: Database) -> None:
    if holds_demonstration(database):
        raise Misconfigured("This database holds the demonstration's invented people: production refuses it.")


def _answer_error(error: Exception) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return error
    if request and at_json_door():
        return api_errors.answer(error)
    return web_errors.answer(error)
