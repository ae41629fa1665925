"""An agreement on its way as a journey: drafted, tried out, reviewed and signed."""

from tests.leaks.steps import IN_A_WEEK, ROBBERY, TO_POLICE, TODAY, Step, sighting

_POLICE, _RAILWAY_POLICE = "metropolitan-east-area", "british-transport-police"
_NEW_AGREEMENT = {
    "stem": "RAIL-NIGHT",
    "title": "Robbery on the last train",
    "parties": [_RAILWAY_POLICE, _POLICE],
    "purposes": [ROBBERY],
    "begins": TODAY,
    "last": IN_A_WEEK,
}
_CLAUSE = {
    "treatment": "disclose",
    "records": ["incident", "sighting"],
    "from_": [_RAILWAY_POLICE],
    "to": [_POLICE],
    "purposes": [ROBBERY],
    "basis": "Crime and Disorder Act 1998, section 115.",
}
_DRAFTED = "/agreements/{drafted}/versions/1"
_TRIED = f"{_DRAFTED}/simulation?record=sighting:{{tried}}"
_TERMS = tuple(
    f"{_DRAFTED}{page}"
    for page in ("", "/terms", "/simulation", "/clauses", "/history", "/exact-text", "/exports/yaml")
)


def _add_clause(edition: str, **clause: str | list[str]) -> Step:
    typed = {**_CLAUSE, **clause, "edition": edition}
    return Step("della-rowe", f"{_DRAFTED}/draft/clauses/new", typed)


#: One who may sign drafts an agreement, and tries it on a record on which her role shows her nobody: somebody
#: who is a child in the other world. Both parties sign; there others draft too, of which she may not know.
DRAFTING = (
    *sighting("Ran for the train.", [TO_POLICE], "tried", who="imran-sadiq", age="{age}", apparent_age=""),
    Step("ruth-okafor", "/agreements/drafts/new", {**_NEW_AGREEMENT, "stem": "HAV-NIGHT",
         "title": "About hawthorn {secret}", "parties": ["havering", _RAILWAY_POLICE]}, beyond=True),
    Step("della-rowe", "/agreements/drafts/new", _NEW_AGREEMENT,
         kept={"drafted": r"/agreements/(RAIL-NIGHT-\w+)/"}),
    _add_clause("1", id="1.1", title="Police see what happened.", classes=["event", "place"]),
    _add_clause("2", id="1.2", title="Police see who was seen.", classes=["description"],
                categories=["observed"]),
    *(Step("della-rowe", path) for path in ("/agreements/drafts", *_TERMS, _TRIED, f"{_TRIED}&basis=shared")),
    Step("della-rowe", f"{_DRAFTED}/simulation?record=incident:{{unreleased-incident-0}}"),
    Step("kate-lindqvist", _DRAFTED),
    Step("della-rowe", f"{_DRAFTED}/review", {}, carried=("edition",)),
    Step("neil-garroway", f"{_DRAFTED}/comment", {"clause": "1.1", "text": "Agreed."}),
    Step("della-rowe", f"{_DRAFTED}/signing", {}),
    Step("della-rowe", f"{_DRAFTED}/sign", {"read": "y"}, carried=("digest",)),
    Step("neil-garroway", f"{_DRAFTED}/sign", {"read": "y"}, carried=("digest",)),
    *(Step("della-rowe", path) for path in ("/", "/agreements", "/agreements/{drafted}", *_TERMS, _TRIED)),
    *(Step("kate-lindqvist", path) for path in ("/agreements", _DRAFTED)),
)  # fmt: skip
