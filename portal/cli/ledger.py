"""Checking the ledger, and moving it on, from the command line of the server."""

import json
import sys
from dataclasses import asdict

import click
from flask.cli import AppGroup

from foundation.errors import ConcordatError
from foundation.ledger.reading import status as status_of
from foundation.ledger.sequencer import sequence as sequence_batch
from foundation.ledger.verify import Report
from foundation.ledger.verify import verify as verify_log
from portal.gate import context

group = AppGroup("ledger", help="The log of who was shown what.")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as one JSON object.")
def verify(*, as_json: bool) -> None:
    """Check every entry, count, checkpoint and signature. Ends with 0 if all are good and with 1 if not.

    A log that was never begun, because no server has run yet, is begun first.
    """
    try:
        _begin()
        report = verify_log(context.database(), context.settings().data_dir)
    except ConcordatError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps({**asdict(report), "root": report.root.hex()}) if as_json else _line(report))
    if not report.good:
        sys.exit(1)


@group.command("status")
def status() -> None:
    """Say how far the log reaches, what waits, and what is signed."""
    with context.database().transaction() as tx:
        found = status_of(tx)
    click.echo(f"leaves {found.size}, signed {found.signed_size}, pending {found.pending}")
    click.echo(f"root {found.root.hex()}")
    if found.oldest_pending:
        click.echo(f"oldest pending since {found.oldest_pending:%Y-%m-%d %H:%M:%S} UTC")
    if found.note:
        click.echo(found.note, nl=False)


@group.command("sequence")
def sequence() -> None:
    """Give every entry that waits its place, and sign. The server does this by itself."""
    total = 0
    try:
        while count := sequence_batch(context.database(), context.settings().data_dir):
            total += count
    except ConcordatError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{total} entries sequenced")


def _begin() -> None:
    with context.database().transaction() as tx:
        found = status_of(tx)
    if found.size == 0 and found.pending:
        while sequence_batch(context.database(), context.settings().data_dir):
            pass


def _line(report: Report) -> str:
    if report.good:
        return f"good: {report.entries} entries, {report.pending} pending, root {report.root.hex()}"
    where = "" if report.first_bad is None else f"first bad index {report.first_bad}: "
    return f"bad: {where}{report.problem}"
