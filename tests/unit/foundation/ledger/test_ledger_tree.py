import json
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.ledger.encoding import tree
from foundation.ledger.verifier import verify, witness

VECTORS = Path(__file__).parents[3] / "vectors"


def cases(name, wanted=lambda _: True):
    lines = (VECTORS / name).read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert len(found) == 98
    return [pytest.param(case, id=case["case"]) for case in found if wanted(case)]


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


def is_whole(case):
    """Whether root and leaf are hashes: a program has hashed both itself."""
    return len(raw(case["root"])) == len(raw(case["leafHash"])) == 32


@pytest.mark.parametrize("case", cases("rfc6962_inclusion.jsonl", is_whole))
def test_program_that_checks_judges_inclusion_as_published(case):
    try:
        found = verify.root_by_proof(case["leafIdx"], case["treeSize"], raw(case["leafHash"]), proof_of(case))
    except verify.BadError:
        found = b""
    assert (found == raw(case["root"])) is not case["wantErr"]


def is_growth(case):
    """Whether a witness asks for a proof at all: it has seen something, and no more than it is shown."""
    return 0 < case["size1"] <= case["size2"]


@pytest.mark.parametrize("case", cases("rfc6962_consistency.jsonl", is_growth))
def test_witness_judges_consistency_as_published(case):
    old, new = (case["size1"], raw(case["root1"])), (case["size2"], raw(case["root2"]))
    assert witness.has_grown(old, new, proof_of(case)) is not case["wantErr"]


@pytest.mark.parametrize("index", [-1, 5, 6, 2**63])
def test_place_that_is_not_in_the_tree_is_refused_before_anything_is_hashed(monkeypatch, index):
    root, proof = tree.root_of(HASHES[:5]), tree.inclusion_proof(4, 5, tree.subtrees_of(HASHES[:5]))
    assert tree.verify_inclusion(4, 5, HASHES[4], proof, root)
    monkeypatch.setattr(tree, "node_hash", lambda *_: pytest.fail("it was hashed"))
    assert not tree.verify_inclusion(index, 5, HASHES[4], proof, root)


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
    root, subtree = naive_root(hashes), tree.subtrees_of(hashes)
    for index in range(size):
        proof = tree.inclusion_proof(index, size, subtree)
        assert tree.verify_inclusion(index, size, hashes[index], proof, root)
        assert not tree.verify_inclusion(index, size, HASHES[size], proof, root)
        assert not tree.verify_inclusion(index + 1, size, hashes[index], proof, root)


@pytest.mark.parametrize("size", range(1, 40))
def test_every_earlier_size_has_a_proof_that_fails_for_another_root(size):
    hashes = HASHES[:size]
    root, subtree = naive_root(hashes), tree.subtrees_of(hashes)
    for first in range(1, size + 1):
        proof = tree.consistency_proof(first, size, subtree)
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
        tree.consistency_proof(0, 5, tree.subtrees_of(HASHES))
    with pytest.raises(IndexError):
        tree.inclusion_proof(len(HASHES), len(HASHES), tree.subtrees_of(HASHES))
