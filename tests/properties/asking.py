"""A reader and purpose at a moment, asked three ways: the engine, the lists, and the rules written twice."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database
from foundation.errors import Denied, Missing
from sharing import queries
from sharing.disclosure import list_records, print_record, read_record
from sharing.release.decision import Decision, decide
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.facts import Exit
from sharing.release.schema import Reason
from sharing.sight import look, scope_of
from sharing.surroundings import facts_of
from sharing.worlds.answers import told
from tests.second.ages import moment, within
from tests.second.implementation import NOTHING, answer
from tests.second.terms import parties_at

#: One field of one record for one reader and purpose, or that the record does not exist for them.
COUNTED: Counter[str] = Counter()

_MOST = 200
#: By the others single records leave.
_OF_LISTS = (Exit.BULK, Exit.EXPORT)


@dataclass(frozen=True)
class Asked:
    """Who asks for what by which exit, now, of a database and of what stands in it."""

    database: Database
    world: Mapping[str, Any]
    actor: Actor
    now: datetime
    exit: Exit

    def question(self, record_id: str) -> dict[str, str]:
        return {
            "reader": self.actor.user_id,
            "purpose": str(self.actor.purpose),
            "record": record_id,
            "now": self.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "exit": self.exit.value,
        }


def differences(asked: Asked, database_kind: str) -> list[str]:
    """Everything in which the three ways part; clock stopped at the moment."""
    decisions = _decided(asked)
    found = []
    for record in asked.world["records"]:
        decision = decisions[record["id"]]
        engine = NOTHING if decision is None else told(decision)
        second = answer(asked.world, asked.question(record["id"]))
        COUNTED[database_kind] += 1 if isinstance(engine, str) else len(engine)
        found += [f"{_named(record)} {line}" for line in _parting(engine, second)]
    if not asked.actor.may(Action.RECORD_READ):
        return [*found, *_not_let_in(asked)]
    if asked.exit in _OF_LISTS:
        types = sorted({record["type"] for record in asked.world["records"]})
        return [*found, *(line for type_ in types for line in _listed(asked, type_, decisions))]
    return [*found, *_read(asked, decisions)]


def _not_let_in(asked: Asked) -> Iterator[str]:
    """Whether somebody whose role reads no records at all gets a list."""
    with suppress(Denied):
        list_records(asked.database, asked.actor, "incident")
        yield f"a list for {asked.actor.roles}"


def _named(record: Mapping[str, Any]) -> str:
    return f"{record['type']} {record['id'][:8]}"


def _parting(engine: Any, second: Any) -> Iterator[str]:
    if isinstance(engine, str) or isinstance(second, str):
        if engine != second:
            yield f"engine: {_short(engine)}, second: {_short(second)}"
        return
    for key in sorted({*engine, *second}):
        if engine.get(key) != second.get(key):
            yield f"{key}: engine {engine.get(key)}, second {second.get(key)}"


def _short(answered: Any) -> str:
    return answered if isinstance(answered, str) else "exists"


def _decided(asked: Asked) -> dict[str, Decision | None]:
    """What the engine says of every record in the database, whatever a scope would leave out.

    Broken glass comes only with a row that is read on screen, alone; there the scope has to give the row.
    """
    found: dict[str, Decision | None] = {}
    with asked.database.transaction() as tx:
        sight = look(tx, asked.actor, asked.exit)
        for record in asked.world["records"]:
            alone = asked.exit is Exit.ONE
            type_, id_ = record["type"], record["id"]
            rows = queries.one(tx, scope_of(sight), type_, id_).rows if alone else ()
            (around,) = facts_of(tx, rows or queries.rows(tx, type_, [id_]), ends=True)
            found[id_] = decide(sight.policy, around.facts, sight.reader, sight.question)
    return found


def _listed(asked: Asked, type_: str, decisions: Mapping[str, Decision | None]) -> Iterator[str]:
    """Whether the list of a type holds exactly what exists, each as decided, in one page and page by page."""
    exists = {
        record["id"]
        for record in asked.world["records"]
        if record["type"] == type_ and decisions[record["id"]] is not None
    }
    page = list_records(asked.database, asked.actor, type_, limit=_MOST, exit_=asked.exit)
    shown = [each.id for each in page.records]
    if set(shown) != exists or len(shown) != len(exists):
        yield f"list of {type_}: {sorted(shown)}, exist: {sorted(exists)}"
    for each in page.records:
        decision = decisions[each.id]
        if decision is not None:
            yield from _as_decided(f"{type_} of the list", "", each, told(decision))
    walked = [*_walked(asked, type_)]
    if walked != shown:
        yield f"list of {type_} page by page {walked}, in one page {shown}"
    yield from _too_wide(asked, type_)


def _walked(asked: Asked, type_: str) -> Iterator[str]:
    after = None
    while True:
        page = list_records(asked.database, asked.actor, type_, after=after, limit=1, exit_=asked.exit)
        yield from (each.id for each in page.records)
        if page.next is None:
            return
        after = page.next


def _too_wide(asked: Asked, type_: str) -> Iterator[str]:
    """Rows that SQL gives although no release reaches the reader by what a scope says of itself."""
    with asked.database.transaction() as tx:
        sight = look(tx, asked.actor, asked.exit)
        rows = queries.page(tx, scope_of(sight), type_, most=_MOST).rows
    records = {record["id"]: record for record in asked.world["records"]}
    for row in rows:
        record = records[row["id"]]
        own = record["owner"] == asked.actor.agency_id and (
            asked.actor.sites is None or record["site"] in asked.actor.sites
        )
        if not own and not any(_reaches(asked, each) for each in _releases_of(asked, record)):
            yield f"scope gives {_named(record)}, which no release brings to the reader"


def _releases_of(asked: Asked, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    of = record.get("parent") or record["id"]
    return (each for each in asked.world["releases"] if each["record"] == of)


def _reaches(asked: Asked, release: Mapping[str, Any]) -> bool:
    """Whether it is live for this purpose under an agreement in which the reader's agency stands now."""
    now, agreement = (
        asked.now,
        next(each for each in asked.world["agreements"] if each["id"] == release["agreement"]),
    )
    ends = [moment(release[key]) for key in ("expires", "revoked") if release[key]]
    keys = {asked.actor.agency_id} | ({"members"} if asked.actor.sites else set())
    return (
        asked.actor.purpose in release["purposes"]
        and all(within(now, None, end) for end in ends)
        and (release["recipients"] == "all" or bool(keys & set(release["recipients"])))
        and asked.actor.agency_id in parties_at(agreement, now)
    )


