"""A world on paper: agencies, agreements and records from a file, and questions that the engine answers.

Agencies try an agreement with it before they sign. Nothing here touches a database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.release.decision import Decision, decide
from sharing.release.facts import Exit, Question, Reader, Record
from sharing.release.policy import Policy, make_policy
from sharing.worlds.file import Part, mapping, moment, one_of, refuse, some_of, text
from sharing.worlds.records import Known, Pending, break_glass, grant, pending, person, release
from sharing.worlds.terms import agency, agreement, role_grant, user
from sharing.worlds.ties import tied

T = TypeVar("T")

#: What is answered for a record that does not exist for the reader.
NO_SUCH_RECORD = "no such record"

Answer = str | dict[str, dict[str, str | None]]


@dataclass(frozen=True)
class World:
    """A world as facts: its policy, its users and its records, tied to each other."""

    policy: Policy
    users: Mapping[str, Reader]
    records: Mapping[str, Record]


def answers_of(document: object) -> list[Answer]:
    """The answers to a file's questions, in order, in the form of the file.

    Raises:
        Invalid: if anything in the file is not known or not readable, naming it.
    """
    part = Part("file", document)
    world = read_world(part.take("world", mapping))
    questions = part.parts("questions")
    part.done()
    return [_answer(world, question) for question in questions]


def read_world(raw: object) -> World:
    """The world that a file describes.

    Raises:
        Invalid: as `answers_of`.
    """
    part = Part("world", raw)
    agencies = _by_id(agency(each) for each in part.parts("agencies"))
    users = {reader.user: reader for reader in (user(each, agencies) for each in part.parts("users"))}
    roles = {
        name: role_grant(Part(f"world.roles.{name}", each))
        for name, each in part.take("roles", mapping, {}).items()
    }
    approvers = part.take("approvers", some_of(users, "user"), frozenset())
    persons = _by_id(person(each, agencies) for each in part.parts("subjects"))
    agreements = _by_id(agreement(each, agencies) for each in part.parts("agreements"))
    known = Known(agencies, users, roles, persons)
    records = _records(part, known, frozenset(agreements))
    part.done()
    kinds = {name: users[name].kind for name in approvers}
    policy = make_policy(agencies.values(), agreements.values(), roles, kinds, SCHEMAS, (LINK, PERSON))
    return World(policy, users, records)


def _records(part: Part, known: Known, agreements: frozenset[str]) -> dict[str, Record]:
    found: dict[str, Pending] = {}
    for each in part.parts("records"):
        entry = pending(each, known)
        if entry.record.id in found:
            raise refuse(each.where, f"{entry.record.id} is there twice")
        found[entry.record.id] = entry
    releases, grants, entries = defaultdict(list), defaultdict(list), defaultdict(list)
    for each in part.parts("releases"):
        of, one = release(each, found, agreements, known)
        releases[of].append(one)
    for each in part.parts("grants"):
        on, given = grant(each, found, agreements, known)
        grants[on].append(given)
    for on, entry_ in break_glass(part.parts("break_glass"), found, known):
        entries[on].append(entry_)
    whole = {
        name: replace(
            entry,
            record=replace(
                entry.record,
                releases=tuple(releases[name]),
                grants=tuple(grants[name]),
                break_glass=tuple(entries[name]),
            ),
        )
        for name, entry in found.items()
    }
    return tied(whole)


def _by_id(found: Iterable[T]) -> dict[str, T]:
    by_id: dict[str, T] = {}
    for one in found:
        name = one.id  # type: ignore[attr-defined]  # every fact of a file has an id
        if name in by_id:
            raise refuse("world", f"{name} is there twice")
        by_id[name] = one
    return by_id


def _answer(world: World, part: Part) -> Answer:
    reader = world.users[part.take("reader", one_of(world.users, "user"))]
    purpose = part.take("purpose", text)
    record = world.records[part.take("record", one_of(world.records, "record"))]
    now = part.take("now", moment)
    leaving = Exit(part.take("exit", one_of(Exit, "exit"), Exit.ONE))
    part.done()
    decision = decide(world.policy, record, reader, Question(purpose, now, leaving))
    return NO_SUCH_RECORD if decision is None else told(decision)


def told(decision: Decision) -> dict[str, dict[str, str | None]]:
    """A decision in the words of a file."""
    return {
        key: {
            "treatment": outcome.treatment.slug,
            "reason": outcome.reason,
            "agreement": outcome.agreement,
            "clause": outcome.clause,
        }
        for key, outcome in decision.outcomes.items()
    }
