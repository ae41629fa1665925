"""The fields of every record type as the page of fields lists them, parsed from a table of its own.

One line per type and class: `class: name type, name type*`. A star marks a field that is coarse already.
"""

from functools import cache
from typing import NamedTuple


class Field(NamedTuple):
    """One field: its name, its one class, its type, and whether it is coarse already."""

    name: str
    cls: str
    type: str
    coarse: bool


EVERY_RECORD = """
admin: owner_reference id, status code, marking code, recorded_at time, recorded_by staff, review_due date
assessment: statement_kind code
"""

LINK_OF_A_PERSON = "link: subject person, category code"

PERSON = """
identity: given_name name, family_name name, alias name, date_of_birth dob, gender code
contact: home_address address, phone phone, email email, school org, employer org, guardian name
description: seen_as code, age_band code*, apparent_age code, height code, build code, hair codes, face codes
description: clothing codes, marks codes, manner codes
ethnic_appearance: ic_code code, self_defined_ethnicity code
image: picture image
identifier: pnc_id id, custody_number id, account_handle id
vulnerability: vulnerability_markers codes, care_status code, communication_needs codes, injury code
vulnerability: hate_motive codes
assessment: warning_markers codes, person_outcome code
"""

TYPES = {
    "incident": """
event: crime_type code*, offence_class code*, occurred time, occurred_until time, method codes, weapon code*
event: violence flag*, loss amount, goods codes*, recovered flag*, outcome code*, prosecution_supported flag
event: evidence_until date
place: address address, point point, ward code*, place_kind code*
narrative: account text
identifier: crime_reference id, cad_reference id
assessment: risk_score number
""",
    "subject": """
event: state code*, card code*, ban code*, ban_from date, ban_until date, gallery_until date
narrative: advice text
""",
    "sighting": """
event: seen time, seen_until time, clock_error number, activity codes*, outcome code*, footage_until date
place: address address, point point, ward code*, direction code, transport code*
narrative: account text
identifier: footage_reference id, exhibit_number id
assessment: match_strength code, advokate codes
""",
    "vehicle": """
event: role_in_event code*, stolen flag*, last_seen time
place: last_point point
description: make code*, model code*, colour code*, features codes
identifier: registration vrm, partial_registration vrm, vin id
narrative: account text
""",
    "item": """
event: loss amount, stolen flag*, recovered_at time
place: ping_point point, ping_at time, ping_accuracy number, found_at address
description: kind code*, make code*, model code*, colour code*, features codes
identifier: imei imei, serial id
contact: line_number phone
narrative: account text
""",
    "premises": """
place: trading_name org, address address, point point, ward code*, place_kind code*, site code*
contact: manager name, phone phone, email email
event: opening codes, test_purchase code*
assessment: risk_score number
narrative: account text
""",
    "camera": """
admin: number id, overwrite_days number*, clock_error number
place: address address, point point, ward code*, bearing code*
contact: control_room_phone phone
assessment: blind_spots codes
""",
    "media": """
image: picture image
event: taken time, length number
place: point point
identifier: sha256 id, exhibit_number id, footage_reference id
admin: format code*, hold_until date
narrative: caption text
""",
    "intelligence": """
event: topic code*, period_from time, period_until time
place: address address, point point, ward code*
narrative: report text
assessment: source_evaluation code, information_evaluation code, handling code, confidence code
assessment: judgement text
source: source_identity name, source_reference id, handler staff, provenance text
""",
    "order": """
event: kind code*, legal_basis code*, issuer org, starts date, ends date, served_at time, breaches codes
event: conditions codes, next_review date
place: zone zone, named_premises org
identifier: court_reference id, document_hash id
narrative: conditions_text text
""",
    "alert": """
event: kind code*, issued time, ends time, action codes*
place: ward code*, address address
narrative: message text
image: picture image
""",
}

#: What a field of each type can be turned into besides disclose, withhold and absent.
TURNS_INTO = {
    "name": {"mask", "pseudonym"},
    "person": {"pseudonym"},
    "dob": {"generalise"},
    "date": {"generalise"},
    "time": {"generalise"},
    "address": {"generalise"},
    "point": {"generalise"},
    "amount": {"generalise"},
    "image": {"generalise", "mask"},
    "phone": {"mask"},
    "imei": {"mask"},
    "vrm": {"mask"},
}

#: What a person keeps, by the type of the record that has a keeper.
KEPT = {
    "vehicle": {"registration", "partial_registration", "vin"},
    "item": {"imei", "serial", "line_number"},
    "premises": {"address"},
}

#: Links between records are no field of the table; clauses call them `links`, of the class link.
LINKS = Field("links", "link", "record", coarse=False)


@cache
def _parse(text):
    fields = []
    for line in filter(None, text.splitlines()):
        cls, listed = line.split(": ")
        for item in listed.split(", "):
            name, kind = item.split(" ")
            fields.append(Field(name, cls, kind.rstrip("*"), kind.endswith("*")))
    return tuple(fields)


def record_fields(record_type):
    """The fields that a record of this type has of its own; not those of persons, save on a person's page."""
    return _parse(EVERY_RECORD) + _parse(TYPES[record_type])


def person_fields():
    """The fields of a person on the link to a record."""
    return _parse(LINK_OF_A_PERSON) + _parse(PERSON)


def page_fields():
    """The fields of a person on the person's own record."""
    return _parse(PERSON)
