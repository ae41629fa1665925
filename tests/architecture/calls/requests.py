"""Calls of asking for what is withheld and answering, of notes, of broken glass, and of what is unusual."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from auth.once import Once
from foundation import clock
from foundation.errors import Conflict, Missing
from foundation.ledger.sequencer import sequence
from portal.gate import context
from sharing.agreements.tables import break_glass
from sharing.events.glass import glass_broken
from sharing.partnerships import actions, meetings
from sharing.records.record import record
from sharing.requests import (
    answering,
    approving,
    asking,
    glass,
    grants,
    notes,
    notices,
    reading,
    reviews,
    signing,
)
from sharing.requests.content import Answer
from sharing.unusual import reviewing
from sharing.unusual.measures import Kind
from tests.architecture.calls.trial import Given, Scene, Several
from tests.escalation.things import COUNCIL, SCHEME, VICTIM, named, person

WHY = "For a reason that can be told."
DANGER = "The suspect has said that he will kill her tonight."


def withheld(scene: Scene) -> str:
    """The key of what somebody on the incident is called."""
    return f"persons.{scene.id('free-link')}.given_name"


def wanted(scene: Scene) -> asking.NewRequest:
    return asking.NewRequest(
        record=scene.id("incident"),
        fields=(withheld(scene),),
        basis="gdpr-public-task",
        gateway="cda-115",
        need=WHY,
        proportion=WHY,
        urgency="normal",
        days=28,
        keeping="nowhere",
        security="portal-only",
    )


def asked_by_council(scene: Scene) -> str:
    """A request of the council's for a name on the agency's incident."""
    return asking.ask(scene.database, scene.by(COUNCIL), wanted(scene))


def asks_again(scene: Scene) -> Given:
    """With the key with which it was asked."""
    given = scene.asked_by(COUNCIL, wanted(scene), asked=Once("key", "0" * 64))
    asking.ask(*given.arguments, **given.named)
    return given


def answer_of(scene: Scene) -> Answer:
    until = clock.now() + timedelta(days=3)
    return Answer({withheld(scene): "disclose"}, (person(COUNCIL),), until, WHY)


def prepared(scene: Scene) -> tuple[str, str]:
    """The request, and the answer to it that a colleague prepared."""
    made = asked_by_council(scene)
    return made, answering.prepare(scene.database, scene.by(who="second"), made, answer_of(scene))


def approves(scene: Scene) -> Given:
    made, proposal = prepared(scene)
    page = reading.read_request(scene.database, scene.by(), made)
    assert page.prepared is not None
    return scene.asked(made, proposal, page.prepared.digest)


def approves_another(scene: Scene) -> Given:
    return replace(scene.asked(*prepared(scene), "0" * 64), refused=Conflict)


def lists_own(scene: Scene) -> Given:
    asked_by_council(scene)
    return scene.asked_by(COUNCIL, scene.id("incident"))


def gives_back(scene: Scene) -> Given:
    return scene.asked(*prepared(scene), WHY)


def new_note(scene: Scene) -> notes.NewNote:
    until = clock.now() + timedelta(days=30)
    to = (SCHEME,)
    return notes.NewNote(scene.id("free-link"), to, ("image",), WHY, until, named("second", VICTIM))


def written(scene: Scene) -> str:
    return notes.write_note(scene.database, scene.by(), scene.id("incident"), new_note(scene))


def signs(scene: Scene) -> Given:
    made, signer = written(scene), scene.by(who="second")
    digest = notes.read_note(scene.database, signer, made).digest
    return Given((scene.database, signer, made, digest))


def refuses_note(scene: Scene) -> Given:
    return Given((scene.database, scene.by(who="second"), written(scene), WHY))


def ends_note(scene: Scene) -> Given:
    given = signs(scene)
    signing.sign_note(*given.arguments)
    return Given((scene.database, scene.by(), given.arguments[2]))


def breaks(scene: Scene) -> Given:
    with scene.database.transaction() as tx:
        tx.execute(update(break_glass).values(reviewed=clock.now()))
        own = select(record.c.owner_reference).where(record.c.id == scene.id("incident"))
        reference = tx.execute(own).scalar_one()
    return scene.asked_by(COUNCIL, glass.Declared(VICTIM, reference, "life", DANGER))


def breaks_nothing(scene: Scene) -> Given:
    declared = glass.Declared(VICTIM, "9ZZ9-Z9", "life", DANGER)
    return replace(scene.asked_by(COUNCIL, declared), refused=Missing)


def settles(scene: Scene) -> Given:
    """What stands out is that a colleague broke the glass."""
    colleague = scene.by(who="second")
    with scene.database.transaction() as tx:
        about = {"glass": "g", "record": scene.id("incident", SCHEME), "owner": SCHEME}
        who = {"user": colleague.user_id, "role": "duty_inspector", "second": ""}
        until = clock.now() + timedelta(minutes=30)
        glass_broken(tx, colleague, **about, **who, danger="life", reason_length=50, until=until)
    with scene.world.app.app_context():
        folder = context.settings().data_dir
    while sequence(scene.database, folder):
        pass
    found = reviewing.read_unusual(scene.database, scene.by())
    line = next(each for each in found if each.kind == Kind.GLASS)
    return scene.asked(line.kind, line.person, line.of, next(iter(reviewing.OUTCOMES)))


def sees_notice_again(scene: Scene) -> Given:
    notices.mark_seen(scene.database, scene.by(), scene.id("glass"))
    return scene.asked(scene.id("glass"))


def sets_action(scene: Scene) -> Given:
    due = clock.today() + timedelta(days=20)
    return scene.asked(actions.NewAction(scene.id("meeting_id"), "T", "M", person(VICTIM), due))


def sets_again(scene: Scene) -> Given:
    """With the key with which it was set."""
    given = replace(sets_action(scene), named={"asked": Once("key", "0" * 64)})
    actions.set_action(*given.arguments, **given.named)
    return given


def moves(scene: Scene) -> Given:
    return scene.asked(scene.id("action_id"), actions.Answer(actions.Move.AT_RISK, WHY, 1))


CALLS = {
    answering.prepare: lambda scene: scene.asked(asked_by_council(scene), answer_of(scene)),
    answering.refuse: lambda scene: scene.asked(asked_by_council(scene), WHY),
    approving.approve: Several(approves),
    approving.send_back: gives_back,
    asking.ask: lambda scene: scene.asked_by(COUNCIL, wanted(scene)),
    asking.read_form: lambda scene: scene.asked_by(COUNCIL, scene.id("incident")),
    asking.requests_on: lambda scene: scene.asked(scene.id("incident")),
    asking.withdraw: lambda scene: scene.asked(scene.id("asked")),
    glass.break_the_glass: breaks,
    glass.confirm: lambda scene: scene.asked(scene.id("glass-waiting")),
    grants.list_grants: Scene.asked,
    grants.revoke_grant: lambda scene: scene.asked(scene.id("grant")),
    notes.notes_on: lambda scene: scene.asked(scene.id("subject")),
    notes.read_note: lambda scene: scene.asked(scene.id("note")),
    notes.write_note: lambda scene: scene.asked(scene.id("incident"), new_note(scene)),
    notices.mark_seen: lambda scene: scene.asked(scene.id("glass")),
    reading.list_requests: Several(Scene.asked),
    reading.read_request: Several(lambda scene: scene.asked(scene.id("request"))),
    reviews.list_reviews: Scene.asked,
    reviews.read_desk: Scene.asked,
    reviews.read_glass: lambda scene: scene.asked(scene.id("glass")),
    reviews.review: lambda scene: scene.asked(scene.id("glass"), "justified", WHY),
    signing.end_note: ends_note,
    signing.refuse_note: refuses_note,
    signing.sign_note: signs,
    reviewing.read_unusual: Scene.asked,
    reviewing.settle: settles,
    actions.list_actions: Scene.asked,
    actions.list_closed_actions: Scene.asked,
    actions.move_action: moves,
    actions.read_action: lambda scene: scene.asked(scene.id("action_id")),
    actions.set_action: sets_action,
    meetings.accept_confidentiality: lambda scene: scene.asked(scene.id("meeting_id")),
    meetings.list_meetings: Scene.asked,
    meetings.read_meeting: lambda scene: scene.asked(scene.id("meeting_id")),
}

ALSO = {
    "own requests where there are some": (asking.requests_on, lists_own),
    "notes where there are some": (notes.notes_on, lambda scene: scene.asked(scene.id("incident"))),
    "an approval of what was changed": (approving.approve, approves_another),
    "glass that opens nothing": (glass.break_the_glass, breaks_nothing),
}

SILENT = {asking.ask: asks_again, actions.set_action: sets_again, notices.mark_seen: sees_notice_again}
