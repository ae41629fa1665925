from datetime import UTC, datetime, timedelta

from sharing.agreements.reaching import NEVER, reach_rows

AT = datetime(2026, 2, 17, 19, 2, tzinfo=UTC)


def release(**changes):
    return {
        "id": "r",
        "record_id": "rec",
        "agreement_id": "HAV-CSP-01",
        "purposes": ["a", "b"],
        "recipients": ["havering", "members"],
        "at": AT,
        "expires": None,
        "revoked": None,
    } | changes


def test_a_row_for_each_recipient_and_purpose():
    rows = reach_rows(release(), "incident")
    assert {(row["recipient"], row["purpose"]) for row in rows} == {
        ("havering", "a"),
        ("havering", "b"),
        ("members", "a"),
        ("members", "b"),
    }
    assert all(row["type"] == "incident" and row["record_id"] == "rec" and row["at"] == AT for row in rows)


def test_all_parties_are_one_row_and_doubles_are_dropped():
    assert [
        row["recipient"] for row in reach_rows(release(recipients="all", purposes=["a", "a"]), "item")
    ] == ["*"]


def test_a_release_that_nobody_ended_reaches_to_the_end_of_time():
    assert reach_rows(release(), "incident")[0]["until_at"] == NEVER


def test_the_earlier_of_expiry_and_revocation_ends_it():
    sooner, later = AT + timedelta(days=1), AT + timedelta(days=9)
    assert reach_rows(release(expires=later, revoked=sooner), "incident")[0]["until_at"] == sooner
    assert reach_rows(release(expires=sooner, revoked=later), "incident")[0]["until_at"] == sooner
