"""Signed notes: a short text with Ed25519 signature lines that tools of others can read. Pure.

Source: C2SP signed-note. A key's name has no spaces and no plus sign; its id is four bytes of SHA-256.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_SIGNATURE_LINE = re.compile(r"— (\S+) (\S+)")
_SIGNATURES_MOST = 100
_NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True)
class Verifier:
    """A public key under its name: enough to check a note's signature."""

    name: str
    public: bytes  # 32 bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def text(self) -> str:
        """The key in the form in which it is handed to partners: `name+id+base64`."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @staticmethod
    def read(text: str) -> "Verifier":
        """The key from its text form.

        Raises:
            ValueError: if the text is not an Ed25519 key in that form, or its id is not its own.
        """
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _decoded(encoded)
        verifier = Verifier(_checked_name(name), key[1:])
        if key[:1] != _ED25519 or len(key) != 33 or verifier.key_id.hex() != key_id:
            raise ValueError("this is not the text of an Ed25519 key")
        return verifier

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether the signature of the text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key under its name. Never printed: `repr` shows the name only."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(_checked_name(self.name), public.public_bytes_raw())

    def text(self) -> str:
        """The key in the form in which it is kept: `PRIVATE+KEY+name+id+base64`."""
        encoded = b64encode(_ED25519 + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    @staticmethod
    def read(text: str) -> "Signer":
        """The key from its text form.

        Raises:
            ValueError: if the text is not a private Ed25519 key in that form.
        """
        mark, _, rest = text.strip().partition("PRIVATE+KEY+")
        name, key_id, encoded = [*rest.split("+", 2), "", "", ""][:3]
        key = _decoded(encoded)
        if mark or key[:1] != _ED25519 or len(key) != 33:
            raise ValueError("this is not the text of a private Ed25519 key")
        signer = Signer(name, key[1:])
        if signer.verifier.key_id.hex() != key_id:
            raise ValueError("the key does not have the id that stands beside it")
        return signer


def sign(text: str, signer: Signer) -> str:
    """The note: the text, an empty line and one signature line. The same text always gives the same note.

    Raises:
        ValueError: if the text does not end with a newline or holds other control characters.
    """
    _check_text(text)
    signature = Ed25519PrivateKey.from_private_bytes(signer.seed).sign(text.encode())
    verifier = signer.verifier
    return f"{text}\n— {verifier.name} {b64encode(verifier.key_id + signature).decode()}\n"


def opened(note: str, verifier: Verifier) -> str:
    """The text of a note that this key has signed. Signatures of other keys are passed over.

    Raises:
        ValueError: if the note is malformed, does not carry the key's signature, or carries a bad one.
    """
    text, signatures = _split(note)
    mine = [raw[4:] for name, raw in signatures if name == verifier.name and raw[:4] == verifier.key_id]
    if not mine:
        raise ValueError("the note does not carry the signature of this key")
    if not all(verifier.accepts(text, signature) for signature in mine):
        raise ValueError("the note carries a bad signature")
    return text


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, found, lines = note.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise ValueError("the note has no signatures")
    text += "\n"
    _check_text(text)
    matches = [_SIGNATURE_LINE.fullmatch(line) for line in lines[:-1].split("\n")]
    if len(matches) > _SIGNATURES_MOST:
        raise ValueError("the note has too many signatures")
    signatures = [(match[1], _decoded(match[2])) for match in matches if match]
    if len(signatures) != len(matches) or any(len(raw) < 5 for _, raw in signatures):
        raise ValueError("the note has a malformed signature line")
    return text, signatures


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(sign_) < 32 and sign_ != "\n" for sign_ in text):
        raise ValueError("the text of a note is lines without control characters")


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("the name of a key has no spaces and no plus sign")
    return name


def _decoded(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError("this is not base64") from error
    if b64encode(raw).decode() != text:  # two texts of one signature would make two notes of one checkpoint
        raise ValueError("this is not base64 in its one form")
    return raw
