"""The marks of the owner's view say of a field what could be done about it."""

import pytest

from portal.web.owner_view import _mark
from sharing.record_audiences import Form


@pytest.mark.parametrize(
    ("treatment", "reason", "mark"),
    [
        ("withhold", "floor-vulnerability", "floor"),
        ("withhold", "anonymity-order", "floor"),
        ("withhold", "purpose", "withhold"),  # another purpose, or a clause for this one, would open it
        ("withhold", "no-clause", "withhold"),
        ("withhold", "protected", "withhold"),
        ("generalise", "clause", "generalise"),
    ],
)
def test_never_stands_only_where_no_clause_could_open_it(treatment, reason, mark):
    assert _mark(Form(treatment, reason, "HAV-CSP-01", "2.1")) == (mark, "2.1")


def test_what_an_audience_does_not_learn_of_has_the_mark_of_absence():
    assert _mark(None) == ("absent", "")
