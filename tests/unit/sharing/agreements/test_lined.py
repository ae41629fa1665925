"""Text from anybody either reads as terms or is refused with a place; it never swells, runs or breaks."""

from contextlib import suppress

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import Invalid
from sharing.agreements.lined import load_lined
from sharing.agreements.terms import parse_draft, parse_terms
from tests.unit.sharing.agreements.test_terms import KINDS, TEXT


def refused(text):
    with pytest.raises(Invalid) as caught:
        load_lined(text)
    return caught.value.problems


def test_places_that_repeat_are_refused_before_they_swell():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    assert list(refused("\n".join(lines))) == ["line 2"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[" * 5000, "line 1"),
        ("a: 1\nb: {c: {d: " + "[" * 30 + "]" * 30 + "}}", "line 2"),
        ("a: 1\nb: 2026-13-45", "line 2"),
        ("? [a, b]\n: c", "line 1"),
        ("1: c", "line 1"),
        ("a: !!python/object/apply:os.system [ls]", "line 1"),
        ('a: 1\nb: {c: "\\0"}', "line 2, c"),
        ("a: \x07", "text"),
        ("a: 1\nb: {c: names \u202eyreve}", "line 2, c"),
        ("x" * 150_001, "text"),
        ("a: 1\na: 2", "line 2"),
        ("a: " + "9" * 5000, "line 1"),
        ("a: b: c", "line 1"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, place):
    assert list(refused(text)) == [place]


_words = st.sampled_from(
    ["id", "title", "versions", "number", "parties", "purposes", "clauses", "from", "to", "records", "fields",
     "treatment", "basis", "as", "without", "heads", "review", "havering", "disclose", "incident", "event"]
)  # fmt: skip
_leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.dates(), st.datetimes(), _words, st.text(max_size=5)
)
_values = st.recursive(
    _leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_words, inner, max_size=4))
)
_versions = st.lists(st.one_of(st.dictionaries(_words, _values, max_size=8), _values), max_size=3)


def mangled(path, value):
    """Good terms in which one place holds something else."""
    good = yaml.safe_load(TEXT)
    place = good
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return good


_VERSION = (
    "number",
    "signed",
    "from",
    "until",
    "parties",
    "purposes",
    "clauses",
    "as",
    "without",
    "heads",
    "review",
)
_CLAUSE = (
    "id", "title", "purposes", "from", "to", "records", "fields", "treatment", "basis", "roles", "categories",
    "children", "never", "retention_days",
)  # fmt: skip
_PATHS = [("versions", 0, key) for key in _VERSION] + [("versions", 0, "clauses", 0, key) for key in _CLAUSE]


@settings(max_examples=100, deadline=None)
@given(_versions)
def test_nothing_that_is_written_breaks_the_check(versions):
    for check in (parse_terms, parse_draft):
        with suppress(Invalid):
            check({"id": "A", "title": "T", "versions": versions}, KINDS)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_PATHS), _values)
def test_one_odd_value_in_good_terms_is_taken_or_refused(path, value):
    for check in (parse_terms, parse_draft):
        with suppress(Invalid):
            check(mangled(path, value), KINDS)
