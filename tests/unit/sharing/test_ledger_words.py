"""The words of entries: a sentence for each event that can stand in the ledger, and for no other."""

import re

from portal.cli.references import events_page
from sharing.ledger_words import sentence, worded


def test_every_event_of_the_ledger_has_its_sentence_and_nothing_else_has_one():
    events = set(re.findall(r"^\| `([^`]+)`", events_page(), re.MULTILINE))
    assert len(events) > 100
    assert worded() == events


def test_a_sentence_follows_a_name_and_counts_what_was_shown():
    assert sentence("sharing:record:read", 1) == "read a record"
    assert sentence("sharing:record:listed", 1) == "looked at a list that showed one record"
    assert sentence("sharing:record:listed", 12) == "looked at a list of 12 records"
    for event in worded():
        assert re.match(r"[a-z][^.:]*[a-z0-9]$", sentence(event, 3)), event


def test_an_event_of_an_earlier_version_is_still_told():
    assert sentence("sharing:parish:counted-twice", 0) == "parish counted twice"
