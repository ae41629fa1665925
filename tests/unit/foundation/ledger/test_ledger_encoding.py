import json
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.ledger.encoding import detail as encoding

TEXT = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
PLAIN = st.recursive(
    TEXT | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)
AT = datetime(2026, 2, 17, 14, 30, tzinfo=UTC)
NONCE = bytes(range(32))


@given(st.dictionaries(TEXT, PLAIN))
def test_a_detail_comes_back_from_its_canonical_text(detail):
    text = encoding.canonical(detail)
    assert encoding.parse(text) == detail
    assert json.loads(text) == detail


@given(st.dictionaries(TEXT, PLAIN), st.randoms(use_true_random=False))
def test_the_order_of_keys_makes_no_difference(detail, random):
    items = list(detail.items())
    random.shuffle(items)
    assert encoding.canonical(dict(items)) == encoding.canonical(detail)


def test_keys_are_ordered_by_utf16_as_in_rfc_8785():
    keys = ["\u20ac", "\r", "\U0001f600", "1", "\u0080", "\u00f6", "\ufb33"]
    ordered = list(encoding.parse(encoding.canonical(dict.fromkeys(keys[:-1], 1))))
    assert ordered == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600"]


def test_text_is_escaped_as_in_rfc_8785():
    assert (
        encoding.canonical({"a": "\u20ac$\u000f\nA'B\"\\/\x7f"})
        == '{"a":"\u20ac$\\u000f\\nA\'B\\"\\\\/\x7f"}'
    )


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), None, True, b"x", {1, 2}, 2**53, -(2**53), AT, "\ud800", {"\udfff": 1}, {1: "x"}],
)
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises(ValueError, match=r"detail|surrogates"):
        encoding.canonical({"a": value})


def test_keys_that_differ_only_in_composition_are_refused():
    with pytest.raises(ValueError, match="same in NFC"):
        encoding.canonical({"\u00e9": 1, "e\u0301": 2})


def test_text_is_composed():
    assert encoding.canonical({"a": "e\u0301"}) == '{"a":"\u00e9"}'


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":1}',
        '{"a": 1}',
        '{"a":1,"a":1}',
        '{"a":1.0}',
        '{"a":null}',
        '{"a":"\\u0041"}',
        "[]",
        '{"a":-0}',
    ],
)
def test_a_text_in_another_form_is_refused(text):
    with pytest.raises(ValueError, match="detail"):
        encoding.parse(text)


def test_a_leaf_is_prefix_hour_and_commitment():
    found = encoding.leaf("{}", NONCE, AT)
    assert len(found) == encoding.LEAF_SIZE
    assert found[:21] == b"concordat/v1\n" + (492038).to_bytes(8, "big")
    # From: printf '{}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…1f
    assert found[21:].hex() == "86227fe96722a2247dcfee12c07d89c1b0567bbc9aa6a8d804838f66a3da843f"


def test_a_leaf_of_the_same_detail_differs_by_its_nonce_and_its_hour():
    one = encoding.leaf("{}", NONCE, AT)
    assert encoding.leaf("{}", encoding.new_nonce(), AT)[21:] != one[21:]
    assert encoding.leaf("{}", NONCE, AT + timedelta(minutes=29)) == one
    assert encoding.leaf("{}", NONCE, AT + timedelta(minutes=30)) != one


def test_a_short_nonce_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        encoding.leaf("{}", b"short", AT)
