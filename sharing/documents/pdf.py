"""An agreement as a tagged PDF that screen readers can read. Source: ISO 14289-1 (PDF/UA-1).

Typst sets it in this process from words that come as data; nothing anybody typed is read as markup.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

from sharing.agreements.clause_check import spoken_fields
from sharing.agreements.heads import HEADS, derived
from sharing.agreements.lints import engine_version
from sharing.agreements.recipients import Recipient, recipients_of
from sharing.agreements.stages import STAGE_LABELS, Stage
from sharing.agreements.wording import clause_facts, entry_label, recipient_label
from sharing.documents.terms import Terms
from sharing.release.facts import MEMBERS, Agency
from sharing.vocabulary.kinds import KINDS, is_business
from sharing.vocabulary.words import CLASSES
from sharing.vocabulary.words import TREATMENTS as WORDS

_TEMPLATE = (Path(__file__).parent / "agreement.typ").read_bytes()
#: As on every page that somebody sees who has signed in.
_MARKING = {"level": "OFFICIAL-SENSITIVE", "note": "Recipients only"}
#: As many recipients as can be read beside each other on a page.
_ACROSS = 7
#: Heads of which what follows is many short things.
_INLINE = frozenset({"organisations", "data_items"})
_FLOORS = (
    "No clause gives a source to another agency, vulnerability to a business, or to a business who a victim, "
    "a witness or another protected person is."
)


def agreement_pdf(terms: Terms) -> bytes:
    """The version as PDF, with its nine heads, parties, matrix, clauses and signatures."""
    data = json.dumps(_data(terms), ensure_ascii=False)
    found = typst.compile(
        _TEMPLATE, format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"], ignore_system_fonts=True
    )
    if not isinstance(found, bytes):
        raise TypeError("one document was asked for")
    return found


def _data(terms: Terms) -> dict[str, Any]:
    found = terms.version
    follows = derived(found.terms, terms.names)
    return {
        "title": found.title,
        "reference": terms.reference,
        "marking": _MARKING,
        "facts": [
            ["Reference", found.agreement],
            ["Version", f"{found.number}, {STAGE_LABELS[found.stage].lower()}"],
            ["Period", follows["details"][0]],
            ["Review", f"{found.terms.review:%-d %B %Y}" if found.terms.review else "No day is set"],
        ],
        "heads": [
            {
                "label": label,
                "text": found.terms.heads.get(slug, ""),
                "derived": list(follows[slug]),
                "inline": slug in _INLINE,
            }
            for slug, label in HEADS.items()
        ],
        "parties": [[terms.names[party], KINDS[terms.kinds[party]]] for party in found.terms.parties],
        "matrix": [*_matrix(terms)],
        "floors": _FLOORS,
        "clauses": [
            {"id": clause["id"], "title": clause["title"], "facts": clause_facts(clause, terms.names)}
            for clause in found.terms.clauses
        ],
        "signatures": [vars(each) for each in terms.signatures],
        "unsigned": _unsigned(found.stage),
        "digest": found.digest or "",
    }


def _unsigned(stage: Stage) -> str:
    if stage is Stage.SIGNED:
        return "It was signed before signatures were kept here."
    return "Nobody has signed it yet."


def _matrix(terms: Terms) -> Iterator[dict[str, Any]]:
    """What clauses say of each class and single field to each recipient: of things, then of persons."""
    version = engine_version(terms.version.terms)
    agencies = {
        party: Agency(party, terms.kinds[party], is_business(terms.kinds[party], None))
        for party in terms.version.terms.parties
    }
    everybody = recipients_of([version], agencies, "")
    for caption, personal in (("Records and things", False), ("Persons, and what they keep", True)):
        said = [*_said(terms.version.terms.clauses, personal=personal)]
        for start in range(0, len(everybody) if said else 0, _ACROSS):
            across = everybody[start : start + _ACROSS]
            yield {
                "caption": caption if start == 0 else f"{caption}, further recipients",
                "columns": [recipient_label(each, terms.names) for each in across],
                "rows": [_row(entry, clauses, across) for entry, clauses in said],
            }


_Said = tuple[str, Sequence[Mapping[str, Any]]]


def _said(clauses: Iterable[Mapping[str, Any]], *, personal: bool) -> Iterator[_Said]:
    """Each class or field that is spoken of, with the clauses that speak of it: fields behind their class."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    places: dict[str, int] = {}
    order = list(CLASSES)
    for clause in clauses:
        for each in spoken_fields(clause):
            if each.personal is personal:
                named = each.field.name in clause["fields"]
                entry = each.field.name if named else each.field.field_class.value
                places.setdefault(entry, 2 * order.index(each.field.field_class.value) + named)
                held = found.setdefault(entry, [])
                if clause not in held:
                    held.append(clause)
    for entry in sorted(found, key=lambda entry: (places[entry], entry)):
        yield entry, found[entry]


def _row(entry: str, clauses: Sequence[Mapping[str, Any]], across: Sequence[Recipient]) -> dict[str, Any]:
    return {
        "label": entry_label(entry),
        "single": entry not in CLASSES,
        "cells": [
            [f"{WORDS[each['treatment']]} {each['id']}" for each in clauses if _reaches(each, recipient)]
            or ["–"]
            for recipient in across
        ],
    }


def _reaches(clause: Mapping[str, Any], recipient: Recipient) -> bool:
    reader = recipient.reader
    sides = {reader.agency, reader.kind, *([MEMBERS] if recipient.member else [])}
    roles = clause.get("roles")
    return bool(sides & set(clause["to"])) and (roles is None or recipient.role in roles)
