"""Seeds the databases that are measured on: `python -m benchmarks.seed [--records 100000]`.

Both are kept as templates; each run measures on fresh copies of them.
"""

import argparse
import secrets
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from auth import tables as people
from auth.roles import Role
from benchmarks import population, postgres
from benchmarks.peer import peer_environment, peer_python
from benchmarks.population import OTHER_PURPOSE, PURPOSE, Incident
from foundation.bulk import insert_many
from foundation.database import Database
from foundation.ledger.encoding.subject import KEY_SIZE
from foundation.schema import current_revision, migrate
from foundation.walls import REQUESTS, SERVER
from sharing.agreements import tables as terms
from sharing.agreements.reaching import reach_rows
from sharing.records import record as tables
from sharing.records.record import EVERY
from sharing.records.registry import TABLES
from sharing.subject_keys import subject_key

#: Raised when the seeded rows change, so that kept databases are made anew.
EDITION = 2
_BATCH = 5_000
_BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
_ENDS = datetime(2099, 1, 1, tzinfo=UTC)


def seeded(records: int) -> tuple[str, str]:
    """The names of the template databases of Concordat and of the peer, made if they are not there yet."""
    theirs = f"{_name(records)}_peer"
    if not postgres.exists(theirs):
        _make(theirs, lambda database: _fill_peer(database, records))
    return seeded_ours(records), theirs


def seeded_ours(records: int) -> str:
    """The name of Concordat's template database, made if it is not there yet."""
    ours = f"{_name(records)}_ours"
    if not postgres.exists(ours):
        _make(ours, lambda database: _fill(database, records))
    return ours


def _name(records: int) -> str:
    return f"seed_{EDITION}_{current_revision()}_{records}"


def _make(name: str, fill: Any) -> None:
    begun = time.perf_counter()
    postgres.create("unfinished")
    fill("unfinished")
    with postgres.connect("unfinished") as link:
        link.execute("VACUUM ANALYZE")
    postgres.rename("unfinished", name)
    print(f"seeded {name} in {time.perf_counter() - begun:.0f} s")


def _fill_peer(database: str, records: int) -> None:
    script = "benchmarks/peer_django/seed.py"
    subprocess.run([peer_python(), script, str(records)], env=peer_environment(database), check=True)


def _fill(name: str, records: int) -> None:
    database = Database(postgres.url(name))
    try:
        fill(database, records)
    finally:
        database.close()


def fill(database: Database, records: int) -> None:
    """Put the invented partnership into an empty database, with so many incidents."""
    _prepare(database)
    with database.transaction() as tx:
        _fill_policy(tx)
        made = population.incidents(records)
        while batch := list(islice(made, _BATCH)):
            _fill_incidents(tx, batch)


def _prepare(database: Database) -> None:
    """The tables and walls, with the roles in which a portal reaches them."""
    address = database.engine.url
    requests, server = (
        "" if database.is_sqlite else address.set(username=role).render_as_string(hide_password=False)
        for role in (REQUESTS, SERVER)
    )
    migrate(database, requests=requests, server=server)


def _fill_policy(tx: Connection) -> None:
    agencies = population.agencies()
    insert_many(tx, people.agency, [_agency(each) for each in agencies])
    insert_many(tx, people.user, [_account(each) for each in agencies])
    insert_many(tx, terms.agreement, [{"id": each.id, "title": each.id} for each in population.agreements()])
    insert_many(tx, terms.agreement_version, [_version(each) for each in population.agreements()])
    tx.execute(text("DELETE FROM policy_epoch"))
    insert_many(tx, terms.policy_epoch, [{"id": 1, "epoch": 1, "closings": 0}])


def _agency(each: population.Agency) -> Mapping[str, Any]:
    return {
        "id": each.id, "name": each.id, "short_name": each.id, "kind": each.kind, "business": each.business
    }  # fmt: skip


def account_of(agency: str) -> str:
    """The id of an agency's service account."""
    return f"account-of-{agency}"


def _account(each: population.Agency) -> Mapping[str, Any]:
    return {
        "id": account_of(each.id),
        "agency_id": each.id,
        "name": "Feed",
        "email": f"feed@{each.id}.example",
        "roles": [Role.ANALYST.value],
        "job_title": "",
        "disabled": False,
    }


