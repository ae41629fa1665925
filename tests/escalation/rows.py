"""What an agency has besides its records, as rows: put in as they are, since most need a second person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table

from auth import tables as accounts
from foundation import clock
from foundation.outbox.tables import outbox
from sharing.agreements.tables import break_glass, grant
from sharing.announcements import Event, webhook
from sharing.drafts.tables import draft
from sharing.exports.tables import export, export_stop
from sharing.handling.tables import anonymity_order, order_notice
from sharing.people.tables import invitation, lost_factor
from sharing.recalls.tables import recall, recall_notice
from sharing.records import record as records
from sharing.requests.tables import note_proposal, notice, proposal, request
from sharing.retention.tables import legal_hold
from tests.escalation.things import ATTACKERS, COUNCIL, SCHEME, VICTIM, World, named, person
from tests.partnership import ROBBERY


def rows_of(world: World, agency: str) -> list[tuple[Table, Mapping[str, Any]]]:
    """Everything that an agency has besides its records."""
    rows = [*_people(agency), *_waiting(agency)]
    own = world.own.get(agency, {})
    return rows + (_binding(world, agency, own["incident"], clock.now()) if own else [])


def _people(agency: str) -> list[tuple[Table, Mapping[str, Any]]]:
    """Factors, sites, ways in, and who is to come or has lost theirs."""
    me, other, program = person(agency), named("second", agency), named("program", agency)
    now = clock.now()
    later = now + timedelta(days=5)
    return [
        (accounts.passkey, {"id": named("passkey", agency), "user_id": me, "credential": named("c", agency),
                            "public_key": "x", "sign_count": 0, "backed_up": False, "name": "Key",
                            "created_at": now}),
        (accounts.passkey, {"id": named("passkey2", agency), "user_id": me, "credential": named("d", agency),
                            "public_key": "x", "sign_count": 0, "backed_up": False, "name": "Spare",
                            "created_at": now}),
        (accounts.site, {"id": named("site", agency), "agency_id": agency, "name": "Site",
                         "address": "1 Road", "ward": "Ward"}),
        (accounts.area, {"id": named("area", agency), "agency_id": agency, "name": "Area", "made_at": now}),
        (accounts.area_site, {"area_id": named("area", agency), "site_id": named("site", agency)}),
        (accounts.identity_provider, {"id": named("provider", agency), "agency_id": agency,
                                      "issuer": f"https://{agency}.example", "client_id": "c",
                                      "client_secret": "00", "acr": "", "enforced": False, "created_at": now,
                                      "places": {}, "places_at": now, "keys": [], "keys_at": now}),
        (accounts.identity_link, {"provider_id": named("provider", agency), "subject": agency,
                                  "user_id": other, "linked_at": now}),
        (invitation, {"id": named("invitation", agency), "agency_id": agency, "user_id": named("new", agency),
                      "email": f"new@{agency}.x", "name": "New", "roles": ["officer"], "job_title": "",
                      "invited_by": other, "made_at": now, "expires_at": later}),
        (lost_factor, {"id": named("lost", agency), "agency_id": agency, "user_id": program,
                       "asked_by": other, "asked_at": now, "tries": 0, "expires_at": later}),
    ]  # fmt: skip


def _waiting(agency: str) -> list[tuple[Table, Mapping[str, Any]]]:
    """Programs, drafts, exports, and what somebody is told."""
    me, other, program = person(agency), named("second", agency), named("program", agency)
    now = clock.now()
    return [
        (webhook, {"id": named("webhook", agency), "agency_id": agency, "url": f"https://{agency}.example/",
                   "events": [Event.RELEASED], "account": program, "purpose": ROBBERY, "secret": "00",
                   "made_by": other, "made_at": now}),
        (outbox, {"id": named("job", agency), "kind": "webhook:deliver", "payload": {"delivery": "x"},
                  "agency_id": agency, "written_at": now, "due_at": now, "attempts": 9, "gave_up_at": now}),
        (draft, {"id": named("sighting-draft", agency), "user_id": me, "form": "sighting", "at": now,
                 "answers": {"seen": now.isoformat(), "address": "1 Road", "recipients": []}}),
        (draft, {"id": named("request-draft", agency), "user_id": me, "form": "request", "at": now,
                 "answers": {"record": "", "fields": [], "need": "why"}}),
        (notice, {"id": named("notice", agency), "agency_id": agency, "audience": "staff",
                  "kind": "glass-broken", "about": named("glass", agency), "at": now}),
        (export_stop, {"id": named("stop", agency), "agency_id": agency, "export_id": named("x", agency),
                       "at": now, "user_id": other, "records": [], "fields": ["account"]}),
        (export, {"id": named("export", agency), "user_id": me, "agency_id": agency, "purpose": ROBBERY,
                  "session": "0" * 64, "format": "csv", "type": "incident", "asked_at": now,
                  "filters": {"equal": {}, "spans": {}, "words": []},
                  "state": "waiting"}),
    ]  # fmt: skip


def _binding(
    world: World, agency: str, record_id: str, now: datetime
) -> list[tuple[Table, Mapping[str, Any]]]:
    """What somebody else has to do with an agency's incident, and it with them."""
    me, other, later = person(agency), named("second", agency), now + timedelta(days=5)
    link_id, person_id = named("link", agency), named("body", agency)
    recalled = {"record_id": record_id, "owner": agency, "kind": "correction", "fields": ["account"],
                "message": "Look again.", "at": now, "due": later.date()}  # fmt: skip
    return [
        (records.person, {"id": person_id, "believed_child": False, "date_of_birth_verified": False}),
        (records.link, {"id": link_id, "record_id": record_id, "person_id": person_id,
                        "categories": ["suspect"], "own": False, "confirmed": True, "made_by": agency}),
        (anonymity_order, {"id": named("order", agency), "person_id": person_id, "holder": agency,
                           "record_id": record_id, "link_id": link_id, "reference": "Court 1",
                           "by_user": other, "at": now}),
        (order_notice, {"id": named("order-notice", agency), "order_id": named("order", agency),
                        "record_id": record_id, "owner": agency, "what": "begun", "at": now}),
        (recall, {"id": named("recall", agency), **recalled, "reason": "wrong", "by_user": other}),
        (recall_notice, {"id": named("recall-notice", agency), **recalled,
                         "recall_id": named("recall", agency), "agency_id": agency, "user_id": me,
                         "type": "incident", "reference": "9HB5-W8",
                         "copies": []}),
        (legal_hold, {"id": named("hold", agency), "record_id": record_id, "owner": agency, "reason": "Case.",
                      "until_day": later.date(), "by_user": other, "at": now}),
        (note_proposal, {"id": named("note", agency), "record_id": record_id, "owner": agency,
                         "link_id": link_id, "recipients": ["romford-bcrp"], "classes": ["image"],
                         "reason": "Needed", "until_at": later, "written_by": other, "written_at": now,
                         "approver": me, "digest": "0" * 64, "state": "waiting"}),
        (break_glass, {"id": named("glass", agency), "record_id": record_id, "user_id": other,
                       "agency_id": agency, "role": "duty_inspector", "danger": "life", "reason": "Danger",
                       "purpose": ROBBERY, "asked_at": now, "factor_at": now, "at": now, "overdue": False}),
        (break_glass, {"id": named("glass-waiting", agency), "record_id": world.own[SCHEME]["incident"],
                       "user_id": other,
                       "agency_id": agency, "role": "duty_inspector", "danger": "life", "reason": "Danger",
                       "purpose": ROBBERY, "asked_at": now, "factor_at": now, "overdue": True}),
        *_requests(agency, record_id, now),
    ]  # fmt: skip


