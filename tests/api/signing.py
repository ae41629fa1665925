"""A program that signs its requests, as docs/running.md tells programs to: by that document's own lines."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from werkzeug.test import TestResponse

from foundation import clock
from foundation.crypto.signed_requests import read_public_key, thumbprint
from tests.api.doors import Door
from tests.architecture.sources import ROOT
from tests.partnership import ROBBERY

HOST = "http://localhost"


@cache
def documented() -> Callable[..., dict[str, str]]:
    """The example of the document, by the portal's clock, which tests can stop."""
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/running.md").read_text("utf-8"), re.DOTALL)
    space: dict[str, Any] = {}
    exec(compile(lines, "docs/running.md", "exec"), space)  # noqa: S102 - our own document
    space["time"] = SimpleNamespace(time=lambda: clock.now().timestamp())
    signed: Callable[..., dict[str, str]] = space["signed"]
    return signed


class Program:
    """A program with a pair of keys."""

    def __init__(self) -> None:
        private = Ed25519PrivateKey.generate()
        self.private = private
        self.private_pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        self.thumbprint = thumbprint(read_public_key(self.pem))

    def headers(
        self,
        token: str,
        method: str = "GET",
        path: str = "sightings",
        body: bytes = b"",
        host: str = HOST,
        **more: str,
    ) -> dict[str, str]:
        """The headers of a good request; more of them by name, with `_` for `-`."""
        said = {"Authorization": f"Bearer {token}", "Sharing-Purpose": ROBBERY}
        if body:
            said["Content-Type"] = "application/json"
        said |= {name.replace("_", "-"): value for name, value in more.items()}
        url = f"{host}/api/v1/{path}"
        return documented()(self.private_pem, self.thumbprint, method, url, said, body)


def send(
    door: Door,
    headers: Mapping[str, str],
    method: str = "GET",
    path: str = "sightings",
    body: bytes = b"",
    host: str = HOST,
) -> TestResponse:
    """Send exactly this."""
    client = door.app.test_client()
    kind = headers.get("Content-Type")
    return client.open(
        f"/api/v1/{path}", method=method, base_url=host, headers=dict(headers), data=body, content_type=kind
    )
