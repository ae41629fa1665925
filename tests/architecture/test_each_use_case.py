"""Every use case leads to the ledger, or says here why it leaves no entry."""

from tests.architecture.use_cases import (
    APPENDS,
    EXEMPT,
    SEVERAL,
    functions_of,
    product,
    use_cases,
    without_entry,
)


def test_every_use_case_leads_to_the_ledger_or_says_why_not():
    found = product()
    assert len(use_cases(found)) > 150
    assert without_entry(found) - EXEMPT.keys() == set()


def test_every_exemption_is_needed():
    found = product()
    assert (EXEMPT.keys() | SEVERAL.keys()) - use_cases(found) == set()
    # Its first use by a new address leaves one, and so does a session that goes on in another browser.
    assert EXEMPT.keys() - without_entry(found) == {"auth.keys.find_key", "auth.sessions.find_session"}


def test_an_act_within_a_frame_of_another_module_is_a_use_case():
    frame = functions_of(
        "sharing.frames",
        """
from contextlib import contextmanager

@contextmanager
def acting(database):
    with database.transaction() as tx:
        yield tx
""",
    )
    act = functions_of(
        "sharing.acts",
        """
from sharing.frames import acting

def sign(database):
    with acting(database) as tx:
        tx.execute("insert")
""",
    )
    assert use_cases(frame | act) == without_entry(frame | act) == {"sharing.acts.sign"}


def test_a_use_case_without_entry_is_found():
    planted = functions_of(
        "sharing.planted",
        """
from foundation.ledger.append import append

def read(database):
    return _rows(database)

def _rows(database):
    with database.transaction() as tx:
        return tx.execute("select")

def told(database):
    with database.transaction() as tx:
        append(tx, None)
""",
    )
    assert use_cases(planted) == {"sharing.planted.read", "sharing.planted.told"}
    assert without_entry(planted) == {"sharing.planted.read"}
    assert APPENDS & planted["sharing.planted.told"].calls
