"""Sequencers to be killed: one process that has everything loaded makes another for each line it is sent.

Arguments: address of the database, data folder. Each line in is answered by the process id of a sequencer,
once that one is at work.
"""

import os
import sys
from pathlib import Path

from foundation.database import Database
from foundation.errors import Unavailable
from foundation.ledger.sealing import open_keys
from foundation.ledger.sequencer import sequence


def run(url: str, data_dir: Path) -> None:
    """Sequence for ever; while the database is down, try again."""
    open_keys(data_dir)
    database = Database(url)
    sequence(database, data_dir, limit=64)
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    while True:
        try:
            sequence(database, data_dir, limit=64)
        except Unavailable:
            continue


if __name__ == "__main__":
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            run(sys.argv[1], Path(sys.argv[2]))
        os.waitpid(child, 0)
