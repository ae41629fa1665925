"""One call of a use case, made twice on a copy of one world: while the ledger refuses, and as it is."""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import event

from auth.actor import Actor
from auth.queries import actor_of
from foundation import clock
from foundation.crypto.tokens import token_digest
from foundation.database import Database
from foundation.files import Files
from foundation.ledger import append
from foundation.settings import Settings
from portal.gate import context
from tests.databases import sqlite_url
from tests.escalation.things import VICTIM, World, named
from tests.ledgers import entries_waiting
from tests.partnership import ROBBERY
from tests.portal import demonstration_settings

DOWN = "the_ledger_is_down"
#: The database itself then fails at the insert, and not as a constraint does, which may stand for a race.
_BREAK = f"CREATE TRIGGER ledger_down BEFORE INSERT ON ledger_pending BEGIN SELECT {DOWN}(); END"
Rows = Mapping[str, list[tuple[Any, ...]]]
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Given:
    """What a use case is called with.

    `refused` is what the call ends in, where a refusal leaves the entry. `acts` is how many entries it
    leaves, None if that is as many as there are things.
    """

    arguments: tuple[Any, ...]
    named: Mapping[str, Any] = field(default_factory=dict)
    refused: type[Exception] | None = None
    acts: int | None = 1


@dataclass
class Scene:
    """A copy of the world for one use case, and who asks."""

    world: World
    folder: Path
    #: Closes what a call needed beside the database.
    ends: ExitStack = field(default_factory=ExitStack)

    @property
    def database(self) -> Database:
        return self.world.database

    @property
    def files(self) -> Files:
        with self.world.app.app_context():
            return context.files()

    @property
    def settings(self) -> Settings:
        """Those of a portal that may ask hosts on this machine."""
        loopback = {"CONCORDAT_SIGN_ON_LOOPBACK": "yes", "CONCORDAT_WEBHOOK_LOOPBACK": "yes"}
        return demonstration_settings(self.folder, **loopback)

    def id(self, kind: str, agency: str = VICTIM) -> str:
        """The id of a thing of this kind that is the agency's."""
        own = self.world.own.get(agency, {})
        return own.get(kind) or self.world.ids.get((agency, kind)) or named(kind, agency)

    def patch(self, where: object, name: str, value: object) -> None:
        """Have something else stand there until the scene is over."""
        self.ends.enter_context(pytest.MonkeyPatch.context()).setattr(where, name, value)

    def at_end(self, act: Callable[[], object]) -> None:
        """Have something done when the scene is over."""
        self.ends.callback(act)

    def by(self, agency: str = VICTIM, who: str = "all", **more: Any) -> Actor:
        """Somebody of the agency who has just proved who they are, in the session that is theirs."""
        held = token_digest(self.world.sessions[agency]) if who == "all" else "0" * 64
        with self.database.transaction() as tx:
            found = actor_of(tx, named(who, agency), held)
        return replace(found, **{"purpose": ROBBERY, "factor_at": clock.now(), **more})

    def asked(self, *arguments: Any, **more: Any) -> Given:
        """By whoever holds every role of the agency."""
        return Given((self.database, self.by(), *arguments), more)

    def asked_by(self, agency: str, *arguments: Any, **more: Any) -> Given:
        """By the same of another agency."""
        return Given((self.database, self.by(agency), *arguments), more)


Call = Callable[[Scene], Given]


@dataclass(frozen=True)
class Several:
    """A call that leaves more than one entry; None is any number of them."""

    call: Call
    acts: int | None = 2

    def __call__(self, scene: Scene) -> Given:
        return replace(self.call(scene), acts=self.acts)


def open_copy(world: World, folder: Path) -> Scene:
    """The world as it was made, in a file of its own."""
    url = sqlite_url(folder)
    copy = sqlite3.connect(url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path_of(world.database))) as source, closing(copy):
        source.backup(copy)
    return Scene(replace(world, database=Database(url), ids=dict(world.ids)), folder)


def path_of(database: Database) -> str:
    """The file of a database."""
    return str(database.engine.url.database)


def faults(scene: Scene, use_case: Callable[..., Any], given: Given, kept: Collection[str] = ()) -> list[str]:
    """What is wrong with the use case: nothing, if without its entry it neither does nor shows anything.

    `kept` are the tables that change though nothing was done. What was wrong while the ledger refused hides
    what is wrong otherwise.
    """
    return _without_ledger(scene, use_case, given, kept) or _with_ledger(scene, use_case, given)


def _without_ledger(
    scene: Scene, use_case: Callable[..., Any], given: Given, kept: Collection[str]
) -> list[str]:
    found = []
    with _file_of(scene) as file, closing(sqlite3.connect(":memory:")) as as_it_was:
        file.backup(as_it_was)
        file.execute(_BREAK)
        try:
            use_case(*given.arguments, **given.named)
        except Exception as error:  # noqa: BLE001 - whatever it raised is judged
            if not _is_down(error):
                found.append(f"came to no entry: {error!r}")
        else:
            found.append("answered though the ledger refused")
        before, after = _rows(as_it_was), _rows(file)
        as_it_was.backup(file)
    changed = {name for name in before if before[name] != after[name]}
    if changed != set(kept):
        found.append(f"changed {sorted(changed)} though the ledger refused")
    return found


def _with_ledger(scene: Scene, use_case: Callable[..., Any], given: Given) -> list[str]:
    before = len(entries_waiting(scene.database))
    with _acts(scene.database) as acts:
        try:
            use_case(*given.arguments, **given.named)
        except Exception as error:  # noqa: BLE001 - as above
            if given.refused is None or not isinstance(error, given.refused):
                return [f"raised {error!r}"]
        else:
            if given.refused is not None:
                return ["was not refused"]
    left = entries_waiting(scene.database)[before:]
    if _as_many(given, acts) and len(acts) == len(left) and set(acts) <= {1}:
        return []
    return [f"left {len(left)} entries by {len(acts)} acts: {[each['event'] for each in left]}"]


def leaves_none(scene: Scene, use_case: Callable[..., Any], given: Given) -> bool:
    """Whether the call ends well and leaves no entry."""
    with _acts(scene.database) as acts:
        use_case(*given.arguments, **given.named)
    return not acts


def _as_many(given: Given, acts: Sequence[int]) -> bool:
    return len(acts) > 1 if given.acts is None else len(acts) == given.acts


def _is_down(error: BaseException | None) -> bool:
    """Whether the refusing ledger is why."""
    while error is not None:
        if DOWN in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _file_of(scene: Scene) -> AbstractContextManager[sqlite3.Connection]:
    return closing(sqlite3.connect(path_of(scene.database), isolation_level=None))


def _rows(file: sqlite3.Connection) -> Rows:
    tables = [name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {name: file.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}  # noqa: S608


@contextmanager
def _acts(database: Database) -> Iterator[list[int]]:
    """How many entries were written at once within the block, each time that any were."""
    found: list[int] = []
    run = append.run

    def keep(_link: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO ledger_pending "):
            found.append(cursor.rowcount)

    def counted(*given: Any) -> int:
        found.append(run(*given))
        return found[-1]

    event.listen(database.engine, "after_cursor_execute", keep)
    try:
        with patch.object(append, "run", counted):
            yield found
    finally:
        event.remove(database.engine, "after_cursor_execute", keep)
