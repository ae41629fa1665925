"""What is tried: every route with a part that is an id, made from the application's own map of addresses.

An attempt is one request in two forms, with the id of another agency's thing and with one that nobody has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from auth.roles import Action
from portal.gate.admission import declared
from sharing.catalogue import TYPE_OF
from tests.escalation.payloads import forms, programs
from tests.escalation.things import SCHEME, VICTIM, World, draft_of, named
from tests.partnership import ROBBERY
from tests.portal import without_marks

UNKNOWN = "0e6d1b5c-7a52-4d0e-9f44-1f2a3b4c5d6e"

#: What the parts of addresses are that are no ids of anybody's things.
NO_ID = {"plural", "act", "form", "log", "level", "piece", "after", "size", "filename", "number", "clause_id"}
#: Parts that whoever holds them was given by letter, and that the public sign-in page shows.
SECRET = {"token"}
PUBLIC_ID = {("sign_on", "provider_id")}


@dataclass(frozen=True)
class Attempt:
    """A request of somebody's, told by its method, its address and what it carries."""

    endpoint: str
    method: str
    path: str
    part: str
    unknown: str
    foreign: str
    owner: str
    body: Mapping[str, Any]
    type: str
    whole: bool  # every id of the address is the other agency's

    @property
    def name(self) -> str:
        """What a failure is told by."""
        return f"{self.method} {self.path.replace(self.foreign, f'<{self.part}>')}"


#: What an address asks besides, without which nothing is looked for.
QUERIES: Mapping[str, str] = {
    "handling.order": "person={link}",
    "OrderPreview": "person={link}",
    "VersionChanges": "against=2",
}
#: Where what is absent is answered by another status than 404: what was prepared has changed meanwhile, and
#: a draft that was sent.
ELSEWHERE: Mapping[str, int] = {"requests.give_back": 409, "sightings.show": 303, "sightings.send": 303}
#: A key is refused these whatever it names.
PEOPLE_ONLY = {"Signatures", "Suspension", "Withdrawal", "Ending", "Confirmation"}


#: The kind of thing that a part of an address names: what `world.named` calls it, or how it is found.
PARTS: Mapping[str, str] = {
    "account_id": "program",
    "area_id": "area",
    "export_id": "export",
    "glass_id": "glass",
    "grant_id": "grant",
    "hold_id": "hold",
    "invitation_id": "invitation",
    "job_id": "job",
    "key_id": "key",
    "lost_id": "lost",
    "note_id": "note",
    "order_id": "order",
    "passkey_id": "passkey",
    "person_id": "second",
    "recall_id": "recall",
    "request_id": "request",
    "stop_id": "stop",
    "user_id": "second",
    "webhook_id": "webhook",
    "handling.notice_id": "order-notice",
    "api_orders.notice_id": "order-notice",
    "recalls.notice_id": "recall-notice",
    "api_recalls.notice_id": "recall-notice",
    "requests.draft_id": "request-draft",
    "sightings.draft_id": "sighting-draft",
    "glass.second.glass_id": "glass-waiting",
    "requests.take_back.request_id": "asked",
    "requests.confirm.request_id": "prepared",
    "requests.give_back.request_id": "prepared",
    "api_requests.Withdrawal.request_id": "asked",
}
#: Parts that are looked up in the database.
FOUND = {
    "action_id", "agreement_id", "entry", "media_id", "meeting_id", "record_id", "release_id", "report_id",
    "session_id",
}  # fmt: skip
#: The agreement that an act is tried on, by the stage which it needs.
DRAFT, REVIEW, SIGNING, IN_FORCE = (
    (draft_of(VICTIM), 1),
    ("HAV-YOUTH-01", 1),
    ("HAV-CSP-01", 4),
    ("HAV-CSP-01", 3),
)


def uncovered(app: Flask) -> list[str]:
    """Parts of addresses of which nothing here says what they are."""
    known = NO_ID | SECRET | FOUND
    return sorted(
        f"{rule.rule}: {part}"
        for rule in app.url_map.iter_rules()
        for part in rule.arguments
        if part not in known
        and _kind(rule.endpoint, part) is None
        and (rule.endpoint.partition(".")[0], part) not in PUBLIC_ID
    )


def _kind(endpoint: str, part: str) -> str | None:
    blueprint = endpoint.partition(".")[0]
    for name in (f"{endpoint}.{part}", f"{blueprint}.{part}", part):
        if name in PARTS:
            return PARTS[name]
    return None


def attempts(world: World, attacker: str) -> Iterator[Attempt]:
    """Every attempt on a route: one for each part that is an id, with the attacker's own in the others."""
    adapter = world.app.url_map.bind("localhost")
    for rule in world.app.url_map.iter_rules():
        ids = [part for part in rule.arguments if part in FOUND or _kind(rule.endpoint, part)]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not ids or not isinstance(declared(world.app.view_functions[rule.endpoint], method), Action):
                continue
            for fixed in _fixed(rule):
                yield from _of_rule(world, attacker, adapter, (rule, method), ids, fixed)


def _fixed(rule: Any) -> Iterator[dict[str, Any]]:
    """Everything that stands in the parts which are no ids."""
    acts = sorted(rule._converters["act"].items) if "act" in rule.arguments else [None]
    forms = ["yaml"] if "form" in rule.arguments else [None]
    plurals = ["incidents"] if "plural" in rule.arguments else [None]
    for act in acts:
        for plural in plurals:
            found = {"act": act, "plural": plural, "form": forms[0]}
            yield {key: value for key, value in found.items() if value is not None}


