"""The closed list of what sharing leaves in the ledger: one function per event, each with its exact keys.

Values never stand in an entry: it says which fields left, how they were treated, and why the others did not.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx
from foundation.ledger.append import Entry, Operation, append
from sharing.accounts import Account


def _entry(
    tx: Tx,
    actor: Actor,
    operation: Operation,
    event: str,
    *,
    agencies: Iterable[str] = (),
    records: Sequence[str] = (),
    **detail: Any,
) -> str:
    return append(
        tx,
        Entry(
            operation=operation,
            event=event,
            at=clock.now(),
            actor=actor.user_id,
            agency=actor.agency_id,
            session=actor.session,
            agencies=frozenset({actor.agency_id, *agencies}),
            records=tuple(records),
            detail={"purpose": actor.purpose or "", **detail},
        ),
    )


def record_read(tx: Tx, actor: Actor, *, shown: Account, policy: int) -> str:
    """One record was shown, with what goes with it."""
    return _entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:record:read",
        agencies=shown.owners,
        records=shown.records,
        shown=shown.told,
        policy=policy,
    )


def records_listed(
    tx: Tx,
    actor: Actor,
    *,
    type_: str,
    shown: Account,
    policy: int,
    search: str = "",
) -> str:
    """A page of a list or of a search was shown; `search` is a keyed digest of the words, never the words."""
    return _entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:record:listed",
        agencies=shown.owners,
        records=shown.records,
        type=type_,
        shown=shown.told,
        policy=policy,
        search=search,
    )


def record_missed(tx: Tx, actor: Actor, *, type_: str, reference: str) -> str:
    """Something was asked for that is not there for this reader; says nothing about whether it exists."""
    return _entry(
        tx, actor, Operation.CONSULTATION, "sharing:record:missed", type=type_, reference=reference[:80]
    )


def picture_shown(tx: Tx, actor: Actor, *, owner: str, media: str, treatment: str) -> str:
    """The pixels of a still were shown, treated as said."""
    return _entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:picture:shown",
        agencies=[owner],
        records=[media],
        treatment=treatment,
    )


def record_submitted(
    tx: Tx, actor: Actor, *, record: str, type_: str, fields: Sequence[str], releases: Sequence[str]
) -> str:
    """A record came in; `releases` name the agreement and recipients of each release made with it."""
    return _entry(
        tx,
        actor,
        Operation.COLLECTION,
        "sharing:record:submitted",
        records=[record],
        type=type_,
        fields=sorted(fields),
        releases=list(releases),
    )


def record_amended(tx: Tx, actor: Actor, *, record: str, fields: Sequence[str]) -> str:
    """The owner changed fields of a record."""
    return _entry(
        tx, actor, Operation.ALTERATION, "sharing:record:amended", records=[record], fields=sorted(fields)
    )


def record_released(
    tx: Tx, actor: Actor, *, record: str, agreement: str, recipients: Sequence[str], purposes: Sequence[str]
) -> str:
    """The owner released a record under an agreement."""
    return _entry(
        tx,
        actor,
        Operation.DISCLOSURE,
        "sharing:record:released",
        records=[record],
        agreement=agreement,
        recipients=list(recipients),
        purposes=list(purposes),
    )


def release_revoked(tx: Tx, actor: Actor, *, record: str, release: str) -> str:
    """The owner took a release back."""
    return _entry(
        tx, actor, Operation.ALTERATION, "sharing:release:revoked", records=[record], release=release
    )


def preview_shown(tx: Tx, actor: Actor, *, agreement: str, audiences: Sequence[str]) -> str:
    """A contributor saw what each audience would see of something not yet sent."""
    return _entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:preview:shown",
        agreement=agreement,
        audiences=list(audiences),
    )


def receipts_read(tx: Tx, actor: Actor, *, record: str) -> str:
    """The owner looked at who has looked."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:receipts:read", records=[record])


def report_checked(tx: Tx, actor: Actor, *, record: str, subject: str, card: str) -> str:
    """A second person checked the evidence of a report; `card` is what the subject holds from now on."""
    return _entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:report:checked",
        records=[part for part in (record, subject) if part],
        card=card,
    )


