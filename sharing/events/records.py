"""What happens to records, stills and releases, and who looks at them."""

from collections.abc import Sequence

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx
from foundation.ledger.append import Entry, Operation, append
from sharing.accounts import Account
from sharing.events.entry import Moment, entry, entry_of_shown


def record_read(tx: Tx, actor: Actor, *, shown: Sequence[Account], policy: str, under: Moment | None) -> None:
    """One record was shown, with what goes with it: each owner reads of its own."""
    entry_of_shown(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:record:read",
        shown=shown,
        under=under,
        policy=policy,
    )


def print_made(tx: Tx, actor: Actor, *, shown: Sequence[Account], policy: str, under: Moment | None) -> None:
    """The same on a page made for paper: a copy may lie somewhere."""
    entry_of_shown(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:print:made",
        shown=shown,
        under=under,
        policy=policy,
    )


def records_listed(
    tx: Tx,
    actor: Actor,
    *,
    type_: str,
    shown: Sequence[Account],
    policy: str,
    under: Moment | None,
    search: str = "",
) -> None:
    """A page of a list or of a search was shown: each owner reads of its own.

    `search` is a keyed digest of the words, never the words.
    """
    entry_of_shown(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:record:listed",
        shown=shown,
        under=under,
        type=type_,
        policy=policy,
        search=search,
    )


def record_missed(tx: Tx, actor: Actor, *, type_: str, reference: str) -> str:
    """Something was asked for that is not there for this reader; says nothing about whether it exists."""
    return entry(
        tx, actor, Operation.CONSULTATION, "sharing:record:missed", type=type_, reference=reference[:80]
    )


def picture_shown(  # noqa: PLR0913 - the exact keys of the event
    tx: Tx,
    actor: Actor,
    *,
    owner: str,
    media: str,
    treatment: str,
    way: str,
    policy: str,
    under: Moment | None,
) -> str:
    """The pixels of a still were shown, treated as said; `way` is the exit: on screen, or for print."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:picture:shown",
        agencies=[owner],
        records=[media],
        under=under,
        treatment=treatment,
        way=way,
        policy=policy,
    )


def record_submitted(
    tx: Tx, actor: Actor, *, record: str, type_: str, fields: Sequence[str], releases: Sequence[str]
) -> str:
    """A record came in; `releases` name the agreement and recipients of each release made with it."""
    return entry(
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
    return entry(
        tx, actor, Operation.ALTERATION, "sharing:record:amended", records=[record], fields=sorted(fields)
    )


def record_released(
    tx: Tx, actor: Actor, *, record: str, agreement: str, recipients: Sequence[str], purposes: Sequence[str]
) -> str:
    """The owner released a record under an agreement."""
    return entry(
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
    return entry(
        tx, actor, Operation.ALTERATION, "sharing:release:revoked", records=[record], release=release
    )


def preview_shown(tx: Tx, actor: Actor, *, releases: Sequence[str]) -> str:
    """A contributor saw what each audience would see of something not yet sent."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:preview:shown", releases=list(releases))


def receipts_read(tx: Tx, actor: Actor, *, record: str) -> str:
    """The owner looked at who has looked."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:receipts:read", records=[record])


def report_checked(tx: Tx, actor: Actor, *, record: str, subject: str, card: str) -> str:
    """A second person checked the evidence of a report; `card` is what the subject holds from now on."""
    return entry(
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


def cameras_listed(tx: Tx, actor: Actor, *, count: int) -> str:
    """The agency's own register of cameras was shown, to pick from."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:camera:listed", count=count)
