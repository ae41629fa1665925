"""What a lint is: one doubt about terms, with what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sharing.agreements.situations import Terms
from sharing.vocabulary.words import CATEGORIES, CLASSES, field_label


class Severity(StrEnum):
    """An error promises what cannot be given, or lacks what the law asks for; a warning is to think about."""

    ERROR = "error"
    WARNING = "warning"


class Kind(StrEnum):
    """What a lint is about."""

    UNREACHABLE = "unreachable"
    FLOOR = "floor"
    SPECIAL = "special-category"
    CHILD = "child"
    RETENTION = "retention"
    TREATMENT = "treatment"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Lint:
    """One doubt. `clause` is none where it is about the version as a whole; `sentence` says what to do."""

    clause: str | None
    kind: Kind
    severity: Severity
    sentence: str


@dataclass(frozen=True, slots=True)
class Between:
    """A version's terms, and how people call its parties."""

    terms: Terms
    names: Mapping[str, str]

    def called(self, agencies: Iterable[str]) -> str:
        """Agencies in words, each once."""
        return listed(dict.fromkeys(self.names.get(each, each) for each in agencies))


def listed(words: Iterable[str]) -> str:
    """Words in a row: a, b and c."""
    *most, last = [*words]
    return f"{', '.join(most)} and {last}" if most else last


def entry_words(entry: str) -> str:
    """A class, or the label of a field, as it stands in a sentence."""
    return CLASSES[entry].lower() if entry in CLASSES else f"“{field_label(entry)}”"


def people(categories: Iterable[str]) -> str:
    """Categories, as they stand in a sentence."""
    plural = {"other": "other persons", "convicted": "convicted persons", "observed": "persons seen"}
    plural |= {"witness": "witnesses"}
    return listed(plural.get(each) or f"{CATEGORIES[each].lower()}s" for each in categories)
