"""Published figures that come in."""

from foundation import clock
from foundation.database import Tx
from foundation.ledger.append import Entry, Operation, append


def figures_imported(  # noqa: PLR0913 - who, and the exact keys of the event
    tx: Tx,
    actor_user: str,
    agency: str,
    session: str,
    *,
    import_id: str,
    source_digest: str,
    edition: str,
    rows: int,
) -> str:
    """A batch of published figures came in; `source_digest` is SHA-256 of the publisher's file."""
    return append(
        tx,
        Entry(
            operation=Operation.COLLECTION,
            event="sharing:figures:imported",
            at=clock.now(),
            actor=actor_user,
            agency=agency,
            session=session,
            agencies=frozenset({agency}),
            records=(),
            detail={"import": import_id, "source": source_digest, "edition": edition, "rows": rows},
        ),
    )
