"""What test_each_call.py has to find, planted: use cases that do something or show it without their entry."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from auth.actor import Actor
from auth.events import PURPOSE_CHOSEN, SESSION_ENDED, security_event
from auth.tables import user
from foundation.database import Database, Tx
from foundation.errors import Conflict
from tests.architecture.calls.trial import Scene, faults
from tests.partnership import ROBBERY


def read(tx: Tx) -> str:
    return str(tx.execute(select(user.c.name)).scalars().first())


def change(tx: Tx) -> None:
    tx.execute(update(user).values(job_title="Planted"))


def leave(tx: Tx, actor: Actor) -> None:
    security_event(tx, SESSION_ENDED, actor)


def reads_without_entry(database: Database, _: Actor) -> str:
    with database.transaction() as tx:
        return read(tx)


def changes_without_entry(database: Database, _: Actor) -> None:
    with database.transaction() as tx:
        change(tx)


def leaves_two(database: Database, actor: Actor) -> None:
    with database.transaction() as tx:
        leave(tx, actor)
        security_event(tx, PURPOSE_CHOSEN, actor, purpose=ROBBERY)


def leaves_one_in_each_of_two_transactions(database: Database, actor: Actor) -> None:
    for _ in range(2):
        with database.transaction() as tx:
            leave(tx, actor)


def undoes_its_entry(database: Database, actor: Actor) -> str:
    with database.transaction() as tx:
        with suppress(Conflict), tx.begin_nested():
            leave(tx, actor)
            raise Conflict("Undone.")
        return read(tx)


def commits_before_it_appends(database: Database, actor: Actor) -> None:
    with database.transaction() as tx:
        change(tx)
    with database.transaction() as tx:
        leave(tx, actor)


def answers_though_the_append_failed(database: Database, actor: Actor) -> str:
    with database.transaction() as tx:
        found = read(tx)
    with suppress(Exception), database.transaction() as tx:
        leave(tx, actor)
    return found


def changes_though_the_append_failed(database: Database, actor: Actor) -> None:
    with database.transaction() as tx:
        change(tx)
        with suppress(Exception), tx.begin_nested():
            leave(tx, actor)


def answers_before_it_appends(database: Database, actor: Actor) -> Iterator[str]:
    with database.transaction() as tx:
        yield read(tx)
        leave(tx, actor)


def is_refused_before_its_entry(_database: Database, _: Actor) -> None:
    raise Conflict("Whatever was to be tried was not.")


def is_good(database: Database, actor: Actor) -> str:
    with database.transaction() as tx:
        leave(tx, actor)
        change(tx)
        return read(tx)


ANSWERED = "answered though the ledger refused"
CHANGED = "changed ['user'] though the ledger refused"
PLANTED = {
    reads_without_entry: [ANSWERED],
    changes_without_entry: [ANSWERED, CHANGED],
    leaves_two: ["left 2 entries by 2 acts: ['auth:session:ended', 'auth:purpose:chosen']"],
    leaves_one_in_each_of_two_transactions: [
        "left 2 entries by 2 acts: ['auth:session:ended', 'auth:session:ended']"
    ],
    undoes_its_entry: ["left 0 entries by 1 acts: []"],
    commits_before_it_appends: [CHANGED],
    answers_though_the_append_failed: [ANSWERED],
    changes_though_the_append_failed: [ANSWERED, CHANGED],
    answers_before_it_appends: [ANSWERED],
    is_refused_before_its_entry: ["came to no entry: Conflict('Whatever was to be tried was not.')"],
    is_good: [],
}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda each: each.__name__)
def test_what_is_done_without_its_entry_is_found(scene: Scene, planted: Callable[..., object]) -> None:
    assert faults(scene, planted, scene.asked()) == PLANTED[planted]


def test_entries_and_tables_are_held_against_what_is_said_of_them(scene: Scene) -> None:
    given = scene.asked()
    assert faults(scene, commits_before_it_appends, given, {"user"}) == []
    assert faults(scene, leaves_two, replace(given, acts=2)) == []
    assert faults(scene, leaves_two, replace(given, acts=None)) == []
    assert faults(scene, is_good, replace(given, acts=2)) != []
    assert faults(scene, is_good, replace(given, refused=Conflict)) == ["was not refused"]
    assert faults(scene, is_good, given, {"user"}) == ["changed [] though the ledger refused"]
