"""Clauses in words: each part of one with its label, as pages and files show it."""

from collections.abc import Iterable, Mapping
from typing import Any

from auth.purposes import purpose_label
from auth.roles import ROLE_LABELS, Role
from sharing.agreements.recipients import Recipient
from sharing.release.facts import MEMBERS
from sharing.release.schema import TREATMENTS, Treatment
from sharing.vocabulary.kinds import KINDS
from sharing.vocabulary.words import CATEGORIES, CLASSES, RECORD_TYPES, field_label
from sharing.vocabulary.words import TREATMENTS as WORDS

_MEMBERS = "Members of business partnerships"
_CHILDREN = {"no": "Not of anybody under 18", "also": "Under 18 too", "only": "Under 18 only"}


def clause_facts(clause: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """A clause as (label, words), in the order in which people read it; `names` are of agencies."""
    treatment = TREATMENTS[clause["treatment"]]
    days = clause.get("retention_days")
    rows = [
        (
            "What leaves",
            WORDS[clause["treatment"]] + (", whatever else is said" if clause.get("never") else ""),
        ),
        ("Fields", _words(clause["fields"], entry_label)),
        ("Records", _words(clause["records"], lambda each: RECORD_TYPES[each][1])),
        ("About", _about(clause)),
        ("From", _words(clause["from"], lambda each: side_label(each, names))),
        ("To", _words(clause["to"], lambda each: side_label(each, names))),
    ]
    if clause.get("roles"):
        rows.append(("Roles", _words(clause["roles"], lambda each: ROLE_LABELS[Role(each)])))
    rows += [("For", _words(clause["purposes"], purpose_label)), ("Basis", clause["basis"])]
    if treatment < Treatment.WITHHOLD:
        rows.append(("Read for", f"{days} days from release" if days else "As long as the release lasts"))
    return rows


def side_label(side: str, names: Mapping[str, str]) -> str:
    """Who stands at a side of a clause: an agency, a kind or members."""
    if side == MEMBERS:
        return _MEMBERS
    return names.get(side) or f"{KINDS[side]} (any party)"


def entry_label(entry: str) -> str:
    """A field class or a single field."""
    return CLASSES.get(entry) or field_label(entry)


def recipient_label(recipient: Recipient, names: Mapping[str, str]) -> str:
    """Whom a column is about: an agency, its staff in one role, or those of its sites."""
    name = names[recipient.agency]
    if recipient.member:
        return f"{name}: members"
    return name if recipient.role is None else f"{name}: {ROLE_LABELS[Role(recipient.role)]}"


def about_label(about: str) -> str:
    """A category, with `-child` behind it for somebody under 18; several are joined by a plus."""
    words = about.removesuffix("-child")
    said = ", ".join(CATEGORIES.get(each, each.capitalize()) for each in words.split("+"))
    return f"{said}, under 18" if about.endswith("-child") else said


def _about(clause: Mapping[str, Any]) -> str:
    opens = TREATMENTS[clause["treatment"]] < Treatment.WITHHOLD
    if "categories" not in clause:
        return "The record itself" if opens else "The record itself, and everybody on it"
    said = clause.get("children") or ("no" if opens else "also")
    return f"{_words(clause['categories'], CATEGORIES.__getitem__)}. {_CHILDREN[said]}."


def _words(entries: Iterable[str], label: Any) -> str:
    return ", ".join(label(each) for each in entries)
