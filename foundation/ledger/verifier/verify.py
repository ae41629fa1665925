"""Checks what an agency has downloaded from the ledger of Concordat. No network, nothing to install.

    python3 verify.py --policy policy.txt FILE...

A FILE is a bundle (all that concerns your agency), a receipt (one entry), or a folder with a copy of the
public log (`checkpoint` and `tile/`). A bundle that goes on from an earlier one is given after it. The policy
says whose signatures count; keep it apart from the downloads, and compare it with what other agencies hold.
Ends with 0 if all is good, 1 if anything is bad, 2 if it was called wrongly. Runs with Python 3.9 and newer.

Shown for a bundle: every entry in it is what the log committed to and stands at its place in the tree whose
root is signed; none of yours up to the last count is missing, doubled or out of order; log and witnesses have
signed. Not shown: that the log was told of everything; second signatures with ML-DSA-44.
"""

from __future__ import annotations

import argparse
import calendar
import hashlib
import hmac
import json
import re
import sys
import time
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

Parts = dict[tuple[str, int], Any]  # of bundles, by agency and log
SIGNED, TIMED = 1, 4  # kinds of signature: over the text, and over a time and the text
LEAF_PREFIX = b"concordat/v1\n"
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
BUNDLE, RECEIPT = b"concordat/bundle/v1\n", b"c2sp.org/tlog-proof@v1\n"
VIEWS = {840 + 224 * n: (4, 3, *[3] * n, 2) for n in range(4)}  # bits of a path, by the length of an opening
TOP, LOOSE = ("checkpoint", "from", "old", "counted", "tree"), ("agency", "succession", "log")
NOT_WHOLE = "the file is not whole: download it again"


class BadError(Exception):
    """Something is not as it was signed. `index` is the first place where it shows, if one can be named."""

    def __init__(self, problem: str, index: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.index = problem, index


class UsageError(Exception):
    """The program was called wrongly."""


def require(found: Any, problem: str, index: int | None = None) -> Any:
    """Give what was found, and stop if there is nothing or it is false."""
    if not found:
        raise BadError(problem, index)
    return found


# ---- Ed25519, as RFC 8032 section 5.1 gives it. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
Point = tuple[int, int, int, int]
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_ONE = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)


def add(p: Point, q: Point) -> Point:
    """The sum of two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def decoded(raw: bytes) -> Point | None:
    """The point that 32 bytes stand for, or None."""
    sign, y = divmod(int.from_bytes(raw, "little"), 2**255)
    if len(raw) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * ROOT_OF_MINUS_ONE % P if (x * x - square) % P else x
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def encoded(p: Point) -> bytes:
    """The 32 bytes of a point."""
    x, y = (each * pow(p[2], P - 2, P) % P for each in p[:2])
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decoded(bytes.fromhex("58" + "66" * 31)) or (0, 1, 1, 0)


def accepts(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the Ed25519 signature of the message is that of the key: [S]B - [k]A gives R."""
    key, s = decoded(public), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus = (P - key[0], key[1], 1, P - key[3])
    found: Point = (0, 1, 1, 0)
    picks = (found, BASE, minus, add(BASE, minus))
    for bit in reversed(range(253)):
        found = add(add(found, found), picks[(s >> bit & 1) + 2 * (k >> bit & 1)])
    return hmac.compare_digest(encoded(found), signature[:32])


