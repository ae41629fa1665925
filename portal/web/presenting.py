"""Released records as the sections, rows and marks that pages show; no rule, only words and order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from foundation.clock import LONDON
from sharing.catalogue import fields_of, person_fields
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.reasons import sentence_of, treatment_label
from sharing.release.schema import Field, FieldClass, FieldType
from sharing.vocabulary.codes import code_label
from sharing.vocabulary.words import CATEGORIES, CLASSES, RECORD_TYPES, field_label

#: The order of a page; a class that is not here follows at the end.
_SECTIONS: tuple[tuple[str, frozenset[FieldClass]], ...] = (
    ("What happened", frozenset({FieldClass.EVENT, FieldClass.PLACE, FieldClass.NARRATIVE})),
    ("Description", frozenset({FieldClass.DESCRIPTION})),
    ("Identification", frozenset({FieldClass.IDENTIFIER, FieldClass.CONTACT})),
    ("Record", frozenset({FieldClass.ADMIN, FieldClass.ASSESSMENT})),
)
_DOWNING = 2


@dataclass(frozen=True)
class Row:
    """One line of a record: a label, the words, and what was done to the value, if anything."""

    name: str
    label: str
    text: str
    treatment: str = ""
    done: str = ""
    clause: str = ""


@dataclass(frozen=True)
class WithheldGroup:
    """Fields that share a reason, in one line with one way to ask."""

    labels: str
    reason: str
    sentence: str
    agreement: str
    clause: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A part of a page: what is shown, then what is withheld."""

    title: str
    rows: tuple[Row, ...]
    withheld: tuple[WithheldGroup, ...]


@dataclass(frozen=True)
class PersonSection:
    """A person on a record: what they were, how they are called here, and their rows."""

    link: str
    categories: str
    name: str
    rows: tuple[Row, ...]
    withheld: tuple[WithheldGroup, ...]


@dataclass(frozen=True)
class RecordView:
    """One record as a page shows it; the counts say how many fields are full, treated and withheld."""

    id: str
    type: str
    type_label: str
    owner: str
    title: str
    reference: str
    sections: tuple[Section, ...]
    persons: tuple[PersonSection, ...]
    full: int
    treated: int
    withheld: int
    picture: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
