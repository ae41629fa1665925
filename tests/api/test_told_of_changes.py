"""What a program is told of a record that changes: what changes for its agency and purpose, and no more."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from foundation import clock
from foundation.outbox.tables import outbox
from tests.api.doors import EVERYBODY, OFFICER, OPERATOR, sighting, to
from tests.api.test_webhooks import RAILWAY, announced, door, receiver, register
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


def release(door, record, given):
    """Release it once more, and have everybody told; gives the release's id."""
    made = door.made(f"sightings/{record}/releases", OPERATOR, given)
    do_jobs(door.app)
    return made


@pytest.fixture
def known(door, receiver):
    """A record that was released to the railway's police, who have been told of it."""
    register(door, receiver, "record:released")
    record = door.made("sightings", OPERATOR, sighting(to(RAILWAY_POLICE)))
    do_jobs(door.app)
    assert [body["record"] for body in receiver.bodies()] == [record]
    receiver.messages.clear()
    return record


@pytest.mark.parametrize(
    "given",
    [to("members"), to("members", POLICE), to("*", purposes=(OTHER_PURPOSE,))],
    ids=["members", "members and others", "all, for another purpose"],
)
def test_a_recipient_is_not_told_of_releases_to_others(door, receiver, known, given):
    before = read(door, known)
    release(door, known, given)
    assert read(door, known).data == before.data
    assert receiver.messages == []


@pytest.mark.parametrize("given", [to(RAILWAY_POLICE), to("*")], ids=["to them", "to all"])
def test_a_recipient_is_told_of_a_further_release_to_them(door, receiver, known, given):
    release(door, known, given)
    assert [body["record"] for body in receiver.bodies()] == [known]


def test_a_release_that_was_taken_back_is_not_told_though_another_lives(door, receiver, known):
    receiver.status = 503
    further = release(door, known, EVERYBODY)
    assert len(receiver.messages) == 1
    receiver.messages.clear()
    receiver.status = 204
    assert door.post(f"sightings/{known}/releases/{further}/revoke", OPERATOR).status_code == 204
    with clock.stopped(clock.now() + timedelta(minutes=1)):
        do_jobs(door.app)
    read(door, known)
    assert receiver.messages == []


def forget_releases(door):
    """Have every job stand there as it did before announcements named their release."""
    with door.database.transaction() as tx:
        for job in tx.execute(select(outbox.c.id, outbox.c.payload)).all():
            old = {name: value for name, value in job.payload.items() if name != "release"}
            tx.execute(update(outbox).where(outbox.c.id == job.id).values(payload=old))


def ended_badly(door):
    with door.database.transaction() as tx:
        return tx.execute(select(outbox.c.kind).where(outbox.c.done_at.is_(None))).scalars().all()


def test_an_announcement_from_before_that_names_no_release_is_told_to_nobody(door, receiver):
    register(door, receiver, "record:released")
    door.made("sightings", OPERATOR, sighting(EVERYBODY))
    forget_releases(door)
    do_jobs(door.app)
    assert (receiver.messages, ended_badly(door)) == ([], [])


def test_a_delivery_from_before_that_names_no_release_is_let_go(door, receiver):
    hook, _ = register(door, receiver, "record:released")
    with announced(door, receiver):
        forget_releases(door)
    assert (receiver.messages, ended_badly(door)) == ([], [])
    assert door.get(f"webhooks/{hook}", "kate-lindqvist").json["deliveries"] == []