def _read(asked: Asked, decisions: Mapping[str, Decision | None]) -> Iterator[str]:
    """Whether each record opens by its own address exactly if it exists, and as decided."""
    read = print_record if asked.exit is Exit.PRINT else read_record
    for record in asked.world["records"]:
        decision = decisions[record["id"]]
        page = None
        with suppress(Missing):
            page = read(asked.database, asked.actor, record["type"], record["id"])
        if (page is None) != (decision is None):
            yield f"{_named(record)} by its address: {page is not None}, exists: {decision is not None}"
        if page is not None and decision is not None:
            cells = told(decision)
            name = f"{_named(record)} by its address"
            yield from _as_decided(name, "", page.record, cells)
            for person in page.record.persons:
                yield from _as_decided(name, f"persons.{person.link}.", person, cells)
            if {each.link for each in page.record.persons} != set(decision.persons):
                yield f"{name}: persons {page.record.persons}"
            links = {f"links.{each.id}" for each in page.record.links}
            if links != {key for key in cells if key.startswith("links.") and _opens(cells[key])}:
                yield f"{name}: links {sorted(links)}"


def _opens(cell: Mapping[str, Any]) -> bool:
    return cell["treatment"] not in ("withhold", "absent")


def _as_decided(
    name: str, prefix: str, shown: Released | ReleasedPerson, cells: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Whether what was released is what was decided; of a value without such a form, less."""
    keys = [key for key in cells if key.startswith(prefix) and key.count(".") == prefix.count(".")]
    for key in keys:
        field, cell = key.removeprefix(prefix), cells[key]
        if _form(shown, field) != cell["treatment"] and not _unmade(shown, field, cell):
            yield f"{name}: {key} leaves as {_form(shown, field)}, decided {cell}"


def _form(shown: Released | ReleasedPerson, field: str) -> str:
    if field in shown.withheld:
        return "withhold"
    if field in shown.treated:
        return shown.treated[field].treatment.slug
    return "disclose" if field in shown.fields else "absent"


def _unmade(shown: Released | ReleasedPerson, field: str, cell: Mapping[str, Any]) -> bool:
    withheld = shown.withheld.get(field)
    return withheld is not None and withheld.reason is Reason.NO_TREATMENT and _opens(cell)
