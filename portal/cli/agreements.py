"""Checking an agreement on paper, before anybody drafts it in the portal."""

from typing import IO

import click
from flask.cli import AppGroup

from auth.agencies import list_agencies
from foundation.errors import Invalid
from portal.gate import context
from sharing.agreements.checking import check_text
from sharing.agreements.lint import Severity
from sharing.release.facts import Agency

group = AppGroup("agreement", help="Agreements as files.")


@group.command("check")
@click.argument("file", type=click.File("r", encoding="utf-8"))
def check(file: IO[str]) -> None:
    """Say what is wrong with a FILE of terms, and what is doubtful; exit 1 on mistakes.

    Its parties are agencies of this portal. Nothing is kept.
    """
    known = list_agencies(context.owner_database())
    agencies = {each.id: Agency(each.id, each.kind, each.business) for each in known}
    try:
        found = check_text(file.read(), agencies)
    except Invalid as invalid:
        for place, sentence in invalid.problems.items():
            click.echo(f"{place}: {sentence}", err=True)
        raise click.ClickException(_count(len(invalid.problems), "mistake")) from None
    except UnicodeDecodeError:
        raise click.ClickException("The file is not text in UTF-8.") from None
    for each in found:
        errors = sum(lint.severity is Severity.ERROR for lint in each.lints)
        counts = f"{_count(errors, 'error')}, {_count(len(each.lints) - errors, 'warning')}"
        click.echo(f"Version {each.terms.number}: {_count(len(each.terms.clauses), 'clause')}, {counts}")
        for lint in each.lints:
            where = f"clause {lint.clause}" if lint.clause else "the whole"
            click.echo(f"  {lint.severity}: {where}: {lint.sentence}")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
