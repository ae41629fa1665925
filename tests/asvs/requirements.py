"""The requirements of OWASP ASVS 5.0 for a portal like this: what shows each, or what is missing.

`docs/asvs.md` is written from `requirements.yaml`: `python -m tests.asvs.requirements write`.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from foundation.settings import described

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "asvs.md"
TABLE = Path(__file__).with_name("requirements.yaml")
LISTED = Path(__file__).with_name("listed.txt")
CODE = ("auth/", "foundation/", "portal/", "sharing/")
#: Where the risks stand that are accepted.
RISKS = "docs/threat-model.md#"
#: Words of a row of which at most one is said; none of the three counts as met.
_UNMET = ("open", "absent", "accepted")


@dataclass(frozen=True)
class Row:
    """One requirement; none of `absent`, `open` and `accepted` means that what stands under `by` shows it.

    `accepted` is a risk that stays: it is not met, and `by` names where that is told, with the reason.
    `under` is the setting, with its value, without which it is not met for everybody.
    """

    id: str
    asks: str
    by: tuple[str, ...] = ()
    absent: str = ""
    open: str = ""
    accepted: str = ""
    under: str = ""

    @property
    def state(self) -> str:
        """`open`, `absent`, `accepted`, `test`, or `document` if no test is among what shows it."""
        for state in _UNMET:
            if getattr(self, state):
                return state
        return "test" if any(is_test(place) for place in self.by) else "document"


def rows(text: str) -> tuple[Row, ...]:
    """The rows of the table, in its order; a requirement that stands twice comes twice."""
    made = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            ((name, told),) = yaml.safe_load(line).items()
            made.append(_row(name, told))
    return tuple(made)


def _row(name: str, told: dict[str, Any]) -> Row:
    return Row(name, **{**told, "by": tuple(told.get("by", ()))})


def listed() -> tuple[str, ...]:
    """Every requirement that has to have a row."""
    return tuple(LISTED.read_text(encoding="utf-8").split())


def is_test(place: str) -> bool:
    """Whether the place is a test, and neither a document nor code."""
    return not place.startswith(("docs/", *CODE))


def faults(table: Iterable[Row], wanted: Iterable[str]) -> list[str]:
    """Everything that is wrong with the table, a sentence each."""
    table = list(table)
    counted, wanted = Counter(row.id for row in table), set(wanted)
    found = [f"{name} has no row" for name in sorted(wanted - counted.keys())]
    found += [f"{name} is not in the list" for name in sorted(counted.keys() - wanted)]
    found += [f"{name} stands twice" for name, times in counted.items() if times > 1]
    for row in table:
        unmet = [state for state in _UNMET if getattr(row, state)]
        if not row.asks or len(unmet) > 1 or not (row.by or unmet):
            found.append(f"{row.id} says neither what shows it nor why nothing does")
        if row.accepted and not any(place.startswith(RISKS) for place in row.by):
            found.append(f"{row.id} accepts a risk that no document tells")
        if row.under and row.under.partition("=")[0] not in _settings():
            found.append(f"{row.id} holds under {row.under}, which is no setting")
        found += [f"{row.id} names {place}, which is not there" for place in row.by if not _is_there(place)]
    return found


def _settings() -> set[str]:
    return {item.metadata["variable"] for item in described()}


def _is_there(place: str) -> bool:
    if place.startswith("docs/"):
        file, _, heading = place.partition("#")
        return heading in _headings(ROOT / file)
    file, _, name = place.partition("::")
    path = (ROOT / "tests" / file) if is_test(place) else (ROOT / file)
    return (name.startswith("test_") or not is_test(place)) and name in _names(path)


@cache
def _headings(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@cache
def _names(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def page() -> str:
    """The text of `docs/asvs.md`."""
    table = rows(TABLE.read_text(encoding="utf-8"))
    counts = Counter(row.state for row in table)
    held = sum(bool(row.under) for row in table)
    lines = [f"| {row.id.replace('*', '&#42;')} | {row.asks} | {_shown(row)} |" for row in table]
    return f"""# OWASP ASVS 5.0

Written by `python -m tests.asvs.requirements write`; a test fails if it differs, if a requirement has no
row, or if a test or a document that is named here does not exist.

The requirements are those of the OWASP Application Security Verification Standard 5.0.0
(<https://owasp.org/www-project-application-security-verification-standard/>), © The OWASP Foundation,
licensed [CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/). They are told here in words of our
own and shortened; the standard decides. What stands here: levels 2 and 3 of V1 to V10, V13 and V14. What
does not: level 1, and V11, V12, V15, V16 and V17.

**Of {len(table)} rows {counts["test"]} are shown by tests, {counts["document"]} by a document alone,
{counts["absent"]} do not apply, {counts["accepted"]} are not met and their risk is accepted,
and {counts["open"]} are open: nothing shows them, or only in part.**
{held} of those met are so for everybody only where a deployment chooses the setting that the row names.
A risk is accepted where this repository alone cannot meet the requirement, as with a module of hardware;
[threat-model.md](threat-model.md#risks-that-are-accepted) says why, and what a deployment can do.
A test shows what its own name and text say, and no more. Tests are files under `tests/`.

| | Asks | Shown by |
|---|---|---|
{chr(10).join(lines)}
"""


def _shown(row: Row) -> str:
    said = [f"**Open:** {row.open}."] if row.open else []
    said += [f"**Not met, risk accepted:** {row.accepted}."] if row.accepted else []
    said += [f"Does not apply: {row.absent}."] if row.absent else []
    said += [f"**Where `{row.under}` is set;** else for those who choose it."] if row.under else []
    places = "; ".join(_place(place) for place in row.by)
    return " ".join([*said, f"{'See ' if said and places else ''}{places}"]).strip()


def _place(place: str) -> str:
    if place.startswith("docs/"):
        return f"[{place.removeprefix('docs/')}]({place.removeprefix('docs/')})"
    return f"`{place}`"


if __name__ == "__main__" and sys.argv[1:] == ["write"]:
    PAGE.write_text(page(), encoding="utf-8")
