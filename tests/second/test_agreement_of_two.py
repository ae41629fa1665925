"""The product and the second implementation give the same answer to every question, cell by cell."""

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings

from sharing.worlds.answers import answers_of
from sharing.worlds.golden import scenarios
from sharing.worlds.goldenworld import NOW
from tests.second.comparing import answers, differences, settled, written_out
from tests.second.shrinking import shrink
from tests.second.worlds import drawn_worlds, random_world

SEEDS = int(os.environ.get("CONCORDAT_SECOND_SEEDS", "300"))


def _plain(answer):
    return answer if isinstance(answer, str) else {key: dict(cell) for key, cell in answer.items()}


def _differ(document):
    return differences(document, [_plain(answer) for answer in answers_of(document)])


def _still_differs(document):
    """Whether a shrunk world still shows a difference; one that either side cannot read shows none."""
    try:
        return bool(document["questions"]) and bool(_differ(document))
    except Exception:  # noqa: BLE001 - a world cut to pieces may fail in any way, and is then no smaller example
        return False


def _explain(document):
    smallest = shrink(document, _still_differs)
    found = "\n".join(str(difference) for difference in _differ(smallest)[:10])
    return f"\nthe smallest differing world:\n{json.dumps(smallest, indent=1)}\nsecond | product:\n{found}"


@pytest.mark.parametrize("block", range(0, SEEDS, 50))
def test_both_answer_random_worlds_alike(block):
    for seed in range(block, min(block + 50, SEEDS)):
        document = settled(random_world(seed))
        assert not _differ(document), f"seed {seed}: {_explain(document)}"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(drawn_worlds())
def test_both_answer_drawn_worlds_alike(document):
    assert not _differ(settled(document))


def test_random_worlds_ask_about_what_exists_and_reach_every_reason_and_treatment():
    reasons, treatments, existing, asked = set(), set(), 0, 0
    for seed in range(150):
        for answer in answers(random_world(seed)):
            asked += 1
            if not isinstance(answer, str):
                existing += 1
                reasons |= {cell["reason"] for cell in answer.values()}
                treatments |= {cell["treatment"] for cell in answer.values()}
    assert existing / asked > 0.35
    assert treatments == {"disclose", "generalise", "mask", "pseudonym", "withhold", "absent"}
    leaving = {"owner", "clause", "grant", "break-glass"}
    of_terms = {"no-clause", "category", "purpose", "role", "expired", "no-treatment", "no-release-text"}
    of_floors = {"protected", "originator-condition", "anonymity-order", "floor-victim"}
    assert reasons == leaving | of_terms | of_floors | {None}


#: Of the golden matrix every cell in a long run, else one in five, another one in each scenario.
STEP = 1 if SEEDS > 300 else 5


def test_both_answer_the_golden_matrix_alike():
    for number, scenario in enumerate(scenarios()):
        asked = [
            {"reader": reader, "record": of, "purpose": purpose, "now": NOW, "exit": door}
            for reader, of, purpose, door in scenario.asked[number % STEP :: STEP]
        ]
        document = settled({"world": written_out(scenario.world), "questions": asked})
        assert not _differ(document), f"{scenario.name}: {_explain(document)}"
