"""A case for each field of forms, and of what views take out of a request, that holds an id."""

from collections.abc import Iterator

from foundation import clock
from tests.escalation.cases import HERE, WHY, Case
from tests.escalation.cases_of_programs import day, new_request
from tests.escalation.things import BUSINESSES, JOINT, POLICE, SCHEME, VICTIM, World, named, person
from tests.partnership import ROBBERY


def cases_of_pages(world: World) -> Iterator[Case]:
    """Every case; a field may have several."""
    yield from _people(world)
    yield from _requests(world)
    yield from _records(world)
    yield from _addresses(world)
    yield from _ledger(world)


def _ledger(world: World) -> list[Case]:
    """Entries that concern another agency alone are none: the file is not made."""
    hidden, asked = world.own[VICTIM]["incident"], {"reference": "IC-1"}
    return [
        Case(f"CommissionerForm.{name}", "POST", "/ledger/commissioner", foreign, "", {**asked, name: HERE})
        for name, foreign in (("record", hidden), ("subject", hidden), ("agreement", "HAV-CSP-01"))
    ]


def _people(world: World) -> list[Case]:
    second, theirs = named("second", POLICE), named("second", VICTIM)
    programs = named("program", VICTIM), named("program", POLICE)
    sites = named("site", VICTIM), named("site", POLICE)
    areas = named("area", VICTIM), named("area", POLICE)
    key = {"name": "K", "actions": "record:read", "purposes": ROBBERY, "days": "9", "agreements": HERE}
    hook = {"url": "https://hooks.example/in", "events": "record:released", "sight": f"{HERE} {ROBBERY}"}
    action = {"title": "T", "measure": "M", "owner": HERE, "due": day()}
    return [
        Case("NewActionForm.owner", "POST", f"/meetings/{world.ids[POLICE, 'meeting_id']}/actions",
             named("second", SCHEME), second, action),
        Case("RolesForm.sites", "POST", f"/people/{second}/roles", *sites,
             {"roles": "member", "sites": HERE}),
        Case("RolesForm.sites", "POST", "/people/new", *sites,
             {"name": "N", "email": "m@police.x", "roles": "member", "sites": HERE}),
        Case("RolesForm.areas", "POST", f"/people/{second}/roles", *areas,
             {"roles": "member", "areas": HERE}),
        Case("RolesForm.areas", "POST", "/people/new", *areas,
             {"name": "N", "email": "a@police.x", "roles": "member", "areas": HERE}),
        Case("AreaForm.sites", "POST", "/people/areas", *sites, {"name": "New", "sites": HERE}),
        Case("AreaForm.sites", "POST", f"/people/areas/{areas[1]}", *sites, {"name": "Old", "sites": HERE}),
        Case("InvitationForm.partnerships", "POST", "/people/new", f"{JOINT}:chair", "",
             {"name": "N", "email": "j@police.x", "roles": "officer", "partnerships": HERE}),
        Case("request partnership", "POST", "/people/partnerships/give", JOINT, "",
             {"partnership": HERE, "person": second, "role": "chair"}),
        Case("request partnership", "POST", "/people/partnerships/take", JOINT, "",
             {"partnership": HERE, "person": second, "role": "chair"}),
        Case("PartnershipForm.person", "POST", "/people/partnerships/give", theirs, "",
             {"partnership": "robbery-reduction", "person": HERE, "role": "chair"}),
        Case("request person", "POST", "/people/partnerships/take", theirs, "",
             {"partnership": "robbery-reduction", "person": HERE, "role": "chair"}),
        Case("EndForm.successor", "POST", f"/people/{second}/end", theirs, person(POLICE),
             {"successor": HERE}),
        Case("KeyForm.agreements", "POST", f"/service-accounts/{programs[1]}/keys/new", "HAV-CSP-01",
             "STR-BCRP-01", key),
        Case("WebhookForm.sight", "POST", "/webhooks/new", *programs, hook),
        Case("HoldForm.record", "POST", "/retention/holds", world.own[VICTIM]["incident"],
             world.own[POLICE]["incident"], {"record": HERE, "reason": WHY, "until": day()}),
    ]  # fmt: skip


