"""A sequencer in a process of its own, to be killed. Arguments: address of the database, data folder."""

import sys
from pathlib import Path

from foundation.database import Database
from foundation.ledger.sequencer import sequence


def run(url: str, data_dir: Path) -> None:
    database = Database(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        sequence(database, data_dir, limit=64)


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]))
