"""Jobs of the outbox, done in the test's own thread and time."""

from flask import Flask

from portal.jobs.commands import runner_of


def do_jobs(app: Flask) -> int:
    """Do all that is due now; gives how many jobs that were."""
    with app.app_context():
        return runner_of(1).drain()
