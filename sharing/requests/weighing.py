"""What an answer would open, asked of the engine for each person named, and the floors that it passes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from foundation.database import Tx
from foundation.errors import Invalid
from foundation.identifiers import new_id
from sharing.release.facts import Grant
from sharing.release.granting import Passed, Weighed, weigh
from sharing.release.reasons import sentence
from sharing.release.schema import TREATMENTS, Reason
from sharing.requests.asking import LONGEST
from sharing.requests.content import LONGEST_GRANT, SHORTEST, Answer
from sharing.requests.sides import as_reader


def weighed_for(
    tx: Tx, row: Mapping[Any, Any], treatments: Mapping[str, str], user_id: str
) -> dict[str, Weighed]:
    """What granting the fields would do for one user, by key; empty if the record is not there for them."""
    seen = as_reader(tx, user_id, row["purpose"], row["type"], row["record_id"])
    if seen is None:
        return {}
    sight, facts = seen
    found: dict[str, Weighed] = {}
    for slug in sorted({*treatments.values()}):
        keys = frozenset(key for key, each in treatments.items() if each == slug)
        given = Grant(
            id=new_id(),
            agreement=row["agreement_id"],
            fields=keys,
            treatment=TREATMENTS[slug],
            to_agency=row["by_agency"],
            to_users=frozenset({user_id}),
            purpose=row["purpose"],
            from_at=sight.now,
            until=sight.now + LONGEST_GRANT,
        )
        found |= weigh(sight.policy, facts, sight.reader, sight.question, given)
    return found


def weigh_all(tx: Tx, row: RowMapping, answer: Answer) -> tuple[dict[str, Weighed], bool]:
    """What the answer would do, and whether it needs a second person: all its users count together.

    Raises:
        Invalid: if a field stays withheld whatever is granted, for any of them.
    """
    users = [row["by_user"]] if answer.everybody else sorted(answer.users)
    together: dict[str, Weighed] = {}
    second = False
    for user_id in users:
        weighed = weighed_for(tx, row, answer.fields, user_id)
        problems = {key: _stopped(weighed.get(key)) for key in answer.fields}
        if any(problems.values()):
            raise Invalid({f"field {key}": each for key, each in problems.items() if each})
        second = second or any(each.second for each in weighed.values())
        for key, each in weighed.items():
            kept = together.get(key, each)
            together[key] = Weighed(
                opens=True, seen=False, stopped=None, passes=kept.passes | each.passes, second=second
            )
    return together, second


def _stopped(weighed: Weighed | None) -> str:
    if weighed is None:
        return "This person cannot see the record any more, so nothing can be granted."
    if weighed.opens:
        return ""
    if weighed.seen:
        return "This is shown to them already."
    return stopped_words(weighed.stopped)


def stopped_words(reason: Reason | None) -> str:
    """Why a grant opens nothing, for the owner's staff."""
    if reason is Reason.EXPIRED:
        return "No release of this record to them is live, so a grant would open nothing."
    if reason is Reason.FLOOR_CHILD:
        return "This person is, or may be, under 18. A note of necessity has to be signed first."
    said = sentence(reason) if reason is not None else "It stays withheld."
    return f"{said} No grant sets that aside."


def passes_of(weighed: Mapping[str, Weighed], answer: Answer) -> list[dict[str, str]]:
    """The floors that the answer passes, and no others, with why.

    Raises:
        Invalid: if it does not say why for each.
    """
    needed = frozenset[Passed]().union(*(each.passes for each in weighed.values()))
    said = {each: why.strip() for each, why in (answer.passes or {}).items()}
    problems = {}
    for link, floor in sorted(needed):
        why = said.get((link, floor), "")
        if not SHORTEST <= len(why) <= LONGEST:
            length = f"in {SHORTEST} to {LONGEST:,} characters"
            problems[f"pass {link} {floor}"] = f"Say why this person’s protection is passed, {length}."
    if problems:
        raise Invalid(problems)
    return [{"link": link, "floor": floor, "why": said[link, floor]} for link, floor in sorted(needed)]
