"""How much of who somebody is has been proven in a session, and what follows where that is not enough."""

from enum import IntEnum, StrEnum


class Strength(IntEnum):
    """What has been proven, the weakest first, so that the larger is the stronger."""

    FIRST_HALF = 1  # one factor, or more of which nobody here knows
    TWO_FACTORS = 2
    HARDWARE = 3  # two factors, one of them a key that does not leave its device


class Due(StrEnum):
    """What a person has to do before anything opens."""

    ADD = "add"  # they have nothing yet that would do
    PROVE = "prove"  # they have, and have not used it in this session


def strength_of(*, backup_eligible: bool | None) -> Strength:
    """What a passkey proves that its person unlocked; of one of which it is not known, that it is copied."""
    return Strength.HARDWARE if backup_eligible is False else Strength.TWO_FACTORS


def due(proven: Strength, held: Strength, wanted: Strength) -> Due | None:
    """What is due in a session of somebody whose own factors would prove `held`.

    Whoever has a factor proves it before they may add one: else the first half would be enough to make the
    second.
    """
    if proven >= wanted:
        return None
    return Due.PROVE if proven < held else Due.ADD
