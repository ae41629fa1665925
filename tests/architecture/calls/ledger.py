"""Calls of reading the ledger, of exports, of programs that are told, and of the portal's own work."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from auth.system import SystemActor, Task
from auth.tables import passkey, totp, user
from foundation import clock
from foundation.database import Database
from foundation.errors import Invalid
from foundation.identifiers import new_id
from foundation.ledger.encoding.policy import Policy
from foundation.ledger.schedule import months_by_kind
from foundation.outbox.rows import Job, claim
from foundation.outbox.tables import outbox
from sharing import commissioner, consultations, forgetting, given_up, publishing
from sharing.announcements import ANNOUNCE, Event, announce, webhook
from sharing.demonstration import asking as demonstration
from sharing.demonstration import loading, looking
from sharing.exports import asking as exports
from sharing.exports import fetching, making, stops
from sharing.exports.asking import CLEAR, MAKE
from sharing.resealing import change_secret
from sharing.webhooks import registering, telling
from sharing.webhooks.log import DELIVER
from sharing.webhooks.tables import webhook_delivery
from tests.api.test_webhooks import Receiver
from tests.architecture.calls.trial import Given, Scene, Several
from tests.databases import sqlite_url
from tests.escalation.things import COUNCIL, VICTIM, named
from tests.partnership import ROBBERY
from tests.portal import prepare_tables

KEEPS = timedelta(hours=4)
INCIDENTS = exports.NewExport("incident", "csv")
MAKER, CLEARER, TELLER, KEEPER = (
    SystemActor(task) for task in (Task.EXPORT_MAKE, Task.EXPORT_CLEAR, Task.PROGRAM_TELL, Task.SCHEDULE_KEEP)
)


def job_of(scene: Scene, kind: str) -> Job:
    """The job of this kind that is due."""
    with scene.database.transaction() as tx:
        found = claim(tx, [kind], timedelta(minutes=5))
    assert found is not None
    return found


def makes(scene: Scene) -> Given:
    exports.ask_export(scene.database, scene.by(), INCIDENTS)
    return Given((scene.database, scene.files, MAKER, KEEPS, job_of(scene, MAKE)))


def makes_nothing(scene: Scene) -> Given:
    asked = exports.NewExport("incident", "csv", record=new_id())
    exports.ask_export(scene.database, scene.by(), asked)
    return Given((scene.database, scene.files, MAKER, KEEPS, job_of(scene, MAKE)))


def stops_a_file(scene: Scene) -> Given:
    """What is in it cannot be looked through, so nobody can say that nothing in it leaks."""
    scene.patch(making, "_scanned", lambda *_: (b"", None))
    return makes(scene)


def made(scene: Scene) -> str:
    """An export that is ready."""
    asked = exports.ask_export(scene.database, scene.by(), INCIDENTS)
    making.make_export(scene.database, scene.files, MAKER, KEEPS, job_of(scene, MAKE))
    return asked


def fetches(scene: Scene) -> Given:
    return Given((scene.database, scene.files, scene.by(), made(scene)))


def clears(scene: Scene) -> Given:
    made(scene)
    with clock.stopped(clock.now() + 2 * KEEPS):
        job = job_of(scene, CLEAR)
    return Given((scene.database, scene.files, CLEARER, job))


def delivers(scene: Scene) -> Given:
    """An address of the council's is told that something was released to it."""
    receiver, settings = Receiver(), scene.settings
    scene.at_end(receiver.close)
    new = registering.NewWebhook(receiver.url, (Event.RELEASED,), named("program", COUNCIL), ROBBERY)
    registering.register_webhook(scene.database, settings, scene.by(COUNCIL), new)
    with scene.database.transaction() as tx:
        tx.execute(delete(outbox))
        about, by = ("incident", scene.id("incident")), scene.world.release(VICTIM)
        announce(tx, Event.RELEASED, record=about, release=by, agencies=(COUNCIL,))
    telling.tell_programs(scene.database, TELLER, job_of(scene, ANNOUNCE))
    with scene.database.transaction() as tx:
        others = webhook_delivery.join(webhook, webhook_delivery.c.webhook_id == webhook.c.id)
        theirs = select(webhook_delivery.c.id).select_from(others).where(webhook.c.url != receiver.url)
        tx.execute(delete(outbox).where(outbox.c.id.in_(theirs)))
    return Given((scene.database, settings, TELLER, job_of(scene, DELIVER)))


