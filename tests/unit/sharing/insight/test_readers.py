import gzip
from pathlib import Path

import pytest

from sharing.insight.editions import Source, edition_of
from sharing.insight.readers.boroughs import AreaCounts, read_counts
from sharing.insight.readers.cameras import read_cameras
from sharing.insight.readers.lines import Problem
from sharing.insight.readers.streets import StreetRow, read_streets
from tests.unit.sharing.insight.places import CAMERAS, STREET_HEADER, written


def values(path: Path) -> list[AreaCounts]:
    return [value for _, value in read_counts(path) if isinstance(value, AreaCounts)]


def problems(path: Path, read=read_counts) -> list[tuple[int, str]]:
    return [(line, value.sentence) for line, value in read(path) if isinstance(value, Problem)]


@pytest.mark.parametrize(
    "header",
    [
        "MajorText,MinorText,LookUp_BoroughName,202511",
        "MajorText,MinorText,BoroughName,202511",
        "Major Category,Minor Category,Borough,202511",
        '"Major Category","Minor Category","Borough Name","2025-11"',
    ],
)
def test_every_name_a_column_has_had_reads_alike(tmp_path: Path, header: str) -> None:
    path = written(tmp_path, header, "ROBBERY,ROBBERY OF PERSONAL PROPERTY,Havering,40")
    expected = AreaCounts(
        "borough", "Havering", None, "robbery", "robbery of personal property", (("2025-11", 40),)
    )
    assert values(path) == [expected]


def test_columns_may_stand_in_another_order_and_behind_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv.gz"
    text = "\ufeff202511,BoroughName,MinorText,MajorText,Refreshed\r\n7,Havering,Arson,Arson,x\r\n"
    path.write_bytes(gzip.compress(text.encode()))
    assert [(row.area, row.counts) for row in values(path)] == [("Havering", (("2025-11", 7),))]


def test_ward_file_names_ward_borough_and_code(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "MajorText,MinorText,WardName,WardCode,LookUp_BoroughName,202511",
        "Theft,Shoplifting,Cranham,E05013968,Havering,7",
    )
    (row,) = values(path)
    assert (row.area_kind, row.area, row.area_code) == ("ward", "Cranham, Havering", "E05013968")


