"""Nothing of a record is left after its time: every table, every column and every file is looked through."""

from pathlib import Path

import pytest
from sqlalchemy import String, delete, func, insert, select

from foundation import clock
from foundation.ledger.verify import verify
from migrations.tables import every_table
from sharing.records.camera import camera
from sharing.records.record import person, record
from sharing.retention import deleting
from sharing.retention.tables import leaving_file
from tests.leaks.scanner import Scanner
from tests.unit.sharing.retention.conftest import hanging_tables

#: Columns of free width that hold a code of ours, or the key of a file.
_CODES = {"picture", "status", "marking"}
#: Where ids of records stay: in what is told of them, and in the ledger.
_KEPT = {"deleted_record.record_id", "ledger_record_mention.record_id", "outbox.payload"}


def rests(scene):
    """Where a canary still stands."""
    scanner = Scanner(scene.writer.canaries)
    return sorted(place for place, data in scene.stored().items() if scanner.found(data))


def rows_left(scene):
    """Tables in which something still hangs on a record or a person."""
    counted = {each: select(func.count()).select_from(each) for each in hanging_tables() | {person, record}}
    with scene.tx() as tx:
        return sorted(table.name for table, wanted in counted.items() if tx.execute(wanted).scalar())


def named(scene, ids):
    """Where an id of a record still stands."""
    return {place for place, data in scene.stored().items() if any(each.encode() in data for each in ids)}


def test_nothing_is_left_of_records_whose_time_is_over(scene):
    scene.plant()
    words = {
        f"{column.table.name}.{column.name}"
        for table in (hanging_tables() | {record}) - {camera}
        for column in table.c
        if type(column.type) is String and column.type.length is None and column.name not in _CODES
    }
    assert words - {*rests(scene)} == set()
    before = scene.held()
    done = scene.retain_after()
    assert done.stayed == 0
    assert rests(scene) == []
    assert scene.held() == set()
    assert [path for path in (scene.folder / "files").rglob("*") if path.is_file()] == []
    assert rows_left(scene) == []
    scene.sequence()
    assert named(scene, before) <= _KEPT
    report = verify(scene.database, scene.folder)
    assert (report.good, report.problem) == (True, "")


def test_the_file_of_sqlite_holds_nothing_of_them_either(scene):
    if not scene.database.is_sqlite:
        pytest.skip("what PostgreSQL's pages hold goes when it vacuums")
    scene.plant()
    scanner = Scanner(scene.writer.canaries)
    path = Path(scene.database.engine.url.database)
    assert scanner.found(path.read_bytes() + Path(f"{path}-wal").read_bytes())
    scene.retain_after()
    scene.database.close()
    assert scanner.found(path.read_bytes()) == set()


def test_a_rest_that_is_planted_is_found(scene):
    canary, every = scene.canary(), every_table().tables
    record_id = scene.submit()
    made = {"id": "1", "user_id": "dan-osei", "form": "request", "at": clock.now()}
    rests_of = {
        "word.word": (every["word"], {"word": canary, "record_id": record_id}),
        "draft.answers": (every["draft"], {**made, "answers": {"need": f"Of {canary.upper()}."}}),
        "leaving_file.key": (leaving_file, {"key": canary.encode().hex(), "at": clock.now()}),
    }
    for place, (table, row) in rests_of.items():
        assert rests(scene) == []
        with scene.tx() as tx:
            tx.execute(insert(table), row)
        assert rests(scene) == [place]
        with scene.tx() as tx:
            tx.execute(delete(table))
    key = scene.files.put(b"\xff\xd8" + canary.encode())
    assert rests(scene) == [key.partition("/")[2]]


@pytest.mark.parametrize("part", ["_delete_what_names", "_delete_nobodys", "_leave_later"])
def test_a_part_of_the_deletion_that_is_left_out_is_found(scene, monkeypatch, part):
    scene.plant()
    monkeypatch.setattr(deleting, part, lambda *_: None)
    scene.retain_after()
    assert [*rests(scene), *rows_left(scene)] != []
