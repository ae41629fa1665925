"""What people do in the journeys and in the scenario, recorded as steps: who sends what to which address.

Each journey is played in both worlds. What the observer's own people are told is compared; the others act in
both, type secrets of their own in each, and in the other world do more of which the observer may not learn.
"""

from tests.leaks.drafting import DRAFTING
from tests.leaks.steps import (
    EXCLUDING,
    FIRST_ID,
    IN_A_WEEK,
    NEW_RECORD,
    RUNNING,
    TO_POLICE,
    TODAY,
    Journey,
    Step,
    sighting,
)

_SECOND_FILE = r"(?s)/exports/[0-9a-f-]{36}/file.*/exports/([0-9a-f-]{36})/file"


def _looks(who: str, plural: str, name: str) -> tuple[Step, ...]:
    """Everything that a reader opens of one record."""
    page = f"/records/{plural}/{{{name}}}"
    return (
        Step(who, "/"),
        Step(who, f"/records/{plural}"),
        Step(who, page),
        Step(who, f"{page}/print"),
        Step(who, "/search?q=larkspur"),
        Step(who, "/search?q=hawthorn"),
    )


_TO_RAILWAY = "HAV-CSP-01|british-transport-police"
_TO_SHOPS = "HAV-CSP-01|romford-bcrp"
_NOTE = "Kept for the control room: hawthorn {secret}."

SIGHTING = (
    *sighting(_NOTE, [TO_POLICE, _TO_RAILWAY, _TO_SHOPS], "seen"),
    *sighting("Another one: hawthorn {secret}.", [TO_POLICE], "unseen", beyond=True),
)

_ASKED = {
    "record": "{incident-0}",
    "fields": ["{field}"],
    "need": "To visit the right person.",
    "proportion": "A description alone led to the wrong door.",
    "basis": "gdpr-public-task",
    "gateway": "cda-115",
    "urgency": "normal",
    "days": "28",
    "keeping": "nowhere",
    "security": "portal-only",
}
#: The observer's investigator asks; one of the owner's prepares an answer, another approves it.
REQUEST = (
    Step(
        "hugh-barrow",
        "/records/incidents/{incident-0}",
        kept={"field": r'name="fields" value="(persons\.[^"]+\.gender)"'},
    ),
    Step(
        "hugh-barrow",
        "/requests/new?record={incident-0}&field={field}",
        _ASKED,
        kept={"request": r"/requests/" + FIRST_ID},
    ),
    Step("hugh-barrow", "/requests/{request}"),
    Step("kate-lindqvist", "/requests/{request}"),
    Step(
        "aaron-field",
        "/requests/{request}",
        {
            "give_0": "disclose",
            "users": ["hugh-barrow"],
            "until_date": IN_A_WEEK,
            "until_time": "12:00",
            "pass_0": "She agreed on the telephone.",
            "reasons": "To visit the right person.",
            "note": "We have our doubts: hawthorn {secret}.",
        },
        to="/requests/{request}/answer",
    ),
    Step("hugh-barrow", "/requests/{request}"),
    Step(
        "neil-garroway",
        "/requests/{request}",
        {},
        to="/requests/{request}/approve",
        carried=("proposal", "digest"),
    ),
    *(Step("hugh-barrow", path) for path in ("/", "/requests", "/requests/{request}", "/grants")),
    *(Step("hugh-barrow", path) for path in ("/records/incidents", "/search?q=larkspur")),
    Step("hugh-barrow", "/records/incidents/{incident-0}", opened=True),
    *_looks("kate-lindqvist", "incidents", "incident-0"),
)

#: A file of everything and one of a record; in the other world others have more made, of what is hidden.
EXPORT = (
    Step(
        "aaron-field", "/records/incidents", {"type": "incident", "format": "csv"}, to="/exports", beyond=True
    ),
    Step("kate-lindqvist", "/records/incidents", {"type": "incident", "format": "csv"}, to="/exports"),
    Step(
        "kate-lindqvist",
        "/records/incidents/{incident-0}",
        {"type": "incident", "format": "csv", "record": "{incident-0}"},
        to="/exports",
        jobs=True,
    ),
    Step(
        "kate-lindqvist", "/exports", kept={"file": r"/exports/" + FIRST_ID + "/file", "other": _SECOND_FILE}
    ),
    Step("kate-lindqvist", "/exports/{file}/file"),
    Step("kate-lindqvist", "/exports/{other}/file"),
    Step("kate-lindqvist", "/exports"),
)

