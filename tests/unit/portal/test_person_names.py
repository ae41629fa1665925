"""What persons on a record are called where somebody has to choose among them."""

from types import SimpleNamespace
from typing import Any, cast

from portal.web.asked import person_names


def test_nobody_is_called_nothing_and_no_two_alike():
    persons = [("a", "", ""), ("b", "Victim", ""), ("c", "", ""), ("d", "Suspect", "A1B2C3")]
    view = SimpleNamespace(
        persons=[SimpleNamespace(link=link, categories=kinds, name=name) for link, kinds, name in persons]
    )
    assert person_names(cast("Any", view)) == {
        "a": "Person 1",
        "b": "Victim",
        "c": "Person 2",
        "d": "Suspect A1B2C3",
    }
