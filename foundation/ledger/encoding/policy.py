"""Whose signatures count: keys of the log, witnesses, and how many of them must have seen a checkpoint. Pure.

Source: C2SP tlog-policy.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from foundation.ledger.encoding.note import Verifier

_NONE = "none"


@dataclass(frozen=True)
class Witness:
    """A witness under the name that the policy gives it; `url` is where it is asked, empty if by file."""

    name: str
    verifier: Verifier
    url: str = ""


@dataclass(frozen=True)
class Group:
    """So many of the members, which are witnesses or groups, must have seen a checkpoint."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """What one file says."""

    logs: tuple[Verifier, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = _NONE

    def met(self, seen_by: Container[str]) -> bool:
        """Whether these witnesses together are enough."""
        return self.quorum == _NONE or self._holds(self.quorum, seen_by)

    def _holds(self, name: str, seen_by: Container[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in seen_by
        return sum(self._holds(member, seen_by) for member in group.members) >= group.least

    def lines(self) -> Iterator[str]:
        """The file again, without comments and addresses: what partners need to check by."""
        yield from (f"log {each.text()}" for each in self.logs)
        yield from (f"witness {each.name} {each.verifier.text()}" for each in self.witnesses)
        yield from (
            f"group {name} {each.least} {' '.join(each.members)}" for name, each in self.groups.items()
        )
        yield f"quorum {self.quorum}"


def read_policy(text: str) -> Policy:
    """The policy that a file holds.

    Raises:
        ValueError: naming the first line that is not good.
    """
    read = _Reading()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if words and not words[0].startswith("#"):
            try:
                read.take(words[0], words[1:])
            except (ValueError, IndexError) as error:
                raise ValueError(f"line {number} of the policy: {error}") from error
    if read.quorum is None:
        raise ValueError("the policy names no quorum")
    return Policy(tuple(read.logs), tuple(read.witnesses), read.groups, read.quorum)


class _Reading:
    def __init__(self) -> None:
        self.logs: list[Verifier] = []
        self.witnesses: list[Witness] = []
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def take(self, keyword: str, words: list[str]) -> None:
        if keyword == "log" and len(words) in (1, 2):
            self.logs.append(self._new_key(words[0], (each.public for each in self.logs)))
        elif keyword == "witness" and len(words) in (2, 3):
            key = self._new_key(words[1], (each.verifier.public for each in self.witnesses))
            self.witnesses.append(Witness(self._new_name(words[0]), key, *words[2:]))
        elif keyword == "group" and len(words) > 2:
            self._group(self._new_name(words[0]), words[1], tuple(words[2:]))
        elif keyword == "quorum" and len(words) == 1 and self.quorum is None:
            if words[0] != _NONE:
                self._known(words[0])
            self.quorum = words[0]
        else:
            raise ValueError(f"it is no line of a policy: {keyword}")

    def _group(self, name: str, least: str, members: tuple[str, ...]) -> None:
        for member in members:
            self._known(member)
            if member in self._members:
                raise ValueError(f"{member} is a member twice")
            self._members.add(member)
        count = {"any": 1, "all": len(members)}.get(least) or int(least)
        if not 1 <= count <= len(members):
            raise ValueError("a group needs at least one of its members and at most all")
        self.groups[name] = Group(count, members)

    def _new_name(self, name: str) -> str:
        if name == _NONE or name in self._names():
            raise ValueError(f"{name} is taken")
        return name

    def _known(self, name: str) -> None:
        if name not in self._names():
            raise ValueError(f"{name} was not named before")

    def _names(self) -> set[str]:
        return {each.name for each in self.witnesses} | self.groups.keys()

    def _new_key(self, text: str, known: Iterable[bytes]) -> Verifier:
        key = Verifier.read(text)
        if key.public in set(known):
            raise ValueError("the key stands there twice")
        return key
