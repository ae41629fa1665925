"""The bytes of the log, not where they are kept: details, leaves, tree, proofs, notes, tiles, bundles.

Storage (`foundation.ledger`) and the checks (`foundation.ledger.replay`) import from here and not from each
other. Partners check with `foundation/ledger/verifier/verify.py`, which was written a second time on purpose.
"""

from foundation.ledger.encoding.detail import Plain

__all__ = ["Plain"]
