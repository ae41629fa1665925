"""Signed notes: a short text with signature lines that tools of others can read, and the keys for them. Pure.

Source: C2SP signed-note. A key's name has no spaces and no plus sign; its id is four bytes of SHA-256.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

_SIGNATURE_LINE = re.compile(r"— (\S+) (\S+)")
_SIGNATURES_MOST = 100
_NAME = re.compile(r"[^\s+]+")
_SEED = 32


class Kind(IntEnum):
    """What a signature is made with and over: the byte that stands before the key."""

    ED25519 = 0x01  # over the text of the note
    COSIGNATURE = 0x04  # Ed25519 over a time and the text of a checkpoint
    ML_DSA_44 = 0x06  # over a time and what a checkpoint says


_PUBLIC_SIZE = {Kind.ED25519: 32, Kind.COSIGNATURE: 32, Kind.ML_DSA_44: 1312}


@dataclass(frozen=True)
class Verifier:
    """A public key under its name: enough to check its signatures."""

    name: str
    public: bytes
    kind: Kind = Kind.ED25519

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def text(self) -> str:
        """The key in the form in which it is handed to partners: `name+id+base64`."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    @staticmethod
    def read(text: str) -> "Verifier":
        """The key from its text form.

        Raises:
            ValueError: if the text is not a key of a known kind in that form, or its id is not its own.
        """
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        kind, public = _kind_and_key(encoded)
        verifier = Verifier(_checked_name(name), public, kind)
        if len(public) != _PUBLIC_SIZE[kind] or verifier.key_id.hex() != key_id:
            raise ValueError("this is not the text of a public key")
        return verifier

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature of exactly these bytes is this key's."""
        try:
            if self.kind is Kind.ML_DSA_44:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key under its name. Never printed: `repr` shows the name only."""

    name: str
    seed: bytes
    kind: Kind = Kind.ED25519

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        if self.kind is Kind.ML_DSA_44:
            public = MLDSA44PrivateKey.from_seed_bytes(self.seed).public_key().public_bytes_raw()
        else:
            public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return Verifier(_checked_name(self.name), public, self.kind)

    def text(self) -> str:
        """The key in the form in which it is kept: `PRIVATE+KEY+name+id+base64`."""
        encoded = b64encode(bytes([self.kind]) + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    @staticmethod
    def read(text: str) -> "Signer":
        """The key from its text form.

        Raises:
            ValueError: if the text is not a private key in that form.
        """
        mark, _, rest = text.strip().partition("PRIVATE+KEY+")
        name, key_id, encoded = [*rest.split("+", 2), "", "", ""][:3]
        kind, seed = _kind_and_key(encoded)
        if mark or len(seed) != _SEED:
            raise ValueError("this is not the text of a private key")
        signer = Signer(name, seed, kind)
        if signer.verifier.key_id.hex() != key_id:
            raise ValueError("the key does not have the id that stands beside it")
        return signer

    def signature(self, message: bytes) -> bytes:
        """The signature of exactly these bytes. Those of Ed25519 do not vary; those of ML-DSA do."""
        if self.kind is Kind.ML_DSA_44:
            return MLDSA44PrivateKey.from_seed_bytes(self.seed).sign(message)
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


@dataclass(frozen=True)
class Signature:
    """One signature line: whose it says it is, and its bytes after the key's id."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"— {self.name} {b64encode(self.key_id + self.raw).decode()}\n"

    def is_of(self, verifier: Verifier) -> bool:
        """Whether it says that it is this key's."""
        return (self.name, self.key_id) == (verifier.name, verifier.key_id)


def sign(text: str, *signers: Signer) -> str:
    """The note: the text, an empty line and a signature line of each Ed25519 key.

    Raises:
        ValueError: if the text does not end with a newline or holds other control characters.
    """
    _check_text(text)
    lines = [Signature(each.name, each.verifier.key_id, each.signature(text.encode())) for each in signers]
    return f"{text}\n{''.join(line.line() for line in lines)}"


def opened(note: str, verifier: Verifier) -> str:
    """The text of a note that this Ed25519 key has signed. Signatures of other keys are passed over.

    Raises:
        ValueError: if the note is malformed, does not carry the key's signature, or carries a bad one.
    """
    text, signatures = split(note)
    mine = [each for each in signatures if each.is_of(verifier)]
    if not mine:
        raise ValueError("the note does not carry the signature of this key")
    if not all(verifier.accepts(text.encode(), each.raw) for each in mine):
        raise ValueError("the note carries a bad signature")
    return text


def split(note: str) -> tuple[str, list[Signature]]:
    """The text of a note and its signature lines, none of which has been checked.

    Raises:
        ValueError: if the note is malformed.
    """
    text, found, lines = note.rpartition("\n\n")
    if not found:
        raise ValueError("the note has no signatures")
    text += "\n"
    _check_text(text)
    return text, read_lines(lines)


def read_lines(lines: str) -> list[Signature]:
    """Signature lines as they end a note.

    Raises:
        ValueError: if one is malformed, or there are too many or none.
    """
    if not lines.endswith("\n"):
        raise ValueError("the note has no signatures")
    matches = [_SIGNATURE_LINE.fullmatch(line) for line in lines[:-1].split("\n")]
    if len(matches) > _SIGNATURES_MOST:
        raise ValueError("the note has too many signatures")
    found = [(match[1], _decoded(match[2])) for match in matches if match]
    if len(found) != len(matches) or any(len(raw) < 5 for _, raw in found):
        raise ValueError("the note has a malformed signature line")
    return [Signature(name, raw[:4], raw[4:]) for name, raw in found]


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(sign_) < 32 and sign_ != "\n" for sign_ in text):
        raise ValueError("the text of a note is lines without control characters")


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("the name of a key has no spaces and no plus sign")
    return name


def _kind_and_key(encoded: str) -> tuple[Kind, bytes]:
    raw = _decoded(encoded)
    if raw[:1] not in {bytes([kind]) for kind in Kind}:
        raise ValueError("this is not the text of a key of a known kind")
    return Kind(raw[0]), raw[1:]


def _decoded(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError("this is not base64") from error
    if b64encode(raw).decode() != text:  # two texts of one signature would make two notes of one checkpoint
        raise ValueError("this is not base64 in its one form")
    return raw
