"""Roots and proofs as pymerkle makes them; run by a Python that has it, and imports nothing of Concordat.

Reads a line of JSON: the leaves in hexadecimal digits, and for each size from 1 on which leaves' and which
earlier sizes' proofs are wanted. Writes a line of JSON for each size, proofs in the order of RFC 9162.
"""

import json
import sys

from pymerkle import InmemoryTree


def inclusion(tree, index, size):
    """The path from the leaf upwards; pymerkle counts leaves from 1, and begins with the leaf itself."""
    return tree.prove_inclusion(index + 1, size).path[1:]


def consistency(tree, earlier, size):
    """The proof as RFC 9162 section 2.1.4.1 has it.

    Where the earlier tree ends with a whole branch, pymerkle goes on to the first leaf after it. The RFC
    stops at the branch, and leaves it out if it is all of the earlier tree.
    """
    proof = tree.prove_consistency(earlier, size)
    path, subset = list(proof.path), list(proof.subset)
    if not subset[0]:
        end = subset.index(1)
        after = path[0]
        for each in path[1:end]:
            after = tree.hash_pair(after, each)
        path = [path[end], after, *path[end + 1 :]]
    return path[1:] if sum(subset) == 1 else path


def main():
    wanted = json.loads(sys.stdin.readline())
    tree = InmemoryTree(algorithm="sha256")
    for size, (leaf, indices, earlier) in enumerate(wanted, 1):
        tree.append_entry(bytes.fromhex(leaf))
        told = {
            "root": tree.get_state(size).hex(),
            "inclusion": [[each.hex() for each in inclusion(tree, index, size)] for index in indices],
            "consistency": [[each.hex() for each in consistency(tree, one, size)] for one in earlier],
        }
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
