"""Where the published files of the demonstration stand, and files that a test writes itself."""

import gzip
from pathlib import Path

from sqlalchemy import select

from foundation.database import Database, metadata
from sharing.insight import tables

DATA = Path(__file__).parents[4] / "demo" / "data"
COUNT_FILES = sorted((DATA / "mps").glob("*.csv.gz"))
TRANSPORT_POLICE = DATA / "police_uk" / "btp_street_greater_london_bbox_2024-01_2024-04.csv.gz"
OUTCOMES = DATA / "police_uk" / "met_outcomes_burglary_havering_newham_2023-01_2025-02.csv.gz"
RECONSTRUCTED = DATA / "police_uk" / "street_12types_havering_newham_2018-02_2021-01_reconstructed.csv.gz"
CAMERAS = DATA / "registers" / "trafford_cctv_cameras.csv"

STREET_HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)


def opened(url: str) -> Database:
    """A database with every table."""
    database = Database(url)
    metadata.create_all(database.engine, checkfirst=True)
    return database


def written(folder: Path, *lines: str, name: str = "figures.csv") -> Path:
    """A plain file of these lines."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def lines_of(path: Path) -> list[str]:
    """The lines of a gzip file."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every imported figure by table, without when it came and by which import."""
    found = {}
    with database.transaction() as tx:
        for table in (tables.recorded_count, tables.street_crime, tables.street_outcome):
            columns = [column for column in table.c if column.name not in ("imported_at", "import_id")]
            found[table.name] = [tuple(row) for row in tx.execute(select(*columns).order_by(table.c.key))]
    return found
