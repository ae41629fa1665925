import json
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.ledger import tree

VECTORS = Path(__file__).parents[3] / "vectors"


def cases(name):
    lines = (VECTORS / name).read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert len(found) == 98
    return [pytest.param(case, id=case["case"]) for case in found]


def raw(text):
    return b64decode(text or "")


def proof_of(case):
    return [raw(step) for step in case["proof"] or []]


@pytest.mark.parametrize("case", cases("rfc6962_inclusion.jsonl"))
def test_inclusion_vector_is_judged_as_published(case):
    good = tree.verify_inclusion(
        case["leafIdx"], case["treeSize"], raw(case["leafHash"]), proof_of(case), raw(case["root"])
    )
    assert good is not case["wantErr"]


@pytest.mark.parametrize("case", cases("rfc6962_consistency.jsonl"))
def test_consistency_vector_is_judged_as_published(case):
    good = tree.verify_consistency(
        case["size1"], case["size2"], raw(case["root1"]), raw(case["root2"]), proof_of(case)
    )
    assert good is not case["wantErr"]


HASHES = [tree.leaf_hash(b"leaf %d" % number) for number in range(70)]


def naive_root(hashes):
    if not hashes:
        return tree.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return tree.node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


@pytest.mark.parametrize("size", range(1, 40))
def test_every_leaf_of_a_tree_has_a_proof_that_fails_for_its_neighbour(size):
    hashes = HASHES[:size]
    root = naive_root(hashes)
    for index in range(size):
        proof = tree.inclusion_proof(index, hashes)
        assert tree.verify_inclusion(index, size, hashes[index], proof, root)
        assert not tree.verify_inclusion(index, size, HASHES[size], proof, root)
        assert not tree.verify_inclusion(index + 1, size, hashes[index], proof, root)


@pytest.mark.parametrize("size", range(1, 40))
def test_every_earlier_size_has_a_proof_that_fails_for_another_root(size):
    hashes = HASHES[:size]
    root = naive_root(hashes)
    for first in range(1, size + 1):
        proof = tree.consistency_proof(first, hashes)
        assert tree.verify_consistency(first, size, naive_root(hashes[:first]), root, proof)
        assert not tree.verify_consistency(first, size, HASHES[size], root, proof)


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_frontier_goes_on_from_where_it_was_packed(one, two):
    first, second = sorted((one, two))
    began = tree.Frontier().extended(HASHES[:first])
    unpacked = tree.Frontier.unpacked(first, began.packed())
    assert unpacked.extended(HASHES[first:second]).root() == naive_root(HASHES[:second])


def test_a_frontier_that_does_not_fit_its_size_is_refused():
    packed = tree.Frontier().extended(HASHES[:5]).packed()
    with pytest.raises(ValueError, match="does not fit"):
        tree.Frontier.unpacked(6 + 1, packed)


def test_there_is_no_proof_from_nothing_or_past_the_end():
    with pytest.raises(ValueError, match="at least one leaf"):
        tree.consistency_proof(0, HASHES)
    with pytest.raises(IndexError):
        tree.inclusion_proof(len(HASHES), HASHES)
