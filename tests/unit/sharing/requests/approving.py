"""What tests of approvals share: what is prepared, approving it, and that a refusal changes nothing."""

from contextlib import contextmanager

from sqlalchemy import select

from sharing.agreements.tables import grant
from sharing.requests.approving import approve
from sharing.requests.reading import read_request
from sharing.requests.tables import proposal, request
from tests.unit.sharing.requests.scene import APPROVER, events, person

TABLES = (request, proposal, grant)


def prepared(database, asked):
    return read_request(database, person(APPROVER), asked).prepared


def approved_by(database, who, asked, found=None):
    found = found or prepared(database, asked)
    return approve(database, who, asked, found.id, found.digest)


@contextmanager
def nothing_changed(database):
    """Whatever happens inside, requests, proposals and grants are as they were."""
    before = contents(database)
    yield
    assert contents(database) == before


def contents(database):
    with database.transaction() as tx:
        return {
            table.name: sorted(str(dict(row)) for row in tx.execute(select(table)).mappings())
            for table in TABLES
        }


def denied(database, asked):
    """Why approvals of the request were refused, as the ledger says, oldest first."""
    kept = events(database, "sharing:answer:approval-denied")
    return [each["detail"]["why"] for each in kept if each["detail"]["request"] == asked]
