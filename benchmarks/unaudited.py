"""The portal as it serves, but for one thing: its operations leave no entry. Only to be measured against.

The product has no such switch: this module puts another function in the append's place before anything else
has taken it.
"""

from collections.abc import Sequence

from foundation.database import Tx
from foundation.identifiers import new_id
from foundation.ledger import append as ledger


def leaves_none(tx: Tx, entries: Sequence[ledger.Entry], *, while_: ledger.While | None = None) -> list[str]:
    """What `append_all` gives, with nothing encoded, sealed or written."""
    return [new_id() for _ in entries]


def leaves_nothing(tx: Tx, entry: ledger.Entry) -> str:
    """The same for `append`."""
    return new_id()


ledger.append, ledger.append_all = leaves_nothing, leaves_none

from portal.app import create_serving_app  # after the append was replaced

__all__ = ["create_serving_app"]
