"""`flask --app wsgi sign-on reopen`: an agency whose identity provider has died, let in here again."""

import click
from flask.cli import AppGroup

from foundation.errors import ConcordatError, Invalid
from portal.gate.context import owner_database
from sharing.people.reopening import Reopened, reopen_agency

group = AppGroup("sign-on", help="Where the people of an agency sign in.")


@group.command("reopen")
@click.argument("agency")
@click.option("--first", default="", metavar="ADDRESS", help="Send this administrator a link.")
@click.confirmation_option(
    prompt="Passkeys and passwords will count again for this agency; its administrators will be told. Go on?"
)
def reopen(agency: str, first: str) -> None:
    """Let the people of an AGENCY (its id) sign in here, because its identity provider does not answer."""
    try:
        found = reopen_agency(owner_database(), agency, first)
    except Invalid as problem:
        raise click.ClickException(" ".join(problem.problems.values())) from problem
    except ConcordatError as problem:
        raise click.ClickException(str(problem)) from problem
    for line in _lines(found):
        click.echo(line)


def _lines(found: Reopened) -> list[str]:
    told = ", ".join(found.told) or "nobody: the agency has nobody who brings in people"
    lines = ["Open: passkeys and passwords count again.", f"Told: {told}."]
    lines.append(f"{found.able} of {found.people} people have a password or a passkey here.")
    if found.code:
        lines.append(f"A letter is on its way. Say this code to the person, by voice alone: {found.code}")
    elif not found.able:
        lines.append("Nobody can sign in yet. Let an administrator begin: the same command with --first.")
    return lines
