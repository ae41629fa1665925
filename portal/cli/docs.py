"""Documents that are written from the code, so that they cannot lag behind it."""

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.cli.references import events_page, fields_page, settings_page

#: File under docs/ and what gives its text; add a line for a new one.
DOCUMENTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("events.md", events_page),
    ("fields.md", fields_page),
    ("settings.md", settings_page),
)

DOCS = Path(__file__).parent.parent.parent / "docs"

group = AppGroup("docs", help="Documents that are written from the code.")


def stale(folder: Path) -> list[str]:
    """The names of the documents in the folder that differ from what the code says."""
    return [name for name, text in DOCUMENTS if not _holds(folder / name, text())]


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


@group.command("write", with_appcontext=False)
def write() -> None:
    """Write every document again."""
    for name, text in DOCUMENTS:
        (DOCS / name).write_text(text(), encoding="utf-8")
        click.echo(f"docs/{name}")


@group.command("check", with_appcontext=False)
def check() -> None:
    """Fail if a document differs from the code."""
    if names := stale(DOCS):
        raise click.ClickException(
            f"Not up to date: {', '.join(names)}. Run: python -m portal.cli.docs write"
        )


if __name__ == "__main__":
    group()
