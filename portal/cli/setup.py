"""Makes what a portal needs before its first start: `python -m portal.cli.setup prepare`.

It runs without the application, which refuses to start until this has been done.
"""

import os
from pathlib import Path

import click

from foundation.database import Database
from foundation.destinations import destinations
from foundation.errors import Misconfigured
from foundation.ledger.resealing import seal_bare
from foundation.ledger.sealing import open_keys
from foundation.proofs import unchanging
from foundation.schema import migrate
from foundation.secret_file import create_secret, read_secret
from foundation.settings import MARKER, Settings, described, prepared_as
from sharing.resealing import change_secret


@click.group("setup", help="What a portal needs before its first start.")
def group() -> None:
    """Hold the commands together."""


@group.command("prepare")
def prepare() -> None:
    """Make the data folder, the secret and the tables; what is there already stays."""
    try:
        prepare_all(Settings.without_secret(os.environ))
    except Misconfigured as error:
        raise click.ClickException(str(error)) from error
    click.echo("Ready.")


@group.command("reseal")
@click.argument("old", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def reseal(old: Path) -> None:
    """Seal anew, under the secret of now, what lies under that of the file OLD; the server stands still."""
    try:
        settings = Settings.from_environment(os.environ)
        before = read_secret(old)
    except Misconfigured as error:
        raise click.ClickException(str(error)) from error
    open_keys(settings.data_dir)
    database = Database(settings.database_owner_url)
    try:
        found = change_secret(database, before, settings.secret_key)
    finally:
        database.close()
    click.echo(f"Sealed anew: {found.done}.")
    if found.lost:
        raise click.ClickException(f"{found.lost} open under neither secret, and were left as they are.")


@group.command("outbound")
def outbound() -> None:
    """Print each host, port and setting to which the server connects, for the firewall's list."""
    try:
        settings = Settings.without_secret(os.environ)
        told = destinations(settings, os.environ)
    except Misconfigured as error:
        raise click.ClickException(str(error)) from error
    variables = {item.name: item.metadata["variable"] for item in described()}
    for each in told:
        click.echo(f"{each.host} {each.port} {variables[each.setting]}")
    for name, instead in unchanging(vars(settings), os.environ).items():
        accepted = f"{variables[name]}: a password or key that never changes, which was accepted. {instead}"
        click.echo(accepted, err=True)  # the list alone is for a firewall to read


def prepare_all(settings: Settings) -> None:
    """Make what the settings name. The folder and the secret are for this user only."""
    os.umask(0o077)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    create_secret(settings.secret_file)
    if not prepared_as(settings.data_dir):
        (settings.data_dir / MARKER).write_text(f"{settings.environment}\n", "utf-8")
    database = Database(settings.database_owner_url)
    try:
        migrate(
            database,
            requests=settings.database_url,
            server=settings.database_system_url,
            secret_key=read_secret(settings.secret_file),
        )
        open_keys(settings.data_dir)
        seal_bare(database)
    finally:
        database.close()


if __name__ == "__main__":
    group()
