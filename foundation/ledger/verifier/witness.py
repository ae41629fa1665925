"""A witness of the ledger of Concordat: co-signs a checkpoint only if the log has grown from the last one.

    python3 witness.py new FOLDER NAME             make the witness's key, and say its public half
    python3 witness.py trust FOLDER KEY            co-sign for the log that has this key
    python3 witness.py accept FOLDER NOTE          go on with the key to which a trusted key handed over
    python3 witness.py serve FOLDER [--port 8081]  answer by HTTP: POST /add-checkpoint
    python3 witness.py answer FOLDER REQUEST FILE  the same by two files, for instance on a stick
    python3 witness.py compare FOLDER OTHER        hold what two witnesses have seen against each other
    python3 witness.py judge FILE KEY              let a third party look at evidence

OTHER is another witness's folder or a signed checkpoint. Evidence is kept in FOLDER/evidence: two checkpoints
that the log has signed and that cannot both be true. Standard library only, no code of the portal.
Source: C2SP tlog-witness 1.0.0, tlog-cosignature, signed-note; RFC 8032 for Ed25519, which is here in plain
Python: right, but not in constant time, so keep strangers off the machine. Runs with Python 3.9 and newer.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import secrets
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LOG, WITNESS = 1, 4  # kinds of keys: over a text, and over a time and a text
PROOF_MOST = 63
BODY_MOST = 200_000


class Refused(Exception):  # noqa: N818 - what the other side is told
    """A request that is not answered with a signature: an HTTP status and a body."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.status, self.body = status, body


# ---- Ed25519. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z. Source: RFC 8032 section 5.1.
Point = tuple[int, int, int, int]
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_ONE = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)
NOTHING: Point = (0, 1, 1, 0)


def add(p: Point, q: Point) -> Point:
    """The sum of two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, p: Point) -> Point:
    """The point so many times."""
    found = NOTHING
    while number:
        if number & 1:
            found = add(found, p)
        p, number = add(p, p), number >> 1
    return found


def decoded(raw: bytes) -> Point | None:
    """The point that 32 bytes stand for, or None."""
    number = int.from_bytes(raw, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if len(raw) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def encoded(p: Point) -> bytes:
    """The 32 bytes of a point."""
    inverse = pow(p[2], P - 2, P)
    return (p[1] * inverse % P | (p[0] * inverse % P & 1) << 255).to_bytes(32, "little")


BASE = decoded(bytes.fromhex("58" + "66" * 31)) or NOTHING


def reduced(*parts: bytes) -> int:
    """SHA-512 as a number below the order of the group."""
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def halves(seed: bytes) -> tuple[int, bytes]:
    """The secret number and the secret prefix of a key."""
    raw = hashlib.sha512(seed).digest()
    number = int.from_bytes(raw[:32], "little") & (2**254 - 8) | 2**254
    return number, raw[32:]


def public_half(seed: bytes) -> bytes:
    """The public key."""
    return encoded(times(halves(seed)[0], BASE))


def signature_of(seed: bytes, message: bytes) -> bytes:
    """The signature of the message."""
    number, prefix = halves(seed)
    r = reduced(prefix, message)
    point = encoded(times(r, BASE))
    s = (r + reduced(point, public_half(seed), message) * number) % ORDER
    return point + s.to_bytes(32, "little")


def accepts(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature of the message is that of the key."""
    key, s = decoded(public), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or s >= ORDER:
        return False
    minus = (P - key[0], key[1], 1, P - key[3])
    found = add(times(s, BASE), times(reduced(signature[:32], public, message), minus))
    return encoded(found) == signature[:32]


# ---- Keys, notes, checkpoints.
def unbase64(text: str) -> bytes:
    """The bytes of base64 in its one form."""
    raw = b64decode(text, validate=True)
    if b64encode(raw).decode() != text:
        raise ValueError("base64 in another than its one form")
    return raw


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes that tell keys of one name apart."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def key_text(name: str, kind: int, public: bytes) -> str:
    """A key as it is handed on: name+id+base64."""
    return f"{name}+{key_id(name, kind, public).hex()}+{b64encode(bytes([kind]) + public).decode()}"


def read_key(text: str, kind: int) -> tuple[str, bytes]:
    """Name and bytes of an Ed25519 key of this kind."""
    name, _, rest = text.strip().partition("+")
    raw = unbase64(rest.partition("+")[2])
    if len(raw) != 33 or raw[0] != kind or key_text(name, kind, raw[1:]) != text.strip():
        raise ValueError("this is not the text of such a key")
    return name, raw[1:]


