"""The receipt of one entry: what its agency reads of it, and the proof that it stands in the signed log."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from foundation.database import Tx
from foundation.errors import ConcordatError, Conflict, Missing, Unavailable
from foundation.ledger import logs
from foundation.ledger.downloads import newest_offered
from foundation.ledger.encoding.detail import NONCE_SIZE
from foundation.ledger.encoding.kept import taken_home
from foundation.ledger.encoding.receipt import Receipt
from foundation.ledger.published import proof_of_inclusion
from foundation.ledger.sealing import unseal
from foundation.ledger.tables import ledger_agency_mention, ledger_detail, ledger_key, ledger_pending

_NO_ENTRY = "There is no such entry."
_NOT_YET = "The entry is not signed yet. Try again in a minute."


def receipt_of(tx: Tx, event_id: str, agency: str, witnesses: Sequence[str] = ()) -> Receipt:
    """The receipt of one entry that concerns the agency.

    Raises:
        Missing: if there is no such entry, or it does not concern the agency.
        Conflict: if it is not covered by a signed checkpoint yet.
    """
    detail, mention, key = ledger_detail.c, ledger_agency_mention.c, ledger_key.c
    joined = ledger_detail.join(ledger_agency_mention, detail.idx == mention.idx)
    concerned = (
        select(detail.idx, detail.detail, key.key)
        .select_from(joined.outerjoin(ledger_key, key.idx == detail.idx))
        .where(detail.id == event_id, mention.agency == agency)
    )
    row = tx.execute(concerned).one_or_none()
    if row is None:
        raise _why_not(tx, event_id, agency)
    if row.key is None:
        raise Missing(_NO_ENTRY)
    opening, text = _opened(row, agency)
    span = next(each for each in reversed(logs.spans(tx)) if each.first <= row.idx)
    index, signed = row.idx - span.first, newest_offered(tx, span, witnesses)
    if index >= signed.size:
        signed = newest_offered(tx, span, ())
    if index >= signed.size:
        raise Conflict(_NOT_YET)
    proof = proof_of_inclusion(tx, span, index, signed.size)
    nonce, of_view = opening[:NONCE_SIZE], opening[NONCE_SIZE:]
    return Receipt(index, nonce, text, proof, signed.note, agency if of_view else "", of_view)


def _opened(row: Any, agency: str) -> tuple[bytes, str]:
    try:
        return taken_home(*unseal(row.key, row.detail), agency)
    except ValueError as error:
        raise Unavailable("An entry of the ledger cannot be opened. Tell whoever runs the portal.") from error


def _why_not(tx: Tx, event_id: str, agency: str) -> ConcordatError:
    table = ledger_pending
    waiting = tx.execute(select(table.c.agencies).where(table.c.id == event_id)).scalar_one_or_none()
    return Conflict(_NOT_YET) if agency in (waiting or ()) else Missing(_NO_ENTRY)
