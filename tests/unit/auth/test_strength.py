"""What is due of somebody of whom less is proven than is wanted: to prove what they have before they add."""

import pytest

from auth.strength import Due, Strength, due, strength_of

HALF, TWO, HARDWARE = Strength


@pytest.mark.parametrize(
    ("proven", "held", "wanted", "follows"),
    [
        (HALF, HALF, HALF, None),
        (HALF, HARDWARE, HALF, None),
        (HALF, HALF, TWO, Due.ADD),
        (HALF, TWO, TWO, Due.PROVE),
        (HALF, HARDWARE, TWO, Due.PROVE),
        (TWO, HALF, TWO, None),
        (TWO, HARDWARE, TWO, None),
        (HALF, HALF, HARDWARE, Due.ADD),
        (HALF, TWO, HARDWARE, Due.PROVE),
        (TWO, TWO, HARDWARE, Due.ADD),
        (TWO, HALF, HARDWARE, Due.ADD),
        (TWO, HARDWARE, HARDWARE, Due.PROVE),
        (HARDWARE, HALF, HARDWARE, None),
        (HARDWARE, HARDWARE, HARDWARE, None),
    ],
)
def test_whoever_has_a_factor_proves_it_before_they_add_one(proven, held, wanted, follows):
    assert due(proven, held, wanted) is follows


def test_passkey_of_which_nothing_is_known_is_not_hardware():
    assert [strength_of(backup_eligible=each) for each in (None, True, False)] == [TWO, TWO, HARDWARE]
