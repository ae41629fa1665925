"""What others have to do with each other, of which no observer may learn: it stands in one world only."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from foundation.database import Database
from sharing.agreements.tables import break_glass, grant
from sharing.announcements import Event, webhook
from sharing.drafts.tables import draft
from sharing.exports.tables import export_stop
from sharing.recalls.tables import recall, recall_notice
from sharing.requests.tables import notice, request
from tests.leaks.values import Writer

_OWNER, _OFFICER = "metropolitan-east-area", "aaron-field"
_ASKING, _ASKER = "newham", "luca-ferrant"
_DAYS = timedelta(days=1)


def id_of(name: str) -> str:
    """The id of a dealing, which observers ask for by name."""
    return f"00000000-0000-4000-8000-{list(NAMES).index(name):012d}"


NAMES = ("request", "grant", "recall", "notice", "webhook", "draft", "stop", "glass", "told")


def add_dealings(database: Database, writer: Writer, now: datetime, purpose: str, record_id: str) -> None:
    """Somebody of another agency asks for hidden records, is given, is told to forget, breaks the glass."""
    write = writer.canary
    under = {"record_id": record_id, "agreement_id": "HAV-CSP-01", "purpose": purpose}
    asked: dict[str, Any] = {
        "by_key": False, "everybody": False, "basis": "task", "gateway": "crime", "urgency": "normal",
        "days": 28, "keeping": "28-days", "security": "portal", "asked_at": now - _DAYS,
        "due_at": now + _DAYS, "state": "open",
    }  # fmt: skip
    recalled: dict[str, Any] = {
        "record_id": record_id, "owner": _OWNER, "kind": "corrected", "fields": ["account"],
        "message": write("dealing.message"), "at": now - _DAYS, "due": (now + _DAYS).date(),
    }  # fmt: skip
    rows: list[tuple[Table, Mapping[str, Any]]] = [
        (request, {"id": id_of("request"), **under, **asked, "owner": _OWNER, "by_user": _ASKER,
                   "by_agency": _ASKING, "fields": ["account"], "users": [_ASKER],
                   "need": write("dealing.need"), "proportion": write("dealing.proportion")}),
        (grant, {"id": id_of("grant"), "request_id": id_of("request"), **under, "fields": ["account"],
                 "treatment": "disclose", "to_agency": _ASKING, "to_users": [_ASKER], "from_at": now - _DAYS,
                 "until_at": now + _DAYS, "passes": []}),
        (recall, {"id": id_of("recall"), **recalled, "reason": write("dealing.why"), "by_user": _OFFICER}),
        (recall_notice, {"id": id_of("notice"), **recalled, "recall_id": id_of("recall"),
                         "agency_id": _ASKING, "user_id": _ASKER, "type": "incident",
                         "reference": write("dealing.reference"),
                         "copies": []}),
        (webhook, {"id": id_of("webhook"), "agency_id": _OWNER, "url": f"https://{write('dealing.url')}.test/",
                   "events": [Event.RELEASED], "account": _OFFICER, "purpose": purpose,
                   "secret": "00", "made_by": _OFFICER, "made_at": now, "ended_at": now}),
        (draft, {"id": id_of("draft"), "user_id": _OFFICER, "form": "sighting", "at": now,
                 "answers": {"account": write("dealing.draft")}}),
        (export_stop, {"id": id_of("stop"), "agency_id": _OWNER, "export_id": id_of("stop"), "at": now,
                       "user_id": _ASKER, "records": [record_id], "fields": ["account"]}),
        (break_glass, {"id": id_of("glass"), "record_id": record_id, "user_id": _ASKER, "agency_id": _ASKING,
                       "role": "duty_inspector", "danger": "life", "reason": write("dealing.danger"),
                       "purpose": purpose, "asked_at": now, "factor_at": now, "at": now,
                       "overdue": False}),
        (notice, {"id": id_of("told"), "agency_id": _OWNER, "audience": "dpo", "kind": "glass-broken",
                  "about": id_of("glass"), "at": now}),
    ]  # fmt: skip
    with database.transaction() as tx:
        for table, row in rows:
            tx.execute(insert(table), row)