def records_loaded(tx: Tx, *, actor: str, agency: str, session: str, batch: str, count: int) -> str:
    """A batch of records was loaded from a file or made for the demonstration."""
    return append(
        tx,
        Entry(
            operation=Operation.COLLECTION,
            event="sharing:record:loaded",
            at=clock.now(),
            actor=actor,
            agency=agency,
            session=session,
            agencies=frozenset({agency}),
            records=(),
            detail={"batch": batch, "count": count},
        ),
    )


def meetings_listed(tx: Tx, actor: Actor, *, meetings: Sequence[str]) -> str:
    """The list of meetings was shown."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:meeting:listed", meetings=list(meetings))


def meeting_read(tx: Tx, actor: Actor, *, meeting: str) -> str:
    """A meeting with its attendees was shown."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:meeting:read", meeting=meeting)


def confidentiality_accepted(tx: Tx, actor: Actor, *, meeting: str) -> str:
    """An attendee accepted a meeting's confidentiality."""
    return _entry(
        tx, actor, Operation.ALTERATION, "sharing:meeting:confidentiality-accepted", meeting=meeting
    )


def actions_listed(tx: Tx, actor: Actor, *, actions: Sequence[str]) -> str:
    """The list of actions was shown."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:action:listed", actions=list(actions))


def action_read(tx: Tx, actor: Actor, *, action: str) -> str:
    """One action with its history was shown."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:action:read", action=action)


def action_set(tx: Tx, actor: Actor, *, action: str, owner: str) -> str:
    """A meeting set an action."""
    return _entry(
        tx, actor, Operation.COLLECTION, "sharing:action:set", agencies=[owner], action=action, owner=owner
    )


def action_moved(tx: Tx, actor: Actor, *, action: str, move: str) -> str:
    """An action was answered, closed or reopened."""
    return _entry(tx, actor, Operation.ALTERATION, "sharing:action:moved", action=action, move=str(move))


def agreement_read(tx: Tx, actor: Actor, *, agreement: str) -> str:
    """An agreement's terms were shown."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:agreement:read", agreement=agreement)


def figures_imported(  # noqa: PLR0913 - who, and the exact keys of the event
    tx: Tx,
    actor_user: str,
    agency: str,
    session: str,
    *,
    import_id: str,
    source_digest: str,
    edition: str,
    rows: int,
) -> str:
    """A batch of published figures came in; `source_digest` is SHA-256 of the publisher's file."""
    return append(
        tx,
        Entry(
            operation=Operation.COLLECTION,
            event="sharing:figures:imported",
            at=clock.now(),
            actor=actor_user,
            agency=agency,
            session=session,
            agencies=frozenset({agency}),
            records=(),
            detail={"import": import_id, "source": source_digest, "edition": edition, "rows": rows},
        ),
    )


def draft_kept(tx: Tx, actor: Actor, *, draft: str, form: str) -> str:
    """Somebody's unsent answers were kept."""
    return _entry(tx, actor, Operation.COLLECTION, "sharing:draft:kept", draft=draft, form=form)


def draft_read(tx: Tx, actor: Actor, *, draft: str) -> str:
    """Somebody looked at their own unsent answers."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:draft:read", draft=draft)


def draft_discarded(tx: Tx, actor: Actor, *, draft: str) -> str:
    """Somebody let their unsent answers go; the entry does not hold them."""
    return _entry(tx, actor, Operation.ERASURE, "sharing:draft:discarded", draft=draft)


def cameras_listed(tx: Tx, actor: Actor, *, count: int) -> str:
    """The agency's own register of cameras was shown, to pick from."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:camera:listed", count=count)


def agreements_listed(tx: Tx, actor: Actor, *, agreements: Sequence[str]) -> str:
    """The list of one's own agreements was shown."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:agreement:listed", agreements=list(agreements))


def ledger_read(tx: Tx, actor: Actor, *, entries: int) -> str:
    """The agency's own entries of the ledger were shown."""
    return _entry(tx, actor, Operation.CONSULTATION, "sharing:ledger:read", entries=entries)
