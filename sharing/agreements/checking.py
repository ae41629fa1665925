"""A text of terms checked on paper: its mistakes, and what is doubtful about each of its versions."""

from collections.abc import Mapping
from dataclasses import dataclass

from sharing.agreements.content import VersionTerms
from sharing.agreements.lined import load_lined
from sharing.agreements.lint import Lint
from sharing.agreements.lints import lints_of
from sharing.agreements.terms import parse_draft, parse_terms
from sharing.release.facts import Agency


@dataclass(frozen=True)
class Checked:
    """One version of a text, with its doubts."""

    terms: VersionTerms
    lints: tuple[Lint, ...]


def check_text(text: str, agencies: Mapping[str, Agency]) -> tuple[Checked, ...]:
    """Every version of the text with its doubts; a text of one version may leave out what the portal sets.

    Raises:
        Invalid: with a sentence for each mistake, by line and clause.
    """
    kinds = {agency.id: agency.kind for agency in agencies.values()}
    raw = load_lined(text)
    versions = raw.get("versions") if isinstance(raw, Mapping) else None
    alone = isinstance(versions, list) and len(versions) == 1
    read = parse_draft(raw, kinds) if alone else parse_terms(raw, kinds)
    return tuple(Checked(terms, lints_of(terms, agencies)) for terms in read.versions)