def ends_again(scene: Scene) -> Given:
    registering.end_webhook(scene.database, scene.by(), scene.id("webhook"))
    return scene.asked(scene.id("webhook"))


def registers(scene: Scene) -> Given:
    new = registering.NewWebhook("http://127.0.0.1:9/", (Event.RELEASED,), scene.id("program"), ROBBERY)
    return Given((scene.database, scene.settings, scene.by(), new))


def hands_over(scene: Scene) -> Given:
    asked = consultations.Asked(record=scene.id("incident"))
    return Given((scene.database, scene.database, scene.by(), Policy(), asked, "ICO-1"))


def delivers_a_test(scene: Scene) -> Given:
    receiver, settings = Receiver(), scene.settings
    scene.at_end(receiver.close)
    new = registering.NewWebhook(receiver.url, (Event.RELEASED,), named("program", COUNCIL), ROBBERY)
    made, _ = registering.register_webhook(scene.database, settings, scene.by(COUNCIL), new)
    with scene.database.transaction() as tx:
        tx.execute(delete(outbox))
    registering.test_webhook(scene.database, scene.by(COUNCIL), made)
    return Given((scene.database, settings, TELLER, job_of(scene, DELIVER)))


def keeps_schedule(scene: Scene) -> Given:
    """Nothing is past its period; of a colleague it is not known when they left."""
    with scene.database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == named("second", COUNCIL)).values(disabled=True))
    return Given((scene.database, KEEPER, months_by_kind(()), 84))


def erases(scene: Scene) -> Given:
    """Everything is past its period."""
    return Given((scene.database, KEEPER, dict.fromkeys(months_by_kind(()), 0), 84))


def hands_nothing_over(scene: Scene) -> Given:
    *before, _, reference = hands_over(scene).arguments
    asked = consultations.Asked(record=new_id())
    return Given((*before, asked, reference), refused=Invalid)


def loads(scene: Scene) -> Given:
    """A few records of the demonstration, into a database with nothing in it."""
    scene.patch(loading, "RECORDS", {loading.Size.SMALL: 60})
    scene.patch(loading, "import_counts", lambda *_: None)
    scene.database.close()
    scene.world.database = Database(sqlite_url(scene.folder))
    prepare_tables(scene.database)
    return Given((scene.database, scene.files, loading.Size.SMALL, clock.now(), lambda *_: None))


def changes_secret(scene: Scene) -> Given:
    """Where nothing lies sealed that was invented."""
    with scene.database.transaction() as tx:
        for table in (passkey, totp, webhook_delivery, webhook):
            tx.execute(delete(table))
    return Given((scene.database, "s" * 43, "t" * 43))


CALLS = {
    change_secret: changes_secret,
    commissioner.hand_to_commissioner: hands_over,
    consultations.read_entry: lambda scene: scene.asked(scene.id("entry")),
    consultations.read_ledger: Scene.asked,
    demonstration.ask_for_files: Several(lambda scene: Given((scene.database,)), None),
    exports.ask_export: lambda scene: scene.asked(INCIDENTS),
    fetching.clear_export: clears,
    fetching.fetch_export: fetches,
    forgetting.keep_schedule: keeps_schedule,
    given_up.let_go: lambda scene: scene.asked(scene.id("job")),
    given_up.list_given_up: Scene.asked,
    given_up.try_again: lambda scene: scene.asked(scene.id("job")),
    loading.load: Several(loads, None),
    looking.look_around: Several(lambda scene: Given((scene.database, clock.now())), None),
    making.make_export: makes,
    publishing.plan_download: lambda scene: scene.asked(Policy()),
    publishing.take_receipt: lambda scene: scene.asked(Policy(), scene.id("entry")),
    registering.end_webhook: lambda scene: scene.asked(scene.id("webhook")),
    registering.register_webhook: registers,
    registering.test_webhook: lambda scene: scene.asked(scene.id("webhook")),
    stops.list_stops: Scene.asked,
    stops.mark_seen: lambda scene: scene.asked(scene.id("stop")),
    telling.deliver: delivers,
}

ALSO = {
    "a file for which nothing fits": (commissioner.hand_to_commissioner, hands_nothing_over),
    "a file that is stopped": (making.make_export, Several(stops_a_file, None)),
    "a schedule by which much is erased": (forgetting.keep_schedule, Several(erases, None)),
    "an export with nothing in it": (making.make_export, makes_nothing),
}

SILENT = {registering.end_webhook: ends_again, telling.deliver: delivers_a_test}
