"""Which signatures of a version stand, and who has yet to sign it."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, select

from foundation.database import Tx
from sharing.agreements import tables


def rows_of(table: Table, version: Mapping[Any, Any]) -> ColumnElement[bool]:
    """The rows of a table that belong to the version."""
    return and_(table.c.agreement_id == version["agreement_id"], table.c.number == version["number"])


def standing_signatures(version: Mapping[Any, Any]) -> ColumnElement[bool]:
    """The signatures of the version that are not void."""
    return and_(rows_of(tables.signature, version), tables.signature.c.voided.is_(None))


def signed_by(tx: Tx, agreement_ids: Collection[str]) -> dict[tuple[str, int], frozenset[str]]:
    """The agencies whose signature stands, by agreement and version."""
    signature = tables.signature
    rows = tx.execute(
        select(signature.c.agreement_id, signature.c.number, signature.c.agency_id).where(
            signature.c.agreement_id.in_(agreement_ids), signature.c.voided.is_(None)
        )
    )
    found: dict[tuple[str, int], set[str]] = {}
    for row in rows:
        found.setdefault((row.agreement_id, row.number), set()).add(row.agency_id)
    return {key: frozenset(agencies) for key, agencies in found.items()}


def unsigned(tx: Tx, version: Mapping[Any, Any]) -> list[str]:
    """The parties that have yet to sign the version."""
    key = (version["agreement_id"], version["number"])
    return sorted(set(version["parties"]) - signed_by(tx, [key[0]]).get(key, frozenset()))
