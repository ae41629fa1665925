"""Whether a version can be taken as it is written, its clauses apart: period, parties, purposes and heads."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sharing.agreements.heads import HEADS, LONGEST
from sharing.agreements.lined import where

_VERSION_KEYS = frozenset(
    {
        "number",
        "signed",
        "from",
        "until",
        "review",
        "parties",
        "purposes",
        "heads",
        "clauses",
        "as",
        "without",
    }
)
#: No agreement has a higher number.
MOST_VERSIONS = 100_000
_MOST_CLAUSES = 200
_MOST_NAMES = 200
_PURPOSE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
#: Years in which periods of agreements lie.
_YEARS = range(2000, 2101)


def list_in(value: Any) -> list[Any]:
    """The list that was written there; empty if something else was."""
    return value if isinstance(value, list) else []


def words_in(value: Any) -> set[str]:
    """The words of the list that was written there."""
    return {each for each in list_in(value) if isinstance(each, str)}


def version_problems(
    raw: Mapping[str, Any], kinds: Mapping[str, str], *, drafting: bool
) -> Iterator[tuple[str, str]]:
    """Each mistake as (place, sentence); a draft may have no clause yet."""
    at = where(raw, f"version {raw.get('number')}")
    if unknown := sorted(str(key) for key in set(raw) - _VERSION_KEYS):
        yield at, f"There is no such key: {', '.join(unknown)}."
    number = raw.get("number")
    if type(number) is not int or not 1 <= number <= MOST_VERSIONS or type(raw.get("signed")) is not bool:
        yield at, "A version has a number, and says whether it is signed: true or false."
    for name in ("parties", "purposes"):
        entries = raw.get(name)
        if not isinstance(entries, list) or not entries:
            yield at, f"The list of {name} is missing or empty; an empty list never means all."
        elif len(words_in(entries)) != len(entries) or len(entries) > _MOST_NAMES:
            yield at, f"The list of {name} holds words, each once, at most {_MOST_NAMES}."
    clauses = raw.get("clauses", [] if drafting else None)
    if not isinstance(clauses, list) or (not clauses and not drafting):
        yield at, "The list of clauses is missing or empty; an empty list never means all."
    elif len(clauses) > _MOST_CLAUSES:
        yield at, f"A version has at most {_MOST_CLAUSES} clauses."
    if strangers := sorted(words_in(raw.get("parties")) - set(kinds)):
        yield at, f"No such agency: {', '.join(strangers)}."
    if unwritten := sorted(each for each in words_in(raw.get("purposes")) if not _PURPOSE.fullmatch(each)):
        yield at, f"A purpose is written in small letters and dashes: {', '.join(unwritten)}."
    yield from ((at, sentence) for sentence in _period_problems(raw))
    yield from ((where(raw.get("heads"), "heads"), sentence) for sentence in _head_problems(raw))


def _period_problems(raw: Mapping[str, Any]) -> Iterator[str]:
    try:
        begins, ends = moment(raw.get("from")), moment(raw.get("until"))
    except ValueError:
        yield "from and until are moments with a zone, such as 2026-01-01T00:00:00Z."
    else:
        if begins >= ends:
            yield "It ends before it begins."
        elif begins.year not in _YEARS or ends.year not in _YEARS:
            yield "The period lies outside the years 2000 to 2100."
    try:
        review = None if raw.get("review") is None else day(raw["review"])
    except ValueError:
        yield "review is a day, such as 2027-09-01."
    else:
        if review is not None and review.year not in _YEARS:
            yield "The review lies outside the years 2000 to 2100."


def _head_problems(raw: Mapping[str, Any]) -> Iterator[str]:
    heads = raw.get("heads")
    if heads is None:
        return
    if not isinstance(heads, Mapping):
        yield "heads holds a text for each of the nine heads."
        return
    for slug, text in heads.items():
        if slug not in HEADS:
            yield f"There is no head {slug}."
        elif not isinstance(text, str):
            yield f"{slug} is a text."
        elif len(text) > LONGEST:
            yield f"{slug} is longer than {LONGEST:,} characters."


def moment(value: Any) -> datetime:
    """A moment written with a zone, in UTC.

    Raises:
        ValueError: if it is anything else.
    """
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if found.tzinfo is None:
        raise ValueError("a moment needs a zone")
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment lies in a year of four digits") from error


def day(value: Any) -> date:
    """A day.

    Raises:
        ValueError: if it is anything else.
    """
    if isinstance(value, datetime):
        raise ValueError("a day has no time")  # noqa: TRY004 - callers ask about one kind of mistake
    return value if isinstance(value, date) else date.fromisoformat(str(value))
