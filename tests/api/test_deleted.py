"""What programs are told of a record that was deleted after its time: its id, and that it is gone."""

from datetime import timedelta

from auth.system import SystemActor, Task
from foundation import clock
from portal.gate import context
from sharing.retention.retaining import retain_records
from sharing.retention.schedule import set_period
from tests.api.doors import EVERYBODY, OPERATOR, Door, problem, sighting
from tests.api.test_webhooks import RAILWAY, door, receiver, register, told
from tests.jobs import do_jobs
from tests.partnership import actor

__all__ = ["door", "receiver"]


def test_what_is_deleted_after_its_time_is_told_to_whoever_was_shown_it(door, receiver):
    register(door, receiver, "record:recalled")
    seen, unseen = (door.made("sightings", OPERATOR, sighting(EVERYBODY)) for _ in range(2))
    assert door.get(f"sightings/{seen}", RAILWAY).status_code == 200
    set_period(door.database, actor("ruth-okafor"), "sighting", "", "31-days")
    with clock.stopped(clock.now() + timedelta(days=40)):
        with door.app.app_context():
            done = retain_records(door.database, context.files(), SystemActor(Task.RECORD_RETAIN))
        do_jobs(door.app)
        assert done.records == 2
        (body,) = receiver.bodies()
        assert (body["event"], body["record"]) == ("record:recalled", seen)
        assert unseen not in str(receiver.messages)
        assert problem(Door(door.app).get(f"sightings/{seen}", RAILWAY)) == (410, "deleted")
    (entry,) = told(door)
    assert set(entry["agencies"]) == {"havering", "british-transport-police"}
