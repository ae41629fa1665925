"""What stands in the menu."""

import pytest

from auth.roles import Role
from portal.web.navigation import items_for


class Everything:
    def __contains__(self, name: object) -> bool:
        return True


@pytest.mark.parametrize("role", list(Role))
def test_every_role_begins_at_home_and_sees_each_place_once(role):
    labels = [item.label for item in items_for({role}, Everything())]
    assert labels[0] == "Home"
    assert len(labels) == len(set(labels)) > 2


def test_two_roles_together_see_the_places_of_both():
    both = {item.label for item in items_for({Role.OPERATOR, Role.DPO}, Everything())}
    assert {"Sightings", "Ledger"} <= both


def test_place_that_no_endpoint_answers_is_left_out():
    assert [item.label for item in items_for({Role.CHAIR}, {"home.show", "actions.index"})] == [
        "Home",
        "Actions",
    ]
    assert items_for(set(), Everything()) == ()
