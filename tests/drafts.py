"""Drafts to test with: a small agreement of Newham's, its people, and the entries that they leave."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, update

from foundation.database import Database
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.tables import ledger_pending
from sharing.agreements.drafting import begin_agreement
from sharing.agreements.policy import bump_epoch
from sharing.agreements.stages import Stage
from sharing.agreements.tables import agreement_version
from tests.partnership import ROBBERY, actor

#: Of Newham, who may draft; a colleague; the police signatory that is the other party; of no party.
INES, YUSRA, SIMON, NEIL = "ines-duarte", "yusra-malik", "simon-achebe", "neil-garroway"

PARTIES = ["newham", "metropolitan-north-east", "east-bank-bcrp"]


def clause(id_: str = "1.1", **more: Any) -> dict[str, Any]:
    """What happened, from the police to the council, in full."""
    return {
        "id": id_,
        "title": "The council sees what happened.",
        "purposes": [ROBBERY],
        "from": ["metropolitan-north-east"],
        "to": ["newham"],
        "records": ["incident"],
        "fields": ["event", "place"],
        "treatment": "disclose",
        "basis": "Crime and Disorder Act 1998, section 115.",
        **({} if more.get("treatment") in ("withhold", "absent") else {"retention_days": 184}),
        **more,
    }


def version(*clauses: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A version of this year and the next between Newham, the police and a partnership."""
    return {
        "from": "2026-01-01T00:00:00Z",
        "until": "2090-01-01T00:00:00Z",
        "parties": PARTIES,
        "purposes": [ROBBERY],
        "clauses": list(clauses),
        **more,
    }


def begun(database: Database, *clauses: dict[str, Any], by: str = INES, **more: Any) -> tuple[str, int]:
    """A new agreement with a draft of these clauses."""
    return begin_agreement(database, actor(by), "NEW", "Working together", version(*clauses, **more))


def set_stage(database: Database, place: tuple[str, int], stage: Stage) -> None:
    """Move a version on, as review and signing do."""
    agreement_id, number = place
    with database.transaction() as tx:
        tx.execute(
            update(agreement_version)
            .where(agreement_version.c.agreement_id == agreement_id, agreement_version.c.number == number)
            .values(stage=stage)
        )
        bump_epoch(tx)


@contextmanager
def entries(database: Database) -> Iterator[list[dict[str, Any]]]:
    """The list fills at the block's end with the entries that were left inside it."""
    before, found = _all(database), []
    yield found
    found.extend(_all(database)[len(before) :])


def _all(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as tx:
        rows = tx.execute(select(ledger_pending.c.detail).order_by(ledger_pending.c.seq)).scalars()
        return [json.loads(seen_by(row, None)) for row in rows]
