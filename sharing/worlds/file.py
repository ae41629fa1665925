"""Reading the parts of a world's file: strict about keys, plain about what is wrong and where."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from foundation.errors import Invalid

T = TypeVar("T")
_REQUIRED: Any = object()


def refuse(where: str, problem: str) -> Invalid:
    """The error for a place in the file."""
    return Invalid({where: problem})


class Part:
    """One object of the file. Each key is taken once; `done` refuses those that nobody asked for."""

    def __init__(self, where: str, raw: object) -> None:
        if not isinstance(raw, Mapping):
            raise refuse(where, "an object is expected here")
        self.where = where
        self._left = dict(raw)

    def take(self, key: str, read: Callable[[str, Any], T], default: Any = _REQUIRED) -> T:
        """The value under a key as `read` gives it; null and a missing key give the default."""
        value = self._left.pop(key, None)
        if value is None:
            if default is _REQUIRED:
                raise refuse(self.where, f"{key} is missing")
            return default  # type: ignore[no-any-return]  # the caller's own default
        return read(f"{self.where}.{key}", value)

    def parts(self, key: str) -> list["Part"]:
        """The objects in the list under a key, none if it is left out, named by their id or place."""
        found = self.take(key, items, [])
        return [Part(f"{self.where}.{key}[{_name(raw, place)}]", raw) for place, raw in enumerate(found)]

    def done(self) -> None:
        """Refuse what is left over."""
        if self._left:
            raise refuse(self.where, f"unknown key {', '.join(sorted(self._left))}")


def _name(raw: object, place: int) -> str:
    named = raw.get("id") or raw.get("link") or raw.get("number") if isinstance(raw, Mapping) else None
    return str(named if named is not None else place)


def text(where: str, raw: Any) -> str:
    """A string."""
    if not isinstance(raw, str):
        raise refuse(where, "text is expected here")
    return raw


def flag(where: str, raw: Any) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        raise refuse(where, "true or false is expected here")
    return raw


def number(where: str, raw: Any) -> int:
    """A whole number."""
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise refuse(where, "a whole number is expected here")
    return raw


def items(where: str, raw: Any) -> list[Any]:
    """A list of anything."""
    if not isinstance(raw, list):
        raise refuse(where, "a list is expected here")
    return raw


def mapping(where: str, raw: Any) -> dict[str, Any]:
    """An object with keys of its own."""
    if not isinstance(raw, dict):
        raise refuse(where, "an object is expected here")
    return raw


def texts(where: str, raw: Any) -> frozenset[str]:
    """A list of strings, as a set."""
    return frozenset(text(where, each) for each in items(where, raw))


def moment(where: str, raw: Any) -> datetime:
    """An ISO time; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text(where, raw))
    except ValueError:
        raise refuse(where, "this is not an ISO time") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def day(where: str, raw: Any) -> date:
    """An ISO date."""
    try:
        return date.fromisoformat(text(where, raw))
    except ValueError:
        raise refuse(where, "this is not an ISO date") from None


def one_of(known: Iterable[str], what: str) -> Callable[[str, Any], str]:
    """A string that must be among the known ones."""
    allowed = frozenset(known)

    def read(where: str, raw: Any) -> str:
        found = text(where, raw)
        if found not in allowed:
            raise refuse(where, f"unknown {what} {found}")
        return found

    return read


def some_of(known: Iterable[str], what: str) -> Callable[[str, Any], frozenset[str]]:
    """A list of strings, each among the known ones."""
    read = one_of(known, what)
    return lambda where, raw: frozenset(read(where, each) for each in items(where, raw))
