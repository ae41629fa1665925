"""Cosignatures: whoever saw a checkpoint says so, with the time. Pure.

Source: C2SP tlog-cosignature: Ed25519 over the text of the checkpoint, ML-DSA-44 over what it says. The log
signs its own checkpoints in this form too, since a checkpoint itself holds no time.
"""

from foundation.ledger.encoding.checkpoint import Checkpoint, read_body
from foundation.ledger.encoding.note import Kind, Signature, Signer, Verifier, split

_TIME_SIZE = 8
_LATEST = 2**63 - 1
_LABEL = b"subtree/v1\n\0"


def cosign(checkpoint: Checkpoint, signer: Signer, at: int) -> str:
    """The line, with its newline, by which the key says that it saw the checkpoint at `at`, a POSIX time."""
    verifier = signer.verifier
    raw = at.to_bytes(_TIME_SIZE, "big") + signer.signature(_message(checkpoint, verifier, at))
    return Signature(verifier.name, verifier.key_id, raw).line()


def cosigned_at(note: str, verifier: Verifier) -> int | None:
    """When the key says it saw the checkpoint of the note, as a POSIX time; None if it does not say so.

    The largest time, if it says so more than once.

    Raises:
        ValueError: if the note is malformed, or carries a bad signature of this key.
    """
    text, signatures = split(note)
    checkpoint = read_body(text)
    times = [_checked(checkpoint, verifier, each) for each in signatures if each.is_of(verifier)]
    return max(times, default=None)


def _checked(checkpoint: Checkpoint, verifier: Verifier, signature: Signature) -> int:
    at = int.from_bytes(signature.raw[:_TIME_SIZE], "big")
    good = at <= _LATEST and verifier.accepts(_message(checkpoint, verifier, at), signature.raw[_TIME_SIZE:])
    if not good:
        raise ValueError("the note carries a bad cosignature")
    return at


def _message(checkpoint: Checkpoint, verifier: Verifier, at: int) -> bytes:
    if verifier.kind is Kind.COSIGNATURE:
        return f"cosignature/v1\ntime {at}\n{checkpoint.body()}".encode()
    if verifier.kind is not Kind.ML_DSA_44:
        raise ValueError("this key does not sign with a time")
    return b"".join(
        (
            _LABEL,
            _prefixed(verifier.name),
            at.to_bytes(8, "big"),
            _prefixed(checkpoint.origin),
            bytes(8),  # from the first leaf
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _prefixed(name: str) -> bytes:
    raw = name.encode()
    return bytes([len(raw)]) + raw
