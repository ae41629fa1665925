"""`flask --app wsgi jobs work`: a process that does jobs and serves nobody, beside several servers."""

import signal

import click
from flask.cli import AppGroup

from foundation.outbox.runner import Runner
from portal.gate import context
from portal.jobs.kinds import kinds

group = AppGroup("jobs", help="What the portal does on its own: exports, letters, webhooks.")


@group.command("work")
@click.option("--threads", type=click.IntRange(1, 32), default=1, help="How many at once.")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def work(threads: int, *, once: bool) -> None:
    """Do jobs until a signal ends it. On SQLite the server does them itself, and needs no such process."""
    runner = runner_of(threads)
    if once:
        click.echo(f"{runner.drain()} jobs done")
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: runner.end())
    runner.start()
    click.echo("Jobs are being done.")
    runner.wait()


def runner_of(threads: int) -> Runner:
    """What does jobs with the services of the running application; it has not begun yet."""
    services = context.services()
    return Runner(services.system, kinds(services), services.settings.job_lease, threads=threads)
