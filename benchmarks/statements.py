"""How many SQL statements one request sends, by `pg_stat_statements`."""

from collections.abc import Callable

from benchmarks import postgres

_REQUESTS = 40
#: Deferred checks of foreign keys, and what the ledger's sequencer does for many requests together.
_NOT_OF_THE_REQUEST = (
    r"FROM ONLY|pg_advisory|DELETE FROM ledger_pending"
    r"|ledger_(leaf|detail|record_mention|agency_mention|agency|checkpoint)"
)


def count_statements(database: str, request: Callable[[], object]) -> float:
    """Statements of a request, BEGIN and COMMIT and the checks of foreign keys apart.

    Asked many times over; what the ledger's sequencer sends a few times a second meanwhile does not count.
    """
    request()
    with postgres.connect("postgres") as link:
        link.execute("SELECT pg_stat_statements_reset()")
        for _ in range(_REQUESTS):
            request()
        rows = link.execute(
            "SELECT calls FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid "
            "WHERE datname = %s AND calls >= %s AND query !~ %s",
            [database, _REQUESTS, _NOT_OF_THE_REQUEST],
        ).fetchall()
    return sum(round(calls / _REQUESTS) for (calls,) in rows)
