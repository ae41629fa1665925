"""The words of release: field classes and types, treatments, reasons, categories, and what a schema is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property


class FieldClass(StrEnum):
    """The one class that every field has; clauses speak of classes or of single fields."""

    ADMIN = "admin"
    EVENT = "event"
    PLACE = "place"
    NARRATIVE = "narrative"
    IDENTITY = "identity"
    CONTACT = "contact"
    DESCRIPTION = "description"
    ETHNIC_APPEARANCE = "ethnic_appearance"
    IMAGE = "image"
    IDENTIFIER = "identifier"
    VULNERABILITY = "vulnerability"
    LINK = "link"
    ASSESSMENT = "assessment"
    SOURCE = "source"


class FieldType(StrEnum):
    """What a value is, which settles what it can be turned into."""

    ADDRESS = "address"
    AMOUNT = "amount"
    CODE = "code"
    CODES = "codes"
    DATE = "date"
    DOB = "dob"
    EMAIL = "email"
    FLAG = "flag"
    ID = "id"
    IMAGE = "image"
    IMEI = "imei"
    NAME = "name"
    NUMBER = "number"
    ORG = "org"
    PERSON = "person"
    PHONE = "phone"
    POINT = "point"
    STAFF = "staff"
    TEXT = "text"
    TIME = "time"
    VRM = "vrm"
    ZONE = "zone"


class Treatment(IntEnum):
    """What leaves of a value, weakest protection first; the order is the comparison."""

    DISCLOSE = 0
    GENERALISE = 1
    MASK = 2
    PSEUDONYM = 3
    WITHHOLD = 4
    ABSENT = 5

    @property
    def slug(self) -> str:
        """The word used in agreements, JSON and the ledger."""
        return self.name.lower()


TREATMENTS: Mapping[str, Treatment] = {treatment.slug: treatment for treatment in Treatment}

#: What each type can be turned into besides disclose, withhold and absent.
TREATABLE: Mapping[FieldType, frozenset[Treatment]] = {
    FieldType.NAME: frozenset({Treatment.MASK, Treatment.PSEUDONYM}),
    FieldType.PERSON: frozenset({Treatment.PSEUDONYM}),
    FieldType.DOB: frozenset({Treatment.GENERALISE}),
    FieldType.DATE: frozenset({Treatment.GENERALISE}),
    FieldType.TIME: frozenset({Treatment.GENERALISE}),
    FieldType.ADDRESS: frozenset({Treatment.GENERALISE}),
    FieldType.POINT: frozenset({Treatment.GENERALISE}),
    FieldType.AMOUNT: frozenset({Treatment.GENERALISE}),
    FieldType.IMAGE: frozenset({Treatment.GENERALISE, Treatment.MASK}),
    FieldType.PHONE: frozenset({Treatment.MASK}),
    FieldType.IMEI: frozenset({Treatment.MASK}),
    FieldType.VRM: frozenset({Treatment.MASK}),
}


class Category(StrEnum):
    """What a person was at an event. Source: section 38(3), Data Protection Act 2018."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    VICTIM = "victim"
    WITNESS = "witness"
    OBSERVED = "observed"
    OTHER = "other"


#: Persons whom the floors protect towards business recipients.
PROTECTED: frozenset[Category] = frozenset({Category.VICTIM, Category.WITNESS, Category.OTHER})


class Reason(StrEnum):
    """Why a field is as it is: the first four where a value leaves, the rest where it does not."""

    OWNER = "owner"
    CLAUSE = "clause"
    GRANT = "grant"
    BREAK_GLASS = "break-glass"
    NO_CLAUSE = "no-clause"
    CATEGORY = "category"
    PURPOSE = "purpose"
    ROLE = "role"
    EXPIRED = "expired"
    NO_TREATMENT = "no-treatment"
    NO_RELEASE_TEXT = "no-release-text"
    FLOOR_VICTIM = "floor-victim"
    FLOOR_CHILD = "floor-child"
    FLOOR_VULNERABILITY = "floor-vulnerability"
    ORIGINATOR_CONDITION = "originator-condition"
    ANONYMITY_ORDER = "anonymity-order"
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record type or of a person on a record.

    `coarse` marks a value that is broad already (a crime type, a ward): it leaves as it is under
    generalise, mask and pseudonym, and counts as disclosed.
    """

    name: str
    field_class: FieldClass
    type: FieldType
    coarse: bool = False


@dataclass(frozen=True)
class Schema:
    """The fields of one record type, or of a person, in the order in which they are shown."""

    name: str
    fields: tuple[Field, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The same fields by their name."""
        return {field.name: field for field in self.fields}


def fields(field_class: FieldClass, **types: str) -> tuple[Field, ...]:
    """Declare the fields of one class: `name="type"`, with `*` behind the type of a coarse one."""
    return tuple(
        Field(name, field_class, FieldType(kind.removesuffix("*")), kind.endswith("*"))
        for name, kind in types.items()
    )
