"""No pattern of the product can be made to take for ever by what somebody sends.

A repeat without end inside of a repeat without end is what takes exponential time; each pattern is taken
apart as `re` reads it. Texts are bounded before they meet a pattern: what grows with a square stays small.
"""

import ast
import re
from collections.abc import Iterator
from re import _constants as kinds
from re import _parser as parser
from typing import Any

import pytest

from tests.architecture.sources import ROOT, files

_FUNCTIONS = {"compile", "match", "search", "fullmatch", "sub", "subn", "findall", "finditer", "split"}
_REPEATS = {kinds.MAX_REPEAT, kinds.MIN_REPEAT}
#: A repeat in a repeat, of which each turn but the first begins with a sign that the turn before cannot hold.
PARTED = {
    r"[A-Z0-9]+(-[A-Z0-9]+)*",
    r"[^@\s\"<>(),;:\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+",
    r"(?<![^\W_])\d+(?:[ \-.]\d+)*(?![^\W_])",
}


def patterns() -> Iterator[tuple[str, str]]:
    """Every pattern that stands in the product's source, and where."""
    for path in files(".py"):
        if path.parts[0] in {"portal", "auth", "sharing", "foundation"}:
            for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _of_re(node.func) and node.args:
                    yield f"{path}:{node.lineno}", _text(node.args[0])


def _of_re(function: ast.expr) -> bool:
    module = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(module, ast.Name) and module.id == "re" and function.attr in _FUNCTIONS


def _text(told: ast.expr) -> str:
    """The pattern; what is put into it by a name is written out elsewhere and counts as one letter here."""
    if isinstance(told, ast.Constant):
        return told.value.decode("latin-1") if isinstance(told.value, bytes) else str(told.value)
    if isinstance(told, ast.JoinedStr):
        return "".join(_text(each) if isinstance(each, ast.Constant) else "x" for each in told.values)
    if isinstance(told, ast.BinOp):
        return _text(told.left) + _text(told.right)
    return "x"


def endless(pattern: str) -> bool:
    """Whether a repeat without end stands inside of another."""
    return _nested(parser.parse(pattern), within=False)


def _nested(parts: Any, *, within: bool) -> bool:
    for kind, told in parts:
        here = kind in _REPEATS and told[1] is kinds.MAXREPEAT
        if here and within:
            return True
        if any(_nested(each, within=within or here) for each in _inside(told)):
            return True
    return False


def _inside(told: Any) -> Iterator[Any]:
    if isinstance(told, parser.SubPattern):
        yield told
    elif isinstance(told, tuple | list):
        for each in told:
            yield from _inside(each)


def test_no_pattern_repeats_a_repeat_without_end():
    found = {where: pattern for where, pattern in patterns() if endless(pattern)}
    assert set(found.values()) == PARTED, found
    assert len(list(patterns())) > 30


@pytest.mark.parametrize("pattern", ["(a+)+b", "(?:x*y?)*$", "((ab)*c*)+", "(?:[a-z]+,?)+"])
def test_planted_pattern_is_found(pattern):
    assert endless(pattern)


@pytest.mark.parametrize("pattern", ["[a-z]+", "(a{1,3})+", "a+b+c*", r"\d{4}(-\d\d)*"])
def test_plain_pattern_is_not(pattern):
    assert not endless(pattern)
    assert re.compile(pattern)
