"""A list of stills, which are found by the releases of the record that they belong to."""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.database import Database
from migrations.tables import every_table
from sharing.agreements.releases import NewRelease
from sharing.contribution import release_record, submit
from sharing.disclosure import list_records
from sharing.submission import NewRecord, NewStill
from tests.databases import postgresql_url, sqlite_url
from tests.partnership import ROBBERY, actor, load_partnership

TO_RAILWAY = NewRelease("HAV-CSP-01", (ROBBERY,), ("british-transport-police",), text="Seen twice.")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    opened = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    with opened.transaction() as tx:
        every_table().create_all(tx)
    load_partnership(opened)
    yield opened
    opened.close()


def walked(database, reader):
    found, after = [], None
    while True:
        page = list_records(database, reader, "media", after=after, limit=1)
        found += [each.id for each in page.records]
        if page.next is None:
            return found
        after = page.next


def test_still_of_a_record_released_again_is_in_the_list_once(database):
    owner, reader = actor("aaron-field"), actor("kate-lindqvist")
    now = clock.now()
    still = NewStill("nowhere", "JPEG", "0" * 64, taken=now)
    with clock.stopped(now):
        new = NewRecord("incident", {"occurred": now}, stills=(still, still), releases=(TO_RAILWAY,))
        incident = submit(database, owner, new).id
    with clock.stopped(now + timedelta(minutes=1)):
        release_record(database, owner, incident, TO_RAILWAY)
    with clock.stopped(now + timedelta(minutes=2)):
        found = walked(database, reader)
    assert len(found) == len(set(found)) == 2
