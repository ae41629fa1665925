"""Details from before there was a seal are sealed at the next start; bare ones put in later open nothing."""

import pytest
from sqlalchemy import LargeBinary, func, select, type_coerce, update

from foundation.errors import Unavailable
from foundation.ledger import resealing
from foundation.ledger.reading import waiting_of_agency
from foundation.ledger.resealing import seal_bare
from foundation.ledger.sealing import BARE, KEY_SIZE, parted, unseal
from foundation.ledger.tables import ledger_detail, ledger_key, ledger_pending


def laid_bare(key_part, body):
    """Both parts as they were kept before there was a seal."""
    text, secret = unseal(key_part, body)
    return BARE + bytes(KEY_SIZE - len(BARE) - len(secret)) + secret, text.encode()


def lay_bare(ledger, *, placed=True, waiting=True):
    key, detail = ledger_key.c, ledger_detail.c
    with ledger.database.transaction() as tx:
        joined = select(key.idx, key.key, detail.detail).join(ledger_detail, key.idx == detail.idx)
        for row in tx.execute(joined).all() if placed else ():
            apart, body = laid_bare(row.key, row.detail)
            tx.execute(update(ledger_key).where(key.idx == row.idx).values(key=apart))
            tx.execute(update(ledger_detail).where(detail.idx == row.idx).values(detail=body))
        seq, kept = ledger_pending.c.seq, type_coerce(ledger_pending.c.detail, LargeBinary)
        for row in tx.execute(select(seq, kept.label("kept"))).all() if waiting else ():
            bare = b"".join(laid_bare(*parted(row.kept)))
            tx.execute(update(ledger_pending).where(seq == row.seq).values(detail=bare))


@pytest.fixture
def old(ledger):
    """A ledger as it was before there was a seal, with entries that have their place and three that wait."""
    ledger.fill()
    ledger.add(3)
    lay_bare(ledger)
    return ledger


def read_waiting(ledger):
    with ledger.database.transaction() as tx:
        return waiting_of_agency(tx, "havering")


def test_what_is_from_before_is_sealed_and_then_opens(old):
    assert not old.verify().good
    with pytest.raises(Unavailable):
        read_waiting(old)
    many = old.run("SELECT count(*) FROM ledger_detail")[0][0] + 3
    assert seal_bare(old.database) == many
    assert seal_bare(old.database) == 0
    assert len(read_waiting(old)) == 3
    old.sequence()
    assert old.verify().good


def test_sealing_that_was_interrupted_goes_on(old, monkeypatch):
    monkeypatch.setattr(resealing, "_BATCH", 4)
    with old.database.transaction() as tx:
        assert resealing._waiting(tx) + resealing._placed(tx) == 7
    left = old.run("SELECT count(*) FROM ledger_detail")[0][0] - 4
    assert seal_bare(old.database) == left
    old.sequence()
    assert old.verify().good


def test_entry_that_somebody_puts_in_without_the_key_is_never_sealed(ledger):
    ledger.fill()
    ledger.add(1)
    lay_bare(ledger, placed=False)
    assert seal_bare(ledger.database) == 0
    with pytest.raises(Unavailable):
        read_waiting(ledger)
    ledger.sequence()
    assert seal_bare(ledger.database) == 0
    report = ledger.verify()
    assert "cannot be opened" in report.problem


def test_entry_put_in_without_the_key_is_not_sealed_though_nothing_else_is_in_place(ledger):
    ledger.add(2)
    with ledger.database.transaction() as tx:
        newest = select(func.max(ledger_pending.c.seq)).scalar_subquery()
        kept = type_coerce(ledger_pending.c.detail, LargeBinary)
        held = tx.execute(select(kept).where(ledger_pending.c.seq == newest)).scalar_one()
        bare = b"".join(laid_bare(*parted(held)))
        tx.execute(update(ledger_pending).where(ledger_pending.c.seq == newest).values(detail=bare))
    assert seal_bare(ledger.database) == 0
