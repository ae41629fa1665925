"""The closed lists of a request and its answer, with the words people read.

Heads: the Information Commissioner's data sharing request form (data sharing code of practice, Annex B).
"""

from collections.abc import Mapping
from enum import StrEnum


class Urgency(StrEnum):
    """How soon an answer is needed; the periods stand in sharing.requests.periods."""

    DANGER = "danger"
    URGENT = "urgent"
    NORMAL = "normal"


class Danger(StrEnum):
    """For what the glass may be broken. Source: release.md, break-glass; the engine knows no other."""

    LIFE = "life"
    SERIOUS_HARM = "serious_harm"
    MISSING_CHILD = "missing_child"


class Finding(StrEnum):
    """What the review of a broken glass came to."""

    JUSTIFIED = "justified"
    MISTAKEN = "mistaken"
    NOT_JUSTIFIED = "not_justified"


URGENCIES: Mapping[str, str] = {
    Urgency.NORMAL: "Normal",
    Urgency.URGENT: "Urgent",
    Urgency.DANGER: "Somebody may come to harm",
}

DANGERS: Mapping[str, str] = {
    Danger.LIFE: "A life is in danger now",
    Danger.SERIOUS_HARM: "Serious harm is likely now",
    Danger.MISSING_CHILD: "A child is missing",
}

FINDINGS: Mapping[str, str] = {
    Finding.JUSTIFIED: "Justified: there was a danger, and this record was needed",
    Finding.MISTAKEN: "A mistake in good faith: the wrong record, or no danger after all",
    Finding.NOT_JUSTIFIED: "Not justified: to be taken further",
}

#: The lawful basis on which the asking agency would hold what it is given.
BASES: Mapping[str, str] = {
    "dpa-part-3": "Law enforcement: Data Protection Act 2018, section 35",
    "gdpr-public-task": "Public task: UK GDPR, Article 6(1)(e)",
    "gdpr-legal-duty": "Legal duty: UK GDPR, Article 6(1)(c)",
    "gdpr-vital": "To protect somebody’s life: UK GDPR, Article 6(1)(d)",
    "gdpr-recognised": "Recognised legitimate interest, such as preventing crime: UK GDPR, Annex 1",
    "gdpr-legitimate": "Legitimate interest: UK GDPR, Article 6(1)(f)",
}

#: The power or condition by which the owner may give it.
GATEWAYS: Mapping[str, str] = {
    "cda-115": "Crime and Disorder Act 1998, section 115",
    "police-common-law": "Police powers at common law",
    "children-act-11": "Children Act 2004, section 11",
    "pcsc-16": "Police, Crime, Sentencing and Courts Act 2022, section 16 (serious violence)",
    "dpa-sch1-10": "Data Protection Act 2018, Schedule 1, paragraph 10 (preventing unlawful acts)",
    "dpa-sch1-18": "Data Protection Act 2018, Schedule 1, paragraph 18 (children and people at risk)",
    "dpa-sch8": "Data Protection Act 2018, Schedule 8 (sensitive processing by police)",
    "dpa-sch2-legal": "Data Protection Act 2018, Schedule 2, paragraph 5 (legal proceedings)",
}

#: For how many days it is needed.
DAYS: Mapping[int, str] = {1: "1 day", 7: "7 days", 28: "28 days", 90: "90 days", 180: "180 days"}

KEEPINGS: Mapping[str, str] = {
    "nowhere": "Nowhere: it is read here and not copied",
    "28-days": "At most 28 days, then deleted",
    "case": "With the case, deleted when that is",
    "own-schedule": "In our own record, by our retention schedule",
}

SECURITIES: Mapping[str, str] = {
    "portal-only": "Read in this portal by the people named, and nowhere else",
    "own-system": "Kept in a case system with named access and a log",
    "paper": "On paper, locked away, for a notice or a court",
}

#: How requests stand; the last four have an end.
STATES: Mapping[str, str] = {
    "open": "Waiting for an answer",
    "granted": "Granted",
    "part": "Granted in part",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
}
