"""Broken glass opens one record to one person for its half hour, and nothing else."""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.moments import in_utc
from tests.walls.conftest import COUNCIL, STRANGER, begin, seen

_BREAK = """
INSERT INTO break_glass (id, record_id, user_id, agency_id, role, danger, reason, purpose, asked_at,
  factor_at, at, overdue) VALUES ('g', %s, %s, 'newham', 'duty_inspector', 'life', '', '', '', '', %s, false)
"""
_FOUND = """
SELECT record_id FROM wall.found_one(false, 'incident', NULL, '{}', '{}', %s)
"""


@pytest.mark.parametrize(
    ("ago", "user", "opened"),
    [
        (1, STRANGER, True),
        (29, STRANGER, True),
        (31, STRANGER, False),
        (-1, STRANGER, False),
        (1, COUNCIL, False),
    ],
)
def test_glass_opens_what_it_was_broken_over(world, ago, user, opened):
    hidden = world.ids["hidden"]
    at = in_utc(clock.now() - timedelta(minutes=ago))
    with world.link() as link:
        link.execute(_BREAK, [hidden, STRANGER, at])
        link.execute("SET LOCAL ROLE concordat_app")
        begin(link, world.token(user))
        rows = seen(link, "SELECT id FROM record WHERE id = %s", hidden)
        on_it = seen(link, "SELECT record_id FROM link WHERE record_id = %s", hidden)
        others = seen(link, "SELECT id FROM record WHERE id = %s", world.ids["to transport police"])
        found = seen(link, _FOUND, hidden)
        link.rollback()
    assert rows == on_it == found == ({hidden} if opened else set())
    assert others == set()
