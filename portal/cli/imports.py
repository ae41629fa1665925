"""`flask --app wsgi import …`: publishers' files taken in, with a report of every row that could not be."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from flask.cli import AppGroup

from foundation.errors import ConcordatError
from portal.gate.context import owner_database
from sharing.camera_store import keep_cameras
from sharing.insight.camera_register import import_cameras
from sharing.insight.imports import FileReport, Options, Progress, import_counts, import_streets
from sharing.insight.loading import Importer

group = AppGroup("import", help="Take in published files: bad rows are reported, good ones loaded.")

#: Problems printed for one file; `--json` gives all of them.
_PRINTED = 20

Command = TypeVar("Command", bound=Callable[..., Any])


def _shared(command: Command) -> Command:
    """The files and the options that every import has."""
    readable = click.Path(exists=True, dir_okay=False, path_type=Path)
    command = click.option("--json", "as_json", is_flag=True, help="The report, with every problem.")(command)
    command = click.option("--dry-run", is_flag=True, help="Read and report; write nothing.")(command)
    return click.argument("files", nargs=-1, required=True, type=readable)(command)


_edition = click.option("--edition", help="The last month that the publication covers: 2025-11.")


@group.command("mps")
@_shared
@_edition
def mps(files: tuple[Path, ...], edition: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Take in the Metropolitan Police's counts by borough or ward; give the files of one edition together."""
    with _watched(files) as progress, _told():
        reports = import_counts(owner_database(), Importer(), files, Options(dry_run, edition, progress))
    _print(reports, as_json=as_json)


@group.command("police-uk")
@_shared
@_edition
def police_uk(files: tuple[Path, ...], edition: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Take in street and outcomes files of data.police.uk."""
    with _watched(files) as progress, _told():
        reports = import_streets(owner_database(), Importer(), files, Options(dry_run, edition, progress))
    _print(reports, as_json=as_json)


@group.command("cameras")
@_shared
@click.option("--agency", required=True, help="The council whose cameras they are: havering.")
def cameras(files: tuple[Path, ...], agency: str, *, dry_run: bool, as_json: bool) -> None:
    """Take in a council's register of cameras; numbers that it holds already are left as they are."""
    store = partial(keep_cameras, owner_database(), agency)
    with _watched(files) as progress, _told():
        options = Options(dry_run, progress=progress)
        reports = [import_cameras(path, store, options) for path in files]
    _print(reports, as_json=as_json)


@contextmanager
def _watched(files: Sequence[Path]) -> Iterator[Progress]:
    """A bar on the terminal, in thousandths of all files; silent where nobody watches."""
    with click.progressbar(length=1000 * len(files), label="Importing", file=sys.stderr) as bar:

        def progress(path: Path, done: int, total: int) -> None:
            reached = 1000 * files.index(path) + 1000 * done // max(total, 1)
            bar.update(reached - bar.pos)

        yield progress


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ConcordatError as error:
        raise click.ClickException(str(error)) from error


def _print(reports: Sequence[FileReport], *, as_json: bool) -> None:
    """Print what became of each file; ends with 1 if a file gave nothing at all."""
    if as_json:
        click.echo(json.dumps({"files": [_plain(report) for report in reports]}, indent=2))
    else:
        for report in reports:
            _print_one(report)
    if any(report.problems and not (report.loaded or report.held or report.changed) for report in reports):
        raise click.exceptions.Exit(1)


def _plain(report: FileReport) -> dict[str, Any]:
    problems = [{"line": line, "problem": sentence} for line, sentence in report.problems]
    return asdict(report) | {"problems": problems}


def _print_one(report: FileReport) -> None:
    edition = f", edition {report.edition}" if report.edition else ""
    click.echo(f"{report.file}{edition}{', dry run: nothing was written' if report.dry_run else ''}")
    click.echo(
        f"  {report.rows:,} rows read: {report.loaded:,} figures loaded, {report.changed:,} changed, "
        f"{report.held:,} held already, {len(report.problems):,} problems."
    )
    for line, sentence in report.problems[:_PRINTED]:
        click.echo(f"  line {line}: {sentence}")
    if len(report.problems) > _PRINTED:
        click.echo(f"  and {len(report.problems) - _PRINTED:,} more; --json names each.")
