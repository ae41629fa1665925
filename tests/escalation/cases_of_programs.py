"""A case for each field of bodies and queries at the JSON door that holds an id."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from foundation import clock
from tests.escalation.cases import HERE, WHY, Case
from tests.escalation.things import BUSINESSES, JOINT, POLICE, SCHEME, VICTIM, World, draft_of, named, person
from tests.partnership import ROBBERY

_API = "/api/v1"


def cases_of_programs(world: World) -> Iterator[Case]:
    """Every case; a field may have several."""
    yield from _recalls(world)
    yield from _records(world)
    yield from _people()
    yield from _answers(world)


def day() -> str:
    """A day that is not over soon."""
    return (clock.today() + timedelta(days=20)).isoformat()


def new_request(record_id: str, users: list[str]) -> Mapping[str, Any]:
    """A request, as both doors take it."""
    return {
        "record": record_id, "fields": ["crime_reference"], "basis": "dpa-part-3", "gateway": "dpa-sch1-10",
        "need": WHY, "proportion": WHY, "urgency": "normal", "days": 28, "keeping": "nowhere",
        "security": "portal-only", "users": users,
    }  # fmt: skip


def _recalls(world: World) -> list[Case]:
    mine, due = world.own[POLICE]["incident"], {"reason": WHY, "message": WHY, "due": day()}
    links = world.ids[VICTIM, "free-link"], world.ids[POLICE, "free-link"]
    releases = world.release(VICTIM), world.release(POLICE)
    at, order = f"{_API}/incidents/{mine}/recalls", f"{_API}/incidents/{mine}/anonymity-order/preview"
    born = {"ages": [{"link": HERE, "date_of_birth": "1990-01-01"}], **due}
    return [
        Case("?person", "GET", f"{order}?person={HERE}", *links),
        Case("ages[].link", "POST", at, *links, born),
        Case("persons{key}", "POST", at, *links, {"persons": {HERE: {"given_name": "Bea"}}, **due}),
        Case("release", "POST", at, *releases, {"release": HERE, **due}),
        Case("texts{key}", "POST", at, *releases, {"texts": {HERE: "Anew."}, **due}),
    ]


def _records(world: World) -> list[Case]:
    mine, theirs = world.own[POLICE]["incident"], world.own[VICTIM]["incident"]
    seen, second = world.own[BUSINESSES]["incident"], named("second", POLICE)
    agreements, galleries = ("HAV-CSP-01", "STR-BCRP-01"), (world.ids[SCHEME, "gallery"],)
    given = {"agreement": HERE, "purposes": [ROBBERY], "recipients": ["newham"]}
    report = {"values": {"crime_type": "shoplifting", "occurred": clock.now().isoformat()}, "subject": HERE}
    tried = {"records": [{"type": "incident", "id": HERE}], "audiences": ["havering"]}
    one = {"type": "incident", "format": "pdf", "record": HERE}
    return [
        Case("?record", "GET", f"{_API}/requests?record={HERE}", theirs, seen),
        Case("?agreement", "GET", f"{_API}/receipts?agreement={HERE}", agreements[0]),
        Case("agreement", "POST", f"{_API}/incidents/{mine}/releases", *agreements, given),
        Case("releases[].agreement", "POST", f"{_API}/vehicles", *agreements,
             {"values": {"make": "Opel"}, "releases": [given]}),
        # An export is asked for without a look, and refused as it is made.
        Case("record", "POST", f"{_API}/exports", theirs, "", one, keeps=True),
        Case("record", "POST", f"{_API}/requests", theirs, seen, new_request(HERE, [])),
        Case("users[]", "POST", f"{_API}/requests", named("second", VICTIM), second,
             new_request(seen, [HERE])),
        Case("records[].id", "POST", f"{_API}/agreements/{draft_of(POLICE)}/versions/1/simulation", theirs,
             mine, tried),
        Case("subject", "POST", f"{_API}/reports", *galleries, world.ids[BUSINESSES, "gallery"], report,
             BUSINESSES),
        Case("site", "POST", f"{_API}/reports", named("site", SCHEME), "",
             {"values": report["values"], "site": HERE}, BUSINESSES),
    ]  # fmt: skip


def _people() -> list[Case]:
    second, theirs = named("second", POLICE), named("second", VICTIM)
    hook = {"url": "https://hooks.example/in", "events": ["record:released"], "account": HERE}
    member = {"name": "N", "email": "n@police.x", "roles": ["member"], "site": HERE}
    placed = {"name": "N", "roles": ["member"]}
    outcomes = f"{_API}/ledger/unusual/outcomes"
    line = {"kind": "glass", "outcome": "in-order"}
    return [
        Case("person", "POST", outcomes, theirs, "", {**line, "person": HERE, "of": named("glass", VICTIM)}),
        Case("of", "POST", outcomes, named("glass", VICTIM), "", {**line, "person": theirs, "of": HERE}),
        Case("account", "POST", f"{_API}/webhooks", named("program", VICTIM), named("program", POLICE),
             {**hook, "purpose": ROBBERY}),
        Case("people[].partnership_roles[].partnership", "POST", f"{_API}/people", JOINT, "",
             {"people": [{"name": "N", "email": "j@police.x", "roles": ["officer"],
                          "partnership_roles": [{"partnership": HERE, "role": "chair"}]}]}),
        Case("people[].site", "POST", f"{_API}/people", named("site", VICTIM), named("site", POLICE),
             {"people": [member]}),
        Case("people[].sites[]", "POST", f"{_API}/people", named("site", VICTIM), named("site", POLICE),
             {"people": [{**placed, "email": "s@police.x", "sites": [HERE]}]}),
        Case("people[].areas[]", "POST", f"{_API}/people", named("area", VICTIM), named("area", POLICE),
             {"people": [{**placed, "email": "a@police.x", "areas": [HERE]}]}),
        Case("successor", "POST", f"{_API}/people/{second}/end", theirs, person(POLICE), {"successor": HERE}),
    ]  # fmt: skip


def _answers(world: World) -> list[Case]:
    second, theirs = named("second", POLICE), named("second", VICTIM)
    at = f"{_API}/requests/{named('request', POLICE)}/answer"
    answer = {"fields": {"account": "disclose"}, "until": f"{day()}T12:00:00+00:00", "reasons": WHY}
    passed = {"users": [named("second", POLICE)], "passes": [{"link": HERE, "floor": "child", "why": WHY}]}
    action = {"title": "T", "measure": "M", "owner": HERE, "due": day()}
    meeting = f"{_API}/meetings/{world.ids[POLICE, 'meeting_id']}/actions"
    return [
        Case("passes[].link", "POST", at, world.ids[VICTIM, "free-link"], "", {**answer, **passed}),
        Case("users[]", "POST", at, theirs, second, {**answer, "users": [HERE]}),
        Case("owner", "POST", meeting, named("second", SCHEME), second, action),
    ]
