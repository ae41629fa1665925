"""Vetting: which checks somebody has passed and until when, and the roles that an agency closes without one.

Only that a check was passed is kept, never a document or what it found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from auth.roles import Role

#: Every kind of check, in words.
CHECKS: Mapping[str, str] = {
    "bpss": "Baseline Personnel Security Standard",
    "ctc": "Counter-Terrorist Check",
    "dbs-basic": "DBS check, basic",
    "dbs-standard": "DBS check, standard",
    "dbs-enhanced": "DBS check, enhanced",
    "management": "Management vetting (police)",
    "non-police-1": "Non-police personnel vetting, level 1",
    "non-police-2": "Non-police personnel vetting, level 2",
    "non-police-3": "Non-police personnel vetting, level 3",
    "recruitment": "Recruitment vetting (police)",
    "scheme": "Check by the scheme",
    "security": "Security Check",
}


@dataclass(frozen=True, order=True)
class Vetting:
    """A check that somebody has passed. From the day `until` on, it does not count any more."""

    kind: str
    reference: str
    until: date


def vetting_of(kept: Iterable[Mapping[str, str]]) -> tuple[Vetting, ...]:
    """The checks that a row of a person or an invitation keeps, at most one of each kind."""
    found = (Vetting(each["kind"], each["reference"], date.fromisoformat(each["until"])) for each in kept)
    return tuple(sorted(found))


def kept_of(checks: Iterable[Vetting]) -> list[dict[str, str]]:
    """The same as a row keeps it."""
    return [{**asdict(each), "until": each.until.isoformat()} for each in sorted(checks)]


def open_until(role: Role, rules: Mapping[str, list[str]], checks: Iterable[Vetting]) -> date | None:
    """The day from which a role is closed by its agency's rule; None where no rule speaks of it.

    A rule names kinds of check, one of which is enough. If none was ever passed it is `date.min`.
    """
    if role not in rules:
        return None
    return max((each.until for each in checks if each.kind in rules[role]), default=date.min)


def lapsed_of(
    roles: Iterable[Role], rules: Mapping[str, list[str]], checks: Iterable[Vetting], today: date
) -> frozenset[Role]:
    """Those of the roles that are closed on a day."""
    held = tuple(checks)
    ends = {role: open_until(role, rules, held) for role in roles}
    return frozenset(role for role, end in ends.items() if end is not None and end <= today)
