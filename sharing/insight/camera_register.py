"""A council's register of cameras, read and handed to whoever keeps it; records come in by contribution."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from sharing.insight.imports import FileReport, Options
from sharing.insight.readers.cameras import CameraRow, read_cameras

#: Keeps the cameras that are not held yet and says how many those were; must be safe to repeat.
Store = Callable[[Sequence[CameraRow]], int]

#: Cameras handed over at a time.
_BATCH = 200


def import_cameras(path: Path, store: Store, options: Options) -> FileReport:
    """Hand a register's good rows to `store` in batches; a dry run only reads.

    In a dry run `loaded` counts the good rows, since only `store` knows which of them are held.
    """
    good, bad = read_cameras(path)
    loaded = 0
    total = len(good) + len(bad)
    for start in range(0, len(good), _BATCH):
        batch = [camera for _, camera in good[start : start + _BATCH]]
        loaded += len(batch) if options.dry_run else store(batch)
        options.progress(path, min(start + len(batch) + len(bad), total), total)
    with path.open("rb") as stored:
        digest = hashlib.file_digest(stored, "sha256").hexdigest()
    return FileReport(
        file=path.name,
        kind="cameras",
        edition="",
        digest=digest,
        rows=total,
        dry_run=options.dry_run,
        loaded=loaded,
        held=len(good) - loaded,
        problems=tuple((line, problem.sentence) for line, problem in bad),
    )
