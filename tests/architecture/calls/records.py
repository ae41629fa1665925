"""Calls of recording, releasing, reading, handling and recalling records."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select

from auth.once import Once
from foundation import clock
from foundation.errors import Missing
from foundation.identifiers import new_id
from sharing import (
    audiences,
    camera_store,
    cameras,
    contribution,
    disclosure,
    record_audiences,
    stills,
)
from sharing.agreements.releases import NewRelease
from sharing.drafts import keeping
from sharing.handling import conditions, grading, order_lists, orders
from sharing.insight import imports
from sharing.insight.loading import Importer
from sharing.insight.readers.cameras import CameraRow
from sharing.recalls import lists, notices, recalling
from sharing.recalls.acts import Act
from sharing.recalls.notices import Acknowledgement, Done
from sharing.receipts import of_record, report
from sharing.records.record import link
from sharing.schemes import gallery, named, reports
from sharing.submission import NewPerson, NewRecord
from tests.architecture.calls.trial import Call, Given, Scene, Several
from tests.escalation.things import COUNCIL, POLICE, SCHEME, VICTIM
from tests.partnership import ROBBERY
from tests.unit.sharing.insight.places import STREET_HEADER, written

WHY = "For a reason."
RELEASE = NewRelease("HAV-CSP-01", (ROBBERY,), (COUNCIL,), text="Seen near the station.")
HANDLED, GRADED = conditions.Handling(), conditions.Handling(code="P")
COUNTS = "MajorText,MinorText,BoroughName,202510,202511", "Theft,Shoplifting,Havering,1,2"
STREET = ",2024-01,Met,Met,0.17,51.57,On or near X,E01002243,Havering 013A,Robbery,,"
RECALLED = Act(values={"address": "2 Road"}, reason=WHY, message=WHY)


def new(type_: str = "sighting", *releases: NewRelease) -> NewRecord:
    values = {
        "sighting": {"seen": clock.now(), "address": "1 Road"},
        "intelligence": {
            "report": "Told.",
            "topic": "drugs",
            "source_evaluation": "1",
            "information_evaluation": "A",
            "handling": "P",
        },
        "incident": {
            "crime_type": "shoplifting",
            "occurred": clock.now(),
            "address": "1 Road",
            "account": "Told.",
        },
    }
    return NewRecord(type_, values[type_], releases=releases)


def on_incident(*more: object, **named: object) -> Call:
    """A call on the agency's own incident."""
    return lambda scene: scene.asked("incident", scene.id("incident"), *more, **named)


def across(*more: object) -> Call:
    """A call by the council on an incident that it is shown."""
    return lambda scene: scene.asked_by(COUNCIL, "incident", scene.id("incident"), *more)


def of_link(scene: Scene, *more: object, **named: object) -> Given:
    """A call on somebody on the incident whom no order covers."""
    return scene.asked("incident", scene.id("incident"), scene.id("free-link"), *more, **named)


def lists_two_drafts(scene: Scene) -> Given:
    for _ in range(2):
        keeping.keep_draft(scene.database, scene.by(), "sighting", {"address": "1 Road"})
    return scene.asked("sighting")


def covers_another(scene: Scene) -> Given:
    """Who is named by the link is on a record of somebody else as well."""
    with scene.database.transaction() as tx:
        row = tx.execute(select(link).where(link.c.id == scene.id("free-link"))).mappings().one()
        other = {"id": new_id(), "record_id": scene.id("incident", SCHEME), "made_by": SCHEME}
        tx.execute(insert(link), {**row, **other})
    return of_link(scene, reference="Court 2")


def ends_cover_of_another(scene: Scene) -> Given:
    given = covers_another(scene)
    made = orders.record_order(*given.arguments, **given.named)
    return scene.asked(made, reason=WHY)


def shows_a_still(scene: Scene) -> Given:
    return Given((scene.database, scene.files, scene.by(), scene.id("media_id")))


def takes_back(scene: Scene) -> Given:
    incident = scene.id("incident")
    return scene.asked(incident, scene.id(f"release of {incident}"), message=WHY, reason=WHY)


def amends(scene: Scene) -> Given:
    found = disclosure.read_record(scene.database, scene.by(), "incident", scene.id("incident")).record
    return scene.asked("incident", found.id, {"address": "2 Road"}, seen=found.version)


def amends_shown(scene: Scene) -> Given:
    disclosure.read_record(*across()(scene).arguments)
    return amends(scene)


def keeps_cameras(scene: Scene) -> Given:
    rows = [CameraRow(f"C-{number}", "1 Road", None, None, None) for number in (7, 8)]
    return Given((scene.database, VICTIM, rows))


def figures(scene: Scene, *lines: str) -> Given:
    files = [written(scene.folder, *lines)]
    return Given((scene.database, Importer(), files, imports.Options()))


def brings_two_batches(scene: Scene) -> Given:
    scene.patch(imports, "BATCH", 1)
    return figures(scene, *COUNTS)


def brings_two_batches_of_streets(scene: Scene) -> Given:
    scene.patch(imports, "BATCH", 1)
    return figures(scene, STREET_HEADER, STREET, STREET)


def brings_nothing_new(scene: Scene) -> Given:
    given = figures(scene, *COUNTS)
    imports.import_counts(*given.arguments)
    return given


def reads_report(scene: Scene) -> Given:
    today = clock.today()
    return scene.asked(report.Period(today - timedelta(days=7), today))


def keeps_notice(scene: Scene) -> Given:
    return scene.asked(scene.id("recall-notice"), Acknowledgement(Done.DELETED))


