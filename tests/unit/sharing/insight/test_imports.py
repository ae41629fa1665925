from pathlib import Path

import pytest
from sqlalchemy import func, select

from foundation.database import Database
from foundation.errors import Invalid
from foundation.ledger.tables import ledger_pending
from sharing.insight import imports, loading
from sharing.insight.imports import FileReport, Options, import_counts, import_streets
from sharing.insight.loading import Importer
from sharing.insight.tables import import_run, recorded_count, street_crime
from tests.unit.sharing.insight.places import (
    COUNT_FILES,
    OUTCOMES,
    RECONSTRUCTED,
    STREET_HEADER,
    TRANSPORT_POLICE,
    everything,
    lines_of,
    opened,
    written,
)

HEADER = "MajorText,MinorText,BoroughName,202510,202511"
ID = "f" * 64


def counts_in(database: Database, *files: Path, **options: object) -> tuple[FileReport, ...]:
    return import_counts(database, Importer(), files, Options(**options))


def streets_in(database: Database, *files: Path, **options: object) -> FileReport:
    return import_streets(database, Importer(), files, Options(**options))[-1]


def entries(database: Database) -> int:
    with database.transaction() as tx:
        return tx.execute(select(func.count()).select_from(ledger_pending)).scalar_one()


def street(crime_id: str = "", *, lsoa: str = "E01002243", outcome: str = "", kind: str = "Robbery") -> str:
    return f"{crime_id},2024-01,Met,Met,0.17,51.57,On or near X,{lsoa},Havering 013A,{kind},{outcome},"


def test_good_rows_load_and_bad_ones_are_kept_in_the_report(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, "Theft,Shoplifting,Havering,1,2", "Theft,Shoplifting,Newham,1,x")
    (report,) = counts_in(database, path)
    assert (report.rows, report.loaded, report.edition) == (2, 2, "2025-11")
    assert [line for line, _ in report.problems] == [3]
    with database.transaction() as tx:
        run = tx.execute(select(import_run)).one()
    assert (run.rows_read, run.loaded, run.rejected, run.report[0][0]) == (2, 2, 1, 3)
    assert run.source_digest == report.digest


def test_second_import_adds_no_figure_and_no_entry(database: Database) -> None:
    counts_in(database, COUNT_FILES[1])
    before, entered = everything(database), entries(database)
    (again,) = counts_in(database, COUNT_FILES[1])
    assert (again.loaded, again.held) == (0, 2304)
    assert everything(database) == before
    assert entries(database) == entered > 0


def test_dry_run_reports_the_same_and_writes_nothing(database: Database) -> None:
    dry = counts_in(database, *COUNT_FILES[-2:], dry_run=True)
    assert everything(database)["recorded_count"] == []
    assert entries(database) == 0
    wet = counts_in(database, *COUNT_FILES[-2:])
    assert [(r.loaded, r.held, r.problems) for r in dry] == [(r.loaded, r.held, r.problems) for r in wet]
    assert wet[1].loaded == 0  # the smaller file repeats rows of the larger


