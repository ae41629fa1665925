"""What people read for how an agreement and its versions stand."""

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "draft": "Draft",
    "review": "In review",
    "signing": "Being signed",
    "coming": "Signed, not yet begun",
    "active": "In force",
    "suspended": "Suspended",
    "expired": "Expired",
    "ended": "Ended",
    "left": "Your agency is no longer a party",
    "changed": "Text changed, nothing is shared",
}
