"""Every stored text of a record that its reader was not shown as it is, and every text that they were."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from foundation.clock import LONDON
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.facts import Link, Record
from sharing.release.reasons import sentence
from sharing.sight import Seen
from sharing.vocabulary.words import CATEGORIES, RECORD_TYPES, field_label
from sharing.wording import plain, title_of, words

#: A longer text is looked for in stretches of so many words as well, so that no part of it leaves either.
_STRETCH = 6


def hidden_values(seen: Seen) -> Iterator[tuple[str, str]]:
    """(field, text) of all that is stored of the record and of what hangs on it, less what was released."""
    facts, shown = seen.facts, seen.shown
    yield from _of_group(facts.values, shown, "")
    persons = {person.link: person for person in shown.persons}
    links: list[Link] = [*facts.persons, *([] if facts.keeper is None else [facts.keeper.link])]
    for link in links:
        yield from _of_group(link.values, persons.get(link.id), "persons.")
    for end in facts.links:
        if end.end is not None:
            yield from _of_group(end.end.values, None, f"{end.end.type}.")
    yield from _texts_beside(facts, shown)


def allowed_text(seen: Iterable[Seen]) -> str:
    """All that the reader was shown of the records, and the words that say so."""
    return "\n".join(text for each in seen for text in _shown(each.shown))


def _of_group(
    values: Mapping[str, Any], shown: Released | ReleasedPerson | None, prefix: str
) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if value is None or (shown is not None and name in shown.fields and shown.fields[name] == value):
            continue
        for text in texts_of_value(name, value):
            yield prefix + name, text


def texts_of_value(name: str, value: Any) -> Iterator[str]:
    """How a stored value may be written: as it is kept, as machines write it, and as people read it."""
    if isinstance(value, bool):
        return
    if isinstance(value, list | tuple):
        for each in value:
            yield from texts_of_value(name, each)
    elif isinstance(value, datetime):
        for moment in (value.astimezone(UTC), value.astimezone(LONDON)):
            yield f"{moment:%Y-%m-%dT%H:%M}"
            yield f"{moment:%Y-%m-%d %H:%M}"
        yield words(name, value)
    elif isinstance(value, date):
        yield from (value.isoformat(), f"{value:%d/%m/%Y}", words(name, value))
    elif isinstance(value, str):
        yield from (value, words(name, value))
        split = value.split()
        for start in range(len(split) - _STRETCH) if len(split) > _STRETCH else ():
            yield " ".join(split[start : start + _STRETCH])
    else:
        yield from (str(value), words(name, value))


def _texts_beside(facts: Record, shown: Released) -> Iterator[tuple[str, str]]:
    """Texts that stand beside the record: written for others, or why something is necessary."""
    released = {str(plain(value)) for value in shown.fields.values()}
    for release in facts.releases:
        if release.text and release.text not in released:
            yield from (("release.text", text) for text in texts_of_value("text", release.text))
    for note in facts.notes:
        yield from (("note.reason", text) for text in texts_of_value("reason", note.reason))


def _shown(record: Released) -> Iterator[str]:
    yield from (record.id, title_of(record), *RECORD_TYPES[record.type])
    groups: list[tuple[Released | ReleasedPerson, str]] = [(record, "Record")]
    groups += [(person, f"Person {number}:") for number, person in enumerate(record.persons, 1)]
    for group, called in groups:
        yield called
        yield from (CATEGORIES.get(str(code), str(code)) for code in group.fields.get("category") or ())
        for name, value in group.fields.items():
            yield from (field_label(name), words(name, value), str(plain(value)))
        for name, held in group.withheld.items():
            yield field_label(name)
            yield sentence(held.reason, agreement=held.agreement, clause=held.clause)
        yield from (done.label for done in group.treated.values())
        for outcomes in (group.disclosed, group.treated):
            yield from (each.agreement or "" for each in outcomes.values())