_RIGHT = {
    "do": "recall",
    "value": "2500",
    "reason": "Miscounted, says hawthorn {secret}.",
    "message": "Look again.",
}
#: An owner puts right what was shown; in the other world also what was never shown to the observer.
RECALL = (
    Step(
        "aaron-field",
        "/records/incidents/{unreleased-incident-0}/recall?what=field:loss",
        _RIGHT,
        carried=("version",),
        beyond=True,
    ),
    Step("imran-sadiq", "/records/incidents/{incident-0}"),
    Step(
        "aaron-field", "/records/incidents/{incident-0}/recall?what=field:loss", _RIGHT, carried=("version",)
    ),
    Step("imran-sadiq", "/"),
    Step("imran-sadiq", "/recalls", kept={"notice": r"/recalls/notices/" + FIRST_ID}),
    Step("imran-sadiq", "/recalls/notices/{notice}", {"done": "deleted"}),
    *_looks("imran-sadiq", "incidents", "incident-0"),
    *(Step("kate-lindqvist", path) for path in ("/recalls", "/exports/{file}/file", "/exports")),
)

_ACTION = {
    "title": "Walk the route to the station",
    "measure": "A note from the sergeant",
    "owner": "kate-lindqvist",
    "due": IN_A_WEEK,
}
#: The chair sets an action and closes it; in the other world also in a partnership without the observer.
MEETING = (
    Step("kate-lindqvist", "/meetings", kept={"meeting": r"/meetings/" + FIRST_ID}),
    Step(
        "helen-marsh",
        "/meetings/{meeting}",
        _ACTION,
        to="/meetings/{meeting}/actions",
        kept={"action": r"/actions/" + FIRST_ID},
    ),
    Step(
        "helen-marsh",
        "/meetings/{closed-meeting}",
        {**_ACTION, "title": "Ask hawthorn {secret}", "owner": "aaron-field"},
        to="/meetings/{closed-meeting}/actions",
        beyond=True,
    ),
    *(Step("kate-lindqvist", path) for path in ("/", "/meetings", "/meetings/{meeting}", "/actions")),
    Step(
        "kate-lindqvist",
        "/actions/{action}",
        {"move": "done", "text": "Walked on Monday."},
        carried=("version",),
    ),
    Step("helen-marsh", "/actions/{action}", {"move": "close", "text": "Agreed."}, carried=("version",)),
    *(Step("kate-lindqvist", path) for path in ("/actions/{action}", "/actions", "/meetings/{meeting}")),
)

_THEFT = {
    "kind": "theft",
    "day": TODAY,
    "time": "14:19",
    "age": "adult",
    "apparent_age": "25-34",
    "value": "84.50",
    "goods": ["electricals"],
    "account": "Put a speaker under his coat: hawthorn {secret}.",
}
#: A member of another shop reports, and a second person checks it; in the other world one is not checked.
REPORT = (
    Step("sunil-dhar", "/report", _THEFT, kept={"report": NEW_RECORD}),
    Step(
        "sunil-dhar",
        "/report",
        {**_THEFT, "account": "Another: hawthorn {secret}."},
        kept={"unchecked": NEW_RECORD},
        beyond=True,
    ),
    Step("magda-kowalska", "/records/incidents/{report}"),
    Step(
        "priya-nair",
        "/records/incidents/{report}",
        {"evidence": "good"},
        to="/records/incidents/{report}/check",
    ),
    *_looks("magda-kowalska", "incidents", "report"),
    Step("magda-kowalska", "/gallery"),
    Step("magda-kowalska", "/report", {**_THEFT, "account": "Came back to us."}, kept={"mine": NEW_RECORD}),
    *_looks("magda-kowalska", "incidents", "mine"),
    Step("magda-kowalska", "/gallery"),
)

_RAILWAY = ("kate-lindqvist", "hugh-barrow", "imran-sadiq")
_SIGNING = ("della-rowe", "kate-lindqvist")
_FOR = dict.fromkeys(("helen-marsh", "neil-garroway", "della-rowe", "ruth-okafor"), RUNNING)
_SHOPS = {"sunil-dhar": EXCLUDING, "priya-nair": EXCLUDING}

JOURNEYS = (
    Journey(
        "sighting", "railway", _RAILWAY, _FOR, (*SIGHTING, *_looks("kate-lindqvist", "sightings", "seen"))
    ),
    Journey("request", "railway", _RAILWAY, _FOR, REQUEST),
    Journey("export", "railway", _RAILWAY, _FOR, EXPORT),
    Journey("recall", "railway", _RAILWAY, _FOR, RECALL),
    Journey("meeting", "railway", _RAILWAY, _FOR, MEETING),
    Journey("drafting", "railway", _SIGNING, _FOR, DRAFTING),
    Journey(
        "sighting",
        "member-excluding",
        ("magda-kowalska",),
        _SHOPS,
        (*SIGHTING, *_looks("magda-kowalska", "sightings", "seen")),
    ),
    Journey("report", "member-excluding", ("magda-kowalska",), _SHOPS, REPORT),
)
