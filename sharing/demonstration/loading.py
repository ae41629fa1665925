"""Loads the demonstration: everything or, if it was loaded before, nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from operator import itemgetter

from sqlalchemy import Connection, Table, func, select

from auth.accounts import create_accounts
from auth.tables import agency
from foundation.bulk import insert_many, prepare_load
from foundation.database import Database, metadata
from foundation.errors import Conflict
from foundation.files import Files
from sharing.agreements.policy import bump_epoch
from sharing.agreements.terms import store_agreement
from sharing.demonstration import nation
from sharing.demonstration.crowd import crowd_batches, demonstration_profiles
from sharing.demonstration.crowd_values import Crowd
from sharing.demonstration.drafts import Batch
from sharing.demonstration.meetings import meetings_batch
from sharing.demonstration.members import keep_members
from sharing.demonstration.negotiations import negotiate
from sharing.demonstration.people import DEMO, People, read, read_people
from sharing.demonstration.recalling import tell_recalls
from sharing.demonstration.requests import requests_batch
from sharing.demonstration.storyline import story_batch
from sharing.events import records as events
from sharing.insight.imports import Options, import_counts
from sharing.insight.loading import Importer
from sharing.partnerships.tables import partnership
from sharing.records.record import record

#: Rows of these come from modules that nothing else here needs.
import_module("sharing.schemes.tables")

SEED = 20_260_217
#: Who loads, in the ledger: nobody signed in.
_ACTOR = "demonstration"

Progress = Callable[[int, int], None]


class Size(StrEnum):
    """How much is loaded."""

    SMALL = "small"
    CITY = "city"
    NATIONAL = "national"


#: About so many records in all.
RECORDS = {Size.SMALL: 2_000, Size.CITY: 100_000, Size.NATIONAL: 1_000_000}


class AlreadyLoaded(Conflict):
    """The demonstration is there, whole."""


@dataclass(frozen=True)
class Totals:
    """What was loaded."""

    agencies: int
    users: int
    agreements: int
    records: int


def load(database: Database, files: Files, size: Size, now: datetime, progress: Progress) -> Totals:
    """Load the demonstration in batches, each its own transaction with its ledger entries.

    `progress` is called with the records that are in and the records in all.

    Raises:
        AlreadyLoaded: if it was loaded before; nothing is changed then.
        Conflict: if there is anything else in the database, or half a load; nothing is changed then.
        Invalid: if a file of the demonstration does not hold.
    """
    _refuse_used(database)
    people = read_people()
    if size is Size.NATIONAL:
        people = nation.with_nation(people, SEED)
    create_accounts(database, people.agencies, people.sites, people.users, people.areas)
    with database.transaction() as tx:
        keep_members(tx, people, now)
    with database.transaction() as tx:
        prepare_load(tx)
        for terms in people.agreements:
            store_agreement(tx, terms)
        negotiate(tx, people, now)
    loaded = 0
    for number, batch in enumerate(_batches(files, people, size, now)):
        _keep(database, batch, f"{size}-{number}")
        loaded += batch.owners.total()
        progress(loaded, RECORDS[size])
    for edition in ("2023-08", "2025-12"):
        import_counts(database, Importer(), sorted((DEMO / "data" / "mps").glob(f"*_{edition}_*")), Options())
    tell_recalls(database, people, now)
    # Partnerships come last: by them the next load knows that this one was whole.
    with database.transaction() as tx:
        _insert(tx, meetings_batch(people, now))
        bump_epoch(tx)
    return Totals(len(people.agencies), len(people.users), len(people.agreements), loaded)


def _batches(files: Files, people: People, size: Size, now: datetime) -> Iterator[Batch]:
    told = read("crowd.yaml")
    crowd = Crowd(told, SEED)
    story = story_batch(files, people, crowd.names, now)
    yield story
    yield requests_batch(people, {row["id"]: row["owner"] for row in story.rows["record"]}, now)
    left = RECORDS[size] - story.owners.total()
    profiles = demonstration_profiles(told, people)
    if size is Size.NATIONAL:
        area_of = {profile.agency: profile.area for profile in profiles}
        sparse = nation.SPARSE_RECORDS
        yield from crowd_batches(crowd, [nation.sparse_profile(people)], sparse, people.version_at, now)
        left -= sparse
        scale = sum(profile.weight for profile in profiles)
        profiles = (
            *(replace(profile, weight=profile.weight / scale * 20) for profile in profiles),
            *nation.nation_profiles(people, area_of),
        )
    yield from crowd_batches(crowd, profiles, left, people.version_at, now)


def _keep(database: Database, batch: Batch, name: str) -> None:
    # In the order of their key, so that neighbours in the table are written together.
    batch.rows.get("word", []).sort(key=itemgetter("word", "record_id"))
    with database.transaction() as tx:
        _insert(tx, batch)
        for owner, count in sorted(batch.owners.items()):
            events.records_loaded(tx, actor=_ACTOR, agency=owner, session="", batch=name, count=count)


def _insert(tx: Connection, batch: Batch) -> None:
    for table in _in_order():
        insert_many(tx, table, batch.rows.get(table.name, ()))


def _in_order() -> list[Table]:
    return list(metadata.sorted_tables)


def _refuse_used(database: Database) -> None:
    with database.transaction() as tx:
        if tx.execute(select(partnership.c.id).limit(1)).first() is not None:
            held = tx.execute(select(func.count()).select_from(record)).scalar_one()
            raise AlreadyLoaded(
                f"The demonstration is loaded already, with {held:,} records. Nothing was changed."
            )
        if tx.execute(select(agency.c.id).limit(1)).first() is not None:
            raise Conflict(
                "This database holds agencies already, or an earlier load was stopped half-way. "
                "Nothing was changed. Load into an empty database."
            )
