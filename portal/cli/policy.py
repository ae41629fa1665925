"""Asking the release engine from outside, and the golden matrix."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import IO

import click
from flask.cli import AppGroup

from foundation.errors import Invalid
from sharing.worlds.answers import Answer, answers_of
from sharing.worlds.matrix import first_differences, matrix_text
from sharing.worlds.permissions import permissions_page

#: The top of the repository.
TOP = Path(__file__).parent.parent.parent

#: What is kept of the matrix, below the top of the repository, and what gives its text.
KEPT: tuple[tuple[str, Callable[[], str]], ...] = (
    ("tests/golden/matrix.txt", matrix_text),
    ("docs/permissions.md", permissions_page),
)

group = AppGroup("policy", help="What the agreements let whom see, and why.")


@group.command("decide", with_appcontext=False)
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


@group.command("matrix", with_appcontext=False)
@click.option("--check", is_flag=True, help="Fail if the kept matrix differs, showing the first differences.")
def matrix(*, check: bool) -> None:
    """Write the golden matrix and docs/permissions.md again, or check them."""
    stale = False
    for name, text in KEPT:
        path, now = TOP / name, text()
        if check:
            kept = path.read_text(encoding="utf-8") if path.exists() else ""
            stale |= kept != now
            for line in first_differences(kept, now):
                click.echo(f"{name}: {line}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(now, encoding="utf-8")
            click.echo(name)
    if stale:
        raise click.ClickException("The matrix differs. Read the difference; if it is meant: policy matrix")


def _lines(answer: Answer) -> list[str]:
    if isinstance(answer, str):
        return [answer]
    lines = []
    for key, outcome in answer.items():
        told = [outcome["treatment"], outcome["reason"], outcome["agreement"], outcome["clause"]]
        lines.append(f"{key}: {' · '.join(word for word in told if word is not None)}")
    return lines
