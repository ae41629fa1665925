"""Tiles: the tree and its leaves cut into pieces that never change, for others to fetch and keep. Pure.

Source: C2SP tlog-tiles. A tile of level L holds up to 256 roots of complete subtrees of `256 ** L` leaves.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from foundation.ledger.encoding.tree import Subtree, root_of

WIDTH = 256
_HEIGHT = 8
_LEVEL_MOST = 63
_KEPT = 16
_PATH = re.compile(r"((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")

#: Gives the hashes of the tile at (level, number), as many as there are.
Tile = Callable[[int, int], Sequence[bytes]]


@dataclass(frozen=True)
class Piece:
    """Which tile or bundle of entries is asked for: its number in its level, and how wide it is."""

    number: int
    width: int = WIDTH

    def exists(self, size: int, level: int = 0) -> bool:
        """Whether a tree of `size` leaves has this piece; one that is whole has its narrower forms too."""
        return (self.number * WIDTH + self.width) << _HEIGHT * level <= size

    @property
    def path(self) -> str:
        """The last part of its address: `x001/x234/067`, with `.p/<width>` if it is not whole."""
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        return path if self.width == WIDTH else f"{path}.p/{self.width}"


def read_path(path: str) -> Piece:
    """The piece that the last part of an address names.

    Raises:
        ValueError: if it is no such part, or not in its one form.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise ValueError("this is not the path of a tile")
    number = int(match[1].replace("x", "").replace("/", "") + match[2])
    found = Piece(number, int(match[3]) if match[3] else WIDTH)
    if found.path != path or not found.width <= WIDTH or (match[3] and found.width == WIDTH):
        raise ValueError("this is not the path of a tile")
    return found


def pieces(size: int, level: int = 0) -> Iterator[Piece]:
    """Every piece of a level that a tree of `size` leaves has, the widest of each number."""
    whole, rest = divmod(size >> _HEIGHT * level, WIDTH)
    yield from map(Piece, range(whole))
    if rest:
        yield Piece(whole, rest)


def levels(size: int) -> range:
    """The levels at which a tree of `size` leaves has a tile."""
    return range(-(-(size.bit_length() or 1) // _HEIGHT) if size else 0)


def is_level(level: int) -> bool:
    """Whether there can be tiles of that level."""
    return 0 <= level <= _LEVEL_MOST


def entry_bundle(leaves: Iterable[bytes]) -> bytes:
    """The leaves one after the other, each after its length as u16.

    Raises:
        OverflowError: if a leaf is longer than 65,535 bytes.
    """
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def subtrees_in(tile: Tile) -> Subtree:
    """The complete subtrees of a tree whose tiles are at hand. Only the last few tiles are kept in memory."""
    tile = lru_cache(maxsize=_KEPT)(tile)

    def subtree(start: int, height: int) -> bytes:
        level, within = divmod(height, _HEIGHT)
        number, place = divmod(start >> _HEIGHT * level, WIDTH)
        found = tile(level, number)[place : place + (1 << within)]
        if len(found) != 1 << within:
            raise ValueError(f"the tile {number} of level {level} is not as wide as the tree says")
        return root_of(found)

    return subtree


def completed(size: int, before: int) -> Iterator[tuple[int, int]]:
    """The tiles, as (level, number), that are whole at `size` and were not at `before`, lower levels first.

    The root of each is a hash of the level above.
    """
    for level in range(_LEVEL_MOST):
        step = _HEIGHT * (level + 1)
        if not size >> step:
            return
        for number in range(before >> step, size >> step):
            yield level, number
