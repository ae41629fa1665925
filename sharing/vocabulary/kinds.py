"""Kinds of agency, and which are businesses."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "police": "Police",
    "transport_police": "Transport police",
    "council": "Council",
    "bcrp": "Business crime reduction partnership",
    "bid": "Business improvement district",
    "retailer": "Retailer",
    "school": "School",
    "youth_justice": "Youth justice",
    "probation": "Probation",
    "prosecution": "Prosecution",
    "transport_operator": "Transport operator",
    "mayors_office": "Mayor’s office",
    "health": "Health",
    "other": "Other",
}

#: Always businesses, whatever the operator of the portal says.
ALWAYS_BUSINESS = frozenset({"bcrp", "bid", "retailer"})
#: Businesses until the operator of the portal decides otherwise.
BUSINESS_UNTIL_DECIDED = frozenset({"other", "transport_operator"})


def is_business(kind: str, decided: bool | None) -> bool:  # noqa: FBT001 - the operator's mark is a fact, not a mode
    """Whether an agency of this kind counts as a business; `decided` is the operator's mark, if any."""
    if kind in ALWAYS_BUSINESS:
        return True
    return kind in BUSINESS_UNTIL_DECIDED if decided is None else decided
