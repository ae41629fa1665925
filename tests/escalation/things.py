"""Who attacks and whose things are tried, and how they are called.

Whoever attacks belongs to an agency with records, agreements and programs of its own, and is no party to
the agreements of those whose ids it sends.
"""

from dataclasses import dataclass, field
from uuid import UUID, uuid5

from flask import Flask

from foundation.database import Database
from tests.partnership import EXCLUDING, ROBBERY

POLICE, BUSINESSES = "metropolitan-north-east", "east-bank-bcrp"
ATTACKERS = (POLICE, BUSINESSES)
#: Whose things are tried, and who of the agency is asked whether the thing is there at all.
VICTIM, COUNCIL, SCHEME, TRANSPORT = (
    "metropolitan-east-area",
    "havering",
    "romford-bcrp",
    "british-transport-police",
)
#: A partnership in which nobody who attacks sits.
JOINT = "havering-community-safety"
AGENCIES = (*ATTACKERS, VICTIM, COUNCIL, SCHEME, TRANSPORT)
#: In which partnership whoever holds every role of the agency is chair.
CHAIRED = {POLICE: "robbery-reduction", VICTIM: JOINT}
PURPOSES = (ROBBERY, EXCLUDING, "running-the-partnership", "reducing-robbery", "safeguarding-children")
_NAMES = UUID("5f0f4dd0-53a5-4a0b-9a0b-0c8a2f4f7a55")


@dataclass
class World:
    """The portal, everybody's ways in, and things by their kind; records are kinds by their type."""

    app: Flask
    database: Database
    sessions: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)

    def release(self, agency: str, type_: str = "incident") -> str | None:
        """The release of the agency's record of this type."""
        return self.ids.get((agency, f"release of {self.own[agency].get(type_)}"))


def person(agency: str) -> str:
    """The id of whoever holds every role of the agency."""
    return named("all", agency)


def draft_of(agency: str) -> str:
    """The agreement that so far is the agency's alone."""
    return f"DRAFT-{AGENCIES.index(agency)}-01"


def named(*parts: str) -> str:
    """An id that is always the same."""
    return str(uuid5(_NAMES, " ".join(parts)))
