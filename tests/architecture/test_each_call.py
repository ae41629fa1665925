"""Each use case, called: one entry is left; while the ledger refuses nothing is changed and nothing shown.

The list of use cases is read from the source; one that no call here exercises fails by its name.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.architecture.calls import (
    accounts,
    agreements,
    ledger,
    people,
    records,
    requests,
    retention,
    sign_on,
)
from tests.architecture.calls.trial import Call, Scene, Several, faults, leaves_none
from tests.architecture.use_cases import EXEMPT, SEVERAL, SILENT, product, use_cases

AREAS = (accounts, agreements, ledger, people, records, requests, retention, sign_on)
UseCase = Callable[..., Any]
#: How each is called; what else it may come to, in words; and calls that leave no entry.
CALLS: Mapping[UseCase, Call] = {use_case: call for area in AREAS for use_case, call in area.CALLS.items()}
ALSO: Mapping[str, tuple[UseCase, Call]] = {
    words: both for area in AREAS for words, both in getattr(area, "ALSO", {}).items()
}
WITHOUT: Mapping[UseCase, Call] = {
    use_case: call for area in AREAS for use_case, call in getattr(area, "SILENT", {}).items()
}

#: Tables that change though nothing was done, by the use case, each with its reason.
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


def name_of(use_case: UseCase) -> str:
    return f"{use_case.__module__}.{use_case.__name__}"


BY_NAME = {name_of(use_case): use_case for use_case in CALLS}


def found_in(scene: Scene, use_case: UseCase, call: Call) -> list[str]:
    """What is wrong with the use case so called."""
    return faults(scene, use_case, call(scene), KEPT.get(name_of(use_case), ()))


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_use_case_leaves_one_entry_and_does_and_shows_nothing_without_it(scene: Scene, name: str) -> None:
    assert found_in(scene, BY_NAME[name], CALLS[BY_NAME[name]]) == []


@pytest.mark.parametrize("words", sorted(ALSO))
def test_so_does_what_else_it_may_come_to(scene: Scene, words: str) -> None:
    assert found_in(scene, *ALSO[words]) == []


@pytest.mark.parametrize("use_case", WITHOUT, ids=name_of)
def test_what_leaves_no_entry_says_why(scene: Scene, use_case: UseCase) -> None:
    assert name_of(use_case) in SILENT
    assert leaves_none(scene, use_case, WITHOUT[use_case](scene))


def test_every_use_case_is_called_and_nothing_else() -> None:
    found = use_cases(product())
    assert BY_NAME.keys() ^ (found - EXEMPT.keys()) == set()
    assert KEPT.keys() - found == set()


def test_every_reason_for_several_entries_or_none_is_needed() -> None:
    several = {use_case for use_case, call in (*CALLS.items(), *ALSO.values()) if isinstance(call, Several)}
    assert SEVERAL.keys() ^ {*map(name_of, several)} == set()
    assert SILENT.keys() ^ {*map(name_of, WITHOUT)} == set()
