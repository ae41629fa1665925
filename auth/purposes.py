"""The purposes for which people read shared records: their labels, and which roles may state which.

What a purpose opens stands in agreements (sharing.agreements); here is only who may state it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from auth.roles import Role


@dataclass(frozen=True)
class Purpose:
    """A purpose as agreements name it (`slug`), as pages show it, and the roles that may state it."""

    slug: str
    label: str
    roles: frozenset[Role]


_FRONT_LINE = frozenset(
    {Role.DUTY_INSPECTOR, Role.INTELLIGENCE, Role.INVESTIGATOR, Role.OFFICER, Role.OPERATOR}
)
_STEERING = frozenset(
    {Role.ADMINISTRATOR, Role.CHAIR, Role.COORDINATOR, Role.PARTNERSHIP_MANAGER, Role.SIGNATORY}
)

_SAFEGUARDING = frozenset(
    {
        Role.DUTY_INSPECTOR,
        Role.INTELLIGENCE,
        Role.INVESTIGATOR,
        Role.OFFICER,
        Role.PRACTITIONER,
        Role.SAFEGUARDING_LEAD,
    }
)

PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        "preventing-and-detecting-robbery",
        "Preventing and detecting robbery",
        _FRONT_LINE | {Role.ANALYST, Role.MEMBER, Role.PARTNERSHIP_MANAGER, Role.PRACTITIONER},
    ),
    Purpose(
        "excluding-repeat-offenders",
        "Excluding repeat offenders",
        _FRONT_LINE | {Role.MEMBER, Role.PARTNERSHIP_MANAGER},
    ),
    Purpose(
        "running-the-partnership",
        "Running the partnership",
        _STEERING | {Role.ANALYST, Role.AUDITOR, Role.DPO},
    ),
    Purpose(
        "safeguarding-children",
        "Safeguarding children",
        _SAFEGUARDING,
    ),
    Purpose(
        "reducing-robbery",
        "Reducing robbery",
        _STEERING | {Role.ANALYST, Role.INTELLIGENCE, Role.OFFICER, Role.PRACTITIONER},
    ),
)

_LABELS = {purpose.slug: purpose.label for purpose in PURPOSES}


def purpose_label(slug: str | None) -> str:
    """The words for a purpose; an agreement may name one that is not in the list, which shows as it is."""
    return _LABELS.get(slug, slug) if slug else ""


def purposes_for(roles: Iterable[Role]) -> tuple[Purpose, ...]:
    """The purposes that a person with these roles may state; roles count together."""
    held = frozenset(roles)
    return tuple(purpose for purpose in PURPOSES if purpose.roles & held)