# ---- Text in its one form, keys, signed notes. Source: C2SP signed-note, tlog-cosignature, tlog-policy.
def unbase64(text: str) -> bytes:
    """The bytes of base64."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        raise BadError("there is text that is no base64") from None
    require(b64encode(raw).decode() == text, "there is base64 in another than its one form")
    return raw


def number(text: str) -> int:
    """A whole number without leading zeros."""
    return int(require(re.fullmatch("0|[1-9][0-9]{0,18}", text), "there is text that is no number")[0])


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes that tell keys of one name apart."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def read_key(text: str) -> tuple[str, int, bytes]:
    """Name, kind and bytes of a key that is written as name+id+base64."""
    parts = text.split("+", 2)
    require(len(parts) == 3, "this is not the text of a key")
    raw = unbase64(parts[2])
    require(raw and key_id(parts[0], raw[0], raw[1:]).hex() == parts[1], "a key does not have its own id")
    return parts[0], raw[0], raw[1:]


class Note:
    """A signed note: its text, and lines that say whose signature they are."""

    def __init__(self, note: str) -> None:
        text, found, lines = note.rpartition("\n\n")
        self.text, self.lines = text + "\n", []
        require(found and lines.endswith("\n"), "a note has no signatures")
        require(not any(ord(sign) < 32 and sign != "\n" for sign in note), "a note has control characters")
        require(lines.count("\n") <= 100, "a note has too many signatures")
        for row in lines[:-1].split("\n"):
            parts = row.split(" ")
            require(len(parts) == 3 and parts[0] == "—" and parts[1], "a note has a malformed signature")
            raw = unbase64(parts[2])
            self.lines.append((parts[1], raw[:4], raw[4:]))

    def times(self, name: str, public: bytes, kind: int) -> list[int]:
        """A time for each signature of this key, 0 for one without a time; a bad signature is an error."""
        times = []
        for whose, id_, line in self.lines:
            if (whose, id_) == (name, key_id(name, kind, public)):
                at, raw = (int.from_bytes(line[:8], "big"), line[8:]) if kind == TIMED else (0, line)
                said = f"cosignature/v1\ntime {at}\n{self.text}" if kind == TIMED else self.text
                require(accepts(public, said.encode(), raw), f"the signature of {name} is not good")
                times.append(at)
        return times


class Policy:
    """Whose signatures count, and which witnesses must have seen a checkpoint."""

    def __init__(self, text: str) -> None:
        self.logs, self.witnesses = list[tuple[str, bytes]](), dict[str, tuple[str, bytes]]()
        self.quorum, self.log = "", 1  # the log is the one in hand; roots are of checkpoints looked at
        self.groups, self.roots = dict[str, tuple[int, list[str]]](), dict[tuple[str, int], bytes]()
        for words in map(str.split, text.split("\n")):
            if words and not words[0].startswith("#"):
                self.take(words[0], [*words[1:], "", ""])
        require(self.logs and self.quorum, "it names no log or no quorum")

    def take(self, keyword: str, words: list[str]) -> None:
        """One line; two empty words stand at its end."""
        if keyword == "log":
            name, kind, public = read_key(words[0])
            self.logs += [(name, public)] if kind == SIGNED else []
        elif keyword == "witness":
            name, kind, public = read_key(words[1])
            require(kind == TIMED, f"{words[0]} is no witness with an Ed25519 key")
            require(public not in [each[1] for each in self.witnesses.values()], "a witness is named twice")
            self.witnesses[words[0]] = (name, public)
        elif keyword == "group":
            members, known = words[2:-2], {*self.witnesses, *self.groups}
            least = {"any": 1, "all": len(members)}.get(words[1]) or number(words[1])
            require(known.issuperset(members), f"{words[0]} has a member that is not named")
            require(1 <= least <= len(members), f"{words[0]} asks for more than its members")
            self.groups[words[0]] = (least, members)
        else:
            require(keyword == "quorum" and not self.quorum, f"it has a line that is none: {keyword}")
            require(words[0] in {"none", *self.witnesses, *self.groups}, "its quorum is not named")
            self.quorum = words[0]

    def met(self, name: str, seen: dict[str, int]) -> bool:
        """Whether those who have seen a checkpoint are enough."""
        if name in self.groups:
            least, members = self.groups[name]
            return sum(self.met(each, seen) for each in members) >= least
        return name == "none" or name in seen

    def follow(self, notes: list[str]) -> None:
        """Trust also the keys that a trusted key handed over to, or took over from; both have signed."""
        told = []
        form = r"concordat/succession/v1\nwhy \w+\nold (\S+)\nnew (\S+)\nlast \d+ \S+\nkept \d+\n"
        for note in map(Note, notes):
            match = require(re.fullmatch(form, note.text), "how a key handed over is not readable")
            keys = [read_key(match[1]), read_key(match[2])]
            old, new = (bool(note.times(name, public, kind)) for name, kind, public in keys)
            require(new, "a new key has not signed that it took over")
            told += [[(name, public) for name, _, public in keys]] if old else []
        for _ in told:
            for pair in told:
                if any(key in self.logs for key in pair):
                    self.logs += [key for key in pair if key not in self.logs]


class Checkpoint:
    """What the log says of itself, once its signature and those of the witnesses were found good."""

    def __init__(self, text: str, policy: Policy) -> None:
        note = Note(text)
        form = r"([^\s+]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n"
        match = require(re.fullmatch(form, note.text), "this is not the text of a checkpoint")
        self.origin, self.size, self.root = match[1], int(match[2]), unbase64(match[3])
        keys = [each for each in policy.logs if each[0] == self.origin]
        times = {kind: [at for key in keys for at in note.times(*key, kind)] for kind in (SIGNED, TIMED)}
        require(times[SIGNED], "the log has not signed this checkpoint")
        self.at = max(require(times[TIMED], "the log does not say when it signed this checkpoint"))
        seen = {name: note.times(*key, TIMED) for name, key in policy.witnesses.items()}
        self.seen = {name: max(found) for name, found in seen.items() if found}
        require(policy.met(policy.quorum, self.seen), "too few witnesses have seen this checkpoint")
        same = policy.roots.setdefault((self.origin, self.size), self.root) == self.root
        require(same, "the log has signed two trees of one size: keep both files, they prove it")

    def told(self, kind: str, words: str, **more: Any) -> dict[str, Any]:
        """What was found by it."""
        return {"kind": kind, "words": words, "size": self.size, "signed": self.at, "seen": self.seen, **more}

    def said(self) -> str:
        """The signatures in words."""
        count, at = len(self.seen), time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(min(self.at, 2**37)))
        words = COUNTS[count] if count < len(COUNTS) else f"{count:,}"
        return f"as signed at {at} and co-signed by {words} witness{'' if count == 1 else 'es'}"


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf. Source of the tree: RFC 9162 section 2.1."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows at its right edge: the roots of its whole subtrees, largest first."""

    def __init__(self, size: int = 0, roots: list[bytes] | None = None) -> None:
        self.size, self.roots = size, list(roots or [])
        require(len(self.roots) == f"{size:b}".count("1"), "there are not as many hashes as the tree has")

    def add(self, hash_: bytes, height: int = 0) -> None:
        """Go on with the root of a subtree of 2 ** height leaves."""
        step = 1 << height
        require(self.size % step == 0, "a subtree does not fit where it stands", self.size)
        self.roots.append(hash_)
        while self.size & step:
            self.roots[-2:] = [node_hash(*self.roots[-2:])]
            step <<= 1
        self.size += 1 << height

    def root(self) -> bytes:
        """The root of all of it."""
        root = self.roots[-1] if self.roots else hashlib.sha256(b"").digest()
        for left in reversed(self.roots[:-1]):
            root = node_hash(left, root)
        return root