def _requests(world: World) -> list[Case]:
    second, theirs = named("second", POLICE), named("second", VICTIM)
    records = world.own[VICTIM]["incident"], world.own[BUSINESSES]["incident"]
    proposals = named("proposal", VICTIM), named("proposal", POLICE)
    answer = {"give_0": "disclose", "users": HERE, "until_date": day(), "until_time": "12:00", "reasons": WHY}
    prepared = f"/requests/{named('prepared', POLICE)}"
    return [
        Case("RequestForm.record", "POST", "/requests/new", *records, new_request(HERE, [])),
        Case("RequestForm.users", "POST", "/requests/new", theirs, second, new_request(records[1], [HERE]),
             keeps=True),
        Case("AnswerForm.users", "POST", f"/requests/{named('request', POLICE)}/answer", theirs, second,
             answer),
        Case("request proposal", "POST", f"{prepared}/approve", proposals[0], "",
             {"proposal": HERE, "digest": "0" * 64}),
        Case("request proposal", "POST", f"{prepared}/return", *proposals, {"proposal": HERE, "why": WHY}),
        Case("request record", "GET", f"/requests/new?record={HERE}", *records),
        # An export is asked for without a look, and refused as it is made.
        Case("request record", "POST", "/exports", records[0], "",
             {"type": "incident", "format": "pdf", "record": HERE}, keeps=True),
    ]  # fmt: skip


def _records(world: World) -> list[Case]:
    links = world.ids[VICTIM, "free-link"], world.ids[POLICE, "free-link"]
    notes = f"/records/incidents/{world.own[POLICE]['incident']}/notes/new"
    note = {"link": links[1], "recipients": BUSINESSES, "classes": "image", "reason": WHY, "until": day(),
            "approver": named("second", POLICE)}  # fmt: skip
    seen = {"seen_date": clock.today().isoformat(), "seen_time": "00:01", "address": "1 Road", "age": "adult"}
    told = {"report": "Told.", "topic": "drugs", "source_evaluation": "1", "information_evaluation": "A",
            "code": "P", "marking": "OFFICIAL-SENSITIVE", "text": "Text.", "do": "send"}  # fmt: skip
    report = {"kind": "theft", "day": clock.today().isoformat(), "time": "00:01", "age": "adult",
              "same_person": "y", "prosecution": "no", "subject": HERE}  # fmt: skip
    audiences = "HAV-CSP-01|havering", "STR-BCRP-01|newham"
    galleries = world.ids[SCHEME, "gallery"], world.ids[BUSINESSES, "gallery"]
    return [
        Case("NoteForm.link", "POST", notes, *links, {**note, "link": HERE}),
        Case("NoteForm.approver", "POST", notes, named("second", SCHEME), str(note["approver"]),
             {**note, "approver": HERE}),
        Case("SightingForm.recipients", "POST", "/sightings/new", *audiences, {**seen, "recipients": HERE}),
        Case("IntelligenceForm.recipients", "POST", "/intelligence/new", *audiences,
             {**told, "recipients": HERE}),
        Case("ReportForm.subject", "POST", "/report", *galleries, report, BUSINESSES),
        Case("ReportForm.site", "POST", "/report", named("site", SCHEME), "",
             {**report, "subject": "", "same_person": "", "site": HERE}, BUSINESSES),
        Case("request draft", "POST", f"/sightings/new?draft={HERE}", named("sighting-draft", VICTIM),
             named("sighting-draft", POLICE), seen),
    ]  # fmt: skip


def _addresses(world: World) -> list[Case]:
    mine = f"/records/incidents/{world.own[POLICE]['incident']}"
    links = world.ids[VICTIM, "free-link"], world.ids[POLICE, "free-link"]
    releases = world.release(VICTIM), world.release(POLICE)
    what = {"what": f"release:{HERE}", "reason": WHY, "message": WHY, "do": "recall", "version": "1"}
    drafts = [
        Case("request draft", "GET", f"/{form}/new?draft={HERE}", named(kind, VICTIM), named(kind, POLICE))
        for form, kind in (("sightings", "sighting-draft"), ("requests", "request-draft"))
    ]
    return [
        *drafts,
        Case("request agreement", "GET", f"/receipts?agreement={HERE}", "HAV-CSP-01"),
        Case("request subject", "GET", f"/report?subject={HERE}", world.ids[SCHEME, "gallery"],
             world.ids[BUSINESSES, "gallery"], {}, BUSINESSES),
        Case("request person", "GET", f"{mine}/anonymity-order?person={HERE}", *links),
        Case("request person", "POST", f"{mine}/anonymity-order?person={HERE}", *links,
             {"reference": "Court 3"}),
        Case("request what", "POST", f"{mine}/recall", *releases, {**what, "due": day()}),
        Case("request what", "GET", f"{mine}/recall?what=release:{HERE}", *releases),
    ]  # fmt: skip
