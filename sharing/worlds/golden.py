"""The scenarios of the golden matrix: between them every rule of release in every state.

Each scenario is a world in the form of a file, so that anything that reads the form can answer its cells.
"""

from collections.abc import Iterator
from itertools import product

from auth.roles import PERMISSIONS
from sharing.records.registry import SCHEMAS
from sharing.release.schema import Category
from sharing.worlds.goldenterms import AGREEMENT, OTHER, PURPOSE, SCHEME, SECOND, terms
from sharing.worlds.goldenworld import (
    EXITS,
    MEMBERS,
    NOW,
    Raw,
    Scenario,
    ask,
    person,
    persons,
    record,
    release,
    world,
)

#: A good note for the child suspect of the persons.
_NOTE: Raw = {
    "subject": "child",
    "recipients": ["romford"],
    "classes": ["identity", "image"],
    "reason": "Robberies of other children.",
    "from": "2026-02-01T00:00:00Z",
    "until": "2026-08-01T00:00:00Z",
    "approver": "east:officer",
}


def scenarios() -> Iterator[Scenario]:
    """Every scenario, in a fixed order."""
    yield from _own()
    yield from _types()
    yield from _states()
    yield from _bounds()
    yield from _grants()
    yield from _releases()
    yield from _kept()
    yield from _pages()
    yield from _around()


def _own() -> Iterator[Scenario]:
    staff = [f"east:{role.value}" for role in PERMISSIONS]
    for record_type in SCHEMAS:
        about = record(record_type, persons=[person("victim", "child")])
        yield Scenario(f"own staff: {record_type}", world(about), ask(readers=staff))


def _types() -> Iterator[Scenario]:
    for record_type in SCHEMAS:
        about = record(record_type, persons=persons() if record_type == "incident" else persons()[:8])
        stated = release(category="suspect") if record_type == "subject" else release()
        asked = ask(EXITS, (PURPOSE, OTHER, "running-the-partnership"))
        yield Scenario(f"type: {record_type}", world(about, releases=[stated]), asked)
    ordered = record(persons=[person("suspect", "adult", "ordered"), person("victim", "adult")])
    yield Scenario("order of anonymity", world(ordered), ask(EXITS))
    timeless = record(persons=persons(), happened=None)
    yield Scenario("no recorded time", world(timeless), ask())


def _states() -> Iterator[Scenario]:
    changes: dict[str, Raw] = {
        "suspended": {"suspended": [{"from": "2026-02-16T00:00:00Z", "until": None}]},
        "suspension over": {"suspended": [{"from": "2026-02-01T00:00:00Z", "until": "2026-02-16T00:00:00Z"}]},
        "ended": {"ended": NOW},
        "owner withdrew": {"withdrawals": [{"agency": "east", "at": "2026-02-16T00:00:00Z"}]},
        "council withdrew": {"withdrawals": [{"agency": "havering", "at": "2026-02-16T00:00:00Z"}]},
        "council rejoined": {
            "withdrawals": [
                {"agency": "havering", "at": "2026-02-10T00:00:00Z", "rejoined": "2026-02-12T00:00:00Z"}
            ]
        },
    }
    about = record(persons=persons()[:4])
    for name, change in changes.items():
        yield Scenario(f"state: {name}", world(about, agreements=terms(**change)), ask())
    for name in ("unsigned", "run out", "not begun", "loosened", "loosened and confirmed", "tightened"):
        yield Scenario(f"version: {name}", world(about, agreements=terms(version=name)), ask())


