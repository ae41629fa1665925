"""Taking in published figures: every bad row reported, every good one loaded, each row once, nothing lost."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Invalid
from sharing.events import figures as events
from sharing.insight.editions import edition_of
from sharing.insight.kinds import COUNTS, CRIMES, OUTCOMES, count_candidates, street_candidates
from sharing.insight.loading import BATCH, Candidate, Held, Importer, Kind, Loaded, Stamp, load_batch
from sharing.insight.months import parse_month
from sharing.insight.readers.boroughs import read_counts
from sharing.insight.readers.lines import Problem
from sharing.insight.readers.streets import read_streets
from sharing.insight.runs import begin_run, count_batch, finish_run
from sharing.insight.surveys import Survey, survey_counts, survey_streets

#: Told the file, its rows done and its rows, after each batch.
Progress = Callable[[Path, int, int], None]


def _silent(path: Path, done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Options:
    """How to take files in. `edition`, as `2025-11`, overrides what they say; `dry_run` writes nothing."""

    dry_run: bool = False
    edition: str | None = None
    progress: Progress = _silent


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    `rows` are those of the file, good and bad; a row of counts by month holds many figures. `loaded`,
    `changed` (a later edition's outcome of a crime) and `held` (there already) count figures. `problems`
    are (line, sentence), in the order of the file.
    """

    file: str
    kind: str
    edition: str
    digest: str
    rows: int
    dry_run: bool
    loaded: int = 0
    changed: int = 0
    held: int = 0
    problems: tuple[tuple[int, str], ...] = ()


def import_counts(
    database: Database, importer: Importer, files: Sequence[Path], options: Options
) -> tuple[FileReport, ...]:
    """Take in the Metropolitan Police's counts by borough or ward; files given together may be one edition.

    Raises:
        Invalid: if the edition named is not a month.
    """
    _check_edition(options)
    surveys = [survey_counts(path, read_counts(path)) for path in files]
    together = [survey.source for survey in surveys]
    reports = []
    seen: dict[str, Held] = {}
    for path, survey in zip(files, surveys, strict=True):
        edition = options.edition or edition_of(survey.source, together)
        work = _Work(database, importer, options, COUNTS, survey, edition, seen)
        reports.append(_load(work, count_candidates(read_counts(path), edition)))
    return tuple(reports)


def import_streets(
    database: Database, importer: Importer, files: Sequence[Path], options: Options
) -> tuple[FileReport, ...]:
    """Take in street and outcomes files of data.police.uk.

    Raises:
        Invalid: if the edition named is not a month.
    """
    _check_edition(options)
    reports = []
    seen: dict[str, Held] = {}
    for path in files:
        survey = survey_streets(path, read_streets(path))
        kind = OUTCOMES if survey.outcomes else CRIMES
        edition = options.edition or edition_of(survey.source, ())
        work = _Work(database, importer, options, kind, survey, edition, seen)
        reports.append(_load(work, street_candidates(read_streets(path))))
    return tuple(reports)


def _check_edition(options: Options) -> None:
    if options.edition is not None and parse_month(options.edition) != options.edition:
        raise Invalid({"edition": "An edition is the last month that it covers, written as 2025-11."})


@dataclass(frozen=True)
class _Work:
    """One file to be taken in."""

    database: Database
    importer: Importer
    options: Options
    kind: Kind
    survey: Survey
    edition: str
    #: In a dry run, what would be held by then: files given together see one another.
    seen: dict[str, Held]

    @property
    def write(self) -> bool:
        """A file without one good row leaves nothing behind but its report."""
        return bool(self.survey.source.last) and not self.options.dry_run


@dataclass
class _Tally:
    """What has become of the file so far."""

    loaded: int = 0
    changed: int = 0
    held: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)

    def add(self, batch: Loaded) -> None:
        self.loaded += batch.new
        self.changed += batch.changed
        self.held += batch.held
        self.problems += [(line, problem.sentence) for line, problem in batch.problems]


def _load(work: _Work, candidates: Iterable[tuple[int, Candidate | Problem]]) -> FileReport:
    tally = _Tally()
    source = work.survey.source
    stamp = Stamp(work.edition, clock.now(), _begin(work) if work.write else "")
    for done, batch in _batches(candidates, tally):
        with work.database.transaction() as tx:
            loaded = load_batch(tx, work.kind, batch, stamp, seen=None if work.write else work.seen)
            if work.write:
                _account(tx, work, stamp.import_id, loaded.new + loaded.changed)
        tally.add(loaded)
        work.options.progress(source.path, done, source.rows)
    if work.write:
        with work.database.transaction() as tx:
            finish_run(tx, stamp.import_id, work.survey, held=tally.held, problems=sorted(tally.problems))
    return _report(work, tally)


def _account(tx: Tx, work: _Work, run: str, rows: int) -> None:
    """Enter a batch in the ledger and in the import's own row; a batch that brought nothing leaves none."""
    if not rows:
        return
    count_batch(tx, run, rows)
    importer = work.importer
    events.figures_imported(
        tx,
        importer.user,
        importer.agency,
        importer.session,
        import_id=run,
        source_digest=work.survey.source.digest,
        edition=work.edition,
        rows=rows,
    )


def _report(work: _Work, tally: _Tally) -> FileReport:
    return FileReport(
        file=work.survey.source.path.name,
        kind=work.kind.name,
        edition=work.edition,
        digest=work.survey.source.digest,
        rows=work.survey.source.rows,
        dry_run=work.options.dry_run,
        loaded=tally.loaded,
        changed=tally.changed,
        held=tally.held,
        problems=tuple(sorted(tally.problems)),
    )


def _begin(work: _Work) -> str:
    with work.database.transaction() as tx:
        return begin_run(tx, work.kind.name, work.survey, work.edition)


def _batches(
    candidates: Iterable[tuple[int, Candidate | Problem]], tally: _Tally
) -> Iterator[tuple[int, list[Candidate]]]:
    """Batches of good rows with the number of rows done so far; bad ones go to the tally."""
    batch: list[Candidate] = []
    done, last = 0, 0
    for line, each in candidates:
        done, last = done + (line != last), line
        if isinstance(each, Problem):
            tally.problems.append((line, each.sentence))
            continue
        batch.append(each)
        if len(batch) == BATCH:
            yield done, batch
            batch = []
    yield done, batch
