"""Below goal 10: what one row costs a list, before anything is proven of it: `python -m benchmarks.floor [--write]`.

A list of fifty from a portal that leaves no entry against one that inserts and commits a row of an entry's size,
made beforehand, and does nothing else (`benchmarks.one_row`). `--write` keeps the figures in
`docs/performance.md`.
"""

import os
import platform

from benchmarks import audit, postgres, report
from benchmarks.audit import UNAUDITED, Rates, ratio
from foundation import clock

ONE_ROW = "run_one_row"
APPLICATIONS = {ONE_ROW: "benchmarks.one_row:create_serving_app", UNAUDITED: audit.APPLICATIONS[UNAUDITED]}
HEADING = "## What a single row costs"


def told(lists: Rates, records: int, load: tuple[float, float]) -> str:
    """The part of `docs/performance.md`."""
    rounds = len(lists[f"{ONE_ROW} 4"])
    lines = [
        HEADING,
        "",
        f"Measured on {clock.today().isoformat()} by `python -m benchmarks.floor --write`, medians of {rounds} "
        f"interleaved rounds of {audit.SECONDS} s, as above: {records:,} records; two portals of 2 workers, each on a "
        f"PostgreSQL {postgres.version()} database of its own with durable commits, on the same {report.machine()}; "
        f"Python {platform.python_version()}. Load average before {load[0]:.1f}, after {load[1]:.1f}.",
        "",
        "| clients | with one row, a second | without, a second | share |",
        "|---|---|---|---|",
        *(_row(lists, clients) for clients in audit.CLIENTS),
        "",
        "- The row is as large as a look's entry, made beforehand, inserted and committed by the same statement; nothing",
        "  is encoded, sealed or sequenced. A ledger that writes such a row for each look, on disk before the answer",
        "  leaves, keeps no more than this share here.",
    ]
    return "\n".join(lines) + "\n"


def _row(lists: Rates, clients: int) -> str:
    one, none = (f"{name} {clients}" for name in (ONE_ROW, UNAUDITED))
    middle = (sorted(lists[name])[len(lists[name]) // 2] for name in (one, none))
    return f"| {clients} | {' | '.join(f'{rate:,.0f}' for rate in middle)} | **{100 * ratio(lists, one, none):.1f} %** |"


def main() -> None:
    options = audit.options_of(__doc__)
    begun = os.getloadavg()[0]
    lists = audit.lists(options.records, options.rounds, APPLICATIONS)
    text = told(lists, options.records, (begun, os.getloadavg()[0]))
    print(text)
    if options.write:
        report.keep(HEADING, text)


if __name__ == "__main__":
    main()
