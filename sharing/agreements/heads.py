"""The nine heads under which an agreement is written down, and what follows for each from its terms.

Source: ICO, Data sharing: a code of practice, what a data sharing agreement should include; the heads are the
code's, the words here are ours. `docs/agreements.md` says how each is used.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from auth.purposes import purpose_label
from foundation.clock import LONDON
from sharing.agreements.content import VersionTerms
from sharing.agreements.sensitive import of_offences, special_classes
from sharing.release.schema import TREATMENTS, Treatment
from sharing.vocabulary.words import CLASSES, field_label

#: How long one head may be, in characters.
LONGEST = 5_000

#: The heads by their slugs in files, in the order of the code.
HEADS: Mapping[str, str] = {
    "purpose": "Purpose",
    "organisations": "Organisations",
    "controllers": "Joint controllers",
    "data_items": "Data items",
    "lawful_basis": "Lawful basis",
    "special_category": "Special category and offence data",
    "access_rights": "Access and individual rights",
    "governance": "Governance",
    "details": "Further details",
}

#: What people write under each.
ASKS: Mapping[str, str] = {
    "purpose": "What the sharing is to achieve, why it is needed, and who gains by it.",
    "organisations": "Whom to speak to at each party, and how a party joins or leaves.",
    "controllers": "Whether the parties decide together or each for itself, and who answers for what.",
    "data_items": "What is shared, why no less would do, and how exact and recent it has to be.",
    "lawful_basis": "The lawful basis and the legal power of each party; they need not be the same.",
    "special_category": "The condition for each such class, and where the policy document for it is kept.",
    "access_rights": "Who answers a person who asks for a copy, objects or complains, and by when.",
    "governance": "Accuracy, retention, security, training, breaches, and what happens when sharing ends.",
    "details": "The impact assessment, model letters, and who reviews this and how often.",
}


def derived(terms: VersionTerms, names: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """What follows from the terms under each head, line by line; `names` maps agencies to their names."""
    opening = [clause for clause in terms.clauses if TREATMENTS[clause["treatment"]] < Treatment.WITHHOLD]
    return {
        "purpose": tuple(purpose_label(purpose) for purpose in terms.purposes),
        "organisations": tuple(names.get(party, party) for party in terms.parties),
        "controllers": ("Each party is the controller of the records that it contributes.",),
        "data_items": tuple(_by_field(opening)),
        "lawful_basis": tuple(_grouped(terms.clauses, lambda clause: [clause["basis"]])),
        "special_category": tuple(_grouped(opening, _special)),
        "access_rights": ("Whoever owns a record decides on requests for what is withheld.",),
        "governance": tuple(_grouped(opening, _kept)),
        "details": tuple(_dates(terms)),
    }


def _by_field(opening: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return _grouped(
        opening, lambda clause: [CLASSES.get(each) or field_label(each) for each in clause["fields"]]
    )


def _special(clause: Mapping[str, Any]) -> list[str]:
    said = [f"{CLASSES[each]}: {clause['basis']}" for each in special_classes(clause)]
    return said + ([f"Offence data: {clause['basis']}"] if of_offences(clause) else [])


def _kept(clause: Mapping[str, Any]) -> list[str]:
    days = clause.get("retention_days")
    return [f"Read for {days} days from release" if days else "Read without an end of its own"]


def _grouped(
    clauses: Iterable[Mapping[str, Any]], said: Callable[[Mapping[str, Any]], list[str]]
) -> Iterable[str]:
    """Each thing that clauses say once, with the clauses that say it behind."""
    by_words: dict[str, list[str]] = {}
    for clause in clauses:
        for words in said(clause):
            by_words.setdefault(words, []).append(clause["id"])
    for words, ids in by_words.items():
        yield f"{words} ({', '.join(ids)})"


def _dates(terms: VersionTerms) -> Iterable[str]:
    last = (terms.until - timedelta(microseconds=1)).astimezone(LONDON)
    yield f"In force from {terms.from_at.astimezone(LONDON):%-d %B %Y} to {last:%-d %B %Y}."
    if terms.review is not None:
        yield f"To be reviewed by {terms.review:%-d %B %Y}."
