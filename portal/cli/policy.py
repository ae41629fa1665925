"""Asking the release engine from outside, and the golden matrix."""

import json
from typing import IO

import click
from flask.cli import AppGroup

from foundation.errors import Invalid
from sharing.worlds.answers import Answer, answers_of

group = AppGroup("policy", help="What the agreements let whom see, and why.")


@group.command("decide")
@click.argument("world", type=click.File("r", encoding="utf-8"))
@click.option("--json", "as_json", is_flag=True, help="Print the answers as one JSON list.")
def decide(world: IO[str], *, as_json: bool) -> None:
    """Answer the questions of a WORLD file, one by one; no database is touched."""
    try:
        answers = answers_of(json.load(world))
    except json.JSONDecodeError as error:
        raise click.ClickException(f"The file is not JSON: {error}") from error
    except Invalid as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(answers, ensure_ascii=False, indent=1))
        return
    for number, answer in enumerate(answers, 1):
        click.echo(f"Question {number}")
        for line in _lines(answer):
            click.echo(f"  {line}")


def _lines(answer: Answer) -> list[str]:
    if isinstance(answer, str):
        return [answer]
    lines = []
    for key, outcome in answer.items():
        told = [outcome["treatment"], outcome["reason"], outcome["agreement"], outcome["clause"]]
        lines.append(f"{key}: {' · '.join(word for word in told if word is not None)}")
    return lines
