"""The records of a world's file as facts, with everything that hangs on them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.release.facts import (
    ALL,
    Agency,
    ApparentAge,
    BreakGlass,
    Conditions,
    Grant,
    Link,
    NecessityNote,
    Pass,
    Person,
    Reader,
    Record,
    RecordLink,
    Release,
    RoleGrant,
)
from sharing.release.policy import PAGE
from sharing.release.schema import TREATMENTS, Category, FieldClass
from sharing.release.standing import may_release, review_overdue
from sharing.worlds.file import (
    Part,
    flag,
    items,
    mapping,
    moment,
    number,
    one_of,
    refuse,
    some_of,
    text,
    texts,
)
from sharing.worlds.terms import categories, day


@dataclass(frozen=True)
class Known:
    """What the file has told so far: agencies, users, roles and persons by their names."""

    agencies: Mapping[str, Agency]
    users: Mapping[str, Reader]
    roles: Mapping[str, RoleGrant]
    persons: Mapping[str, Person]


@dataclass(frozen=True)
class Pending:
    """A record whose references to other records are still names."""

    record: Record
    links: tuple[RecordLink, ...]
    keeper: str | None
    parent: str | None
    derived_from: str | None


def person(part: Part, agencies: Mapping[str, Agency]) -> Person:
    """One natural person."""
    found = Person(
        id=part.take("id", text),
        dob=part.take("dob", day, None),
        dob_verified=part.take("dob_verified", flag, default=False),
        apparent_age=part.take("apparent_age", _apparent_age, None),
        believed_child=part.take("believed_child", flag, default=False),
        anonymity_order=part.take("anonymity_order", one_of(agencies, "agency"), None),
    )
    part.done()
    return found


def pending(part: Part, known: Known) -> Pending:
    """One record, before its releases and grants, and before it is tied to others."""
    record_type = part.take("type", one_of(SCHEMAS, "record type"))
    own = {field.name for field in SCHEMAS[record_type].fields}
    if record_type == PAGE:
        own |= {field.name for field in PERSON.fields}
    record = Record(
        id=part.take("id", text),
        type=record_type,
        owner=part.take("owner", one_of(known.agencies, "agency")),
        site=part.take("site", text, None),
        subject=known.persons.get(part.take("subject", one_of(known.persons, "subject"), "")),
        happened=part.take("happened", moment, None),
        values=part.take("fields", _values(own), {}),
        persons=tuple(_link(each, known) for each in part.parts("persons")),
        conditions=part.take("conditions", _conditions(known), None),
        notes=tuple(_note(each, known) for each in part.parts("necessity_notes")),
    )
    by = one_of(known.agencies, "agency")
    links = []
    for each in part.parts("links"):
        links.append(RecordLink(each.take("link", text), each.take("to", text), each.take("by", by)))
        each.done()
    names = [part.take(key, text, None) for key in ("keeper", "parent", "derived_from")]
    part.done()
    return Pending(record, tuple(links), *names)


def release(
    part: Part, records: Mapping[str, Pending], agreements: frozenset[str], known: Known
) -> tuple[str, Release]:
    """One release, and the record it is of."""
    record = records[part.take("record", one_of(records, "record"))].record
    author = known.users[part.take("by", one_of(known.users, "user"))]
    found = Release(
        id=part.take("id", text),
        agreement=part.take("agreement", one_of(agreements, "agreement")),
        purposes=part.take("purposes", texts),
        recipients=part.take("recipients", _recipients(known)),
        at=part.take("at", moment),
        permitted=may_release(author, record, known.roles),
        expires=part.take("expires", moment, None),
        revoked=part.take("revoked", moment, None),
        category=part.take(
            "category", lambda where, raw: Category(one_of(Category, "category")(where, raw)), None
        ),
        text=part.take("text", text, None),
    )
    part.done()
    return record.id, found


def grant(
    part: Part, records: Mapping[str, Pending], agreements: frozenset[str], known: Known
) -> tuple[str, Grant]:
    """One grant, and the record it is on."""
    record = part.take("record", one_of(records, "record"))
    passes = []
    for each in part.parts("passes"):
        floor = each.take("floor", one_of({"protected", "child"}, "floor"))
        passes.append(Pass(each.take("link", text), floor, each.take("why", text, "")))
        each.done()
    found = Grant(
        id=part.take("id", text),
        agreement=part.take("agreement", one_of(agreements, "agreement")),
        fields=part.take("fields", texts),
        treatment=TREATMENTS[part.take("treatment", one_of(TREATMENTS, "treatment"))],
        to_agency=part.take("to_agency", one_of(known.agencies, "agency")),
        to_users=part.take("to_users", some_of(known.users, "user"), None),
        purpose=part.take("purpose", text),
        from_at=part.take("from", moment),
        until=part.take("until", moment),
        passes=tuple(passes),
    )
    part.done()
    return record, found


def break_glass(
    parts: list[Part], records: Mapping[str, Pending], known: Known
) -> list[tuple[str, BreakGlass]]:
    """All break-glass entries, each with its record; all of them tell whether a review was overdue."""
    found: list[tuple[str, BreakGlass]] = []
    reviews: list[tuple[str, datetime, datetime | None]] = []
    user = one_of(known.users, "user")
    for part in parts:
        record = part.take("record", one_of(records, "record"))
        second = part.take("second_person", user, None)
        entry = BreakGlass(
            id=part.take("id", text),
            user=part.take("user", user),
            at=part.take("at", moment),
            role=part.take("role", text),
            danger=part.take("danger", text),
            reason=part.take("reason", text, ""),
            factor_at=part.take("factor_at", moment),
            overdue=False,
            second=known.users[second] if second is not None else None,
        )
        reviews.append((known.users[entry.user].agency, entry.at, part.take("reviewed", moment, None)))
        part.done()
        found.append((record, entry))
    return [(record, replace(entry, overdue=_overdue(entry, reviews, known))) for record, entry in found]


def _overdue(entry: BreakGlass, reviews: list[tuple[str, datetime, datetime | None]], known: Known) -> bool:
    agency = known.users[entry.user].agency
    return review_overdue(((at, reviewed) for whose, at, reviewed in reviews if whose == agency), entry.at)


def _link(part: Part, known: Known) -> Link:
    found = Link(
        id=part.take("link", text),
        person=known.persons[part.take("subject", one_of(known.persons, "subject"))],
        categories=part.take("categories", categories, frozenset()),
        values=part.take("fields", _values({field.name for field in (*LINK.fields, *PERSON.fields)}), {}),
    )
    part.done()
    return found


def _values(allowed: set[str]) -> Any:
    def read(where: str, raw: Any) -> dict[str, Any]:
        found = mapping(where, raw)
        unknown = sorted(found.keys() - allowed)
        if unknown:
            raise refuse(where, f"unknown key {', '.join(unknown)}")
        return found

    return read


def _apparent_age(where: str, raw: Any) -> ApparentAge:
    part = Part(where, raw)
    found = ApparentAge(part.take("low", number), part.take("high", number), part.take("recorded", day))
    part.done()
    return found


def _conditions(known: Known) -> Any:
    def read(where: str, raw: Any) -> Conditions:
        part = Part(where, raw)
        found = Conditions(
            named_recipients=part.take("named_recipients", some_of(known.agencies, "agency"), None),
            withhold_classes=part.take("withhold_classes", some_of(FieldClass, "class"), frozenset()),
            sanitised_only=part.take("sanitised_only", flag, default=False),
            veto=part.take("veto", flag, default=False),
        )
        part.done()
        return found

    return read


def _note(part: Part, known: Known) -> NecessityNote:
    found = NecessityNote(
        person=part.take("subject", one_of(known.persons, "subject")),
        recipients=part.take("recipients", some_of({*known.agencies, "members"}, "agency")),
        classes=part.take("classes", some_of(FieldClass, "class")),
        reason=part.take("reason", text, ""),
        from_at=part.take("from", moment),
        until=part.take("until", moment),
        approver=part.take("approver", one_of(known.users, "user")),
    )
    part.done()
    return found


def _recipients(known: Known) -> Any:
    read_some = some_of({*known.agencies, "members", "all", ALL}, "agency")

    def read(where: str, raw: Any) -> frozenset[str]:
        found = read_some(where, [raw] if isinstance(raw, str) else items(where, raw))
        return frozenset(ALL if each == "all" else each for each in found)

    return read
