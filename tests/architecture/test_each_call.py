"""Each use case, called: one entry is left; while the ledger refuses nothing is changed and nothing shown.

The list of use cases is read from the source; one that no call here exercises fails by its name.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.architecture.calls import accounts, agreements, ledger, people, records, requests, sign_on
from tests.architecture.calls.trial import Given, Scene, faults
from tests.architecture.use_cases import EXEMPT, SEVERAL, product, use_cases

AREAS = (accounts, agreements, ledger, people, records, requests, sign_on)
#: How each is called, and what else it may come to.
CALLS: Mapping[Callable[..., Any], Callable[[Scene], Given]] = {
    use_case: given for area in AREAS for use_case, given in area.CALLS.items()
}
ALSO: Mapping[str, tuple[Callable[..., Any], Callable[[Scene], Given]]] = {
    words: call
    for area in (accounts, agreements, ledger, records, requests)
    for words, call in area.ALSO.items()
}

#: Tables that change though nothing was done, by the module of the use case, with the reason.
_TRIES = "throttles count a try before anybody knows what comes of it"
_ONCE = "a question to a passkey is answered but once, whatever comes of it"
KEPT: Mapping[str, Mapping[str, str]] = {
    "auth.confirming.confirm_with_password": {"sign_in_attempt": _TRIES},
    "auth.sign_in.check_password": {"sign_in_attempt": _TRIES},
    "auth.sign_in.sign_in": {"sign_in_attempt": _TRIES},
    "auth.sign_on.entering.enter": {
        "sign_in_attempt": _TRIES,
        "sign_on_trip": "a trip to a provider is taken but once, whatever comes of it",
    },
    "auth.sign_on.entering.sign_out_by_provider": {"sign_in_attempt": _TRIES},
    "auth.sign_on.trip.arrive": {"sign_in_attempt": _TRIES, "sign_on_trip": "as above"},
    "auth.passkeys.finish_enrolment": {"challenge": _ONCE},
    "sharing.insight.imports.import_counts": {
        "import_run": "an import that has begun and brought nothing yet"
    },
    "sharing.insight.imports.import_streets": {"import_run": "as above"},
    "sharing.people.joining.join_with_passkey": {"challenge": _ONCE},
    "sharing.people.regaining.regain_with_passkey": {"challenge": _ONCE, "lost_factor": _TRIES},
    "sharing.people.regaining.regain_with_password": {"lost_factor": _TRIES},
}


def name_of(use_case: Callable[..., Any]) -> str:
    return f"{use_case.__module__}.{use_case.__name__}"


BY_NAME = {name_of(use_case): use_case for use_case in CALLS}


def found_in(scene: Scene, use_case: Callable[..., Any], given: Given) -> list[str]:
    """What is wrong with the call, or with what is said of it."""
    name = name_of(use_case)
    said = [] if given.acts == 1 or name in SEVERAL else ["no reason says why it leaves several"]
    return said + faults(scene, use_case, given, KEPT.get(name, ()))


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_use_case_leaves_one_entry_and_does_and_shows_nothing_without_it(scene: Scene, name: str) -> None:
    assert found_in(scene, BY_NAME[name], CALLS[BY_NAME[name]](scene)) == []


@pytest.mark.parametrize("words", sorted(ALSO))
def test_so_does_what_else_it_may_come_to(scene: Scene, words: str) -> None:
    use_case, given = ALSO[words]
    assert found_in(scene, use_case, given(scene)) == []


def test_every_use_case_is_called_and_nothing_else() -> None:
    found = use_cases(product())
    assert BY_NAME.keys() ^ (found - EXEMPT.keys()) == set()
    assert KEPT.keys() - found == set()