def _version(each: population.Agreement) -> Mapping[str, Any]:
    return {
        "agreement_id": each.id,
        "number": 1,
        "stage": "signed",
        "from_at": _BEGAN,
        "until_at": _ENDS,
        "parties": sorted(each.parties),
        "purposes": [PURPOSE, OTHER_PURPOSE],
        "clauses": [
            _clause("1", ["event", "place", "narrative", "admin"], "disclose"),
            _clause("2", ["occurred", "occurred_until", "address", "point", "loss"], "generalise"),
            _clause("3", ["identifier", "assessment"], "withhold"),
            {**_clause("4", ["description", "link"], "disclose"), "categories": ["suspect"]},
            {**_clause("5", ["identity"], "pseudonym"), "categories": ["suspect"]},
        ],
    }


def _clause(name: str, fields: list[str], treatment: str) -> dict[str, Any]:
    kinds = sorted({each.kind for each in population.agencies()})
    return {
        "id": name,
        "purposes": [PURPOSE, OTHER_PURPOSE],
        "from": kinds,
        "to": kinds,
        "records": ["incident"],
        "fields": fields,
        "treatment": treatment,
    }


def _fill_incidents(tx: Connection, batch: list[Incident]) -> None:
    releases = [row for each in batch for row in _releases(each)]
    insert_many(tx, tables.record, [_record(each) for each in batch])
    insert_many(tx, TABLES["incident"], [_details(each) for each in batch])
    insert_many(tx, terms.release, releases)
    insert_many(tx, terms.reach, [row for each in releases for row in reach_rows(each, "incident")])
    persons = [(each, person) for each in batch for person in each.persons]
    insert_many(tx, tables.person, [_person(person) for _, person in persons])
    insert_many(tx, subject_key, [_subject_key(person) for _, person in persons])
    insert_many(tx, tables.link, [_link(each, person) for each, person in persons])
    insert_many(tx, terms.stand_in, _stand_ins(persons))


def _record(each: Incident) -> Mapping[str, Any]:
    own = {name: value for name, value in each.values.items() if name in EVERY.by_name}
    return {
        "id": each.id, "type": "incident", "owner": each.owner, "happened": each.values["occurred"],
        "looked_over": False, "row_version": 1, **own,
    }  # fmt: skip


def _details(each: Incident) -> Mapping[str, Any]:
    own = {name: value for name, value in each.values.items() if name not in EVERY.by_name}
    return {"record_id": each.id, **own}


def _releases(each: Incident) -> Iterator[Mapping[str, Any]]:
    for number, (agreement, recipient) in enumerate(each.releases):
        yield {
            "id": f"{each.id[:34]}-{number}",
            "record_id": each.id,
            "agreement_id": agreement,
            "version": 1,
            "purposes": [PURPOSE],
            "recipients": "all" if recipient == "*" else [recipient],
            "text": "A robbery near the station.",
            "by_user": account_of(each.owner),
            "at": each.recorded_at,
            "expires": None,
            "revoked": None,
        }


def _person(person: population.Person) -> Mapping[str, Any]:
    return {
        "id": person.id, "date_of_birth": person.date_of_birth, "date_of_birth_verified": True,
        "believed_child": False,
    }  # fmt: skip


def _subject_key(person: population.Person) -> Mapping[str, Any]:
    """As the entry of their being recorded makes it."""
    return {"person_id": person.id, "key": secrets.token_bytes(KEY_SIZE)}


def _link(each: Incident, person: population.Person) -> Mapping[str, Any]:
    return {
        "id": person.link,
        "record_id": each.id,
        "person_id": person.id,
        "categories": [person.category],
        "own": False,
        "confirmed": True,
        "made_by": each.owner,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "date_of_birth": person.date_of_birth,
        "clothing": list(person.clothing),
        "phone": person.phone,
    }


def _stand_ins(persons: Iterable[tuple[Incident, population.Person]]) -> list[Mapping[str, Any]]:
    return [
        {"agreement_id": agreement, "person_id": person.id, "token": f"{person.id[:9]}{number}"}
        for each, person in persons
        for number, agreement in enumerate(dict.fromkeys(agreement for agreement, _ in each.releases))
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    print(*seeded(parser.parse_args().records))
