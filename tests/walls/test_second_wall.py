"""The second wall stands when the first is planted to let all through, and knows what rules must know."""

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from unittest.mock import patch

import pytest
from sqlalchemy import insert, select, update

from foundation import clock
from foundation.database import Database
from foundation.errors import Missing
from sharing import collecting, disclosure, queries, sight
from sharing.contribution import submit
from sharing.disclosure import list_records, read_record, search
from sharing.records.record import link, person, record
from sharing.release import decision
from sharing.release.facts import Exit
from sharing.scope import Lane
from sharing.sight import look
from sharing.submission import NewPerson, NewRecord
from sharing.surroundings import facts_of
from tests.asking import asking
from tests.databases import sqlite_url
from tests.partnership import ROBBERY, actor, load_partnership
from tests.portal import prepare_tables
from tests.walls.conftest import COUNCIL, POLICE, STRANGER, incident, to

MINE = {"to the council", "to all", "the council's"}


@contextmanager
def everything_let_through():
    """An engine that takes everybody for the owner's staff, and a scope of everybody's lanes."""
    scope_of, released = sight.scope_of, collecting._released
    everybody = ("metropolitan-east-area", "british-transport-police", "havering", "newham", "members", "*")

    def wide(sight_):
        lanes = tuple(Lane(each, key) for each in sight_.policy.agreements for key in everybody)
        return replace(scope_of(sight_), own=True, lanes=lanes, agency="metropolitan-east-area")

    with ExitStack() as stack:
        for room in (decision, disclosure):
            stack.enter_context(patch.object(room, "is_staff", lambda *_: True))
        for room in (sight, collecting):
            stack.enter_context(patch.object(room, "scope_of", wide))
        stack.enter_context(patch.object(collecting, "_released", partial(_one_by_one, released)))
        yield


def _one_by_one(released, tx, sight_, rows, *, persons):
    return released(tx, sight_, rows, persons=True)


def shown(owner, user, ids):
    """The labels of what the user is shown: by a list, a search for a word of all, and one by one."""
    who, found = actor(user), []
    with asking(owner, who) as database, everything_let_through():
        found.append({each.id for each in list_records(database, who, "incident").records})
        found.append({each.id for each in search(database, who, ("larkspur",), ("incident",))})
        one_by_one = set()
        for each in ids.values():
            with suppress(Missing):
                one_by_one.add(read_record(database, who, "incident", each).record.id)
        found.append(one_by_one)
    return [{label for label, each in ids.items() if each in some} for some in found]


def test_rows_that_nothing_reaches_stay_hidden_from_an_engine_that_shows_all(world):
    for user, mine in ((COUNCIL, MINE), (STRANGER, set())):
        assert shown(world.owner, user, world.ids) == [mine] * 3


def test_without_the_wall_that_engine_shows_them(tmp_path):
    """On SQLite, where the engine is the only wall: so the plant above is one."""
    opened = Database(sqlite_url(tmp_path))
    prepare_tables(opened)
    load_partnership(opened)
    ids = {"hidden": submit(opened, actor(POLICE), incident()).id}
    assert shown(opened, STRANGER, ids) == [{"hidden"}] * 3
    opened.close()


@pytest.fixture(scope="module")
def vehicle(world):
    """A vehicle of the council's that everybody is shown."""
    new = NewRecord("vehicle", {"registration": "AB12 CDE"}, releases=(to("*"),))
    with asking(world.owner, actor(COUNCIL)) as database:
        return submit(database, actor(COUNCIL), new).id


@pytest.fixture
def copied(world, vehicle):
    """The same, copied from a hidden record of the police and kept by its victim."""
    with world.owner.transaction() as tx:
        victim = tx.execute(
            select(link.c.id, link.c.person_id).where(
                link.c.record_id == world.ids["hidden"], link.c.given_name == "Vera"
            )
        ).one()
        change = {"derived_from": world.ids["hidden"], "keeper": victim.id}
        tx.execute(update(record).where(record.c.id == vehicle).values(**change))
        tx.execute(update(person).where(person.c.id == victim.person_id).values(believed_child=True))
    yield vehicle
    with world.owner.transaction() as tx:
        tx.execute(update(record).where(record.c.id == vehicle).values(derived_from=None, keeper=None))
        tx.execute(update(person).where(person.c.id == victim.person_id).values(believed_child=False))


