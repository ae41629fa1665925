"""What a program is told of a record that changes: what changes for its agency and purpose, and no more."""

from datetime import timedelta

import pytest

from foundation import clock
from tests.api.doors import OFFICER, OPERATOR, sighting, to
from tests.api.test_webhooks import RAILWAY, door, receiver, register
from tests.jobs import do_jobs

__all__ = ["door", "receiver"]

RAILWAY_POLICE, POLICE = "british-transport-police", "metropolitan-east-area"
OTHER_PURPOSE = "safeguarding-children"

#: A field that the railway's police are not shown, and one that they are.
HIDDEN, SHOWN = {"account": "Another story."}, {"ward": "Hacton"}


def amend(door, record, values):
    seen = door.get(f"sightings/{record}", OPERATOR).headers["ETag"]
    path, match = f"sightings/{record}", {"If-Match": seen}
    assert door.send("PATCH", path, OPERATOR, body={"values": values}, headers=match).status_code == 204


def read(door, record, user=RAILWAY):
    answer = door.get(f"sightings/{record}", user)
    assert answer.status_code == 200, answer.text
    return answer


def has_notice(door, user):
    return door.get("recalls", user).json["notices"] != []


@pytest.mark.parametrize("values", [HIDDEN, SHOWN], ids=["hidden", "shown"])
def test_whose_release_ran_out_is_not_told_of_what_is_changed_after(door, receiver, values):
    register(door, receiver, "record:recalled")
    ends = (clock.now() + timedelta(hours=1)).isoformat()
    record = door.made("sightings", OPERATOR, sighting(to(RAILWAY_POLICE, expires=ends), to(POLICE)))
    assert "account" in read(door, record).json["withheld"]
    read(door, record, OFFICER)
    with clock.stopped(clock.now() + timedelta(hours=2)):
        assert door.get(f"sightings/{record}", RAILWAY).status_code == 404
        amend(door, record, values)
        do_jobs(door.app)
        assert (has_notice(door, RAILWAY), has_notice(door, OFFICER)) == (False, values is SHOWN)
    assert receiver.messages == []


@pytest.mark.parametrize("values", [HIDDEN, SHOWN], ids=["hidden", "shown"])
def test_for_a_purpose_for_which_it_never_existed_nothing_is_recalled(door, receiver, values):
    register(door, receiver, "record:recalled", purpose=OTHER_PURPOSE)
    record = door.made("sightings", OPERATOR, sighting(to(RAILWAY_POLICE)))
    read(door, record)
    amend(door, record, values)
    do_jobs(door.app)
    assert has_notice(door, RAILWAY) is (values is SHOWN)
    assert receiver.messages == []