def _bounds() -> Iterator[Scenario]:
    conditions: dict[str, Raw] = {
        "named recipients": {"named_recipients": ["havering", "romford"]},
        "classes withheld": {"withhold_classes": ["event", "identity"]},
        "sanitised text": {"sanitised_only": True},
    }
    for (name, found), record_type in product(conditions.items(), ("incident", "intelligence")):
        about = record(record_type, persons=persons()[:2], conditions=found)
        yield Scenario(f"condition: {name}: {record_type}", world(about), ask())
    notes = {
        "good": _NOTE,
        "too long": {**_NOTE, "until": "2026-08-01T00:00:01Z"},
        "over": {**_NOTE, "until": NOW},
        "no approver": {**_NOTE, "approver": "council"},
        "approver of a business": {**_NOTE, "approver": "business"},
        "without a reason": {**_NOTE, "reason": ""},
        "another person": {**_NOTE, "subject": "adult"},
    }
    for name, found in notes.items():
        about = record(persons=persons(), necessity_notes=[found])
        yield Scenario(f"necessity note: {name}", world(about), ask(EXITS, readers=("business", "member")))


def _grants() -> Iterator[Scenario]:
    grant = {
        "id": "G",
        "record": "r1",
        "agreement": AGREEMENT,
        "fields": [
            "cad_reference",
            "account",
            "persons.victim.adult.family_name",
            "persons.suspect.child.phone",
        ],
        "treatment": "disclose",
        "to_agency": "havering",
        "to_users": None,
        "purpose": PURPOSE,
        "from": "2026-02-10T00:00:00Z",
        "until": "2026-03-10T00:00:00Z",
        "passes": [],
    }
    people = [person("victim", "adult"), person("suspect", "child")]
    passes = [
        {"link": "victim.adult", "floor": "protected", "why": "Evidence."},
        {"link": "suspect.child", "floor": "child", "why": "Evidence."},
    ]
    business = {"to_agency": "romford", "to_users": ["business", "member"]}
    found: dict[str, Raw] = {
        "to an agency": {},
        "to an agency, passing": {"passes": passes},
        "to named users of a business": business,
        "to named users of a business, passing": {**business, "passes": passes},
        "to a whole business": {"to_agency": "romford", "passes": passes},
        "over": {"until": NOW},
        "as a mask": {"treatment": "mask"},
    }
    for name, more in found.items():
        asked = ask(EXITS, (PURPOSE, OTHER), readers=("council", "practitioner", "business", "member"))
        yield Scenario(f"grant: {name}", world(record(persons=people), grants=[{**grant, **more}]), asked)
    classes = ["contact"]
    noted = record(persons=people, necessity_notes=[{**_NOTE, "classes": classes}])
    for name, passed in (("passing", passes), ("passing nothing", [])):
        given = {**grant, **business, "passes": passed}
        asked = ask(EXITS, readers=("business", "member"))
        yield Scenario(f"grant: {name}, beside a note", world(noted, grants=[given]), asked)
    revoked = [release(revoked=NOW)]
    yield Scenario(
        "grant: release revoked", world(record(persons=people), releases=revoked, grants=[grant]), ask()
    )


def _releases() -> Iterator[Scenario]:
    changes: dict[str, list[Raw]] = {
        "none": [],
        "without a text": [release(text=None)],
        "to one agency": [release(recipients=["havering"])],
        "to members": [release(recipients=["members"])],
        "for another purpose": [release(purposes=[OTHER])],
        "expired": [release(expires=NOW)],
        "revoked": [release(revoked=NOW)],
        "not begun": [release(at="2026-02-17T14:00:01Z")],
        "without permission": [release(by="east:analyst")],
        "under two agreements": [release(), release(agreement=SECOND)],
        "under the second agreement": [release(agreement=SECOND)],
    }
    for name, releases in changes.items():
        yield Scenario(f"release: {name}", world(record(persons=persons()[:4]), releases=releases), ask())
    for site in (None, "s1", "s2"):
        shops = record(owner="romford", site=site, persons=persons())
        asked = ask(readers=("business", "member", *MEMBERS, "council"))
        yield Scenario(f"scheme: site {site}", world(shops, releases=[release(agreement=SCHEME)]), asked)
        yield Scenario(f"scheme: site {site}, not released", world(shops, releases=[]), asked)
    people = persons()
    for to in (["romford"], ["members"], "all"):
        to_shops = world(record(persons=people), releases=[release(recipients=to)])
        yield Scenario(f"members: released to {to}", to_shops, ask(EXITS, readers=("member", *MEMBERS)))