def submits_again(scene: Scene) -> Given:
    """With the key with which it was submitted."""
    given = scene.asked(new("sighting", RELEASE), asked=Once("key", "0" * 64))
    contribution.submit(*given.arguments, **given.named)
    return given


def reports_theft(scene: Scene) -> Given:
    return scene.asked_by(SCHEME, new("incident"), None)


def reads_whom_it_is_about(scene: Scene) -> Given:
    by = scene.by(SCHEME)
    known = NewRecord("subject", {"state": "known"}, persons=(NewPerson(("suspect",)),))
    subject = contribution.submit(scene.database, by, known)
    made = reports.submit_report(scene.database, by, new("incident"), subject.id)
    return scene.asked_by(SCHEME, disclosure.read_record(scene.database, by, "incident", made.id).record)


def checks(scene: Scene) -> Given:
    good = reports.EvidenceCheck(evidence_good=True, paid_for=False, may_be_child=False)
    return Given((scene.database, scene.by(SCHEME, "second"), scene.id("incident", SCHEME), good))


CALLS = {
    audiences.preview: lambda scene: scene.asked(new("sighting", RELEASE)),
    camera_store.keep_cameras: Several(keeps_cameras),
    cameras.list_cameras: Scene.asked,
    contribution.release_record: lambda scene: scene.asked(scene.id("incident"), RELEASE),
    contribution.submit: lambda scene: scene.asked(new("sighting", RELEASE)),
    disclosure.list_records: lambda scene: scene.asked("incident"),
    disclosure.print_record: across(),
    disclosure.read_record: across(),
    disclosure.search: lambda scene: scene.asked(("station",), ("incident", "sighting")),
    keeping.discard_draft: lambda scene: scene.asked(scene.id("sighting-draft")),
    keeping.keep_draft: lambda scene: scene.asked("sighting", {"address": "1 Road"}),
    keeping.list_drafts: lambda scene: scene.asked("sighting"),
    keeping.read_draft: lambda scene: scene.asked(scene.id("sighting-draft")),
    conditions.preview_handling: on_incident(HANDLED),
    conditions.read_handling: on_incident(),
    conditions.set_handling: on_incident(HANDLED),
    grading.preview_handled: lambda scene: scene.asked(new("intelligence", RELEASE), GRADED),
    grading.submit_handled: Several(lambda scene: scene.asked(new("intelligence", RELEASE), GRADED)),
    order_lists.list_orders: Scene.asked,
    order_lists.note_order: lambda scene: scene.asked(scene.id("order-notice")),
    order_lists.read_cover: lambda scene: scene.asked(scene.id("incident")),
    orders.end_order: lambda scene: scene.asked(scene.id("order"), reason=WHY),
    orders.preview_order: of_link,
    orders.record_order: lambda scene: of_link(scene, reference="Court 2"),
    imports.import_counts: lambda scene: figures(scene, *COUNTS),
    imports.import_streets: lambda scene: figures(scene, STREET_HEADER, STREET),
    lists.list_recalls: Scene.asked,
    lists.read_recall: lambda scene: scene.asked(scene.id("recall")),
    lists.recalls_of_record: lambda scene: scene.asked(scene.id("incident")),
    notices.acknowledge: keeps_notice,
    notices.read_notice: lambda scene: scene.asked(scene.id("recall-notice")),
    recalling.amend_seen: amends,
    recalling.recall: Several(on_incident(RECALLED)),
    recalling.rehearse: on_incident(RECALLED),
    recalling.revoke_release: Several(takes_back),
    of_record.read_receipts: lambda scene: scene.asked(scene.id("incident")),
    report.report_receipts: reads_report,
    record_audiences.who_may_see: on_incident(),
    gallery.read_gallery: lambda scene: scene.asked_by(SCHEME),
    named.subjects_named: reads_whom_it_is_about,
    reports.check_report: checks,
    reports.submit_report: reports_theft,
    stills.show_still: shows_a_still,
}

ALSO = {
    "a preview of several releases": (
        audiences.preview,
        lambda scene: scene.asked(new("sighting", RELEASE, RELEASE)),
    ),
    "a preview of none": (audiences.preview, lambda scene: scene.asked(new())),
    "drafts where there are none": (keeping.list_drafts, lambda scene: scene.asked_by(POLICE, "nothing")),
    "several drafts": (keeping.list_drafts, lists_two_drafts),
    "an order that covers another owner's record": (orders.record_order, Several(covers_another)),
    "the end of one that did": (orders.end_order, Several(ends_cover_of_another)),
    "figures in two batches": (imports.import_counts, Several(brings_two_batches)),
    "streets in two batches": (imports.import_streets, Several(brings_two_batches_of_streets)),
    "a change of what others were shown": (recalling.amend_seen, Several(amends_shown, 3)),
    "a record that nobody has": (
        disclosure.read_record,
        lambda scene: replace(scene.asked("incident", new_id()), refused=Missing),
    ),
    "a list with records of several owners": (
        disclosure.list_records,
        lambda scene: scene.asked_by(COUNCIL, "incident", limit=50),
    ),
    "a search that finds nothing": (
        disclosure.search,
        lambda scene: scene.asked(("larkspur",), ("incident",)),
    ),
    "recalls of a record without any": (
        lists.recalls_of_record,
        lambda scene: scene.asked(scene.id("vehicle")),
    ),
}

SILENT = {
    contribution.submit: submits_again,
    imports.import_counts: brings_nothing_new,
}
