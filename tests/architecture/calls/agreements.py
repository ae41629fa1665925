"""Calls of drafting, negotiating, signing, changing and reading agreements."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from foundation import clock
from foundation.errors import Conflict
from sharing.agreements import (
    confirming,
    drafting,
    ending,
    lifecycle,
    reviewing,
    showing,
    signing,
    suspending,
    withdrawing,
)
from sharing.agreements.tables import agreement_version
from sharing.documents import agreements as documents
from sharing.register import agreement, changes, difference, lines, matrix, version
from sharing.simulation.simulate import Ask, simulate
from tests.architecture.calls.trial import Call, Given, Scene, Several
from tests.escalation.things import COUNCIL, POLICE, SCHEME, TRANSPORT, VICTIM, draft_of

WHY = "For a reason."
IN_FORCE = "HAV-CSP-01"
PLACE, DRAFT = (IN_FORCE, 3), (draft_of(VICTIM), 1)
CLAUSE = {
    "id": "9.9",
    "title": "What happened.",
    "purposes": ["safeguarding-children"],
    "from": [VICTIM],
    "to": [COUNCIL],
    "records": ["incident"],
    "fields": ["event"],
    "treatment": "disclose",
    "basis": "Crime and Disorder Act 1998, section 115.",
    "retention_days": 92,
}
Acts = Callable[..., object]


def terms(**more: Any) -> Mapping[str, Any]:
    return {
        "from": "2026-01-01T00:00:00Z",
        "until": "2090-01-01T00:00:00Z",
        "parties": [VICTIM, COUNCIL],
        "purposes": ["safeguarding-children"],
        "heads": {},
        "clauses": [CLAUSE],
        **more,
    }


def text_of(name: str) -> str:
    """An agreement of these two as YAML, of a reference that is free."""
    clause = "\n".join(f"          {key}: {value}" for key, value in CLAUSE.items() if key != "id")
    return f"""id: {name}
title: A draft
versions:
  - number: 1
    from: 2026-01-01T00:00:00Z
    until: 2090-01-01T00:00:00Z
    parties: [{VICTIM}, {COUNCIL}]
    purposes: [safeguarding-children]
    clauses:
        - id: "9.9"
{clause}
"""


def in_review(scene: Scene) -> None:
    lifecycle.send_to_review(scene.database, scene.by(), *DRAFT, edition=1)


def being_signed(scene: Scene) -> str:
    """The digest of the draft that its parties sign."""
    in_review(scene)
    return lifecycle.send_to_signing(scene.database, scene.by(), *DRAFT)


def after(*steps: Callable[[Scene], object]) -> Callable[..., Call]:
    """A call on the draft when it has gone so far."""

    def called(**more: Any) -> Call:
        def given(scene: Scene) -> Given:
            for step in steps:
                step(scene)
            return scene.asked(*DRAFT, **more)

        return given

    return called


def signs(scene: Scene) -> Given:
    return scene.asked(*DRAFT, digest=being_signed(scene))


def signs_last(scene: Scene) -> Given:
    """The version's other parties have signed."""
    with scene.database.transaction() as tx:
        own = agreement_version.c.agreement_id == DRAFT[0]
        tx.execute(update(agreement_version).where(own).values(parties=[VICTIM, COUNCIL]))
    drafting.put_clauses(scene.database, scene.by(), DRAFT, 1, [CLAUSE])
    lifecycle.send_to_review(scene.database, scene.by(), *DRAFT, edition=2)
    digest = lifecycle.send_to_signing(scene.database, scene.by(), *DRAFT)
    signing.sign(scene.database, scene.by(COUNCIL), *DRAFT, digest=digest)
    return scene.asked(*DRAFT, digest=digest)


def ends(scene: Scene) -> Given:
    """All others have said so."""
    others = [COUNCIL, SCHEME, TRANSPORT, "st-bedes-school", "havering-youth-justice"]
    for each in others:
        signatory = replace(scene.by(COUNCIL), agency_id=each)
        ending.agree_to_end(scene.database, signatory, IN_FORCE, reason=WHY)
    return scene.asked(IN_FORCE, reason=WHY)