def _kept() -> Iterator[Scenario]:
    for record_type, keeper in product(("vehicle", "item", "premises"), persons()):
        event = record(id="r2", persons=[keeper])
        thing = record(record_type, keeper=keeper["link"])
        yield Scenario(f"kept: {record_type} by {keeper['link']}", world(thing, event), ask())


def _pages() -> Iterator[Scenario]:
    for category, age in product(Category, ("adult", "child", "since", "unknown")):
        page = record("subject", subject=age)
        stated = world(page, releases=[release(category=category.value)])
        yield Scenario(f"page: {category.value} {age}, stated", stated, ask(EXITS[:2]))
        event = record(id="r2", persons=[person(category.value, age)])
        judged = world(page, event, releases=[release(), release("r2")])
        yield Scenario(f"page: {category.value} {age}, by its links", judged, ask(EXITS[:2]))
    lone = world(record("subject", subject="adult"), record(id="r2"), releases=[release(), release("r2")])
    yield Scenario("page: no category and no link", lone, ask())


def _around() -> Iterator[Scenario]:
    still = record("media", id="r2", parent="r1")
    for name, releases in {"released": [release()], "hidden": [], "itself": [release("r2")]}.items():
        yield Scenario(f"media: parent {name}", world(record(), still, releases=releases), ask(of="r2"))
    people = [person("victim", "adult")]
    bound = record(id="r2", persons=people, conditions={"withhold_classes": ["place"]})
    copy = record(persons=[person("observed", "adult")], derived_from="r2")
    yield Scenario("derived", world(copy, bound), ask())
    for maker, end in product(("east", "north", "havering"), ("seen", "hidden", "protected")):
        other = record(id="r2", persons=people if end == "protected" else [])
        near = record(links=[{"link": "k", "to": "r2", "by": maker}])
        releases = [release()] if end == "hidden" else [release(), release("r2")]
        readers = ("council", "practitioner", "police", "business", "east:officer")
        asked = ask(readers=readers)
        yield Scenario(f"link: by {maker}, end {end}", world(near, other, releases=releases), asked)
    yield from _broken()


def _broken() -> Iterator[Scenario]:
    entry = {
        "id": "B",
        "user": "police",
        "record": "r1",
        "at": "2026-02-17T13:50:00Z",
        "role": "duty_inspector",
        "danger": "life",
        "reason": "A threat to kill.",
        "factor_at": "2026-02-17T13:48:00Z",
        "reviewed": None,
        "second_person": None,
    }
    overdue = {**entry, "id": "B0", "record": "r2", "at": "2026-02-01T00:00:00Z"}
    found: dict[str, list[Raw]] = {
        "good": [entry],
        "over": [{**entry, "at": "2026-02-17T13:30:00Z", "factor_at": "2026-02-17T13:29:00Z"}],
        "factor not fresh": [{**entry, "factor_at": "2026-02-17T13:45:00Z"}],
        "review overdue": [entry, overdue],
        "review overdue, seconded": [{**entry, "second_person": "second"}, overdue],
        "by a business": [{**entry, "user": "business"}],
        "for another danger": [{**entry, "danger": "nuisance"}],
    }
    readers = ("police", "business", "council")
    for name, entries in found.items():
        about = record("intelligence", persons=persons()[:2])
        unreleased = world(about, record(id="r2"), releases=[], break_glass=entries)
        yield Scenario(f"break-glass: {name}", unreleased, ask(EXITS, readers=readers))
    vetoes: tuple[Raw, ...] = (
        {"withhold_classes": ["event"]},
        {"sanitised_only": True},
        {"named_recipients": ["cps"]},
    )
    for veto, marked in product(vetoes, (False, True)):
        about = record(conditions={**veto, "veto": marked})
        bare = world(about, releases=[], break_glass=[entry])
        yield Scenario(f"break-glass: {next(iter(veto))}, veto {marked}", bare, ask(readers=("police",)))
