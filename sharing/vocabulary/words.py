"""What people read for record types, classes, categories, treatments and fields: one label each."""

from collections.abc import Mapping

#: Record type -> (singular, plural); the plural is also the type's place in an address.
RECORD_TYPES: Mapping[str, tuple[str, str]] = {
    "incident": ("Incident", "Incidents"),
    "sighting": ("Sighting", "Sightings"),
    "subject": ("Subject", "Subjects"),
    "vehicle": ("Vehicle", "Vehicles"),
    "item": ("Item", "Items"),
    "premises": ("Premises", "Premises"),
    "camera": ("Camera", "Cameras"),
    "media": ("Still", "Stills"),
    "intelligence": ("Intelligence", "Intelligence"),
    "order": ("Order", "Orders"),
    "alert": ("Alert", "Alerts"),
}

CATEGORIES: Mapping[str, str] = {
    "suspect": "Suspect",
    "convicted": "Convicted",
    "victim": "Victim",
    "witness": "Witness",
    "observed": "Person seen",
    "other": "Other person",
}
#: How a person is called of whom no category is recorded.
NO_CATEGORY = "Person"

CLASSES: Mapping[str, str] = {
    "admin": "Administration",
    "event": "Event",
    "place": "Place",
    "narrative": "Text for sharing",
    "identity": "Identity",
    "contact": "Contact",
    "description": "Description",
    "ethnic_appearance": "Ethnic appearance",
    "image": "Image",
    "identifier": "Identifier",
    "vulnerability": "Vulnerability",
    "link": "Link",
    "assessment": "Assessment",
    "source": "Source",
}

#: What a clause does with a field, in the order of protection.
TREATMENTS: Mapping[str, str] = {
    "disclose": "In full",
    "generalise": "Banded",
    "mask": "Masked",
    "pseudonym": "Stand-in",
    "withhold": "Withheld",
    "absent": "Not shown",
}

#: Where a field's own name does not read as a label.
_FIELDS: Mapping[str, str] = {
    "account": "What happened",
    "account_handle": "Online account",
    "activity": "What they did",
    "advice": "Do and do not",
    "advokate": "How well it was seen",
    "bearing": "Faces",
    "cad_reference": "CAD reference",
    "category": "Role in the event",
    "clock_error": "Clock error, seconds",
    "crime_reference": "Crime reference",
    "crime_type": "Type",
    "direction": "Heading",
    "evidence_until": "Evidence held until",
    "exhibit_number": "Exhibit number",
    "face": "Face and head",
    "footage_reference": "Footage reference",
    "footage_until": "Footage kept until",
    "gallery_until": "Leaves the gallery",
    "goods": "Goods",
    "ic_code": "Appearance code",
    "imei": "IMEI",
    "last_point": "Last seen at",
    "loss": "Value",
    "method": "How",
    "occurred": "When",
    "occurred_until": "Until",
    "offence_class": "Offence class",
    "outcome": "Where it stands",
    "overwrite_days": "Days until overwritten",
    "person_outcome": "Outcome for the person",
    "ping_accuracy": "Position accuracy, metres",
    "ping_at": "Position answered at",
    "ping_point": "Position answered",
    "place_kind": "Kind of place",
    "pnc_id": "PNC identity",
    "prosecution_supported": "Supports prosecution",
    "recorded_at": "Entered",
    "recorded_by": "Entered by",
    "seen": "When",
    "seen_as": "Seen as",
    "seen_until": "Until",
    "sha256": "SHA-256 of the original",
    "subject": "Person",
    "transport": "Going by",
    "vin": "VIN",
    "ward": "Ward",
}


def field_label(name: str) -> str:
    """The label of a field: its own, or its name as words."""
    return _FIELDS.get(name) or name.replace("_", " ").capitalize()


def class_label(name: str) -> str:
    """The label of a field class."""
    return CLASSES[name]
