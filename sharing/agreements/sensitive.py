"""Which clauses open special category or offence data, and whether their basis states a condition for it.

Sources: UK GDPR, Articles 9 and 10; Data Protection Act 2018, sections 10, 11 and 35, Schedules 1 and 8.
"""

import re
from collections.abc import Mapping
from typing import Any

from sharing.agreements.clause_check import spoken_fields
from sharing.release.schema import FieldClass

#: Health, ethnic origin and their like: Article 9, and sensitive processing of section 35(8).
SPECIAL = (FieldClass.ETHNIC_APPEARANCE, FieldClass.VULNERABILITY)
#: What makes data about a person offence data, allegations included.
OFFENDERS = frozenset({"suspect", "convicted"})
#: Kinds of agency whose task by law is criminal justice: Part 3 of the Act, Schedule 7.
COMPETENT = frozenset({"police", "transport_police", "prosecution", "probation", "youth_justice"})

_CONDITION = re.compile(
    r"(data protection act|dpa) 2018[^.;]*\b(schedules? [18]\b|sections? (10|11|35)\b)"
    r"|gdpr[^.;]*\barticles? (9\(2\)|10\b)",
    re.IGNORECASE,
)


def states_condition(basis: str) -> bool:
    """Whether a basis names a condition for special category or offence data, by article or schedule."""
    return _CONDITION.search(basis) is not None


def special_classes(clause: Mapping[str, Any]) -> tuple[FieldClass, ...]:
    """The special classes of which a clause speaks, whole or by one of their fields."""
    spoken = {each.field.field_class for each in spoken_fields(clause)}
    return tuple(each for each in SPECIAL if each in spoken)


def of_offences(clause: Mapping[str, Any]) -> bool:
    """Whether a clause says of a person that they are suspected or convicted."""
    return bool(OFFENDERS & set(clause.get("categories") or ()))
