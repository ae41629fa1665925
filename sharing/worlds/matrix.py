"""The golden matrix as text: one line for each cell, and each distinct answer once, in the fewest words."""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256

from sharing.release.decision import decide
from sharing.release.facts import Exit, Question
from sharing.worlds.answers import NO_SUCH_RECORD, Answer, read_world, told
from sharing.worlds.file import moment
from sharing.worlds.golden import scenarios
from sharing.worlds.goldenworld import NOW, Scenario

_HEAD = """The golden matrix of release: do not edit, write it again and read the difference.

Cells: scenario, reader, purpose, exit, and the answer that the cell has. Answers: treatment, reason,
agreement and clause, then the fields; of persons by their link, such as victim.child.
"""


def matrix_text() -> str:
    """The whole matrix, the same on every machine."""
    cells, answers = [], {}
    for scenario in scenarios():
        for (reader, _, purpose, leaving), body in zip(scenario.asked, _bodies(scenario), strict=True):
            name = sha256(body.encode()).hexdigest()[:12]
            answers[name] = body
            cells.append(f"{scenario.name} | {reader} | {purpose} | {leaving} | {name}")
    bodies = (f"{name}\n{body}" for name, body in sorted(answers.items()))
    digest = sha256("\n".join(cells).encode()).hexdigest()
    return f"{_HEAD}\n{len(cells)} cells, {len(answers)} answers, sha256 {digest}\n\n" + "\n".join(
        [*cells, "", *bodies]
    )


def first_differences(kept: str, now: str, most: int = 10) -> list[str]:
    """The first lines in which the kept matrix and the present one differ, as - and + lines."""
    before, after = kept.splitlines(), now.splitlines()
    gone, new = set(before) - set(after), set(after) - set(before)
    lines = [f"- {line}" for line in before if line in gone] + [f"+ {line}" for line in after if line in new]
    return sorted(lines, key=lambda line: line[2:])[:most]


def _bodies(scenario: Scenario) -> Iterable[str]:
    world = read_world(scenario.world)
    for reader, record, purpose, leaving in scenario.asked:
        question = Question(purpose, moment("now", NOW), Exit(leaving))
        decision = decide(world.policy, world.records[record], world.users[reader], question)
        yield _body(NO_SUCH_RECORD if decision is None else told(decision))


def _body(answer: Answer) -> str:
    """An answer in the fewest lines: persons of equal outcomes together, then fields of equal outcomes."""
    if isinstance(answer, str):
        return f"  {answer}\n"
    whose: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, outcome in answer.items():
        person, field = (
            key.removeprefix("persons.").rsplit(".", 1) if key.startswith("persons.") else ("", key)
        )
        words = [outcome[name] or "-" for name in ("treatment", "reason", "agreement", "clause")]
        whose[person][" ".join(words)].append(field)
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for person, fields in whose.items():
        alike[tuple(f"{words}: {' '.join(names)}" for words, names in fields.items())].append(person)
    lines = []
    for shared, persons in alike.items():
        lines += [
            f"  {' '.join(person or 'record' for person in persons)}",
            *(f"    {line}" for line in shared),
        ]
    return "\n".join(lines) + "\n"
