"""What each observer may see, field by field: read from the agreements by a person, not by the engine.

A field is `same` in both worlds where the observer is shown it, `coarse` where they are shown a band, a
ward or a part of a day of it, `mask` where they are shown a few of its characters, and `hidden` everywhere
else. In two worlds a hidden field differs in every way, a coarse one in all that its form does not tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sharing.release.schema import Field, FieldType

SAME, COARSE, MASK, HIDDEN = "same", "coarse", "mask", "hidden"

_ROBBERY = "preventing-and-detecting-robbery"
_EXCLUDING = "excluding-repeat-offenders"
_CHILDREN = "safeguarding-children"

Grades = Mapping[str, str]

_COARSENED = frozenset(
    {
        FieldType.TIME, FieldType.DATE, FieldType.DOB, FieldType.AMOUNT, FieldType.ADDRESS, FieldType.POINT,
        FieldType.IMAGE,
    }
)  # fmt: skip
_MASKED = frozenset({FieldType.NAME, FieldType.PHONE, FieldType.IMEI, FieldType.VRM})


def grade_of(each: Field, grades: Grades) -> str:
    """The field's own line, else its class's; a field without that form is hidden or, if broad, the same."""
    grade = grades.get(each.name) or grades.get(str(each.field_class)) or HIDDEN
    if grade == COARSE and each.type not in _COARSENED:
        return SAME if each.coarse else HIDDEN
    if grade == MASK and each.type not in _MASKED:
        return HIDDEN
    return grade


@dataclass(frozen=True)
class View:
    """One observer for one purpose.

    `records` and `persons` are grades by record type and by category; a type or a category that is not there
    does not exist for the observer. `released_to` is the recipient, `owner` who sends in what they see.
    """

    name: str
    user: str
    purpose: str
    released_to: str
    agreements: Mapping[str, str]
    records: Mapping[str, Grades]
    persons: Mapping[tuple[str, str], Grades] = field(default_factory=dict)
    open_faces: bool = False


_BUSINESS: Grades = {
    "owner_reference": SAME,
    "status": SAME,
    "marking": SAME,
    "event": COARSE,
    "place": COARSE,
    "description": COARSE,
    "narrative": HIDDEN,
    "registration": MASK,
    "partial_registration": MASK,
    "imei": MASK,
    "clock_error": HIDDEN,
    "footage_until": HIDDEN,
    "direction": HIDDEN,
}
_BUSINESS_MEDIA: Grades = {**_BUSINESS, "format": SAME}
#: The age band is counted from the date of birth, so that this stays within its band.
_BUSINESS_SUSPECT: Grades = {"description": SAME, "age_band": HIDDEN, "date_of_birth": COARSE}

#: What one shop of a scheme is shown of another's report.
NEIGHBOUR: Grades = {
    **dict.fromkeys(
        (
            "owner_reference", "crime_type", "occurred", "method", "weapon", "violence", "goods", "recovered",
            "outcome", "ward", "address", "place_kind", "status",
        ),
        SAME,
    ),
    "loss": COARSE,
}  # fmt: skip
NEIGHBOUR_SUSPECT = _BUSINESS_SUSPECT
_SUBJECT_PAGE: Grades = {"owner_reference": SAME, "status": SAME, "event": SAME}

_OPEN_CLASSES = (
    "admin", "event", "place", "description", "identifier", "contact", "assessment", "identity",
    "ethnic_appearance",
)  # fmt: skip
_FULL: Grades = dict.fromkeys(_OPEN_CLASSES, SAME)
_CONDITIONED: Grades = {**_FULL, "assessment": HIDDEN, "contact": HIDDEN, "identifier": HIDDEN}
_RAILWAY_MEDIA: Grades = {
    **dict.fromkeys(("admin", "event", "place", "footage_reference", "exhibit_number"), SAME)
}
_RAILWAY_SUSPECT: Grades = {**_FULL, "picture": COARSE}
_RAILWAY_VICTIM: Grades = {
    "given_name": MASK,
    "family_name": MASK,
    "date_of_birth": COARSE,
    "age_band": HIDDEN,
    "seen_as": SAME,
    "apparent_age": SAME,
    "clothing": SAME,
}

_HAV, _SCHEME = "HAV-CSP-01", "ROMFORD-SCHEME"
_BY_HAV = dict.fromkeys(("incident", "sighting", "vehicle", "item", "premises", "camera", "media"), _HAV)

VIEWS: Mapping[str, View] = {
    view.name: view
    for view in (
        View(
            "member-robbery",
            "magda-kowalska",
            _ROBBERY,
            "romford-bcrp",
            {**_BY_HAV, "subject": _SCHEME},
            {
                **dict.fromkeys(("incident", "sighting", "vehicle", "item"), _BUSINESS),
                "media": _BUSINESS_MEDIA,
            },
            {
                ("incident", "suspect"): _BUSINESS_SUSPECT,
                ("sighting", "observed"): _BUSINESS_SUSPECT,
                ("incident", "victim"): {"seen_as": SAME},
            },
        ),
        View(
            "member-excluding",
            "magda-kowalska",
            _EXCLUDING,
            "romford-bcrp",
            {**_BY_HAV, "subject": _SCHEME},
            {
                **dict.fromkeys(("incident", "sighting", "vehicle", "item"), _BUSINESS),
                "subject": _SUBJECT_PAGE,
                "media": _BUSINESS_MEDIA,
            },
            {
                ("incident", "suspect"): _BUSINESS_SUSPECT,
                ("sighting", "observed"): _BUSINESS_SUSPECT,
                ("subject", "suspect"): {**_BUSINESS_SUSPECT, "picture": SAME},
            },
        ),
        View(
            "railway",
            "kate-lindqvist",
            _ROBBERY,
            "british-transport-police",
            {**_BY_HAV, "subject": _HAV},
            {
                **dict.fromkeys(("incident", "sighting", "subject"), _FULL),
                **dict.fromkeys(("vehicle", "item", "premises", "camera"), _CONDITIONED),
                "media": _RAILWAY_MEDIA,
            },
            {
                ("incident", "suspect"): _RAILWAY_SUSPECT,
                ("sighting", "observed"): _RAILWAY_SUSPECT,
                ("subject", "suspect"): _RAILWAY_SUSPECT,
                ("incident", "victim"): _RAILWAY_VICTIM,
                ("incident", "witness"): _RAILWAY_VICTIM,
                ("sighting", "witness"): _RAILWAY_VICTIM,
            },
            open_faces=True,
        ),
        View(
            "school",
            "mark-whitcombe",
            _ROBBERY,
            "st-bedes-school",
            {**_BY_HAV, "subject": _HAV},
            {"incident": {"admin": SAME, "event": COARSE, "place": COARSE}},
        ),
    )
}