def _requests(agency: str, record_id: str, now: datetime) -> list[tuple[Table, Mapping[str, Any]]]:
    """A request to the agency with an answer that waits, one of its own, and a grant."""
    me, other, later = person(agency), named("second", agency), now + timedelta(days=5)
    agreement = "HAV-CSP-01" if agency in (VICTIM, SCHEME) else "STR-BCRP-01"
    partner = "newham" if agency in ATTACKERS else COUNCIL
    asker = named("second", partner) if partner == COUNCIL else other
    heads = {"basis": "task", "gateway": "crime", "need": "n", "proportion": "p", "urgency": "normal",
             "days": 28, "keeping": "28-days", "security": "portal-only", "asked_at": now, "due_at": later,
             "state": "open", "by_key": False, "everybody": False, "fields": ["account"],
             "agreement_id": agreement, "purpose": ROBBERY, "record_id": record_id}  # fmt: skip
    return [
        (request, {**heads, "id": named("request", agency), "owner": agency, "by_user": asker,
                   "by_agency": partner, "users": [asker]}),
        (request, {**heads, "id": named("asked", agency), "owner": partner, "by_user": me,
                   "by_agency": agency, "users": [me]}),
        (request, {**heads, "id": named("prepared", agency), "owner": agency, "by_user": asker,
                   "by_agency": partner, "users": [asker]}),
        (proposal, {"id": named("proposal", agency), "request_id": named("prepared", agency),
                    "asked_by": asker, "prepared_by": other, "prepared_at": now, "by_key": False,
                    "content": {"agreement": agreement, "everybody": "no", "fields": {"account": "disclose"},
                                "outcome": "part", "passes": [], "purpose": ROBBERY, "reasons": "r",
                                "until": later.isoformat(), "users": [asker]},
                    "digest": "0" * 64, "second": False, "expires_at": later, "state": "waiting"}),
        (grant, {"id": named("grant", agency), "request_id": named("request", agency), "record_id": record_id,
                 "agreement_id": agreement, "fields": ["account"], "treatment": "disclose",
                 "to_agency": partner, "to_users": [asker], "purpose": ROBBERY, "from_at": now,
                 "until_at": later, "passes": []}),
    ]  # fmt: skip
