"""Everything that is measured, side by side: the floor, the peer and Concordat, on fresh databases."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from os import environ
from pathlib import Path

from auth.keys import issue_key
from benchmarks import postgres
from benchmarks.load import Target, asked
from benchmarks.peer import peer_environment, peer_python
from benchmarks.population import DENSE, PURPOSE, SPARSE
from benchmarks.seed import account_of, seeded
from benchmarks.servers import THREADS, WORKERS, Server, free_port, granian, running
from foundation.database import Database
from foundation.ledger.sealing import open_keys
from foundation.secret_file import create_secret
from foundation.walls import REQUESTS, SERVER

OURS, PEER = "run_ours", "run_peer"


@dataclass(frozen=True)
class Field:
    """The servers by name, and what is asked of them, by workload."""

    servers: dict[str, Server]
    targets: dict[str, Target]


@contextmanager
def standing(records: int) -> Iterator[Field]:
    """The servers, started on copies of the seeded databases; all of it is stopped at the block's end."""
    ours, theirs = seeded(records)
    postgres.create(OURS, ours)
    postgres.create(PEER, theirs)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="concordat-bench-")))
        hello, peer, portal = free_port(), free_port(), free_port()
        bare = {"PATH": environ["PATH"]}
        started = [
            ("hello", granian("benchmarks.hello:app", hello), hello, bare),
            ("peer", granian("peer.wsgi:application", peer, peer_python()), peer, peer_environment(PEER)),
            ("portal", [sys.executable, "-m", "portal.cli.serve"], portal, production(folder, portal, OURS)),
        ]
        servers = {
            name: stack.enter_context(running(name, command, port, variables))
            for name, command, port, variables in started
        }
        open_keys(folder)
        yield Field(servers, _targets(hello, peer, portal))
    postgres.drop(OURS)
    postgres.drop(PEER)


def production(folder: Path, port: int, database: str) -> dict[str, str]:
    """The variables of a production portal on a copied database."""
    create_secret(folder / "secret.key")
    return {
        "PATH": environ["PATH"],
        "PORT": str(port),
        "CONCORDAT_DATA_DIR": str(folder),
        "CONCORDAT_DATABASE_URL": postgres.url(database, REQUESTS),
        "CONCORDAT_DATABASE_SYSTEM_URL": postgres.url(database, SERVER),
        "CONCORDAT_PUBLIC_URL": "https://concordat.example",
        "CONCORDAT_TRUSTED_HOSTS": "127.0.0.1",
        "CONCORDAT_PROXIES": "1",  # of which the load plays the part
        "CONCORDAT_WORKERS": str(WORKERS),
        "CONCORDAT_THREADS": str(THREADS),
        # One account asks for all of it, far faster than the pace that people are held to.
        "CONCORDAT_REQUESTS_A_MINUTE": str(10**9),
        "CONCORDAT_RECORDS_AN_HOUR": str(10**9),
    }


def _targets(hello: int, peer: int, portal: int) -> dict[str, Target]:
    targets = {"hello": Target(hello, ["/hello"])}
    database = Database(postgres.url(OURS))
    for reader, agency in (("dense", DENSE), ("sparse", SPARSE)):
        key = issue_key(database, account_of(agency), [PURPOSE], datetime(2099, 1, 1, tzinfo=UTC))
        bearer = {
            "Authorization": f"Bearer {key}",
            "Sharing-Purpose": PURPOSE,
            "X-Forwarded-Proto": "https",
        }
        token = {"Authorization": f"Token token-of-{agency}"}
        targets[f"list {reader} portal"] = Target(portal, ["/api/v1/incidents?limit=50"], bearer)
        targets[f"list {reader} peer"] = Target(peer, ["/incidents"], token)
    database.close()
    targets["detail portal"] = _details(targets["list dense portal"], "records", "/api/v1/incidents/")
    targets["detail peer"] = _details(targets["list dense peer"], "results", "/incidents/")
    return targets


def _details(listed: Target, key: str, before: str) -> Target:
    """The fifty newest records, each for itself."""
    ids = [str(each["id"]) for each in asked(listed)[key]]
    if len(ids) != 50:
        raise SystemExit(f"A list of {len(ids)} records is not the one to be measured.")
    return Target(listed.port, [before + each for each in ids], listed.headers)
