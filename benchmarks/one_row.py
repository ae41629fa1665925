"""The portal as it serves, but for what an entry is: one row of the same size, made beforehand and only inserted.

Nothing is encoded, sealed or sequenced: what is left is a statement and a commit that waits for the disk. Only to
be measured against, as `benchmarks.unaudited`; the product has no such switch.
"""

import ssl

from foundation.identifiers import ID_SIZE, id_of
from foundation.ledger import append as ledger
from foundation.ledger import runner

_make, _made = ledger._row, dict[tuple[str, int], tuple[object, ...]]()


def made_beforehand(entry: ledger.Entry) -> tuple[object, ...]:
    """The row of the first entry of its kind that this process wrote, under an id of its own."""
    kind = entry.event, len(entry.records)
    if kind not in _made:
        _made[kind] = _make(entry)
    return (id_of(ssl.RAND_bytes(ID_SIZE)), *_made[kind][1:])


ledger._row = made_beforehand
runner.Sequencer.start = lambda _self: None  # type: ignore[method-assign]

from portal.app import create_serving_app  # after both were replaced

__all__ = ["create_serving_app"]
