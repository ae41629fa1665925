"""What a version of an agreement holds, as values: the form in which terms are read, kept and written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping


@dataclass(frozen=True)
class VersionTerms:
    """One version: `clauses` are mappings in the form in which they are kept, in order.

    `heads` holds what people wrote under the nine heads, by their slugs.
    """

    number: int
    signed: bool
    from_at: datetime
    until: datetime
    parties: tuple[str, ...]
    purposes: tuple[str, ...]
    clauses: tuple[Mapping[str, Any], ...]
    review: date | None = None
    heads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AgreementTerms:
    """An agreement with its versions, oldest first."""

    id: str
    title: str
    versions: tuple[VersionTerms, ...]


def terms_of(row: RowMapping, *, signed: bool) -> VersionTerms:
    """The version that a row of `agreement_version` keeps."""
    return VersionTerms(
        number=row["number"],
        signed=signed,
        from_at=row["from_at"],
        until=row["until_at"],
        parties=tuple(row["parties"]),
        purposes=tuple(row["purposes"]),
        clauses=tuple(row["clauses"]),
        review=row["review_due"],
        heads=row["heads"] or {},
    )


def columns_of(terms: VersionTerms) -> dict[str, Any]:
    """The columns of `agreement_version` that keep what a version says."""
    return {
        "from_at": terms.from_at,
        "until_at": terms.until,
        "parties": list(terms.parties),
        "purposes": list(terms.purposes),
        "clauses": [dict(clause) for clause in terms.clauses],
        "heads": dict(terms.heads),
        "review_due": terms.review,
    }
