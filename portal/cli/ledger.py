"""Checking the ledger, moving it on, and what is done to it seldom, from the command line of the server."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from auth.system import SystemActor, Task
from foundation import clock
from foundation.errors import ConcordatError
from foundation.ledger import ceremonies, sealing, witnessing
from foundation.ledger.copying import copy_public_log
from foundation.ledger.encoding.bundle import own_indices
from foundation.ledger.encoding.policy import Witness
from foundation.ledger.reading import pressure_now
from foundation.ledger.reading import status as status_of
from foundation.ledger.schedule import months_by_kind
from foundation.ledger.sequencer import sequence as sequence_batch
from foundation.ledger.verify import Report
from foundation.ledger.verify import verify as verify_log
from portal.gate import context
from sharing.forgetting import keep_schedule

group = AppGroup("ledger", help="The log of who was shown what.")

_FILE = click.Path(path_type=Path)
_GIVEN = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def _said_plainly() -> Iterator[None]:
    """What the person can be told ends the command with 1 and one sentence."""
    try:
        yield
    except (ConcordatError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as one JSON object.")
def verify(*, as_json: bool) -> None:
    """Check every entry, count, checkpoint and signature. Ends with 0 if all are good and with 1 if not.

    A log that was never begun, because no server has run yet, is begun first.
    """
    with _said_plainly():
        _begin()
        report = verify_log(context.owner_database(), context.settings().data_dir)
    click.echo(json.dumps({**asdict(report), "root": report.root.hex()}) if as_json else _line(report))
    if not report.good:
        sys.exit(1)


@group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def status(*, as_json: bool) -> None:
    """Say how far the log reaches, what waits, what is signed, who has seen it. Ends with 1 on an alarm."""
    with _said_plainly(), context.owner_database().transaction() as tx:
        found, pressure = status_of(tx), pressure_now(tx)
        seen = witnessing.sightings(tx, context.witnesses())
    late = [each.name for each in seen if each.is_late(clock.now())]
    if as_json:
        witnesses = [{"name": each.name, "size": each.size, "late": each.name in late} for each in seen]
        figures = {
            "log": found.log,
            "leaves": found.size,
            "signed": found.signed_size,
            "pending": found.pending,
            "set_apart": found.set_apart,
        }
        click.echo(json.dumps({**figures, "root": found.root.hex(), "witnesses": witnesses}))
    else:
        click.echo(f"leaves {found.size}, signed {found.signed_size}, pending {found.pending}")
        click.echo(f"root {found.root.hex()}")
        if found.set_apart:
            click.echo(f"set apart {found.set_apart}: entries that cannot be placed. Run: ledger verify")
        if found.oldest_pending:
            click.echo(f"oldest pending since {found.oldest_pending:%Y-%m-%d %H:%M:%S} UTC")
        for each in seen:
            when = f"{each.at:%Y-%m-%d %H:%M:%S} UTC" if each.at else "never"
            click.echo(
                f"witness {each.name}: {each.size} leaves, {when}{', late' if each.name in late else ''}"
            )
        if found.note:
            click.echo(found.note, nl=False)
    if late or pressure.alarming or found.set_apart:
        sys.exit(1)


@group.command("sequence")
def sequence() -> None:
    """Give every entry that waits its place, and sign. The server does this by itself."""
    total = 0
    with _said_plainly():
        while count := sequence_batch(context.owner_database(), context.settings().data_dir):
            total += count
    click.echo(f"{total} entries sequenced")


@group.command("export")
@click.argument("folder", type=_FILE)
def export(folder: Path) -> None:
    """Write a copy of the public log into FOLDER, as partners fetch it; what is there already stays.

    It holds no detail of anybody. Check it with: python3 verify.py --policy FOLDER/policy.txt FOLDER
    """
    with _said_plainly():
        size, written = copy_public_log(context.owner_database(), context.witnesses(), folder)
    click.echo(f"{size} leaves, {written} files written")


@group.command("ceremony")
@click.option("--checkpoint", "checkpoints", type=_GIVEN, multiple=True, help="One that a partner holds.")
@click.option("--copy", "copies", type=_GIVEN, multiple=True, help="A bundle that an agency has downloaded.")
@click.confirmation_option(
    prompt="A new log begins, and every partner is told that entries were lost. Is the newest database gone?"
)
def ceremony(checkpoints: tuple[Path, ...], copies: tuple[Path, ...]) -> None:
    """Begin a new log after a restore. Its first leaf commits to the last good checkpoint and the gap."""
    held: dict[str, list[int]] = {}
    with _said_plainly():
        with context.owner_database().transaction() as tx:
            log = status_of(tx).log
        for path in copies:
            with path.open(encoding="utf-8") as file:
                agency, indices = own_indices(file, log)
            held.setdefault(agency, []).extend(indices)
        gap = ceremonies.begin_anew(
            context.owner_database(),
            context.settings().data_dir,
            [path.read_text(encoding="utf-8") for path in checkpoints],
            held,
        )
    click.echo(
        f"{gap.origin}: {gap.last} leaves were signed, {gap.kept} are left, {gap.last - gap.kept} are lost."
    )
    click.echo("A new log has begun. Give partners and witnesses this note:\n")
    click.echo(gap.note, nl=False)


@group.command("change-key")
@click.confirmation_option(prompt="The key that signs now is destroyed afterwards. Go on?")
def change_key() -> None:
    """Sign with a new key from now on; the old one signs that it hands over."""
    with _said_plainly():
        note = ceremonies.change_key(context.owner_database(), context.settings().data_dir)
    click.echo("Give partners and witnesses this note:\n")
    click.echo(note, nl=False)


@group.command("add-seal")
def add_seal() -> None:
    """Seal details under a new key from now on; the old ones stay in the file, to read what they sealed.

    Restart the server afterwards. A key whose entries were all erased can be taken out of the file, and from
    every backup; then older backups do not open them either.
    """
    with _said_plainly():
        sealing.add_key(context.settings().data_dir)
    click.echo(f"Keep a copy of {context.settings().data_dir / sealing.SEAL_FILE} apart from the database.")


@group.command("retain")
def retain() -> None:
    """Erase details, names and keys that are past their period. Run it once a day.

    Leaves stay, and entries say what went; the tree, downloads and receipts stay good.
    """
    settings = context.settings()
    months = months_by_kind(settings.ledger_months)
    with _said_plainly():
        done = keep_schedule(
            context.owner_database(), SystemActor(Task.SCHEDULE_KEEP), months, settings.ledger_names_months
        )
    click.echo(f"erased: details {done.details}, names {done.names}, keys of subjects {done.subjects}")


@group.command("policy")
def policy() -> None:
    """Print whose signatures count, as partners check by it."""
    with _said_plainly(), context.owner_database().transaction() as tx:
        found = witnessing.published_policy(tx, context.witnesses())
    click.echo("\n".join(found.lines()))


@group.command("ask-witnesses")
def ask_witnesses() -> None:
    """Ask every witness with an address now. The server does this every minute."""
    with _said_plainly():
        problems = witnessing.ask_all(context.owner_database(), context.witnesses())
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)


@group.command("witness-request")
@click.argument("name")
@click.argument("request", type=_FILE)
@click.option("--old", type=int, help="The size that the witness says it saw last.")
def witness_request(name: str, request: Path, old: int | None) -> None:
    """Write what the witness NAME is asked to the file REQUEST, for instance on a stick."""
    with _said_plainly():
        with context.owner_database().transaction() as tx:
            text, signed = witnessing.request_for(tx, _witness(name), old)
        request.write_text(text, encoding="utf-8")
    click.echo(
        f"{signed.size} leaves. On the witness's computer: python3 witness.py answer FOLDER {request} ANSWER"
    )


@group.command("witness-answer")
@click.argument("name")
@click.argument("request", type=_GIVEN)
@click.argument("answer", type=_GIVEN)
def witness_answer(name: str, request: Path, answer: Path) -> None:
    """Read what the witness NAME wrote to ANSWER about REQUEST."""
    with _said_plainly():
        texts = [path.read_text(encoding="utf-8") for path in (request, answer)]
        with context.owner_database().transaction() as tx:
            found = witnessing.answer_to(tx, _witness(name), texts[0], texts[1])
    if isinstance(found, int):
        raise click.ClickException(f"It saw {found} leaves last. Write a new request with --old {found}.")
    click.echo(f"{name} saw it at {found:%Y-%m-%d %H:%M:%S} UTC.")


def _witness(name: str) -> Witness:
    found = next((each for each in context.witnesses().witnesses if each.name == name), None)
    if found is None:
        raise click.ClickException(f"There is no witness {name} in the file that CONCORDAT_WITNESSES names.")
    return found


def _begin() -> None:
    with context.owner_database().transaction() as tx:
        found = status_of(tx)
    if found.size == 0 and found.log == 1 and found.pending:
        while sequence_batch(context.owner_database(), context.settings().data_dir):
            pass


def _line(report: Report) -> str:
    if not report.good:
        where = "" if report.first_bad is None else f"first bad index {report.first_bad}: "
        return f"bad: {where}{report.problem}"
    said = f"good: {report.entries} entries, {report.pending} pending, root {report.root.hex()}"
    said += f"; details of {report.erased} were erased" if report.erased else ""
    return said + "".join(
        f"\ngap: {lost} leaves of log {log} are lost" for log, lost in enumerate(report.lost, 1)
    )
