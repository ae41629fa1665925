"""Whatever is changed in a download, verify.py finds it; of one entry it names the index."""

from base64 import b64encode
from random import Random

import pytest

from foundation.ledger.encoding.detail import LEAF_SIZE
from foundation.ledger.encoding.tiles import levels, pieces
from foundation.ledger.encoding.tree import leaf_hash
from foundation.ledger.published import entries_of, newest_signed, span_of, tile_of
from foundation.ledger.verifier import verify
from tests.verifying import lines_of, with_end

#: Of single changes, each of which must be found and its index named.
TRIALS = 200


@pytest.mark.parametrize("number", [0, 1], ids=["whole", "view"])
def test_every_flipped_byte_of_a_receipt_is_refused(small_desk, quick, number):
    path = small_desk.fetch_receipt(small_desk.ledger.ids[number])
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        code, words = small_desk.check(path)
        assert (code, words[:4]) == (1, "bad:"), (at, words)


def test_every_flipped_byte_of_a_small_log_is_refused(small_desk, quick):
    path = small_desk.fetch()
    lines = lines_of(path)
    raw = "".join(f"{line}\n" for line in lines).encode()
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :]
        path.write_bytes(with_end(changed.decode("utf-8", "replace").split("\n")[:-1]))
        code, words = small_desk.check(path)
        assert code, (at, words)


def contents(lines):
    return [at for at, line in enumerate(lines) if line.startswith("entry ")]


def index_of(line):
    return int(line.split(" ")[1])


def altered(lines, random):
    """One sign of what an entry says, or of its nonce."""
    at = random.choice(contents(lines))
    place = random.randrange(len(lines[at].rpartition("{")[0]) - 50, len(lines[at]))
    other = "0" if lines[at][place] != "0" else "1"
    lines[at] = lines[at][:place] + other + lines[at][place + 1 :]
    return index_of(lines[at])


def forged(lines, random):
    """A whole other entry in its place, right in itself."""
    at = random.choice(contents(lines))
    kind, index, _, detail = lines[at].split(" ", 3)
    nonce = b64encode(random.randbytes(32)).decode()
    lines[at] = " ".join([kind, index, nonce, detail.replace("officer-1", "officer-2")])
    return int(index)


def deleted(lines, random):
    at = random.choice(contents(lines))
    index = index_of(lines.pop(at))
    if random.random() < 0.5:  # with what stands for it in the tree
        lines.remove(next(line for line in lines if line.startswith(f"mine {index} ")))
    return index


def swapped(lines, random):
    one, two = sorted(random.sample(contents(lines), 2))
    index = index_of(lines[one])
    if random.random() < 0.5:
        lines[one], lines[two] = lines[two], lines[one]
    else:  # each with the other's index
        left, right = lines[one].split(" ", 2), lines[two].split(" ", 2)
        lines[one], lines[two] = " ".join([*left[:2], right[2]]), " ".join([*right[:2], left[2]])
    return index


def inserted(lines, random):
    at = random.choice(contents(lines))
    index = index_of(lines[at])
    lines.insert(at, lines[at])
    if random.random() < 0.5:
        place = next(place for place, line in enumerate(lines) if line.startswith(f"mine {index} "))
        lines.insert(place, f"mine {index} {b64encode(random.randbytes(32)).decode()}")
    return index


KINDS = [altered, forged, deleted, swapped, inserted]


@pytest.mark.parametrize("kind", KINDS)
def test_any_one_change_of_an_entry_is_found_and_its_index_named(embedded_desk, quick, kind):
    path, random = embedded_desk.fetch(), Random(kind.__name__)
    whole = lines_of(path)
    for _ in range(TRIALS // len(KINDS)):
        lines = list(whole)
        index = kind(lines, random)
        path.write_bytes(with_end(lines))
        code, words = embedded_desk.check(path)
        assert (code, words.partition(": ")[2].partition(":")[0]) == (1, f"first bad index {index}"), words


def test_entry_forged_with_its_hash_is_found_by_the_signed_root(embedded_desk, quick):
    path = embedded_desk.fetch()
    lines = lines_of(path)
    at = contents(lines)[2]
    kind, index, _, detail = lines[at].split(" ", 3)
    nonce = bytes(32)
    leaf, _ = verify.commitment(nonce, detail, 0, "havering")
    lines[at] = f"{kind} {index} {b64encode(nonce).decode()} {detail}"
    place = next(place for place, line in enumerate(lines) if line.startswith(f"mine {index} "))
    lines[place] = f"mine {index} {b64encode(leaf_hash(leaf)).decode()}"
    path.write_bytes(with_end(lines))
    assert embedded_desk.check(path)[0] == 1


def copy_of(ledger, folder):
    with ledger.database.transaction() as tx:
        span = span_of(tx)
        signed = newest_signed(tx, span)
        (folder / "tile").mkdir(parents=True)
        (folder / "checkpoint").write_text(signed.note, encoding="utf-8")
        for level in levels(signed.size):
            for piece in pieces(signed.size, level):
                put(folder / "tile" / str(level) / piece.path, tile_of(tx, span, level, piece))
        for piece in pieces(signed.size):
            put(folder / "tile" / "entries" / piece.path, entries_of(tx, span, piece))
    return signed.size


def put(path, raw):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def test_copy_of_the_public_log_is_good_and_each_changed_byte_of_it_is_not(small_desk, quick):
    copy = small_desk.folder / "copy"
    size = copy_of(small_desk.ledger, copy)
    code, words = small_desk.check(small_desk.fetch(), copy)
    assert code == 0
    assert f"good: all {size} leaves of the log" in words
    for path in (copy / "tile" / "entries").rglob("*.p/*"):
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
            code, words = small_desk.check(copy)
            assert code == 1
            if at % (LEAF_SIZE + 2) > 1:  # not in a length
                assert f"first bad index {at // (LEAF_SIZE + 2)}:" in words
        path.write_bytes(whole)
    for path in (copy / "tile" / "0").rglob("*.p/*"):
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
            assert f"first bad index {at // 32}:" in small_desk.check(copy)[1]
