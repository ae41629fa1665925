"""Clauses in words, as readers of an agreement see them, and how two of them differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auth.purposes import purpose_label
from auth.roles import ROLE_LABELS, Role
from sharing.vocabulary.kinds import KINDS
from sharing.vocabulary.words import CATEGORIES, CLASSES, RECORD_TYPES, field_label

_CHILDREN = {"no": "Adults", "also": "Adults and under 18", "only": "Under 18"}


@dataclass(frozen=True)
class ClauseLine:
    """A clause in words; lists are in the order in which they were agreed."""

    id: str
    title: str
    treatment: str
    purposes: str
    from_parties: str
    to_parties: str
    roles: str
    records: str
    fields: str
    categories: str
    children: str
    never: bool
    basis: str
    retention_days: int | None


def clause_line(stored: Mapping[str, Any], names: Mapping[str, str]) -> ClauseLine:
    """A stored clause in words; `names` are short names of agencies.

    A draft may lack any part of a clause; what is missing reads as nothing.
    """

    def parties(key: str) -> str:
        labels = {**KINDS, **names, "members": "Members"}
        return ", ".join(labels.get(each, each) for each in stored.get(key) or ())

    def words(key: str, labels: Mapping[str, str]) -> str:
        return ", ".join(labels.get(each, field_label(each)) for each in stored.get(key) or ())

    return ClauseLine(
        id=str(stored.get("id", "")),
        title=stored.get("title", ""),
        treatment=stored.get("treatment", ""),
        purposes=", ".join(purpose_label(each) for each in stored.get("purposes") or ()),
        from_parties=parties("from"),
        to_parties=parties("to"),
        roles=words("roles", {role.value: ROLE_LABELS[role] for role in Role}),
        records=words("records", {key: plural for key, (_, plural) in RECORD_TYPES.items()}),
        fields=words("fields", CLASSES),
        categories=words("categories", CATEGORIES),
        children=_children(stored),
        never=bool(stored.get("never", False)),
        basis=stored.get("basis", ""),
        retention_days=stored.get("retention_days"),
    )


def _children(stored: Mapping[str, Any]) -> str:
    """Which ages the clause speaks of; left out, one that opens means adults, one that withholds all."""
    if not stored.get("categories"):
        return ""
    withholds = stored.get("treatment") in ("withhold", "absent")
    return _CHILDREN.get(stored.get("children") or ("also" if withholds else "no"), "")


#: What people read for each part of a clause, in the order in which it is told.
PARTS: Mapping[str, str] = {
    "title": "What it says",
    "treatment": "What leaves",
    "purposes": "Purposes",
    "from_parties": "From",
    "to_parties": "To",
    "roles": "Roles",
    "records": "Records",
    "fields": "Fields",
    "categories": "About",
    "children": "Ages",
    "never": "Yields to no other clause",
    "basis": "Basis",
    "retention_days": "Days kept",
}


def differences(before: ClauseLine, after: ClauseLine) -> tuple[tuple[str, str, str], ...]:
    """What differs between two forms of a clause: (label, before, after) each."""
    pairs = ((label, _said(before, name), _said(after, name)) for name, label in PARTS.items())
    return tuple((label, was, is_) for label, was, is_ in pairs if was != is_)


def _said(line: ClauseLine, name: str) -> str:
    value = getattr(line, name)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else str(value)