def undone(act: Acts, **more: Any) -> Call:
    """A call that takes back what was done before."""

    def given(scene: Scene) -> Given:
        act(scene.database, scene.by(), IN_FORCE, **more)
        return scene.asked(IN_FORCE)

    return given


def amends(scene: Scene) -> Given:
    """An agreement of which no other version is being prepared."""
    return scene.asked_by(POLICE, "STR-BCRP-01")


CALLS: Mapping[Callable[..., Any], Call] = {
    confirming.confirm: lambda scene: scene.asked(IN_FORCE, version=3),
    drafting.begin_agreement: lambda scene: scene.asked("NEW", "Working together", terms()),
    drafting.begin_amendment: amends,
    drafting.begin_from_text: lambda scene: scene.asked(text_of("NEW-TEXT-01")),
    drafting.change_draft: lambda scene: scene.asked(DRAFT, 1, terms()),
    drafting.change_draft_text: lambda scene: scene.asked(DRAFT, 1, text_of(DRAFT[0])),
    drafting.discard_draft: lambda scene: scene.asked(DRAFT, 1),
    drafting.list_drafts: Scene.asked,
    drafting.put_clause: lambda scene: scene.asked(DRAFT, 1, CLAUSE),
    drafting.put_clauses: lambda scene: scene.asked(DRAFT, 1, [CLAUSE]),
    drafting.read_version: lambda scene: scene.asked(DRAFT),
    drafting.remove_clause: lambda scene: scene.asked(DRAFT, 1, "1.1"),
    ending.agree_to_end: lambda scene: scene.asked(IN_FORCE, reason=WHY),
    ending.take_back_end: undone(ending.agree_to_end, reason=WHY),
    lifecycle.comment: after(in_review)(text=WHY),
    lifecycle.send_back: after(in_review)(reason=WHY),
    lifecycle.send_to_review: after()(edition=1),
    lifecycle.send_to_signing: after(in_review)(),
    reviewing.record_review: lambda scene: scene.asked(
        IN_FORCE, findings=WHY, next_due=clock.today() + timedelta(days=20)
    ),
    showing.read_lints: lambda scene: scene.asked(PLACE),
    showing.show_terms: lambda scene: scene.asked(PLACE, {}),
    signing.sign: signs,
    suspending.resume: undone(suspending.suspend, reason=WHY),
    suspending.suspend: lambda scene: scene.asked(IN_FORCE, reason=WHY),
    withdrawing.rejoin: undone(withdrawing.withdraw, reason=WHY),
    withdrawing.withdraw: lambda scene: scene.asked(IN_FORCE, reason=WHY),
    documents.export_terms: lambda scene: scene.asked(PLACE, documents.Form.YAML),
    agreement.read_agreement: lambda scene: scene.asked(IN_FORCE),
    changes.read_changes: lambda scene: scene.asked(*PLACE, 2),
    difference.read_difference: lambda scene: scene.asked(IN_FORCE),
    lines.list_agreements: Scene.asked,
    matrix.read_matrix: lambda scene: scene.asked(*PLACE, {}),
    version.read_exact_text: lambda scene: scene.asked(*PLACE),
    version.read_version: lambda scene: scene.asked(*PLACE),
    simulate: lambda scene: scene.asked(DRAFT, Ask(owner=VICTIM)),
}

ALSO = {
    "the last signature": (signing.sign, Several(signs_last)),
    "the last party's word that it ends": (ending.agree_to_end, Several(ends)),
    "the last to withdraw where all others want an end": (withdrawing.withdraw, Several(ends)),
    "an act that is refused": (
        lifecycle.send_to_signing,
        lambda scene: replace(scene.asked(*DRAFT), refused=Conflict),
    ),
}