def read_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text of a note, and name, id and bytes of each signature; nothing is checked."""
    text, found, lines = note.rpartition("\n\n")
    if not found or not lines.endswith("\n") or any(ord(sign) < 32 and sign != "\n" for sign in note):
        raise ValueError("this is not a signed note")
    signatures = []
    for line in lines[:-1].split("\n"):
        dash, name, raw = line.split(" ")
        if dash != "—" or not name:
            raise ValueError("this is not a signed note")
        signatures.append((name, unbase64(raw)[:4], unbase64(raw)[4:]))
    return text + "\n", signatures


def is_signed(note: str, *keys: str) -> bool:
    """Whether at least one of the log's keys has signed the note, and none of them badly."""
    text, signatures = read_note(note)
    found = False
    for name, public in (read_key(key, LOG) for key in keys):
        for whose, id_, raw in signatures:
            if (whose, id_) == (name, key_id(name, LOG, public)):
                found = True
                if not accepts(public, text.encode(), raw):
                    return False
    return found


def read_checkpoint(note: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint; its signatures are not checked."""
    match = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n", read_note(note)[0])
    if match is None:
        raise ValueError("this is not a checkpoint")
    return match[1], int(match[2]), unbase64(match[3])


# ---- The tree. Source: RFC 9162 section 2.1.4.2.
def node(left: bytes, right: bytes) -> bytes:
    """The hash above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots_by_proof(first: int, second: int, first_root: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """The roots of both sizes that a proof gives; `first_root` counts if `first` is a power of two."""
    steps = list(proof) if first & (first - 1) else [first_root, *proof]
    if not steps or any(len(step) != 32 for step in steps):
        raise ValueError("this is not a proof")
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if not last:
            raise ValueError("the proof is too long")
        if place & 1 or place == last:
            old, new = node(step, old), node(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, step)
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return old, new


def has_grown(old: tuple[int, bytes], new: tuple[int, bytes], proof: list[bytes]) -> bool:
    """Whether the new size and root go on from the old ones."""
    if old[0] in (0, new[0]):
        empty = new[0] > 0 or new[1] == hashlib.sha256(b"").digest()
        return not proof and (old[0] == 0 or old[1] == new[1]) and empty
    try:
        return roots_by_proof(old[0], new[0], old[1], proof) == (old[1], new[1])
    except ValueError:
        return False


def contradict(one: str, two: str, proof: list[bytes]) -> bool:
    """Whether two signed checkpoints of one log show by themselves that it has two histories.

    They do if they are of one size with two roots; or if the proof gives the root of the larger and another
    root than that of the smaller, which it can show unless the smaller size is a power of two.
    """
    (origin, size, root), (other, larger, other_root) = read_checkpoint(one), read_checkpoint(two)
    if origin != other:
        return False
    if size == larger:
        return root != other_root
    try:
        old, new = roots_by_proof(size, larger, root, proof)
    except ValueError:
        return False
    return size & (size - 1) != 0 and new == other_root and old != root


# ---- The witness.
def write_whole(path: Path, text: str) -> None:
    """Put the text in place of what the file holds: after a crash there is the one or the other, on disk."""
    part = path.with_name(path.name + ".part")
    with os.fdopen(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    with contextlib.suppress(OSError):  # not every system opens a folder
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


class Witness:
    """The witness that lives in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        told = json.loads((folder / "witness.key").read_text("utf-8"))
        self.name, self.seed = told["name"], bytes.fromhex(told["seed"])
        self.turn = threading.Lock()

    @staticmethod
    def make(folder: Path, name: str) -> Witness:
        """A new one; there must be none in the folder."""
        if not re.fullmatch(r"[^\s+]+", name):
            raise ValueError("a name has no spaces and no plus sign")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (folder / "witness.key").exists():
            raise ValueError("there is a witness in this folder already")
        told = json.dumps({"name": name, "seed": secrets.token_hex(32)})
        write_whole(folder / "witness.key", told + "\n")
        write_whole(folder / "state.json", "{}\n")
        return Witness(folder)

    def key(self) -> str:
        """The public key."""
        return key_text(self.name, WITNESS, public_half(self.seed))

    def state(self) -> dict[str, Any]:
        """By origin: the keys of the log, and size and note of the newest checkpoint that was co-signed."""
        return dict(json.loads((self.folder / "state.json").read_text("utf-8")))

    def keep(self, state: dict[str, Any]) -> None:
        """Keep the state on disk."""
        write_whole(self.folder / "state.json", json.dumps(state, indent=1) + "\n")

    def trust(self, key: str) -> str:
        """Co-sign for the log of this key from now on; gives its origin."""
        origin, _ = read_key(key, LOG)
        state = self.state()
        log = state.setdefault(origin, {"keys": [], "size": 0, "note": ""})
        log["keys"] = sorted({*log["keys"], key.strip()})
        self.keep(state)
        return origin

    def accept(self, note: str) -> str:
        """Trust the key to which a trusted key handed over; gives its origin."""
        match = re.match(r"concordat/succession/v1\nwhy \w+\nold (\S+)\nnew (\S+)\n", read_note(note)[0])
        if match is None:
            raise ValueError("this is not how a key hands over")
        trusted = {key for log in self.state().values() for key in log["keys"]}
        if match[1] not in trusted or not is_signed(note, match[1]) or not is_signed(note, match[2]):
            raise ValueError("no key that is trusted here has handed over to this one")
        return self.trust(match[2])

    def answer(self, request: str) -> str:
        """The signature line, once the new checkpoint is on disk.

        Raises:
            Refused: with the status that the specification gives.
        """
        old, proof, note, checkpoint = _read_request(request)
        with self.turn, _alone(self.folder):
            state = self.state()
            log = state.get(checkpoint[0])
            if log is None:
                raise Refused(404, "This log is not known here.\n")
            if not is_signed(note, *log["keys"]):
                raise Refused(403, "No key of this log that is trusted here has signed.\n")
            self._refuse(old, proof, note, log)
            line = self._sign(note)
            self._remember(note)
            log["size"], log["note"] = checkpoint[1], note
            self.keep(state)
        return line

    def _refuse(self, old: int, proof: list[bytes], note: str, log: dict[str, Any]) -> None:
        """Refuse what does not go on from the checkpoint that was seen last, and keep what shows a fork."""
        _, size, root = read_checkpoint(note)
        if old > size:
            raise Refused(400, "The old size is larger than the new one.\n")
        before = log["size"], read_checkpoint(log["note"])[2] if log["note"] else b""
        if log["note"] and size == before[0] and root != before[1]:
            self.testify(log["note"], note, [])
        if old != before[0]:
            raise Refused(409, f"{before[0]}\n")
        if not has_grown(before, (size, root), proof):
            if log["note"] and size > before[0]:
                self.testify(log["note"], note, proof)
            raise Refused(422, "The log has not grown from the checkpoint that was seen last.\n")

    def _sign(self, note: str) -> str:
        at, text = int(time.time()), read_note(note)[0]
        message = f"cosignature/v1\ntime {at}\n{text}".encode()
        raw = at.to_bytes(8, "big") + signature_of(self.seed, message)
        whose = key_id(self.name, WITNESS, public_half(self.seed))
        return f"— {self.name} {b64encode(whose + raw).decode()}\n"

    def _remember(self, note: str) -> None:
        """Add to what was seen, on disk, so that two witnesses can be held against each other."""
        with (self.folder / "seen.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(note) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def testify(self, first: str, second: str, proof: list[bytes]) -> Path:
        """Keep two signed checkpoints, the smaller first, with the proof that was to join them."""
        told = {
            "format": "concordat/evidence/v1",
            "first": first,
            "second": second,
            "proof": [b64encode(step).decode() for step in proof],
            "shows": contradict(first, second, proof),
        }
        text = json.dumps(told, indent=1) + "\n"
        path = self.folder / "evidence" / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            write_whole(path, text)
        return path

    def compare(self, other: Path) -> tuple[list[Path], int]:
        """Evidence from what another witness, or one checkpoint, says of sizes that were seen here too.

        Gives also how many sizes both have seen.
        """
        here, found, shared = seen_in(self.folder), list[Path](), 0
        for (origin, size), note in seen_in(other).items():
            keys = self.state().get(origin, {"keys": []})["keys"]
            mine = here.get((origin, size))
            if mine is None or not is_signed(note, *keys):
                continue
            shared += 1
            if contradict(mine, note, []):
                found.append(self.testify(mine, note, []))
        return found, shared


def seen_in(path: Path) -> dict[tuple[str, int], str]:
    """The checkpoints that a witness has co-signed, or the one in a file, by origin and size."""
    if path.is_dir():
        lines = (
            (path / "seen.jsonl").read_text("utf-8").splitlines() if (path / "seen.jsonl").exists() else []
        )
        notes = [str(json.loads(line)) for line in lines]
    else:
        notes = [path.read_text("utf-8")]
    return {read_checkpoint(note)[:2]: note for note in notes}


def _read_request(request: str) -> tuple[int, list[bytes], str, tuple[str, int, bytes]]:
    """Old size, proof, note and what it says."""
    head, found, note = request.partition("\n\n")
    lines = head.split("\n")
    match = re.fullmatch("old (0|[1-9][0-9]{0,18})", lines[0])
    if not found or match is None or len(lines) > PROOF_MOST + 1:
        raise Refused(400, "This is not a request for a signature.\n")
    try:
        return int(match[1]), [unbase64(line) for line in lines[1:]], note, read_checkpoint(note)
    except ValueError as error:
        raise Refused(400, f"This is not a request for a signature: {error}.\n") from None


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep another process of the same witness out, where the system can."""
    with (folder / "lock").open("a") as file:
        with contextlib.suppress(ImportError):
            import fcntl  # noqa: PLC0415 - not every system has it

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def judge(evidence: str, key: str) -> str:
    """What two checkpoints show to somebody who trusts nobody but the log's key.

    Raises:
        ValueError: if they show nothing.
    """
    told = json.loads(evidence)
    first, second = told["first"], told["second"]
    if not is_signed(first, key) or not is_signed(second, key):
        raise ValueError("not both are signed by this key")
    if not contradict(first, second, [unbase64(step) for step in told["proof"]]):
        raise ValueError("by themselves they show no contradiction: ask the log for a proof between the two")
    (origin, size, _), (_, larger, _) = read_checkpoint(first), read_checkpoint(second)
    return f"{origin} has two histories: its trees of {size:,} and {larger:,} leaves differ before {size:,}"


def handler_for(witness: Witness) -> type[BaseHTTPRequestHandler]:
    """What answers HTTP for the witness."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path.rsplit("/", 1)[-1] != "add-checkpoint":
                self.tell(404, "There is nothing here.\n", "text/plain; charset=utf-8")
            elif not 0 < length <= BODY_MOST:
                self.close_connection = True
                self.tell(400, "This is not a request for a signature.\n", "text/plain; charset=utf-8")
            else:
                self.tell(*answered(witness, self.rfile.read(length)))

        def tell(self, status: int, body: str, kind: str) -> None:
            raw = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, form: str, *what: object) -> None:
            """Say nothing."""

    return Handler


def answered(witness: Witness, request: bytes) -> tuple[int, str, str]:
    """Status, body and kind of the answer to a request."""
    try:
        return 200, witness.answer(request.decode("utf-8", "replace")), "text/plain; charset=utf-8"
    except Refused as refused:
        kind = "text/x.tlog.size" if refused.status == 409 else "text/plain; charset=utf-8"
        return refused.status, refused.body, kind


def main() -> int:
    """Do what was asked; 0 if it was done, 1 if the answer is no, 2 if it was asked wrongly."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("new", ("name",)), ("trust", ("key",)), ("accept", ("note",)), ("serve", ()),
        ("answer", ("request", "file")), ("compare", ("other",)), ("judge", ("key",)),
    ):  # fmt: skip
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path)
        for word in words:
            command.add_argument(word)
        if name == "serve":
            command.add_argument("--host", default="127.0.0.1")
            command.add_argument("--port", type=int, default=8081)
    asked = parser.parse_args()
    try:
        return run(asked)
    except (OSError, ValueError, KeyError) as error:
        print(f"{asked.command}: {error}")
        return 1 if asked.command == "judge" else 2


def run(asked: argparse.Namespace) -> int:
    """One command."""
    if asked.command == "judge":
        print(judge(asked.folder.read_text("utf-8"), asked.key))
        return 0
    witness = Witness.make(asked.folder, asked.name) if asked.command == "new" else Witness(asked.folder)
    if asked.command == "new":
        print(witness.key())
    elif asked.command == "trust":
        print(f"Trusts {witness.trust(asked.key)}.")
    elif asked.command == "accept":
        print(f"Trusts {witness.accept(Path(asked.note).read_text('utf-8'))}.")
    elif asked.command == "answer":
        status, body, _ = answered(witness, Path(asked.request).read_bytes())
        Path(asked.file).write_text(f"{status}\n{body}", "utf-8")
        print("Signed." if status == 200 else f"Not signed ({status}): {body.strip()}")
        return 0 if status == 200 else 1
    elif asked.command == "compare":
        found, shared = witness.compare(Path(asked.other))
        print(
            f"{shared:,} sizes were seen by both; evidence of two histories: {len(found)}", *found, sep="\n"
        )
        return 1 if found else 0
    else:
        with ThreadingHTTPServer((asked.host, asked.port), handler_for(witness)) as server:
            print(f"{witness.name} answers at http://{asked.host}:{server.server_port}", flush=True)
            server.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
