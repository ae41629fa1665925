"""`flask --app wsgi records retain`: records whose time is over, deleted."""

import click
from flask.cli import AppGroup

from auth.system import SystemActor, Task
from foundation.errors import ConcordatError
from portal.gate import context
from sharing.retention.retaining import retain_records

group = AppGroup("records", help="Records of every agency.")


@group.command("retain")
def retain() -> None:
    """Delete what is due by each agency's schedule and that nothing keeps. Run it once a day.

    It can be stopped at any point and run again.
    """
    services = context.services()
    try:
        done = retain_records(services.owner, services.files, SystemActor(Task.RECORD_RETAIN))
    except ConcordatError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"deleted: records {done.records}, files {done.files}; due and kept: {done.stayed}")