def test_each_batch_has_its_entry_with_the_rows_it_brought(database: Database) -> None:
    (report,) = counts_in(database, COUNT_FILES[1])
    with database.transaction() as tx:
        held = tx.execute(select(ledger_pending.c.event, ledger_pending.c.operation)).all()
        run = tx.execute(select(import_run.c.loaded)).scalar_one()
    assert len(held) == -(-report.loaded // loading.BATCH) == 2
    assert {tuple(row) for row in held} == {("sharing:figures:imported", "collection")}
    assert run == report.loaded


def test_import_killed_half_way_and_run_again_equals_a_whole_one(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    def die(_path: Path, done: int, total: int) -> None:
        if done > total / 2:
            raise KilledError

    monkeypatch.setattr(imports, "BATCH", 150)
    with pytest.raises(KilledError):
        counts_in(database, COUNT_FILES[1], progress=die)
    with database.transaction() as tx:
        some = tx.execute(select(func.count()).select_from(recorded_count)).scalar_one()
        assert tx.execute(select(import_run.c.finished_at)).scalar_one() is None
    assert 0 < some < 2304
    (report,) = counts_in(database, COUNT_FILES[1])
    assert (report.loaded, report.held) == (2304 - some, some)
    whole = opened(f"sqlite:///{tmp_path / 'whole.sqlite3'}")
    counts_in(whole, COUNT_FILES[1])
    assert everything(database) == everything(whole)
    whole.close()
    with database.transaction() as tx:
        run = tx.execute(select(import_run)).one()
    assert run.finished_at is not None
    assert run.loaded == 2304


def test_same_edition_that_contradicts_itself_is_reported_and_held_figure_stays(
    database: Database, tmp_path: Path
) -> None:
    counts_in(database, written(tmp_path, HEADER, "Theft,Shoplifting,Havering,1,2"))
    (report,) = counts_in(database, written(tmp_path, HEADER, "THEFT,SHOPLIFTING,havering,1,3", name="b.csv"))
    assert (report.held, report.loaded) == (1, 0)
    ((line, sentence),) = report.problems
    assert line == 2
    assert "2025-11: the row says 3; the same edition says 2 already" in sentence
    (other,) = counts_in(database, tmp_path / "b.csv", edition="2025-12")
    assert (other.loaded, other.problems) == (2, ())


def test_edition_must_be_a_month(database: Database) -> None:
    with pytest.raises(Invalid):
        counts_in(database, COUNT_FILES[0], edition="latest")


def test_file_without_one_good_row_leaves_nothing(database: Database, tmp_path: Path) -> None:
    (report,) = counts_in(database, written(tmp_path, "a,b,c"))
    assert [line for line, _ in report.problems] == [1]
    with database.transaction() as tx:
        assert tx.execute(select(func.count()).select_from(import_run)).scalar_one() == 0


def test_rows_without_crime_id_that_are_alike_are_each_kept_and_never_doubled(database: Database) -> None:
    first = streets_in(database, TRANSPORT_POLICE)
    again = streets_in(database, TRANSPORT_POLICE, edition="2024-05")
    assert (first.rows, first.loaded, first.problems) == (14083, 14083, ())
    assert (again.loaded, again.held) == (0, 14083)


def test_repeated_crime_id_is_kept_once(database: Database, tmp_path: Path) -> None:
    path = written(
        tmp_path, STREET_HEADER, street(ID), street(ID), street(ID, kind="Drugs"), street(), street()
    )
    report = streets_in(database, path)
    assert (report.rows, report.loaded, report.held) == (5, 4, 1)


def test_crime_whose_lsoa_has_another_code_by_now_is_the_same_crime(
    database: Database, tmp_path: Path
) -> None:
    streets_in(database, written(tmp_path, STREET_HEADER, street(ID), street()))
    newer = written(
        tmp_path, STREET_HEADER, street(ID, lsoa="E01034220"), street(lsoa="E01034220"), name="b.csv"
    )
    report = streets_in(database, newer, edition="2024-06")
    assert (report.loaded, report.held) == (0, 2)


def test_later_edition_moves_an_outcome_on_and_an_earlier_one_does_not_move_it_back(
    database: Database, tmp_path: Path
) -> None:
    under = written(tmp_path, STREET_HEADER, street(ID, outcome="Under investigation"))
    charged = written(tmp_path, STREET_HEADER, street(ID, outcome="Charged"), name="b.csv")
    streets_in(database, under)
    assert streets_in(database, charged, edition="2024-06").changed == 1
    assert streets_in(database, under).changed == 0
    with database.transaction() as tx:
        held = tx.execute(select(street_crime.c.outcome, street_crime.c.edition)).one()
    assert tuple(held) == ("Charged", "2024-06")


def test_outcomes_file_is_known_by_its_columns(database: Database) -> None:
    report = streets_in(database, OUTCOMES)
    assert (report.kind, report.rows, report.loaded + report.held) == ("police-uk-outcomes", 2350, 2350)
    assert report.problems == ()


def test_reconstructed_file_holds_the_collapse_of_april_2020(database: Database, tmp_path: Path) -> None:
    wanted = [line for line in lines_of(RECONSTRUCTED) if ",2020-0" in line and "Robbery" in line]
    streets_in(database, written(tmp_path, STREET_HEADER, *wanted))
    columns = street_crime.c
    with database.transaction() as tx:
        months = tx.execute(
            select(columns.month, func.count())
            .where(columns.area == "Havering", columns.month.in_(["2020-03", "2020-04"]))
            .group_by(columns.month)
        )
        assert {row[0]: row[1] for row in months} == {"2020-03": 34, "2020-04": 15}
