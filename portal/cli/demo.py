"""`flask --app wsgi demo load` and `demo keys`: the invented partnership, in the demonstration only."""

import json
from datetime import timedelta

import click
from flask.cli import AppGroup

from auth.accounts import demonstration_people
from auth.actor import Actor
from auth.keys import issue_key
from auth.purposes import purposes_for
from foundation import clock
from foundation.errors import Conflict, Invalid
from portal.gate import context
from sharing.demonstration.asking import ask_for_files
from sharing.demonstration.loading import RECORDS, AlreadyLoaded, Size, load
from sharing.demonstration.looking import look_around

group = AppGroup("demo", help="The invented partnership of the demonstration.")

_KEY_LIFE = timedelta(days=90)


@group.command("load")
@click.option("--size", type=click.Choice([size.value for size in Size]), default=Size.SMALL.value)
def load_demonstration(size: str) -> None:
    """Load the partnership: small has about 2,000 records, city 100,000, national 1,000,000."""
    _refuse_production()
    wanted = Size(size)
    with click.progressbar(length=RECORDS[wanted], label=f"Loading, {wanted}") as bar:
        try:
            totals = load(
                context.owner_database(),
                context.files(),
                wanted,
                clock.now(),
                lambda loaded, _: bar.update(loaded - bar.pos),
            )
            ask_for_files(context.owner_database())
            look_around(context.owner_database(), clock.now())
        except AlreadyLoaded as there:
            click.echo(f"\n{there}")
            return
        except (Conflict, Invalid) as mistake:
            raise click.ClickException(str(mistake)) from mistake
    click.echo(
        f"{totals.records:,} records of {totals.agencies} agencies under {totals.agreements} agreements, "
        f"for {totals.users} people. Nobody in them exists."
    )


@group.command("keys")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: base_url and keys.")
def give_keys(*, as_json: bool) -> None:
    """Give a new API key for each role of each agency, for 90 days; each is shown this once."""
    _refuse_production()
    until = clock.now() + _KEY_LIFE
    keys = [
        {
            "agency": person.agency_id,
            "role": str(role),
            "name": person.name,
            "site": ", ".join(person.site_names) or None,
            "purposes": purposes,
            "key": issue_key(context.owner_database(), person.user_id, purposes, until),
        }
        for (role, person) in _one_of_each()
        for purposes in [[purpose.slug for purpose in purposes_for(person.roles)]]
    ]
    if as_json:
        click.echo(json.dumps({"base_url": context.settings().public_url, "keys": keys}, indent=1))
        return
    for each in keys:
        click.echo(f"{each['agency']:<32} {each['role']:<20} {each['key']}")


def _one_of_each() -> list[tuple[str, Actor]]:
    """The first person of each role in each agency."""
    found: dict[tuple[str, str], Actor] = {}
    for person, _ in demonstration_people(context.owner_database()):
        for role in sorted(person.roles):
            found.setdefault((person.agency_id, str(role)), person)
    return [(role, person) for (_, role), person in found.items()]


def _refuse_production() -> None:
    if not context.settings().is_demonstration:
        raise click.ClickException(
            "This portal is not a demonstration: nothing was loaded and no key was given."
        )
