"""YAML as people write it, read so that every mapping knows its line, and nothing in it can run or swell."""

from collections.abc import Iterator
from typing import Any

import yaml

from foundation.errors import Invalid

#: How deep lists and mappings may nest, and how long a text may be, in characters.
DEEPEST = 20
LONGEST = 150_000
#: Characters that are none or that PostgreSQL does not keep; and overrides of the direction of writing, by
#: which a text reads otherwise than it is, so that nobody should sign it.
_UNKEEPABLE = (frozenset(map(chr, range(32))) - set("\t\n\r")) | {
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
}


class Lined(dict[str, Any]):
    """A mapping that remembers the line of its file, counted from 1."""

    line: int = 0


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice and what could swell, and keeps lines."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node; never an alias, since a few lines of them make a gigabyte."""
        line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]  # has no types
        if self.check_event(yaml.AliasEvent):
            raise Invalid({f"line {line}": "Write it out: a * that repeats another place is not taken."})
        if self.depth >= DEEPEST:
            raise Invalid({f"line {line}": f"Nest lists and mappings at most {DEEPEST} deep."})
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - as PyYAML calls it
        """The value of a node; a moment or number that is none names its line."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:
            raise Invalid(
                {f"line {node.start_mark.line + 1}": "This is no number, day or moment."}
            ) from error


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lined:
    made = Lined()
    made.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        line = f"line {key_node.start_mark.line + 1}"
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise Invalid({line: "A key is a word."})
        if key in made:
            raise Invalid({line: f"{key} stands twice."})
        made[key] = loader.construct_object(value_node, deep=True)
    return made


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_lined(text: str) -> Any:
    """The value that YAML (or JSON) text holds; its mappings are `Lined`.

    Raises:
        Invalid: with the line, if it cannot be read, or holds what cannot be kept.
    """
    if len(text) > LONGEST:
        raise Invalid({"text": f"The text is longer than {LONGEST:,} characters."})
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - derived from SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Invalid({f"line {line}": f"This is not YAML: {error.problem}."}) from error
    except yaml.YAMLError as error:
        raise Invalid({"text": "The text holds a character that cannot be kept."}) from error
    refuse_unkeepable(found)
    return found


def refuse_unkeepable(value: Any) -> None:
    """Refuse values with texts that a database could not keep.

    Raises:
        Invalid: naming the line, where it is known.
    """
    for text, place in _texts(value, "text"):
        if any(letter in _UNKEEPABLE or "\ud800" <= letter <= "\udfff" for letter in text):
            raise Invalid({place: "The text holds a character that cannot be kept."})


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield value, place
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, where(value, str(key)))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each, place)


def where(thing: Any, fallback: str) -> str:
    """Where a mistake is: the line of the file if it is known."""
    line = getattr(thing, "line", 0)
    return f"line {line}, {fallback}" if line else fallback
