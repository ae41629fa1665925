"""Serves the portal: `python -m portal.cli.serve`.

On SQLite one process with several threads, since one process alone may write; on PostgreSQL several.
"""

import os
import sys

import click
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from foundation.database import Database
from foundation.errors import Misconfigured
from foundation.schema import require_current
from foundation.settings import Settings
from foundation.walls import weakness


def serve() -> None:
    """Check what a start needs, print the address in one line, and serve until a signal ends it."""
    os.umask(0o077)
    try:
        settings = Settings.from_environment(os.environ)
        _check_database(settings)
    except Misconfigured as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(f"Concordat listens at http://{settings.host}:{settings.port}")
    server(settings).serve()


def server(settings: Settings) -> MPServer:
    """The server that the settings describe. Each process builds the application for itself."""
    return MPServer(
        "portal.app:create_serving_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # whose bodies say their length: portal/gate/limits.py rests on it
        workers=settings.workers,
        blocking_threads=settings.threads,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    )


def _check_database(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        require_current(database)
        said = (
            weakness(database) if settings.is_demonstration else None
        )  # production asks for itself, and refuses
    finally:
        database.close()
    if said:
        click.echo(f"WITHOUT ITS SECOND WALL: {said}", err=True)


if __name__ == "__main__":
    serve()
