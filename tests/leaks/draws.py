"""Chance, made repeatable: two worlds draw the same ids, references and tokens for the same things.

What is drawn depends on a label that the harness sets (the thing being built, or the request being made), on
the function that asks, and on how often it has asked under this label; so one more hidden person in one world
does not shift what is drawn for anything else.
"""

import os
import random
import secrets
import ssl
import sys
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256, shake_256
from typing import Any
from unittest.mock import patch

from itsdangerous import TimestampSigner

from sharing.agreements import releases

#: Frames that only pass a draw on: what counts is who wanted it.
_PASSING = frozenset({"<genexpr>", "new_id", "new_reference", "new_token", "new_nonce", "choice", "uuid4"})
_EPOCH_SECONDS = 1_771_340_400


class Draws:
    """The source of all chance while it is installed."""

    def __init__(self) -> None:
        self._label = "start"
        self._asked: Counter[str] = Counter()

    def begin(self, label: str) -> None:
        """Name what is about to be drawn for; the same label draws the same again."""
        self._label = label
        self._asked.clear()

    def bytes(self, size: int) -> bytes:
        asker = self._asker()
        self._asked[asker] += 1
        return shake_256(f"{self._label}|{asker}|{self._asked[asker]}".encode()).digest(size)

    def uuid4(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.bytes(16), version=4)

    def choice(self, options: Sequence[Any]) -> Any:
        return options[int.from_bytes(self.bytes(8)) % len(options)]

    def token_hex(self, size: int | None = None) -> str:
        return self.bytes(size or 32).hex()

    def token_urlsafe(self, size: int | None = None) -> str:
        return sha256(self.bytes(size or 32)).hexdigest()[: (size or 32) * 4 // 3]

    def _asker(self) -> str:
        frame = sys._getframe(2)
        while frame.f_back is not None and (
            frame.f_code.co_name in _PASSING or frame.f_code.co_filename == __file__
        ):
            frame = frame.f_back
        return frame.f_code.co_name


@contextmanager
def installed(draws: Draws) -> Iterator[Draws]:
    """Every draw of the product comes from these within the block; form tokens are signed at one moment."""
    with (
        patch.object(os, "urandom", draws.bytes),
        patch.object(random, "_urandom", draws.bytes),
        patch.object(uuid, "uuid4", draws.uuid4),
        patch.object(ssl, "RAND_bytes", draws.bytes),
        patch.object(secrets, "choice", draws.choice),
        patch.object(secrets, "token_bytes", lambda size=32: draws.bytes(size)),
        patch.object(secrets, "token_hex", draws.token_hex),
        patch.object(secrets, "token_urlsafe", draws.token_urlsafe),
        patch.object(releases, "choice", draws.choice),
        patch.object(TimestampSigner, "get_timestamp", lambda _: _EPOCH_SECONDS),
    ):
        yield draws