def test_each_bad_line_is_named_and_no_good_one_is_lost(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "MajorText,MinorText,BoroughName,202510,202511",
        "Theft,Shoplifting,Havering,1,2",
        "Theft,Shoplifting,Newham,1",
        "Theft,Shoplifting,,1,2",
        'Theft,"Shoplifting,Barnet,1,2',
        "Theft,Shoplifting,Brent,1,many",
        "",
        "Theft,Shoplifting,Bexley,1,-2",
        "Theft,Shoplifting,Camden,3,4",
    )
    assert [row.area for row in values(path)] == ["Havering", "Camden"]
    assert problems(path) == [
        (3, "The row has 4 cells and the first line 5. Mend the row."),
        (4, "The borough is blank. Fill it in."),
        (5, "A quotation mark is not closed on this line. Mend the line."),
        (6, "The count for 2025-11 is not a whole number. Write one; 0 if there were none."),
        (8, "The count for 2025-11 is not a whole number. Write one; 0 if there were none."),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04whatever", "zip archive or a spreadsheet"),
        (b"a,b,c\n1,2,3\n", "does not name the column MajorText"),
        (b"MajorText,MinorText,BoroughName\na,b,c\n", "names no month"),
        (b"MajorText,MinorText,BoroughName,202501,2025-01\na,b,c,1,1\n", "names a month twice"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_file_that_is_none_is_one_plain_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(content)
    assert values(path) == []
    ((line, said),) = problems(path)
    assert line == 1
    assert sentence in said


def test_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    rows = [f"Theft,Shoplifting,Area {number * 7919},{number}" for number in range(20_000)]
    whole = gzip.compress("\n".join(["MajorText,MinorText,BoroughName,202511", *rows]).encode())
    path = tmp_path / "figures.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    assert len(values(path)) > 1000
    ((line, said),) = problems(path)
    assert line > 1000
    assert said.startswith("The file ends in the middle.")


def test_line_without_end_and_line_of_other_bytes_spoil_only_themselves(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    good = b"Theft,Shoplifting,Havering,1\n"
    bad = b"Theft,Shoplifting," + b"x" * 200_000 + b",1\n" + b"Theft,Caf\xe9,Havering,1\n" + b"a\0b,c,d,1\n"
    path.write_bytes(b"MajorText,MinorText,BoroughName,202511\n" + good + bad + good)
    assert len(values(path)) == 2
    assert [line for line, _ in problems(path)] == [3, 4, 5]


def test_street_rows_with_bad_month_point_or_lsoa_are_named(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        STREET_HEADER,
        "a,2024-01,Met,Met,0.17,51.57,On or near X,E01002243,Havering 013A,Robbery,,",
        ",January,Met,Met,0.17,51.57,,E01002243,Havering 013A,Robbery,,",
        ",2124-01,Met,Met,0.17,51.57,,E01002243,Havering 013A,Robbery,,",
        ",2024-01,Met,Met,51.57,0.17,,E01002243,Havering 013A,Robbery,,",
        ",2024-01,Met,Met,x,51.57,,E01002243,Havering 013A,Robbery,,",
        ",2024-01,Met,Met,0.17,51.57,,Havering,Havering 013A,Robbery,,",
        ",2024-01,Met,Met,0.17,51.57,,E01002243,Havering 013A,,,",
        ",2024-01,Met,Met,,,No Location,,,Robbery,,",
    )
    good = [value for _, value in read_streets(path) if isinstance(value, StreetRow)]
    assert [(row.area, row.latitude) for row in good] == [("Havering", 51.57), (None, None)]
    assert [line for line, _ in problems(path, read_streets)] == [3, 4, 5, 6, 7, 8]


def test_stop_and_search_is_refused_because_it_describes_people(tmp_path: Path) -> None:
    path = written(tmp_path, "Type,Date,Gender,Age range,Self-defined ethnicity", "Person search,x,y,z,w")
    assert problems(path, read_streets) == [
        (1, "Stop and search describes people one by one. It is not imported.")
    ]


def test_published_camera_register_reads_whole() -> None:
    good, bad = read_cameras(CAMERAS)
    assert (len(good), bad) == (163, [])
    line, camera = good[0]
    assert (line, camera.number, camera.address, camera.ward) == (
        2,
        "1001",
        "Trafford Wharf Road",
        "Gorse Hill & Cornbrook",
    )
    assert camera.point == (53.464515, -2.284777)


def test_camera_given_twice_or_without_place_is_named(tmp_path: Path) -> None:
    path = written(
        tmp_path, "Camera number,Location,Retention days", "1,A,31", "1,B,31", "2,,31", "3,C,0", "4,D,"
    )
    good, bad = read_cameras(path)
    assert [(camera.number, camera.overwrite_days) for _, camera in good] == [("1", 31), ("4", None)]
    assert [(line, problem.sentence[:40]) for line, problem in bad] == [
        (3, "The camera's number stands on line 2 alr"),
        (4, "The camera's number or its location is b"),
        (5, "The days until footage is overwritten ar"),
    ]


def source(name: str, first: str, last: str) -> Source:
    return Source(Path(name), "", 1, first, last)


def test_edition_is_named_by_file_name_else_by_the_files_that_continue_it() -> None:
    history, recent = source("h.csv", "2010-04", "2023-11"), source("r.csv", "2023-12", "2025-11")
    older = source("o.csv", "2010-04", "2021-07")
    assert [edition_of(each, [history, recent, older]) for each in (history, recent, older)] == [
        "2025-11",
        "2025-11",
        "2021-07",
    ]
    assert edition_of(source("x_2025-12_edition_y.csv", "2010-04", "2023-11"), []) == "2025-11"
