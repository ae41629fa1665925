"""The portal as it serves, but for one thing: its operations leave no entry. Only to be measured against.

The product has no such switch: this module puts another function in the append's place before anything else
has taken it.
"""

from foundation.database import Tx
from foundation.identifiers import new_id
from foundation.ledger import append as ledger


def leaves_nothing(tx: Tx, entry: ledger.Entry, *, while_: ledger.While | None = None) -> str:
    """What `append` gives, with nothing encoded, sealed or written."""
    return new_id()


ledger.append = leaves_nothing

from portal.app import create_serving_app  # after the append was replaced

__all__ = ["create_serving_app"]
