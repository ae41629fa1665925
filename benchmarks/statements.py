"""How many SQL statements one request sends, by `pg_stat_statements`."""

from collections.abc import Callable

from benchmarks import postgres

_REQUESTS = 40


def count_statements(database: str, request: Callable[[], object]) -> float:
    """Statements of a request, BEGIN and COMMIT and the checks of foreign keys apart.

    Asked many times over; what the ledger's sequencer sends a few times a second meanwhile does not count.
    """
    request()
    with postgres.connect(database) as link:
        link.execute("SELECT pg_stat_statements_reset()")
        for _ in range(_REQUESTS):
            request()
        rows = link.execute(
            "SELECT calls FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid "
            "WHERE datname = %s AND toplevel AND calls >= %s",
            [database, _REQUESTS],
        ).fetchall()
    return sum(round(calls / _REQUESTS) for (calls,) in rows)
