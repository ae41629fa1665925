"""An owner looks at who may see and who has looked; `receipts_read` of one record stands in records."""

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def audiences_shown(tx: Tx, actor: Actor, *, record: str, audiences: int) -> str:
    """The owner looked at who may see what of a record."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:audiences:shown",
        records=[record],
        audiences=audiences,
    )


def receipts_reported(tx: Tx, actor: Actor, *, rows: int, agency: str, agreement: str) -> str:
    """The report of who has looked at the agency's records was shown, narrowed as said."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:receipts:reported",
        rows=rows,
        agency=agency,
        agreement=agreement,
    )
