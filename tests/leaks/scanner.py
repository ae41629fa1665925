"""Finds a token in bytes, whatever it was written in."""

import base64
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

_GZIP, _ZLIB = b"\x1f\x8b\x08", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
#: Base64 of something packed, by how it begins.
_RUN = re.compile(rb"(?:H4sI|e[AFJN])[A-Za-z0-9+/_-]{20,}")
_DEEPEST = 2
#: Base64 for addresses as the ordinary one.
_ADDRESSES = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True)
class Form:
    """A way in which a token of sixteen small letters may be written.

    `runs` finds the stretches that may hold it, `width` is how many bytes of it are compared, `write` gives
    what it may have become.
    """

    name: str
    runs: re.Pattern[bytes]
    width: int
    write: Callable[[bytes], Iterable[bytes]]


class Scanner:
    """Looks for many tokens at once; make it once and ask often."""

    def __init__(self, tokens: Iterable[str]) -> None:
        every = [token.encode() for token in tokens]
        self._known = {
            form.name: {
                written[: form.width]: f"{token.decode()} as {form.name}"
                for token in every
                for written in form.write(token)
            }
            for form in FORMS
        }

    def found(self, data: bytes) -> set[str]:
        """The tokens that stand in the data, each with how it was written."""
        return {hit for view in _views(data, _DEEPEST) for form in FORMS for hit in self._in(view, form)}

    def _in(self, view: bytes, form: Form) -> Iterator[str]:
        known, width = self._known[form.name], form.width
        for run in form.runs.finditer(view):
            stretch = run[0]
            for start in range(len(stretch) - width + 1):
                hit = known.get(stretch[start : start + width])
                if hit is not None:
                    yield hit


def _views(data: bytes, depth: int) -> Iterable[bytes]:
    """The data as it is and folded, and what comes out of it when it is unescaped or unpacked."""
    yield data
    folded = data.lower()
    if folded != data:
        yield folded
    unquoted = unquote_to_bytes(data)
    if unquoted != data:
        yield unquoted.lower()
    if b"-" in data or b"_" in data:
        yield data.translate(_ADDRESSES)
    if b"\\u" in data:
        yield re.sub(rb"\\u00([0-9a-fA-F]{2})", lambda hit: bytes.fromhex(hit[1].decode()), data).lower()
    if depth:
        for inner in _unpacked(data):
            yield from _views(inner, depth - 1)


def _unpacked(data: bytes) -> Iterable[bytes]:
    """Whatever is compressed in the data, or in base64 in it."""
    starts = [hit.start() for mark in (_GZIP, *_ZLIB) for hit in re.finditer(re.escape(mark), data)]
    for start in starts:
        packed = data[start : start + 5_000_000]
        for bits in (31, 15):
            try:
                yield zlib.decompressobj(bits).decompress(packed, 5_000_000)
            except zlib.error:
                continue
    for run in _RUN.findall(data):
        whole = run[: len(run) - len(run) % 4].translate(_ADDRESSES)
        yield base64.b64decode(whole)


def _sixty_four(token: bytes) -> Iterable[bytes]:
    """The middle of the token's base64 at each of three places in what is around it."""
    for spelt in (token, token.upper()):
        for ahead in range(3):
            first = (ahead * 8 + 5) // 6
            yield base64.b64encode(b"\0" * ahead + spelt + b"\0" * 3)[first : (ahead + len(spelt)) * 8 // 6]


def _hexadecimal(token: bytes) -> Iterable[bytes]:
    return [token.hex().encode(), token.upper().hex().encode()]


def _letters(token: bytes) -> list[bytes]:
    return [token[place : place + 1] for place in range(len(token))]


def _digests(token: bytes) -> Iterable[bytes]:
    for spelt in (token, token.upper()):
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, spelt, usedforsecurity=False).digest()
            yield digest.hex().encode()
            yield digest[:16].hex().encode()


FORMS = (
    Form("plain", re.compile(rb"[a-z]{16,}"), 16, lambda token: [token]),
    Form("reversed", re.compile(rb"[a-z]{16,}"), 16, lambda token: [token[::-1]]),
    Form("base64", re.compile(rb"[A-Za-z0-9+/]{20,}"), 20, _sixty_four),
    Form("hexadecimal", re.compile(rb"[0-9a-f]{32,}"), 32, _hexadecimal),
    Form("a digest", re.compile(rb"[0-9a-f]{32,}"), 32, _digests),
    Form("UTF-16", re.compile(rb"(?:[a-z]\0){15,}[a-z]"), 31, lambda token: [b"\0".join(_letters(token))]),
)

#: How a leak might write a token, to show that the scanner finds each.
WRITINGS: Mapping[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "upper case": lambda token: token.upper().encode(),
    "reversed": lambda token: token[::-1].encode(),
    "base64": lambda token: base64.b64encode(token.encode()),
    "base64, one byte on": lambda token: base64.b64encode(b"x" + token.encode() + b"y"),
    "base64, two bytes on": lambda token: base64.b64encode(b"xx" + token.encode() + b"y"),
    "base64 for addresses": lambda token: base64.urlsafe_b64encode(b"\xfb\xff" + token.encode() + b"?"),
    "hexadecimal": lambda token: token.encode().hex().encode(),
    "hexadecimal, upper case": lambda token: token.encode().hex().upper().encode(),
    "percent signs": lambda token: "".join(f"%{byte:02X}" for byte in token.encode()).encode(),
    "in an address": lambda token: quote(f"a b/{token}").encode(),
    "JSON escapes": lambda token: "".join(f"\\u{ord(letter):04x}" for letter in token).encode(),
    "JSON": lambda token: json.dumps({"a": f"é {token}"}).encode(),
    "UTF-16, little end": lambda token: token.encode("utf-16-le"),
    "UTF-16, big end": lambda token: token.encode("utf-16-be"),
    "gzip": lambda token: gzip.compress(f"some {token} text".encode(), mtime=0),
    "zlib": lambda token: zlib.compress(f"some {token} text".encode()),
    "gzip in base64": lambda token: base64.b64encode(gzip.compress(f"some {token} text".encode(), mtime=0)),
    "SHA-256": lambda token: hashlib.sha256(token.encode()).hexdigest().encode(),
    "SHA-256, the first half": lambda token: hashlib.sha256(token.encode()).hexdigest()[:32].encode(),
    "MD5": lambda token: hashlib.md5(token.encode(), usedforsecurity=False).hexdigest().encode(),
}
