"""Agreements that others draft or negotiate, of which no observer may learn."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from foundation.database import Database
from sharing.agreements.tables import agreement, agreement_version
from tests.leaks.values import Writer


def add_talks(database: Database, writer: Writer, at: datetime, purpose: str) -> None:
    """A draft that names the parties of HAV-CSP-01, and an agreement in review between others."""
    clause = {"id": writer.canary("talks.clause")[:20], "title": writer.canary("talks.title")}
    version = agreement_version
    plain = {
        "purposes": [purpose], "clauses": [clause], "from_at": at, "until_at": at + timedelta(days=90),
        "drafted_at": at, "drafted_by": "neil-garroway", "drafted_agency": "metropolitan-east-area",
    }  # fmt: skip
    with database.transaction() as tx:
        tx.execute(insert(agreement), {"id": "STR-TALKS", "title": writer.canary("talks.agreement")})
        wanted = select(version.c.parties).where(
            version.c.agreement_id == "HAV-CSP-01", version.c.number == 3
        )
        parties = tx.execute(wanted).scalar_one()
        for row in (
            {"agreement_id": "HAV-CSP-01", "number": 5, "stage": "draft", "parties": parties},
            {"agreement_id": "STR-TALKS", "number": 1, "stage": "review", "parties": ["newham"]},
        ):
            tx.execute(insert(version), {**plain, **row})
