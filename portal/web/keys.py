"""Keys of fields as people read them: a field's label, and of whom where it is a person's."""

from collections.abc import Iterable, Mapping

from sharing.release.exit import Released
from sharing.vocabulary.words import CATEGORIES, field_label

_APART: Mapping[str, str] = {"stills": "Stills", "believed_child": "Whether the person may be under 18"}


def people_on(record: Released) -> dict[str, str]:
    """The persons of a released record by link: what they were, and their name where it is shown."""
    found = {}
    for person in record.persons:
        codes = person.fields.get("category") or ()
        categories = ", ".join(CATEGORIES.get(str(code), str(code)) for code in codes) or "Person"
        names = [
            str(person.fields[name]) for name in ("given_name", "family_name") if person.fields.get(name)
        ]
        found[person.link] = f"{categories} {' '.join(names)}".strip()
    return found


def key_label(key: str, people: Mapping[str, str] | None = None) -> str:
    """The words for a key; `people` names the persons by link, without them it is a person on the record."""
    if key.startswith("persons."):
        _, link, name = key.split(".", 2)
        return f"{_label(name)} ({(people or {}).get(link, 'a person on it')})"
    if key.startswith("releases."):
        return "Text for sharing"
    return _label(key)


def key_labels(keys: Iterable[str], people: Mapping[str, str] | None = None) -> str:
    """Several keys in a row, the record's own first, then each person's together."""
    grouped: dict[str, dict[str, None]] = {"": {}}
    for key in keys:
        link = key.split(".", 2)[1] if key.startswith("persons.") else ""
        name = _label(key.rpartition(".")[2]) if link else key_label(key)
        grouped.setdefault(link, {})[name] = None
    named = people or {}
    parts = [", ".join(grouped.pop(""))]
    parts += [f"{named.get(link, 'a person on it')}: {', '.join(names)}" for link, names in grouped.items()]
    return "; ".join(part for part in parts if part)


def _label(name: str) -> str:
    return _APART.get(name) or field_label(name)
