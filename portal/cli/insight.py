"""`flask --app wsgi insight recorded`: published counts of a crime in an area, by edition."""

import json
from dataclasses import asdict

import click
from flask.cli import AppGroup

from foundation.errors import Invalid
from portal.gate.context import owner_database
from sharing.insight.recorded import ATTRIBUTION, By, RecordedTable, recorded

group = AppGroup("insight", help="Published figures and what comes of them.")


@group.command("recorded")
@click.option("--area", required=True, help="A borough, a ward as `Cranham, Havering`, its code, or London.")
@click.option("--crime", required=True, help="A category or subcategory as the publisher names it.")
@click.option("--by", "by", type=click.Choice([each.value for each in By]), default=By.FINANCIAL_YEAR.value)
@click.option("--edition", help="One edition only, by the last month it covers: 2025-11.")
@click.option("--json", "as_json", is_flag=True, help="Rows of edition, period, count and months covered.")
def show_recorded(area: str, crime: str, by: str, edition: str | None, *, as_json: bool) -> None:
    """Counts of a crime in an area by financial year or month, each with the edition that says so."""
    try:
        table = recorded(owner_database(), None, area, crime, By(by), edition=edition)
    except Invalid as problem:
        raise click.ClickException(" ".join(problem.problems.values())) from problem
    click.echo(json.dumps([asdict(row) for row in table.rows], indent=2) if as_json else _plain(table))


def _plain(table: RecordedTable) -> str:
    head = f"{table.crime.capitalize()} in {table.area}, {table.publisher}"
    rows = [f"{'edition':<9}{'period':<9}{'count':>8}  months"]
    rows += [f"{row.edition:<9}{row.period:<9}{row.count:>8,}  {row.months:>6}" for row in table.rows]
    return "\n".join([head, *rows, ATTRIBUTION])
