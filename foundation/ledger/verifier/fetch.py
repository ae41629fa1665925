"""Fetches what concerns your agency from the ledger of Concordat, and goes on where a download broke off.

    python3 fetch.py ADDRESS FOLDER --key-file FILE [--sign-with PEM] [--after SIZE]

FILE holds a key of the JSON door, of somebody who may read the ledger. PEM is the private key of one that is
bound to its holder: openssl (3 or newer) then signs each request. SIZE is the number in the name of the
newest bundle that you have: only what came since is fetched then. What has come so far lies in FOLDER; run
the same command again after it was ended. Ends with 0 if the bundle is whole, 1 if it is not, 2 if it was
asked wrongly. Check the bundle with verify.py: this program sees to it that no byte is missing, and no more.
Standard library only. Sources: RFC 9110 section 14 (ranges), RFC 9421 (signatures). Runs with Python 3.9 and
newer.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import ssl
import subprocess
import sys
import tempfile
import time
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 60.0  # seconds for an answer or its next bytes
RESTS = (0.2, 1, 2, 4, 8, 15, 30, 30, 30, 30, 30)  # seconds between tries that bring nothing
PIECE = 1 << 16
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class RefusedError(Exception):
    """The portal answers, and trying again does not help."""


class Holder:
    """The private key of Ed25519 to which a key of the door is bound."""

    def __init__(self, pem: Path) -> None:
        self.pem = pem
        public = self.openssl("pkey", "-in", str(pem), "-pubout", "-outform", "DER")[-32:]
        plain = urlsafe_b64encode(public).decode().rstrip("=")
        named = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": plain}, separators=(",", ":"))
        self.keyid = urlsafe_b64encode(sha256(named.encode()).digest()).decode().rstrip("=")

    def openssl(self, *asked: str) -> bytes:
        """What the command gives."""
        command = ["openssl", *asked]  # no shell; the paths are those of whoever runs this
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise ValueError(f"openssl cannot sign with {self.pem}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def signed(self, authority: str, path: str, authorization: str) -> dict[str, str]:
        """The headers that sign a request for what lies at the path."""
        values = {"@method": "GET", "@authority": authority, "@path": path, "@query": "?"}
        values["authorization"] = authorization
        names = " ".join(f'"{name}"' for name in values)
        told = f'created={int(time.time())};nonce="{secrets.token_urlsafe(18)}"'
        about = f'({names});{told};keyid="{self.keyid}";alg="ed25519"'
        lines = [f'"{name}": {value}' for name, value in values.items()]
        with tempfile.TemporaryDirectory() as folder:
            base = Path(folder) / "base"
            base.write_bytes("\n".join([*lines, f'"@signature-params": {about}']).encode())
            made = self.openssl("pkeyutl", "-sign", "-inkey", str(self.pem), "-rawin", "-in", str(base))
        return {"Signature-Input": f"sig={about}", "Signature": f"sig=:{b64encode(made).decode()}:"}


class Door:
    """The JSON door of a portal, the key that opens it, and to whom that is bound, if to anybody."""

    def __init__(self, address: str, key: str, holder: Holder | None = None) -> None:
        parts = urlsplit(address)
        if not parts.hostname or parts.scheme not in ("https", "http"):
            raise ValueError("ADDRESS begins with https://")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("a key is sent by https only")
        self.secure, self.host, self.port = parts.scheme == "https", parts.hostname, parts.port
        self.path, self.key, self.holder = parts.path.rstrip("/") + "/api/v1/ledger", key, holder

    def ask(self, path: str, **headers: str) -> HTTPResponse:
        """One answer, on a connection of its own; nothing is sent on to another address."""
        link: HTTPConnection
        if self.secure:
            context = ssl.create_default_context()
            link = HTTPSConnection(self.host, self.port, timeout=PATIENCE, context=context)
        else:
            link = HTTPConnection(self.host, self.port, timeout=PATIENCE)
        given = {"Authorization": f"Bearer {self.key}", "Connection": "close"}
        if self.holder:
            host = link.host if link.port == link.default_port else f"{link.host}:{link.port}"
            given.update(self.holder.signed(host.lower(), self.path + path, given["Authorization"]))
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        link.request("GET", self.path + path, headers=given)
        return link.getresponse()


class Download:
    """A bundle that is being fetched: its bytes so far in one file, and what they are of beside it."""

    def __init__(self, folder: Path, after: int) -> None:
        self.after, self.folder = after, folder
        self.part, self.about = folder / f"after-{after}.part", folder / f"after-{after}.part.json"
        self.told: dict[str, Any] = {}
        if self.part.exists() and self.about.exists():
            self.told = json.loads(self.about.read_text("utf-8"))

    @property
    def have(self) -> int:
        """How many bytes are here."""
        return self.part.stat().st_size if self.told else 0

    def begin(self, size: int, answer: HTTPResponse) -> None:
        """Forget what is here: other bytes are coming."""
        name = re.search('filename="([A-Za-z0-9._-]+)"', answer.headers.get("Content-Disposition", ""))
        length = int(answer.headers["Content-Length"])
        tag = answer.headers.get("ETag", "")
        self.told = {"size": size, "tag": tag, "length": length, "name": name[1] if name else "own.bundle"}
        self.part.write_bytes(b"")
        self.about.write_text(json.dumps(self.told), "utf-8")

    def go_on(self, door: Door, say: Any) -> None:
        """Fetch what is missing, as far as this connection lasts."""
        size = self.told.get("size") or json.loads(good(door.ask("/standing")).read())["offered"]
        if not size:
            raise RefusedError("the ledger has signed nothing yet; try again in a minute")
        headers = {"Range": f"bytes={self.have}-", "If_Range": self.told["tag"]} if self.have else {}
        answer = good(door.ask(f"/own/{self.after}/{size}", **headers))
        if answer.status != 206:
            self.begin(size, answer)
        elif not answer.headers.get("Content-Range", "").startswith(f"bytes {self.have}-"):
            raise RefusedError("the portal sent another part than was asked for")
        with self.part.open("ab") as file:
            while piece := answer.read1(PIECE):
                file.write(piece)
                say(file.tell(), self.told["length"])
        if not self.is_whole:
            raise ConnectionError("the line was cut")

    @property
    def is_whole(self) -> bool:
        """Whether every byte is here."""
        return bool(self.told) and self.have == self.told["length"]

    def finish(self) -> Path:
        """Give the bundle its name."""
        with self.part.open("rb") as file:
            os.fsync(file.fileno())
        path = self.folder / str(self.told["name"])
        self.part.replace(path)
        self.about.unlink()
        return path


def good(answer: HTTPResponse) -> HTTPResponse:
    """An answer that brings something; one that may come later is as a broken line."""
    if answer.status in (200, 206):
        return answer
    body = answer.read(10_000)
    try:
        said = json.loads(body).get("detail") or json.loads(body).get("title")
    except (ValueError, AttributeError):
        said = answer.reason
    if answer.status == 429 or answer.status >= 500:
        raise OSError(f"{answer.status} {said}")
    raise RefusedError(f"{answer.status} {said}")


def fetch(door: Door, download: Download, say: Any, rests: tuple[float, ...] = RESTS) -> Path:
    """Fetch the bundle, over as many connections as it takes; gives where it lies.

    Raises OSError or HTTPException if tries bring nothing any more, RefusedError if the portal refuses.
    """
    tries = 0
    while not download.is_whole:
        before = download.have
        try:
            download.go_on(door, say)
        except (OSError, HTTPException) as error:
            tries = 1 if download.have != before else tries + 1
            if tries > len(rests):
                raise
            rest = rests[tries - 1]
            print(f"\nbroke off ({error or type(error).__name__}); going on in {rest} s", file=sys.stderr)
            time.sleep(rest)
    return download.finish()


def say_on_terminal(have: int, length: int) -> None:
    """One line that is written over again."""
    words = f"\r{have / 1e6:,.1f} of {length / 1e6:,.1f} MB, {100 * have // max(length, 1)} %"
    print(words, end="", file=sys.stderr, flush=True)


def main() -> int:
    """Do what was asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--sign-with", type=Path)
    parser.add_argument("--after", type=int, default=0)
    asked = parser.parse_args()
    try:
        holder = Holder(asked.sign_with) if asked.sign_with else None
        door = Door(asked.address, asked.key_file.read_text("utf-8").strip(), holder)
        asked.folder.mkdir(parents=True, exist_ok=True)
        download = Download(asked.folder, asked.after)
    except (OSError, ValueError) as error:
        print(f"fetch.py: {error}", file=sys.stderr)
        return 2
    try:
        path = fetch(door, download, say_on_terminal)
    except (OSError, HTTPException, RefusedError) as error:
        print(f"\nnot whole: {error}", file=sys.stderr)
        return 1
    print(f"\n{path}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
