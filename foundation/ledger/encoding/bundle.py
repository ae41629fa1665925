"""The lines of a bundle: all that concerns one agency, and what proves it whole and in the log. Pure.

One file for each download. After the head, for each log (a second one begins where a database was restored):

    log <number>
    checkpoint <base64 of the signed note>
    from <leaves> <entries>          where an earlier bundle ended; 0 0 if this one begins at the beginning
    old <hash>                       complete subtrees of those leaves, largest first
    counted <hash>                   the same of the agency's own tree of those entries
    tree                             what follows is the log's tree from there on
    others <index> <height> <hash>   2 ** height leaves of others, as one hash
    mine <index> <hash>              one leaf whose content follows
    entry <index> <opening> <detail> an entry that concerns the agency
    erased <index> <leaf>            one whose detail was erased since
    count <index> <nonce> <detail>   the newest count of the agency's entries
    opening <index> <nonce> <detail> how a log began that took over from another

and at the very end, since a download may break off or be damaged on its way:

    end <SHA-256 of all lines before>

An opening is the nonce; of an entry of which each agency reads a view of its own, the nonce and the proof
of the view (`foundation.ledger.encoding.views`). Taken in their order the hashes of a log are its whole tree,
so that its root comes out or it does not.
Hashes, nonces and leaves are base64, details canonical text. Every line ends with a newline.
"""

from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator

from foundation.ledger.encoding.detail import NONCE_SIZE
from foundation.ledger.encoding.tree import Frontier, Subtree, cover
from foundation.ledger.encoding.views import proof_size

HEADER = "concordat/bundle/v1"
SUFFIX = ".bundle"

#: Bytes of a line besides its numbers and its detail.
_HASH = 44
_MINE = len("mine  \n") + _HASH
_OTHERS = len("others   \n") + _HASH


def head(agency: str, successions: Iterable[str]) -> str:
    """The first lines: whose bundle it is, and how keys of the log followed one another."""
    lines = [HEADER, f"agency {agency}", *(f"succession {_text(note)}" for note in successions)]
    return "".join(f"{line}\n" for line in lines)


def log_head(number: int, note: str, before: Frontier, counted: Frontier) -> str:
    """The lines that begin a log, from its first leaf on or from where an earlier bundle ended."""
    lines = [
        f"log {number}",
        f"checkpoint {_text(note)}",
        f"from {before.size} {counted.size}",
        *(f"old {_hash(each)}" for each in before.hashes),
        *(f"counted {_hash(each)}" for each in counted.hashes),
        "tree",
    ]
    return "".join(f"{line}\n" for line in lines)


def tree_lines(mine: Iterable[int], start: int, end: int, subtree: Subtree) -> Iterator[str]:
    """A line for each leaf of one's own and for each subtree between them. `mine` is in order."""
    for index in mine:
        yield from _others(start, index, subtree)
        yield f"mine {index} {_hash(subtree(index, 0))}\n"
        start = index + 1
    yield from _others(start, end, subtree)


def tree_length(mine: Iterable[int], start: int, end: int) -> int:
    """How many bytes `tree_lines` will give, without a hash being read."""
    length = 0
    for index in mine:
        length += _others_length(start, index) + _MINE + len(str(index))
        start = index + 1
    return length + _others_length(start, end)


def content_line(kind: str, index: int, opening: bytes, detail: str) -> str:
    """The line of an entry, a count or an opening of a log."""
    return f"{kind} {index} {_hash(opening)} {detail}\n"


def content_length(kind: str, index: int) -> int:
    """How many bytes such a line has besides its opening and its detail."""
    return len(f"{kind} {index}  \n")


def opening_size(agencies: Collection[str] = ()) -> int:
    """How many bytes an opening takes, where each of these agencies reads a view of its own or none does."""
    return opened_size(bytes(NONCE_SIZE + (proof_size(agencies) if agencies else 0)))


def opened_size(opening: bytes) -> int:
    """How many bytes this opening takes."""
    return -(-len(opening) // 3) * 4


def erased_line(index: int, leaf: bytes) -> str:
    """The line of an entry whose detail was erased: its public leaf is what is left."""
    return f"erased {index} {_hash(leaf)}\n"


def own_indices(lines: Iterable[str], log: int) -> tuple[str, list[int]]:
    """Whose bundle it is, and the indices of its entries in one log; nothing is checked.

    Raises:
        ValueError: if it is no bundle.
    """
    agency, now, found = "", 0, list[int]()
    for number, line in enumerate(lines):
        keyword, _, rest = line.rstrip("\n").partition(" ")
        if number == 0 and line.rstrip("\n") != HEADER:
            raise ValueError("this is not a bundle")
        if keyword == "agency":
            agency = rest
        elif keyword == "log":
            now = int(rest)
        elif keyword == "entry" and now == log:
            found.append(int(rest.partition(" ")[0]))
    return agency, found


def end(digest: str) -> str:
    """The last line of a file."""
    return f"end {digest}\n"


def _others(start: int, end: int, subtree: Subtree) -> Iterator[str]:
    for index, height in cover(start, end):
        yield f"others {index} {height} {_hash(subtree(index, height))}\n"


def _others_length(start: int, end: int) -> int:
    return sum(_OTHERS + len(str(index)) + len(str(height)) for index, height in cover(start, end))


def _hash(raw: bytes) -> str:
    return b64encode(raw).decode()


def _text(note: str) -> str:
    return b64encode(note.encode()).decode()
