"""The agencies and agreements of the golden worlds."""

from typing import Any

from sharing.records.registry import SCHEMAS
from sharing.release.schema import Category

Raw = dict[str, Any]

PURPOSE, OTHER = "preventing-and-detecting-robbery", "safeguarding-children"
AGREEMENT, SECOND, SCHEME = "A", "B", "S"

_EVERY_TYPE = list(SCHEMAS)
_EVERYBODY = [category.value for category in Category]
_WRONGDOERS = ["suspect", "convicted", "observed"]
_AGENCIES = ["council", "police", "youth_justice", "prosecution"]


def agencies() -> list[Raw]:
    """The agencies of every golden world; the school is in no agreement."""
    kinds = {
        "east": "police",
        "north": "police",
        "havering": "council",
        "romford": "bcrp",
        "yjs": "youth_justice",
        "cps": "prosecution",
        "st-bedes": "school",
    }
    return [{"id": name, "kind": kind} for name, kind in kinds.items()]


def terms(version: str = "", **change: Any) -> list[Raw]:
    """The three agreements; `change` alters the first one's state, `version` what versions it has."""
    first = _version(1, clauses())
    versions = {
        "unsigned": [{**first, "signed": False}],
        "run out": [{**first, "until": "2026-02-17T14:00:00Z"}],
        "not begun": [{**first, "from": "2026-02-17T14:00:01Z"}],
        "loosened": [first, _version(2, _loosened())],
        "loosened and confirmed": [first, _version(2, _loosened())],
        "tightened": [first, _version(2, [*clauses(), clause("9", ["event"], "withhold", never=True)])],
    }.get(version, [first])
    confirmed = [{"release": "x-r1-A", "version": 2, "at": "2026-02-13T00:00:00Z"}]
    return [
        _agreement(AGREEMENT, versions, confirmed if version.endswith("confirmed") else [], change),
        _agreement(SECOND, [_version(1, _second(), ["east", "havering"])], [], {}),
        _agreement(SCHEME, [_version(1, _scheme(), ["romford"])], [], {}),
    ]


def _agreement(name: str, versions: list[Raw], confirmed: list[Raw], change: Raw) -> Raw:
    plain: Raw = {"suspended": [], "ended": None, "withdrawals": [], "confirmed": confirmed}
    return {"id": name, **plain, "versions": versions, **change}


def _version(number: int, clauses_: list[Raw], parties: list[str] | None = None) -> Raw:
    return {
        "number": number,
        "signed": True,
        "from": "2026-01-01T00:00:00Z" if number == 1 else "2026-02-12T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
        "parties": parties or ["east", "north", "havering", "romford", "yjs", "cps"],
        "purposes": [PURPOSE, OTHER],
        "clauses": clauses_,
    }


def clause(name: str, fields: list[str], treatment: str = "disclose", **more: Any) -> Raw:
    """A clause from police to everybody in the agreement, for every type and the first purpose."""
    return {
        "id": name,
        "purposes": [PURPOSE],
        "from": ["police"],
        "to": ["bcrp", *_AGENCIES],
        "records": _EVERY_TYPE,
        "fields": fields,
        "treatment": treatment,
        **more,
    }


def clauses() -> list[Raw]:
    """Clauses that between them use every respect in which a clause can narrow, open or withhold."""
    everybody: Raw = {"categories": _EVERYBODY, "children": "also"}
    return [
        clause("1.1", ["admin", "event", "place", "narrative", "image", "links"]),
        clause(
            "1.2", ["occurred", "seen", "loss", "address", "point", "ban_until"], "generalise", to=["bcrp"]
        ),
        clause("1.3", ["identifier", "contact", "manager"], "mask"),
        clause("1.4", ["ward"], "withhold", to=["romford"], records=["alert"]),
        clause("1.5", ["place_kind"], "withhold", to=["members"]),
        clause("1.6", ["goods"], "withhold", never=True),
        clause("1.7", ["method", "activity"], "withhold", roles=["practitioner"]),
        clause("1.8", ["source"], to=["police"]),
        clause("1.9", ["status"], purposes=[OTHER]),
        clause("2.1", ["description", "ethnic_appearance"], categories=_WRONGDOERS, children="also"),
        clause("2.2", ["identity", "contact"], categories=_EVERYBODY, to=_AGENCIES),
        clause("2.3", ["identity", "phone"], "mask", to=["bcrp"], **everybody),
        clause("2.4", ["date_of_birth"], "generalise", **everybody),
        clause("2.5", ["subject"], "pseudonym", **everybody),
        clause("2.6", ["identity", "contact", "image", "identifier"], categories=_EVERYBODY, children="only"),
        clause("2.7", ["vulnerability"], **everybody),
        clause("2.8", ["category"], **everybody),
        clause("2.9", ["alias"], "withhold", categories=["witness"]),
        clause("3.1", ["pnc_id"], categories=["convicted"], roles=["practitioner"]),
        clause("3.2", ["custody_number"], categories=["suspect"], retention_days=5),
        clause("3.3", ["person_outcome"], "absent", categories=_EVERYBODY),
        clause("3.4", ["registration", "imei", "line_number"], "mask", **everybody),
        clause("3.5", ["address", "vin", "serial"], **everybody),
        clause("3.6", ["account_handle"], categories=["observed"]),
    ]


def _loosened() -> list[Raw]:
    return [*(each for each in clauses() if each["id"] != "1.6"), clause("9", ["assessment", "goods"])]


def _second() -> list[Raw]:
    return [clause("1", ["place"]), clause("2", ["event"], "absent"), clause("3", ["risk_score"], "withhold")]


def _scheme() -> list[Raw]:
    shops: Raw = {"from": ["bcrp"], "to": ["members"]}
    return [
        clause("1", ["event", "ward"], **shops),
        clause("2", ["identity", "image"], categories=_EVERYBODY, children="also", **shops),
        clause("3", ["occurred"], "generalise", **{**shops, "from": ["members"]}),
    ]