def _of_rule(
    world: World, attacker: str, adapter: Any, place: tuple[Any, str], ids: list[str], fixed: dict[str, Any]
) -> Iterator[Attempt]:
    rule, method = place
    type_ = _type(rule, fixed)
    owner = SCHEME if "report_id" in ids else VICTIM
    theirs = {part: thing(world, owner, rule.endpoint, part, type_, fixed) for part in ids}
    own = {part: thing(world, attacker, rule.endpoint, part, type_, fixed) for part in ids}
    more = {"number": _agreement(rule.endpoint, fixed)[1], "clause_id": "1.1"}
    more = {**fixed, **{part: value for part, value in more.items() if part in rule.arguments}}
    # The whole address of theirs, then each id of theirs among the attacker's own.
    tries = [(dict(theirs), ids)]
    if len(ids) > 1:
        tries += [({**own, part: theirs[part]}, [part]) for part in ids]
    for values, parts in tries:
        if not all(values.values()):
            continue
        unknown = {**values, **dict.fromkeys(parts, UNKNOWN)}
        asked = QUERIES.get(rule.endpoint, QUERIES.get(rule.endpoint.partition(".")[2], ""))
        asked = f"?{asked.format(link=world.ids[owner, 'free-link'])}" if asked else ""
        yield Attempt(
            rule.endpoint,
            method,
            adapter.build(rule.endpoint, {**more, **values}, method=method) + asked,
            "+".join(parts),
            adapter.build(rule.endpoint, {**more, **unknown}, method=method) + asked,
            str(values[parts[0]]),
            owner,
            body_of(world, owner, place, fixed),
            type_,
            len(parts) == len(ids),
        )


def _type(rule: Any, fixed: Mapping[str, Any]) -> str:
    plural = fixed.get("plural") or rule.rule.removeprefix("/api/v1/").partition("/")[0]
    return TYPE_OF.get(plural, "")


def body_of(world: World, owner: str, place: tuple[Any, str], fixed: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is sent: of pages by endpoint and act, of programs by method and the end of the address."""
    rule, method = place
    if rule.rule.startswith("/api/"):
        sent, tail = programs(world, owner), rule.rule.rpartition(">")[2]
        noun = rule.rule.removeprefix("/api/v1/").partition("/")[0]
        kind = TYPE_OF.get(noun, noun)
        of_kind = sent.get((method, f"{kind}>{tail}"))
        return of_kind if of_kind is not None else sent.get((method, tail), {})
    act, pages = fixed.get("act"), forms(world, owner)
    return pages.get(f"{rule.endpoint}:{act}", pages.get(rule.endpoint, {}))


def _agreement(endpoint: str, fixed: Mapping[str, Any]) -> tuple[str, int]:
    act = fixed.get("act")
    if endpoint == "terms.simulation" or (endpoint.startswith("drafting.") and endpoint != "drafting.amend"):
        return DRAFT
    if endpoint.startswith("api_terms.") and endpoint not in {"api_terms.Exports", "api_terms.Amendment"}:
        return DRAFT
    return {
        "agreement_acts.negotiate": {"review": DRAFT, "back": SIGNING}.get(str(act), REVIEW),
        "api_agreements.Review": DRAFT,
        "api_agreements.Back": SIGNING,
        "api_agreements.Comments": REVIEW,
        "api_agreements.Signing": REVIEW,
        "agreement_acts.sign": SIGNING,
        "api_agreements.Signatures": SIGNING,
    }.get(endpoint, IN_FORCE)


def thing(
    world: World, agency: str, endpoint: str, part: str, type_: str, fixed: Mapping[str, Any]
) -> str | None:
    """The id of a thing of this kind that is the agency's."""
    kind = _kind(endpoint, part)
    if kind is not None:
        return world.ids.get((agency, kind)) or named(kind, agency)
    if part == "agreement_id":
        return _agreement(endpoint, fixed)[0] if agency == VICTIM else "STR-BCRP-01"
    if part == "record_id":
        return world.own[agency].get(type_)
    if part == "report_id":
        return world.own[agency]["incident"]
    if part == "release_id":
        return world.release(agency, type_)
    return world.ids.get((agency, part))


def send(world: World, agency: str, method: str, path: str, body: Mapping[str, Any]) -> tuple[int, str]:
    """Status and text of what somebody of the agency is answered, without what differs in every answer."""
    client = world.app.test_client()
    if path.startswith("/api/"):
        said = {
            "If-Match": '"1"',
            "Authorization": f"Bearer {world.keys[agency]}",
            "Sharing-Purpose": ROBBERY,
        }
        sent = {} if method in {"GET", "DELETE"} else {"json": body}
        answer = client.open(path, method=method, base_url="http://localhost", headers=said, **sent)
    else:
        client.set_cookie("concordat", world.sessions[agency], domain="localhost")
        sent = {} if method == "GET" else {"data": body}
        answer = client.open(path, method=method, base_url="http://localhost", **sent)
    told = without_marks(answer.data.decode(errors="replace"))
    return answer.status_code, f"{answer.headers.get('Location', '')} {told}"
