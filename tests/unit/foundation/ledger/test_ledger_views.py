"""Entries of which each agency reads a view of its own: what proves one, and what it tells of the others."""

from dataclasses import replace

import pytest

from foundation.ledger.append import View, append
from foundation.ledger.encoding.detail import leaf_of
from foundation.ledger.encoding.views import Views, committed, new_views, proof_size, proven, slots
from foundation.ledger.verifier import verify
from tests.ledgers import AT, an_entry

SECRET = bytes(range(32))
TEXTS = {name: f'{{"at":"2026-02-17T14:00:00.000000Z","of":"{name}"}}' for name in ("havering", "met", "btp")}
#: For each size of tree as many agencies as it is for, or one more than the tree before it.
CROWDS = [
    {f"agency-{number}": f'{{"at":"2026-02-17T14:00:00.000000Z","of":{number}}}' for number in range(count)}
    for count in (32, 33, 91, 256, 257)
]


def commitment_to(views: Views, agency: str, text: str) -> bytes:
    return committed(views.nonce(agency), text)


@pytest.mark.parametrize("texts", [TEXTS, *CROWDS], ids=len)
def test_each_view_is_proven_by_its_own_proof_and_by_no_other(texts):
    views = new_views(SECRET, texts)
    for agency, text in texts.items():
        own, proof = commitment_to(views, agency, text), views.proof(agency)
        assert len(proof) == proof_size(texts)
        assert proven(agency, own, proof) == views.commitment()
        assert proven(agency, commitment_to(views, agency, text + " "), proof) != views.commitment()
        for other in [*texts][:5]:
            if other != agency:
                assert proven(other, own, proof) != views.commitment()


def test_no_second_view_for_an_agency_fits_into_the_tree():
    """Whatever lies in a slot that is another's, or random, is no view of this agency."""
    views = new_views(SECRET, TEXTS)
    own = commitment_to(views, "met", TEXTS["met"])
    assert proven("met", own, views.proof("met")) == views.commitment()
    assert all(proven("met", own, views.proof(each)) != views.commitment() for each in ("havering", "btp"))
    two = {"met": TEXTS["met"], "btp": TEXTS["btp"]}
    salt = next(salt for number in range(2**16) if collide(salt := number.to_bytes(8, "big")))
    with pytest.raises(ValueError, match="one slot"):
        Views(SECRET, salt, two).commitment()


def collide(salt: bytes) -> bool:
    one, other = slots(salt, ("met", "btp"))
    return one == other


def test_proof_is_as_long_alone_as_among_others_and_holds_nothing_twice():
    alone, among = new_views(SECRET, {"met": TEXTS["met"]}), new_views(bytes(32), TEXTS)
    proofs = [alone.proof("met"), among.proof("met")]
    assert len(proofs[0]) == len(proofs[1])
    steps = [proof[at : at + 32] for proof in proofs for at in range(8, len(proof), 32)]
    assert len({*steps}) == len(steps)


@pytest.mark.parametrize("length", [0, 8, 8 + 768, 808 - 1, 808 + 32, 808 + 224 * 4])
def test_proof_of_another_length_proves_nothing(length):
    with pytest.raises(ValueError, match="proves no view"):
        proven("met", bytes(32), bytes(length))


def test_verifier_takes_a_view_with_its_proof_and_nothing_else():
    views = new_views(SECRET, TEXTS)
    for agency, text in TEXTS.items():
        opening = views.nonce(agency) + views.proof(agency)
        leaf, _ = verify.commitment(opening, text, 7, agency)
        assert leaf == leaf_of(views.commitment(), AT)
        assert verify.commitment(opening, text, 7, "newham")[0] != leaf
        assert verify.commitment(opening[:32], text, 7, agency)[0] != leaf
        with pytest.raises(verify.BadError, match="the proof is not one"):
            verify.commitment(opening[:-1], text, 7, agency)


@pytest.mark.parametrize("texts", [TEXTS, *CROWDS], ids=len)
def test_verifier_finds_the_slot_of_a_view_in_a_tree_of_any_size(texts):
    views = new_views(SECRET, texts)
    for agency, text in [*views.texts.items()][:9]:
        opening = views.nonce(agency) + views.proof(agency)
        assert verify.commitment(opening, text, 7, agency)[0] == leaf_of(views.commitment(), AT)


WRONG = {
    "a record that the entry does not name": [View("newham", ("record-of-another",))],
    "no record": [View("newham", ())],
    "a record of another view": [
        View("newham", ("record-1", "record-shared")),
        View("btp", ("record-shared",)),
    ],
}


@pytest.mark.parametrize("wrong", WRONG)
def test_no_entry_is_left_with_a_view_that_says_more_than_it_or_nothing(ledger, wrong):
    entry = replace(an_entry(1), views=tuple(WRONG[wrong]))
    with (
        pytest.raises(ValueError, match=r"a view names a record|an agency has no record"),
        ledger.database.transaction() as tx,
    ):
        append(tx, entry)
    assert ledger.run("SELECT count(*) FROM ledger_pending") == [(0,)]


def test_view_names_no_other_owner_and_no_record_but_its_own(desk):
    """Of what a partner takes home: no word of whose other records its reader was shown."""
    ledger = desk.ledger
    with ledger.database.transaction() as tx:
        views = tuple(View(agency, (f"record-of-{agency}",)) for agency in ("newham", "romford-bcrp"))
        records = tuple(record for view in views for record in view.records)
        append(tx, replace(an_entry(1), agencies=frozenset({"havering"}), records=records, views=views))
    ledger.sequence()
    for agency, other in (("newham", "romford-bcrp"), ("romford-bcrp", "newham")):
        theirs = type(desk)(desk.folder, ledger, agency)
        path = theirs.fetch(f"{agency}.bundle")
        text = path.read_text("utf-8")
        assert theirs.check(path)[0] == 0
        assert f"record-of-{agency}" in text
        assert f"record-of-{other}" not in text
        last = [line for line in text.splitlines() if line.startswith("entry ")][-1]
        assert other not in last


def test_row_whose_owner_cannot_be_told_is_in_nobodys_view(ledger):
    """A number that leads to no agency must not read as `everybody`, which is what no owner means."""
    view = View("newham", ("record-of-newham",))
    records = ("record-of-havering", "record-of-newham")
    with ledger.database.transaction() as tx:
        append(tx, replace(an_entry(1), agencies=frozenset({"havering"}), records=records, views=(view,)))
    ledger.run("UPDATE ledger_pending SET owners = '[0,7]'")
    ledger.sequence()
    assert ledger.run("SELECT record_id, owner FROM ledger_record_mention ORDER BY record_id") == [
        ("record-of-havering", "havering"),
        ("record-of-newham", ""),
    ]
