"""The ledger's tree against pymerkle's, which others wrote: `python -m tests.differ.compare PYTHON`.

PYTHON is one with what `requirements.txt` names; pymerkle is under the GPL and runs in a process of its own.
Ends with 0 if roots and proofs of every size are the same bytes, each is accepted by the portal and by the
programs that partners run, and faults that are planted in our tree are found.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest.mock import patch

from foundation.ledger.encoding import tree
from foundation.ledger.verifier import verify, witness

SIZES = 2000
#: Up to this size every leaf and every earlier size is asked for; then the outermost and some between.
WHOLE = 70
#: So many sizes show a planted fault.
FEW = 100
THEIRS = Path(__file__).with_name("pymerkle_proofs.py")


@dataclass(frozen=True)
class Asked:
    """What is wanted of the tree once this leaf is in it."""

    leaf: bytes
    indices: list[int]
    earlier: list[int]


@dataclass(frozen=True)
class Told:
    """One tree's root and proofs, as wanted."""

    root: bytes
    inclusion: list[list[bytes]]
    consistency: list[list[bytes]]

    @property
    def proofs(self) -> int:
        return len(self.inclusion) + len(self.consistency)


def questions(random: Random) -> list[Asked]:
    """One for each size from 1 on."""
    asked = []
    for size in range(1, SIZES + 1):
        if size <= WHOLE:
            indices, earlier = range(size), range(1, size + 1)
        else:
            powers = {1 << random.randrange(size.bit_length())}
            indices = sorted({0, size - 1, *random.sample(range(size), 2)})
            earlier = sorted({1, size - 1, *powers, *random.sample(range(1, size), 2)})
        asked.append(Asked(random.randbytes(random.randrange(1, 60)), list(indices), list(earlier)))
    return asked


def theirs(python: str, asked: list[Asked]) -> list[Told]:
    """What pymerkle answers.

    Raises:
        CalledProcessError: if it fails.
    """
    wanted = json.dumps([(each.leaf.hex(), each.indices, each.earlier) for each in asked])
    command = [python, "-W", "ignore::DeprecationWarning", str(THEIRS)]
    done = subprocess.run(command, input=f"{wanted}\n", stdout=subprocess.PIPE, text=True, check=True)
    return [_read(json.loads(line)) for line in done.stdout.splitlines()]


def _read(told: dict) -> Told:
    inclusion, consistency = (
        [[bytes.fromhex(step) for step in proof] for proof in told[name]]
        for name in ("inclusion", "consistency")
    )
    return Told(bytes.fromhex(told["root"]), inclusion, consistency)


def ours(asked: list[Asked]) -> Iterator[Told]:
    """What the ledger's own code answers, leaf after leaf."""
    hashes: list[bytes] = []
    frontier, subtree = tree.Frontier(), tree.subtrees_of(hashes)
    for size, each in enumerate(asked, 1):
        hashes.append(tree.leaf_hash(each.leaf))
        frontier = frontier.extended(hashes[-1:])
        yield Told(
            frontier.root(),
            [tree.inclusion_proof(index, size, subtree) for index in each.indices],
            [tree.consistency_proof(one, size, subtree) for one in each.earlier],
        )


def differences(asked: list[Asked], other: list[Told]) -> Iterator[str]:
    """Everything in which the ledger's answers are not the other's, or are not accepted."""
    roots: list[bytes] = []
    for size, (question, own, told) in enumerate(zip(asked, ours(asked), other, strict=True), 1):
        roots.append(told.root)
        if own.root != told.root:
            yield f"root of {size}"
        for index, one, two in zip(question.indices, own.inclusion, told.inclusion, strict=True):
            if one != two:
                yield f"proof of leaf {index} in {size}"
            if not _included(index, size, tree.leaf_hash(asked[index].leaf), two, told.root):
                yield f"leaf {index} in {size} is not accepted"
        for earlier, one, two in zip(question.earlier, own.consistency, told.consistency, strict=True):
            if one != two:
                yield f"proof that {earlier} grew into {size}"
            if not _grew((earlier, roots[earlier - 1]), (size, told.root), two):
                yield f"that {earlier} grew into {size} is not accepted"


def _included(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> bool:
    """Whether the portal and what partners run accept it."""
    by_programs = verify.root_by_proof(index, size, leaf, proof) == root
    return by_programs and tree.verify_inclusion(index, size, leaf, proof, root)


def _grew(old: tuple[int, bytes], new: tuple[int, bytes], proof: list[bytes]) -> bool:
    """Whether the portal and what witnesses run accept it."""
    return witness.has_grown(old, new, proof) and tree.verify_consistency(
        old[0], new[0], old[1], new[1], proof
    )


def is_found(asked: list[Asked], other: list[Told], name: str, fault: Callable) -> bool:
    """Whether the comparison tells once the function of this name is replaced by a wrong one."""
    with patch.object(tree, name, fault):
        return any(differences(asked, other))


def faults() -> Iterator[tuple[str, Callable]]:
    """Functions of the tree, each with a wrong one in its place."""
    included, grew = tree.inclusion_proof, tree.consistency_proof
    node, leaf = tree.node_hash, tree.leaf_hash
    yield "leaf_hash", lambda raw: node(raw, b"")
    yield "node_hash", lambda left, right: node(right, left)
    yield "node_hash", lambda left, right: leaf(left + right)
    yield "inclusion_proof", lambda *told: included(*told)[::-1]
    yield "consistency_proof", lambda *told: grew(*told)[:-1]


def main() -> int:
    asked = questions(Random(7))
    other = theirs(sys.argv[1], asked)
    found = list(differences(asked, other))
    proofs = sum(each.proofs for each in other)
    sys.stdout.write(f"{len(other)} sizes, {proofs} proofs, {len(found)} differences\n")
    for each in found[:10]:
        sys.stdout.write(f"  {each}\n")
    seen = [is_found(asked[:FEW], other[:FEW], *each) for each in faults()]
    sys.stdout.write(f"{sum(seen)} of {len(seen)} planted faults found\n")
    return 0 if all(seen) and not found and len(other) == SIZES else 1


if __name__ == "__main__":
    sys.exit(main())
