"""Calls of schedules of records, holds, and the run that deletes."""

from datetime import timedelta

from sqlalchemy import update

from auth.system import SystemActor, Task
from foundation import clock
from sharing.records.record import record
from sharing.retention import retaining, schedule
from tests.architecture.calls.trial import Given, Scene, Several

RETAINER = SystemActor(Task.RECORD_RETAIN)
WHY = "The case is before the court."


def retains(scene: Scene) -> Given:
    """Nothing is due."""
    return Given((scene.database, scene.files, RETAINER))


def deletes(scene: Scene) -> Given:
    """One record was the last that happened, long ago."""
    before = clock.now() - timedelta(days=4000)
    with scene.database.transaction() as tx:
        this = update(record).where(record.c.id == scene.id("sighting"))
        tx.execute(this.values(recorded_at=before, happened=before))
    return retains(scene)


def holds(scene: Scene) -> Given:
    until = clock.today() + timedelta(days=9)
    return scene.asked(schedule.NewHold(scene.id("sighting"), WHY, until))


CALLS = {
    retaining.retain_records: retains,
    schedule.hold_record: holds,
    schedule.read_retention: Scene.asked,
    schedule.release_hold: lambda scene: scene.asked(scene.id("hold")),
    schedule.set_period: lambda scene: scene.asked("incident", "victim", "3-years"),
}

ALSO = {"a run that deletes a record": (retaining.retain_records, Several(deletes, None))}
