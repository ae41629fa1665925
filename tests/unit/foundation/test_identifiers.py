"""Ids are what the standard calls random UUIDs, whatever was drawn for them."""

import uuid

import pytest

from foundation.identifiers import ID_SIZE, id_of, is_id, new_id


@pytest.mark.parametrize("octet", range(256))
def test_every_draw_gives_a_random_uuid_that_keeps_what_is_not_fixed(octet):
    made = id_of(bytes([octet] * ID_SIZE))
    found = uuid.UUID(made)
    assert (found.version, found.variant) == (4, uuid.RFC_4122)
    assert is_id(made)
    plain = bytes([octet]).hex() * ID_SIZE
    kept = [place for place in range(32) if place not in (12, 16)]
    assert [found.hex[place] for place in kept] == [plain[place] for place in kept]


def test_no_two_are_the_same():
    assert len({new_id() for _ in range(1000)}) == 1000
