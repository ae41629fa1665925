"""The row that each file leaves behind: what came in, from which bytes, and what could not be taken."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from foundation import clock
from foundation.database import Tx
from foundation.identifiers import new_id
from sharing.insight.surveys import Survey
from sharing.insight.tables import import_run

#: Problems kept with the import; the caller gets all of them.
_KEPT_PROBLEMS = 500


def begin_run(tx: Tx, kind: str, survey: Survey, edition: str) -> str:
    """The id of this file's import: the one that it began earlier, or a new one."""
    source = survey.source
    columns = import_run.c
    found = tx.execute(
        select(columns.id).where(
            columns.kind == kind, columns.source_digest == source.digest, columns.edition == edition
        )
    ).scalar()
    if found is not None:
        return str(found)
    run = {
        "id": new_id(),
        "kind": kind,
        "file_name": source.path.name,
        "source_digest": source.digest,
        "edition": edition,
        "started_at": clock.now(),
        "report": [],
        "areas": [],
        "crimes": [],
    }
    tx.execute(insert(import_run), run)
    return str(run["id"])


def count_batch(tx: Tx, run: str, loaded: int) -> None:
    """Add a batch to what the import has loaded."""
    tx.execute(update(import_run).where(import_run.c.id == run).values(loaded=import_run.c.loaded + loaded))


def finish_run(tx: Tx, run: str, survey: Survey, *, held: int, problems: list[tuple[int, str]]) -> None:
    """Close the import: from now on its areas and crimes can be chosen."""
    values: Mapping[str, Any] = {
        "finished_at": clock.now(),
        "rows_read": survey.source.rows,
        "held": held,
        "rejected": len({line for line, _ in problems}),
        "report": [list(each) for each in problems[:_KEPT_PROBLEMS]],
        "areas": sorted(survey.areas),
        "crimes": sorted(list(pair) for pair in survey.crimes),
    }
    tx.execute(update(import_run).where(import_run.c.id == run).values(**values))
