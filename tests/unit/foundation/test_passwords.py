"""Passwords: long enough, under Argon2id, and as slow for nobody as for somebody."""

import pytest

from foundation.crypto import passwords
from foundation.crypto.passwords import STRANGER, cost_is_current, hash_password, password_is_good
from foundation.errors import Invalid, Unavailable


def test_password_is_good_in_any_unicode_form():
    stored = hash_password("caf\u00e9-by-the-weir-01")
    assert password_is_good(stored, "cafe\u0301-by-the-weir-01")
    assert not password_is_good(stored, "cafe-by-the-weir-01")
    assert stored.startswith("$argon2id$")


def test_short_password_is_refused_without_repeating_it():
    with pytest.raises(Invalid) as caught:
        hash_password("fourteen-chars")
    assert "fourteen-chars" not in str(caught.value)


def test_unknown_account_costs_the_same_work():
    assert cost_is_current(STRANGER)
    assert password_is_good(None, "anything at all") is False


def test_no_more_than_two_hash_at_once(monkeypatch):
    monkeypatch.setattr(passwords, "_WAIT_SECONDS", 0.01)
    with passwords._Place(), passwords._Place(), pytest.raises(Unavailable):
        password_is_good(None, "a third one waits in vain")
    assert password_is_good(None, "and gets in afterwards") is False