def root_by_proof(index: int, size: int, hash_: bytes, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof gives."""
    require(index < size, "the entry lies past the end of the log", index)
    place, last = index, size - 1
    for step in proof:
        require(last and len(step) == 32, "the proof is not one", index)
        if place & 1 or place == last:
            hash_ = node_hash(step, hash_)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, step)
        place, last = place >> 1, last >> 1
    require(last == 0, "the proof is not one", index)
    return hash_


def commitment(opening: bytes, detail: str, index: int, whose: str) -> tuple[bytes, dict[str, Any]]:
    """The public leaf of an entry, and what it says. After the nonce comes the proof of one's own view."""
    try:
        told = json.loads(detail)
        hour = calendar.timegm(time.strptime(told["at"][:13], "%Y-%m-%dT%H")) // 3600
        head = LEAF_PREFIX + hour.to_bytes(8, "big")
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise BadError("the entry is not readable", index) from None
    made = hmac.new(opening[:32], detail.encode(), "sha256").digest()
    if len(opening) > 32:
        bits = require(VIEWS.get(len(opening)), "the proof is not one", index)
        at, name, salt = 40, hashlib.sha256(whose.encode()).digest()[:8], opening[32:40]
        slot = int.from_bytes(name, "big") * int.from_bytes(salt, "big") % 2**64 >> 64 - sum(bits)
        made = leaf_hash(opening[:32] + detail.encode())
        for step in bits:
            own, end = at + 32 * (slot % 2**step), at + 32 * (2**step - 1)
            made, at, slot = node_hash(opening[at:own], made + opening[own:end]), end, slot >> step
        made = hashlib.sha256(b"concordat/views/v3\n" + bytes([sum(bits)]) + salt + made).digest()
    return head + made, told


class Part:
    """One log's part of a bundle, line by line."""

    def __init__(self, agency: str, log: int, earlier: Part | None) -> None:
        self.agency, self.log, self.earlier = agency, log, earlier
        self.checkpoint: Any = None
        self.begun, self.counted, self.top = 0, 0, True  # leaves and own entries of the bundle before
        self.before: tuple[list[bytes], list[bytes]] = ([], [])  # roots of the tree and of one's own there
        self.tree, self.own, self.last_count = Tree(), Tree(), -1
        self.gone, self.told = list[int](), list[Any]()  # details not there any more, entries that tell of it
        self.hashes, self.waiting = dict[int, bytes](), deque[int]()  # whose content is here; has yet to come
        self.entries, self.opening = list[tuple[int, bytes]](), dict[str, Any]()

    def begin(self) -> None:
        """Go on from an earlier bundle, or from nothing."""
        require(self.checkpoint and (self.begun or not self.counted), "the file is not a bundle")
        self.top = False
        self.tree, self.own = Tree(self.begun, self.before[0]), Tree(self.counted, self.before[1])
        if self.begun:
            if self.earlier is None or self.earlier.tree.size != self.begun:
                raise UsageError(f"it goes on from a bundle of {self.begun:,} leaves: give that before it")
            same = vars(self.tree) == vars(self.earlier.tree) and vars(self.own) == vars(self.earlier.own)
            require(same, "this is not the log of the earlier bundle")
            self.entries, self.gone = [*self.earlier.entries], [*self.earlier.gone]
            self.told, self.last_count = [*self.earlier.told], self.earlier.last_count

    def place(self, index: int, height: int, hash_: bytes, *, mine: bool) -> None:
        """One line of the tree."""
        require(index == self.tree.size, "the leaves are not in their order", min(index, self.tree.size))
        fits = height < 64 and index + (1 << height) <= self.checkpoint.size
        require(fits and len(hash_) == 32, "there are other leaves than were signed", index)
        self.tree.add(hash_, height)
        if mine:
            self.hashes[index] = hash_
            self.waiting.append(index)

    def content(self, kind: str, index: int, rest: str) -> None:
        """The content of a leaf."""
        require(self.tree.size == self.checkpoint.size, "leaves are missing", self.tree.size)
        require(index in self.hashes, "there is an entry that the log does not have", index)
        require(self.waiting and index >= self.waiting[0], "there is an entry twice", index)
        require(index == self.waiting[0], "an entry is missing", self.waiting[0])
        self.waiting.popleft()
        raw, detail = unbase64(rest.partition(" ")[0]), rest.partition(" ")[2]
        leaf, told = (raw, {}) if kind == "erased" else commitment(raw, detail, index, self.agency)
        require(leaf_hash(leaf) == self.hashes[index], "the entry is not what the log committed to", index)
        if kind in ("entry", "erased"):
            self.gone += [index] if kind == "erased" else []
            self.told += [(index, told)] if told.get("event") == "sharing:ledger:details-erased" else []
            named = kind == "erased" or self.agency in told.get("agencies", ())
            require(named, "the entry is not yours", index)
            self.entries.append((index, leaf_hash(leaf)))
            self.own.add(leaf_hash(index.to_bytes(8, "big") + leaf))
        elif kind == "count":
            said = told.get("operation"), told.get("agency"), told.get("count"), told.get("root")
            right = said == ("manifest", self.agency, self.own.size, self.own.root().hex())
            require(right, "the count of your entries does not come out", index)
            self.last_count = index
        else:
            opens = kind == "opening" and index == 0 and told.get("operation") == "opening"
            require(opens, "this is not how a log opens", index)
            self.opening = told

    def finish(self) -> None:
        """Nothing of this log follows."""
        require(not self.waiting, "an entry is missing", self.waiting[0] if self.waiting else None)
        whole = self.checkpoint and self.tree.size == self.checkpoint.size
        require(whole, "leaves are missing", self.tree.size)
        require(self.tree.root() == self.checkpoint.root, "the leaves are not those that were signed")
        last = self.entries[-1][0] if self.own.size > self.counted else -1
        require(last <= self.last_count, "entries of yours are not counted", last)
        require((self.log > 1 and not self.begun) == bool(self.opening), "how the log opens is missing", 0)
        earlier = self.earlier.entries if self.earlier else []
        for old, new in zip(earlier, self.entries):  # noqa: B905 - what both have
            require(old == new, "this is another entry than in the earlier bundle", min(old[0], new[0]))


class Bundle:
    """A bundle: the parts of each log, and the gaps that restores have left, as sentences."""

    def __init__(self, policy: Policy, earlier: Parts) -> None:
        self.policy, self.earlier = policy, earlier
        self.agency, self.notes, self.parts, self.gaps = "", list[str](), list[Part](), list[str]()

    def read(self, file: BinaryIO) -> None:
        """Every line after the first."""
        digest, ended = hashlib.sha256(BUNDLE), False
        for raw in file:
            line = raw.decode("utf-8", "replace")
            require(not ended and line.endswith("\n"), NOT_WHOLE)
            keyword, _, rest = line[:-1].partition(" ")
            ended = keyword == "end"
            require(not ended or rest == digest.hexdigest(), "the file was damaged: download it again")
            digest.update(raw)
            if not ended:
                self.take(keyword, rest, [*rest.split(" "), "", ""])
        require(ended, NOT_WHOLE)
        self.finish()

    def take(self, keyword: str, rest: str, words: list[str]) -> None:
        """One line; two empty words stand at its end."""
        part = self.parts[-1] if self.parts else Part("", 0, None)
        require(keyword in LOOSE or (self.parts and part.top == (keyword in TOP)), "the file is not a bundle")
        if keyword == "agency":
            self.agency = require(not self.parts and rest, "the file is not a bundle")
        elif keyword == "succession":
            self.notes.append(unbase64(rest).decode("utf-8", "replace"))
        elif keyword == "log":
            self.policy.follow(self.notes)
            if self.parts:
                self.finish()
            log = self.policy.log = number(rest)
            require(self.agency and log > part.log, "the logs are not in their order")
            self.parts.append(Part(self.agency, log, self.earlier.get((self.agency, log))))
        elif keyword == "checkpoint":
            part.checkpoint = Checkpoint(unbase64(rest).decode("utf-8", "replace"), self.policy)
            later = re.search("/([1-9][0-9]{0,8})$", part.checkpoint.origin)  # it took over from another
            require(int(later[1] if later else 1) == part.log, "the checkpoint is of another log")
        elif keyword == "from":
            part.begun, part.counted = number(words[0]), number(words[1])
        elif keyword in ("old", "counted"):
            part.before[keyword == "counted"].append(unbase64(rest))
        elif keyword == "tree":
            part.begin()
        elif keyword in ("others", "mine"):
            height, hash_ = (number(words[1]), words[2]) if keyword == "others" else (0, words[1])
            part.place(number(words[0]), height, unbase64(hash_), mine=keyword == "mine")
        else:
            require(keyword in ("entry", "erased", "count", "opening"), "there is a line that is none")
            part.content(keyword, number(words[0]), rest.partition(" ")[2])

    def finish(self) -> None:
        """Nothing of the last log follows; if it took over from another, it must fit to it."""
        part = require(self.parts, "the file is not a bundle")[-1]
        part.finish()
        if not part.opening:
            return
        told, log = part.opening, part.log - 1
        earlier = self.earlier.get((self.agency, log)) or Part("", log, None)
        old = next((each for each in self.parts if each.log == log), Part("", log, None))
        try:
            origin, size = told["previous"]["origin"], int(told["previous"]["size"])
            root, kept, lost = bytes.fromhex(told["previous"]["root"]), int(told["kept"]), told["lost"]
        except (KeyError, TypeError, ValueError, OverflowError):
            raise BadError("how the log opens is not readable", 0) from None
        fits = kept == old.tree.size and (not kept or origin == old.checkpoint.origin)
        require(fits, "the log opens on another than the one before it", 0)
        require(lost == ([[kept, size - 1]] if size > kept else []), "the log does not say what was lost", 0)
        fits = earlier.tree.size < size or (earlier.tree.size, earlier.tree.root()) == (size, root)
        require(fits, "the log before it was larger than this one says, or another", 0)
        held = sum(index >= kept for index, _ in earlier.entries)
        gap = f"gap: {size - kept:,} leaves of log {log}, {kept:,} to {size - 1:,}, were lost in a restore"
        self.gaps.append(f"{gap}; {held:,} entries of yours among them are in an earlier bundle")


def check_receipt(text: str, policy: Policy) -> dict[str, Any]:
    """Check one entry with its proof, as C2SP tlog-proof; gives what was found."""
    lines, note = text.partition("\n\n")[0].split("\n"), text.partition("\n\n")[2]
    require([line[:6] for line in lines[1:3]] == ["extra ", "index "], "this is not a receipt")
    raw, index, checkpoint = unbase64(lines[1][6:]), number(lines[2][6:]), Checkpoint(note, policy)
    parts = raw[32:].split(b"\n", 2)
    detail, whose = (each.decode("utf-8", "replace") for each in [*parts, b""][:2])
    leaf, told = commitment(raw[:32] + b"".join(parts[2:]), detail, index, whose)
    require(not whose or whose in told.get("agencies", ()), "the view is of another agency", index)
    found = root_by_proof(index, checkpoint.size, leaf_hash(leaf), [unbase64(line) for line in lines[3:]])
    require(found == checkpoint.root, "the entry does not stand in the log that was signed", index)
    words = f"entry {index:,} of a log of {checkpoint.size:,}, {checkpoint.said()}:\n  {detail}"
    return checkpoint.told("receipt", words, index=index, entry=told)


def pieces(folder: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """The first index and the bytes of each piece of a level, of which there are `size` hashes or leaves."""
    for at in range(0, size, 256):
        name = re.sub("^(x000/)+", "", re.sub("([0-9]{3})(?=[0-9])", r"x\1/", f"{at // 256:012}"))
        path = folder / (name if size - at >= 256 else f"{name}.p/{size - at}")
        require(path.is_file(), f"the file {path} is missing", at)
        yield at, path.read_bytes()


def check_copy(folder: Path, policy: Policy, parts: Parts) -> dict[str, Any]:
    """Check a copy of the public log (C2SP tlog-tiles): leaves, hashes, the root; and bundles against it."""
    checkpoint = Checkpoint((folder / "checkpoint").read_text("utf-8"), policy)
    hashes, tree = list[bytes](), Tree()
    for at, raw in pieces(folder / "tile" / "entries", checkpoint.size):
        start = 0
        while start < len(raw):
            end = start + 2 + int.from_bytes(raw[start : start + 2], "big")
            require(end <= len(raw), "a leaf is cut short", len(hashes))
            hashes.append(leaf_hash(raw[start + 2 : end]))
            tree.add(hashes[-1])
            start = end
        require(len(hashes) == min(at + 256, checkpoint.size), "there are other leaves than were signed", at)
    for part in parts.values():
        for index, hash_ in part.entries if part.checkpoint.origin == checkpoint.origin else []:
            right = index >= len(hashes) or hashes[index] == hash_
            require(right, "the entry is not in the copy of the log", index)
    for at, raw in pieces(folder / "tile" / "0", checkpoint.size):
        same = [raw[32 * each : 32 * each + 32] == one for each, one in enumerate(hashes[at : at + 256])]
        same.append(len(raw) == 32 * len(same))
        require(all(same), "a leaf is not what its hash says", at + [*same, False].index(False))
    require(tree.root() == checkpoint.root, "the leaves are not those that were signed")
    return checkpoint.told("copy", f"all {checkpoint.size:,} leaves of the log, {checkpoint.said()}")


def check_bundle(file: BinaryIO, policy: Policy, parts: Parts) -> dict[str, Any]:
    """Check a bundle; `parts` holds those of earlier ones by their log, and takes its own."""
    bundle = Bundle(policy, parts)
    bundle.read(file)
    parts.update({(bundle.agency, part.log): part for part in bundle.parts})
    known = [parts[key] for key in sorted(parts) if key[0] == bundle.agency]
    entries, erased = sum(part.own.size for part in known), sum(len(part.gone) for part in known)
    told, sizes_of = set[tuple[int, int]](), {part.log: part.tree.size for part in known}
    for by, place, entry in ((part.log, *each) for part in known for each in part.told):
        for span in re.findall(r'"(\d{1,9}):(\d{1,18})-(\d{1,18})"', json.dumps(entry)):
            of, one, end = map(int, span)  # of what was there before it, and of nothing that came later
            most = place if of == by else sizes_of.get(of, 0) if of < by else 0
            told.update((of, at) for at in range(one, min(end + 1, most)))
    for part in known:
        policy.log = part.log
        missing = min((index for index in part.gone if (part.log, index) not in told), default=None)
        require(missing is None, "a detail is missing that no entry says was erased", missing)
    sizes = " and ".join(f"{part.checkpoint.size:,}" for part in known)
    log, checkpoint, last = "a log" if len(known) == 1 else "logs", known[-1].checkpoint, known[-1].last_count
    words = f"{entries:,} entries of yours, complete, in {log} of {sizes}, {checkpoint.said()}"
    words += f"; last counted at index {last:,}" if last >= 0 else "; not counted yet"
    words += f"; of {erased:,} the details were erased since, as entries of yours say" if erased else ""
    more = {"agency": bundle.agency, "entries": entries, "erased": erased, "gaps": bundle.gaps}
    return dict(checkpoint.told("bundle", "\n".join([words, *bundle.gaps]), counted=last, **more))


def check(path: Path, policy: Policy, parts: Parts) -> dict[str, Any]:
    """Check whatever the path is."""
    if path.is_dir():
        return check_copy(path, policy, parts)
    with path.open("rb") as file:
        first = file.readline()
        if first == RECEIPT:
            return check_receipt((RECEIPT + file.read()).decode("utf-8", "replace"), policy)
        require(first == BUNDLE, "this is neither a bundle nor a receipt")
        return check_bundle(file, policy, parts)


def main() -> int:
    """Check every file that was named; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--policy", type=Path, required=True, help="whose signatures count")
    parser.add_argument("--json", action="store_true", help="say what was found as one JSON object")
    parser.add_argument("file", type=Path, nargs="+", help="bundles, receipts, or a copy of the log")
    asked, parts, results = parser.parse_args(), Parts(), []
    getattr(sys.stdout, "reconfigure", dict)(errors="backslashreplace")  # a file's may lack a letter
    try:
        policy = Policy(asked.policy.read_text("utf-8"))
    except (BadError, OSError, UnicodeDecodeError) as error:
        parser.error(f"{asked.policy}: {error}")
    try:
        for path in asked.file:
            results.append({"file": str(path), **check(path, policy, parts)})
    except (BadError, AttributeError, LookupError, OverflowError, TypeError) as error:
        bad = error if isinstance(error, BadError) else BadError(f"it is not readable: {error}")
        told = {"file": str(path), "log": policy.log, "first_bad": bad.index, "problem": bad.problem}
        where = f"log {policy.log}: " if policy.log > 1 else ""
        where += "" if bad.index is None else f"first bad index {bad.index:,}: "
        print(json.dumps({"good": False, **told}) if asked.json else f"bad: {where}{bad.problem}")
        return 1
    except (UsageError, OSError, UnicodeDecodeError) as error:
        parser.error(f"{path}: {error}")
    said = (f"good: {result['words']}" for result in results)
    print(json.dumps({"good": True, "results": results}) if asked.json else "\n".join(said))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
