"""The desk of a data protection officer: a policy, downloads, and verify.py as she runs it."""

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from foundation.ledger import downloads
from foundation.ledger.encoding.policy import Policy
from foundation.ledger.receipts import receipt_of
from foundation.ledger.verifier import verify
from foundation.ledger.witnessing import published_policy
from tests.ledgers import Ledger


@cache
def quick_accepts(public: bytes, message: bytes, signature: bytes) -> bool:
    """The same answer as the plain Python of verify.py, for trials by the thousand."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass
class Desk:
    """Files of one agency."""

    folder: Path
    ledger: Ledger
    agency: str = "havering"

    def fetch_policy(self, witnesses: Policy = Policy()) -> Path:  # noqa: B008 - frozen
        with self.ledger.database.transaction() as tx:
            lines = published_policy(tx, witnesses).lines()
        path = self.folder / "policy.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    def fetch(self, name: str = "own.bundle", **asked: object) -> Path:
        with self.ledger.database.transaction() as tx:
            plan = downloads.plan_bundle(tx, self.agency, **asked)
        raw = b"".join(downloads.write_bundle(self.ledger.database, plan))
        assert len(raw) == plan.length
        path = self.folder / name
        path.write_bytes(raw)
        return path

    def fetch_receipt(self, event_id: str) -> Path:
        with self.ledger.database.transaction() as tx:
            receipt = receipt_of(tx, event_id, self.agency)
        path = self.folder / f"{event_id}.tlog-proof"
        path.write_text(receipt.text(), encoding="utf-8")
        return path

    def check(self, *files: Path) -> tuple[int, str]:
        """Exit code and words of verify.py."""
        return run_verify("--policy", self.folder / "policy.txt", *files)

    def told(self, *files: Path) -> dict:
        """What verify.py says with --json."""
        return json.loads(run_verify("--policy", self.folder / "policy.txt", "--json", *files)[1])


def run_verify(*arguments: object) -> tuple[int, str]:
    """verify.py in this process."""
    before, said = sys.argv, io.StringIO()
    sys.argv = ["verify.py", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = verify.main()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv = before
    return code, said.getvalue()


def with_end(lines: list[str]) -> bytes:
    """A bundle of these lines, without its last one, with a right last one."""
    raw = "".join(f"{line}\n" for line in lines).encode()
    return raw + f"end {sha256(raw).hexdigest()}\n".encode()


def lines_of(path: Path) -> list[str]:
    """The lines of a bundle without the last."""
    return path.read_text("utf-8").splitlines()[:-1]