def facts(world, user, record_id):
    who = actor(user)
    with asking(world.owner, who) as database, database.transaction() as tx:
        look(tx, who, Exit.ONE)
        (around,) = facts_of(tx, queries.rows(tx, "vehicle", [record_id]))
        behind = [dict(row) for row in queries.origins_of(tx, [record_id]).values()]
        return around.facts, behind


def test_floors_of_a_hidden_origin_and_keeper_hold(world, copied):
    """The reader may not see the origin, and its facts bound what the copy shows all the same."""
    made, behind = facts(world, "imran-sadiq", copied)
    assert made.derived_from is not None
    assert sorted(sorted(each.categories) for each in made.derived_from.persons) == [["suspect"], ["victim"]]
    assert made.keeper is not None
    assert made.keeper.link.person.believed_child
    assert not made.keeper.link.values
    assert not any(each.values for each in made.derived_from.persons)
    assert "Quillfeather" not in repr(behind)
    assert "larkspur" not in repr(behind)
    assert "registration" not in shown_fields(world, copied)


def test_vehicle_shows_its_mark_where_nothing_stands_behind_it(world, vehicle):
    """Else the floors above would prove nothing."""
    assert "registration" in shown_fields(world, vehicle)


def shown_fields(world, record_id):
    who = actor("imran-sadiq")
    with asking(world.owner, who) as database:
        return read_record(database, who, "vehicle", record_id).record.fields


def test_origin_that_is_not_at_hand_is_an_error_and_shows_nothing(world, copied, monkeypatch):
    """Else the copy would be decided without the floors of what it was copied from."""
    who = actor("imran-sadiq")
    for name in ("origins_of", "keepers_of"):
        with asking(world.owner, who) as database, monkeypatch.context() as planted:
            planted.setattr(queries, name, lambda *_: {})
            with pytest.raises(LookupError):
                read_record(database, who, "vehicle", copied)


def test_link_to_a_hidden_record_is_absent(world):
    """Both ends and the link belong to others; only one end reaches the reader."""
    row = {"id": "tied", "record_id": world.ids["to all"], "to_record": world.ids["hidden"]}
    with world.owner.transaction() as tx:
        tx.execute(
            insert(queries.record_link),
            {**row, "made_by": "metropolitan-east-area", "created_at": clock.now()},
        )
    try:
        for user, links in ((COUNCIL, 0), (POLICE, 1)):
            who = actor(user)
            with asking(world.owner, who) as database:
                assert len(read_record(database, who, "incident", world.ids["to all"]).record.links) == links
    finally:
        with world.owner.transaction() as tx:
            tx.execute(queries.record_link.delete().where(queries.record_link.c.id == "tied"))


def test_search_finds_by_words_what_reaches_and_nothing_else(world):
    for user, mine in ((COUNCIL, MINE), (STRANGER, set()), (POLICE, set(world.ids) - {"the council's"})):
        who = actor(user, ROBBERY)
        with asking(world.owner, who) as database, database.transaction() as tx:
            scope = sight.scope_of(look(tx, who, Exit.BULK))
            for words in (
                ("larkspur",),
                ("larkspur", "threatened"),
                ("larkspur", "near", "the", "threatened", "vera"),
            ):
                page = queries.page(tx, scope, "incident", most=50, words=words)
                assert world.named({row["id"] for row in page.rows}) == mine
            assert queries.page(tx, scope, "incident", most=50, words=("larkspur", "nowhere")).rows == ()


def test_words_are_read_by_their_owner_and_found_by_nobody_else(world):
    with world.requesting(COUNCIL) as tx:
        rows = tx.execute("SELECT DISTINCT record_id FROM word").fetchall()
    assert world.named({row[0] for row in rows}) == {"the council's"}


def test_new_person_is_added_before_the_link_to_them(world):
    """Adding asks for no look at what was added."""
    with asking(world.owner, actor(COUNCIL)) as database:
        new = NewRecord(
            "incident", {"crime_type": "robbery"}, (NewPerson(("suspect",), {"seen_as": "male"}),)
        )
        made = submit(database, actor(COUNCIL), new)
    with world.owner.transaction() as tx:
        assert tx.execute(select(link.c.id).where(link.c.record_id == made.id)).one()
        for table in reversed(record.metadata.sorted_tables):
            if "record_id" in table.c and table.name != "ledger_record_mention":
                tx.execute(table.delete().where(table.c.record_id == made.id))
        tx.execute(record.delete().where(record.c.id == made.id))
