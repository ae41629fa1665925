"""What an owner types in a recall: a reason for the own file, a message that must not tell the value."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from foundation import clock
from foundation.database import Tx
from foundation.errors import Invalid
from sharing.contribution import refuse_text
from sharing.recalls.acts import Act, split
from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.records.words import words_of
from sharing.release.schema import FieldType
from sharing.vocabulary.codes import code_label
from sharing.vocabulary.grading import refused_marking

#: Days until those who are told have to answer, unless the owner says otherwise; and at most.
DUE_DAYS = 7
_MOST_DAYS = 90
_LONGEST = 1000
_SHORT = 3
#: Words that stand in any sentence and tell nothing of a value.
_COMMON = frozenset({
    "and", "are", "for", "from", "had", "has", "her", "him", "his", "its", "not", "off", "out", "she",
    "that", "the", "their", "them", "they", "this", "was", "were", "with", "you", "your",
})  # fmt: skip

#: Free text leaves only as a text for sharing, and its words are everybody's: it is not compared.
_UNCOMPARED = frozenset({FieldType.TEXT, FieldType.FLAG, FieldType.IMAGE, FieldType.POINT, FieldType.ZONE})


def due_of(act: Act) -> date:
    """The day by which those who are told answer."""
    return act.due or clock.today() + timedelta(days=DUE_DAYS)


def check_words(tx: Tx, row: Mapping[str, Any], act: Act, held: Mapping[str, Any], *, reasoned: bool) -> None:
    """Refuse a recall whose words are missing, too long, or tell what is recalled.

    `held` are the values that stand there now, by key; `reasoned` says that a reason has to be given.

    Raises:
        Invalid: with a sentence for each of reason, message and due.
    """
    problems: dict[str, str] = {}
    if reasoned and not act.reason.strip():
        problems["reason"] = "Say why, for your agency’s own file. Nobody else reads it."
    for name, text in (("reason", act.reason), ("message", act.message)):
        if len(text) > _LONGEST:
            problems[name] = f"This is too long: {len(text)} characters, at most {_LONGEST}."
        elif refusal := refused_marking(text):
            problems[name] = refusal
    if words := _telling(act, held):
        problems["message"] = (
            f"This tells part of what you take back or put in its place ({', '.join(words)}). Say it without."
        )
    if act.due is not None and not clock.today() <= act.due <= clock.today() + timedelta(days=_MOST_DAYS):
        problems["due"] = f"Give a day from today on, at most {_MOST_DAYS} days ahead."
    if act.message and "message" not in problems:
        try:
            refuse_text(tx, row, act.message)
        except Invalid as invalid:
            problems["message"] = invalid.problems["text"].replace("text for sharing", "message")
    if problems:
        raise Invalid(problems)


def _telling(act: Act, held: Mapping[str, Any]) -> list[str]:
    """The words of the message that stand in a value that is recalled, or in what replaces it."""
    said = words_of({"message": act.message})
    values = [(key, held.get(key)) for key in act.fields] + list(act.values.items())
    values += [("date_of_birth", age.date_of_birth) for age in act.ages]
    told = words_of({str(n): text for n, text in enumerate(_texts(values))})
    return sorted(word for word in (said & told) - _COMMON if len(word) >= _SHORT)


def _texts(values: Iterable[tuple[str, Any]]) -> Iterator[str]:
    for key, value in values:
        _, name = split(key)
        if value in (None, "", []) or _type_of(name) in _UNCOMPARED:
            continue
        if isinstance(value, datetime | date):
            yield f"{value:%-d %B %Y %H:%M}" if isinstance(value, datetime) else f"{value:%-d %B %Y}"
        for part in value if isinstance(value, list | tuple) else [value]:
            yield f"{part} {code_label(name, str(part))}"


def _type_of(name: str) -> FieldType | None:
    for schema in (*SCHEMAS.values(), PERSON, LINK):
        if name in schema.by_name:
            return schema.by_name[name].type
    return None
