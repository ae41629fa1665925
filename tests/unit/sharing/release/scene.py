"""A small scene for examples: police East own a record; a partnership, a council and others read it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.release.decision import decide
from sharing.release.facts import (
    ALL,
    Agency,
    Agreement,
    Children,
    Clause,
    Exit,
    Link,
    Person,
    Question,
    Reader,
    Record,
    Release,
    RoleGrant,
    Version,
)
from sharing.release.policy import make_policy
from sharing.release.schema import TREATMENTS, Category

NOW = datetime(2026, 2, 17, 14, tzinfo=UTC)
START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
RELEASED = NOW - timedelta(days=10)
PURPOSE = "preventing-and-detecting-robbery"

AGENCIES = {
    name: Agency(name, kind, business)
    for name, kind, business in (
        ("east", "police", False),
        ("north", "police", False),
        ("havering", "council", False),
        ("romford", "bcrp", True),
        ("yjs", "youth_justice", False),
        ("cps", "prosecution", False),
    )
}
ROLES = {
    "officer": RoleGrant("all", "all", release=True),
    "analyst": RoleGrant(frozenset({"incident"}), frozenset({"event", "source"})),
    "intelligence": RoleGrant("all", "all", intelligence=True, release=True),
    "member": RoleGrant("all", "all", release=True),
}
APPROVERS = {"inspector": "police", "worker": "youth_justice", "manager": "bcrp"}

ADULT = Person("adult", dob=date(1990, 5, 1), dob_verified=True)
CHILD = Person("child", dob=date(2011, 5, 1), dob_verified=True)


def clause(name, fields, treatment="disclose", **more):
    """A clause from police to everybody in the scene, for incidents unless it says otherwise."""
    said = {
        "purposes": {PURPOSE},
        "from_parties": {"police"},
        "to_parties": {"council", "bcrp", "police", "prosecution", "youth_justice"},
        "records": set(SCHEMAS),
        **more,
    }
    sets = {"purposes", "from_parties", "to_parties", "records", "categories", "roles"}
    said = {
        key: frozenset(value) if key in sets and value is not None else value for key, value in said.items()
    }
    return Clause(id=name, fields=frozenset(fields), treatment=TREATMENTS[treatment], **said)


def version(*clauses, number=1, **more):
    """A signed version of 2026 between all agencies of the scene."""
    said = {
        "from_at": START,
        "until": END,
        "parties": frozenset(AGENCIES),
        "purposes": frozenset({PURPOSE}),
        **more,
    }
    return Version(number=number, signed=said.pop("signed", True), clauses=clauses, **said)


def agreement(*clauses, name="A", versions=None, **more):
    """An agreement, of one version unless versions are given."""
    return Agreement(name, versions or (version(*clauses),), **more)


def released(name="R", **more):
    """A release to all parties, made ten days ago."""
    said = {"agreement": "A", "purposes": frozenset({PURPOSE}), "recipients": frozenset({ALL}), **more}
    return Release(id=name, at=said.pop("at", RELEASED), permitted=said.pop("permitted", True), **said)


def link(person=ADULT, *categories, name="l1", **more):
    """A person on the record, a suspect unless told otherwise."""
    return Link(name, person, frozenset(categories or {Category.SUSPECT}), **more)


def record(**more):
    """An incident of police East that happened two weeks ago, released once."""
    said = {
        "id": "r1",
        "type": "incident",
        "owner": "east",
        "happened": NOW - timedelta(days=14),
        "releases": (released(),),
        **more,
    }
    return Record(**said)


def reader(agency="havering", *roles, **more):
    """A reader of an agency."""
    home = AGENCIES[agency]
    said = {"user": f"{agency}-user", **more}
    return Reader(agency=agency, kind=home.kind, business=home.business, roles=frozenset(roles), **said)


def policy(*agreements, roles=ROLES, approvers=APPROVERS):
    """The scene's policy."""
    return make_policy(AGENCIES.values(), agreements, roles, approvers, SCHEMAS, (LINK, PERSON))


def decided(agreements, about=None, who=None, *, now=NOW, leaving=Exit.ONE, purpose=PURPOSE):
    """What a reader, of the council unless told otherwise, sees of the record."""
    agreements = (agreements,) if isinstance(agreements, Agreement) else agreements
    about = record() if about is None else about
    return decide(policy(*agreements), about, who or reader(), Question(purpose, now, leaving))


def told(decision, key):
    """Treatment, reason and clause of one field, in the words of a file."""
    outcome = decision.outcomes[key]
    return (outcome.treatment.slug, outcome.reason and str(outcome.reason), outcome.clause)


def seen(clauses, key, about=None, who=None, **more):
    """The outcome of one field under an agreement of these clauses, beside one that lets the record exist."""
    lets = clause("0", {"status"})
    return told(decided(agreement(lets, *clauses), about, who, **more), key)


def persons(clauses, field, about, who=None, **more):
    """The same for a field of the person on link l1, who exists by their build."""
    lets = clause("00", {"build"}, categories=set(Category), children=Children.ALSO)
    return seen((lets, *clauses), f"persons.l1.{field}", about, who, **more)


def with_person(*args, **more):
    """The scene's incident with one person on it."""
    return replace(record(**more), persons=(link(*args),))
