"""How intelligence is graded (3x5x2), how TLP limits an audience, and which markings are kept here.

Meanings are in our own words. Sources: College of Policing, Authorised Professional Practice, Intelligence
report (3x5x2); FIRST, Traffic Light Protocol 2.0; Cabinet Office, Government Security Classifications Policy.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

SOURCE_EVALUATIONS: Mapping[str, str] = {
    "1": "1 Reliable: has proved right before",
    "2": "2 Untested: nothing shows yet whether to rely on it",
    "3": "3 Not reliable: there is reason to doubt it",
}

INFORMATION_EVALUATIONS: Mapping[str, str] = {
    "A": "A Known directly to the source",
    "B": "B Known indirectly to the source, and borne out by something else",
    "C": "C Known indirectly to the source",
    "D": "D Not known how the source came to it",
    "E": "E Suspected to be false",
}

HANDLINGS: Mapping[str, str] = {
    "P": "P May be shared lawfully",
    "C": "C May be shared on the conditions stated",
}

#: What intelligence is about.
TOPICS: Mapping[str, str] = {
    "disorder": "Disorder",
    "drugs": "Drugs",
    "exploitation": "Exploitation of children or adults at risk",
    "hate": "Hate",
    "knives": "Knives and other weapons",
    "organised-crime": "Organised crime",
    "robbery": "Robbery",
    "shop-theft": "Theft from shops",
    "stolen-phones": "Stolen telephones",
    "vehicle-crime": "Vehicle crime",
    "violence": "Violence",
    "other": "Something else",
}

CONFIDENCES: Mapping[str, str] = {"low": "Low", "moderate": "Moderate", "high": "High"}

#: The markings that may be kept here: OFFICIAL-SENSITIVE is a marking inside OFFICIAL, the higher of the two.
MARKINGS: Mapping[str, str] = {"OFFICIAL": "OFFICIAL", "OFFICIAL-SENSITIVE": "OFFICIAL-SENSITIVE"}


class Tlp(StrEnum):
    """Labels of the Traffic Light Protocol, narrowest first. It is no classification."""

    RED = "RED"
    AMBER_STRICT = "AMBER+STRICT"
    AMBER = "AMBER"
    GREEN = "GREEN"
    CLEAR = "CLEAR"


TLP: Mapping[Tlp, str] = {
    Tlp.RED: "TLP:RED, for those who are named and nobody else",
    Tlp.AMBER_STRICT: "TLP:AMBER+STRICT, for the staff of the receiving agencies only",
    Tlp.AMBER: "TLP:AMBER, for the receiving agencies and, where it is released to them, their members",
    Tlp.GREEN: "TLP:GREEN, for the parties of the agreement, never in public",
    Tlp.CLEAR: "TLP:CLEAR, no limit beyond the agreement",
}

#: What to do with something marked higher than is kept here.
TOO_HIGH = (
    "This is marked above OFFICIAL. This portal keeps OFFICIAL and OFFICIAL-SENSITIVE only: do not enter it "
    "here. Tell your security officer, and use the system that your organisation has for it."
)

#: A protective marking as people type one: TOP SECRET in any place, SECRET in capitals among small letters,
#: or at either end of a line, with a prefix or caveat. The plain word "secret" is none.
_TOP = re.compile(r"\bTOP[ \-_]*SECRET\b")
_HIGH = re.compile(r"\bSECRET\b")
_AT_AN_END = re.compile(
    r"^\W*(?:UK |HMG |NATO )?SECRET\b|\bSECRET(?:\W*(?:UK )?EYES ONLY)?\W*$", re.MULTILINE
)


def is_marked_too_high(text: str) -> bool:
    """Whether a text or a marking says that it is SECRET or TOP SECRET.

    A text all in capitals is judged by the ends of its lines, where markings stand: "HE KEPT IT SECRET FROM
    HER" is a sentence. In doubt it counts as marked.
    """
    if _TOP.search(text) or _AT_AN_END.search(text):
        return True
    return bool(_HIGH.search(text)) and any(letter.islower() for letter in text)


def refused_marking(text: str) -> str:
    """The sentence by which a text marked too high is refused; empty if it may be kept."""
    return TOO_HIGH if is_marked_too_high(text) else ""


def highest(markings: Iterable[str]) -> str:
    """The marking of a page that shows records of these markings; what is not known counts as the highest."""
    known = list(MARKINGS)
    places = [known.index(each) if each in known else len(known) - 1 for each in markings]
    return known[max(places, default=len(known) - 1)]
