"""What happens to the terms of a version before it is signed, and who takes them away or tries them out."""

from collections.abc import Sequence

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def draft_created(tx: Tx, actor: Actor, *, agreement: str, number: int, clauses: int) -> str:
    """A draft of a version was begun, with so many clauses."""
    return entry(
        tx,
        actor,
        Operation.COLLECTION,
        "sharing:agreement:draft-created",
        agreement=agreement,
        number=number,
        clauses=clauses,
    )


def draft_changed(
    tx: Tx,
    actor: Actor,
    *,
    agreement: str,
    number: int,
    edition: int,
    clauses: Sequence[str],
    other: Sequence[str],
) -> str:
    """A draft has become this edition: other clauses, by id, and what else of it is other, by key."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:draft-changed",
        agreement=agreement,
        number=number,
        edition=edition,
        clauses=list(clauses),
        other=list(other),
    )


def draft_discarded(tx: Tx, actor: Actor, *, agreement: str, number: int, edition: int) -> str:
    """A draft was let go; the entry does not hold it."""
    return entry(
        tx,
        actor,
        Operation.ERASURE,
        "sharing:agreement:draft-discarded",
        agreement=agreement,
        number=number,
        edition=edition,
    )


def drafts_listed(tx: Tx, actor: Actor, *, agreements: Sequence[str]) -> str:
    """The list of one's own agency's drafts was shown."""
    return entry(
        tx, actor, Operation.CONSULTATION, "sharing:agreement:drafts-listed", agreements=list(agreements)
    )


def terms_read(tx: Tx, actor: Actor, *, agreement: str, number: int) -> str:
    """The terms of one version were shown."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:agreement:terms-read",
        agreement=agreement,
        number=number,
    )


def terms_exported(tx: Tx, actor: Actor, *, agreement: str, number: int, form: str) -> str:
    """The terms of one version were taken away, as yaml, json, odrl or pdf."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:agreement:terms-exported",
        agreement=agreement,
        number=number,
        form=form,
    )


def terms_simulated(  # noqa: PLR0913 - every key of the entry is named where it is left
    tx: Tx,
    actor: Actor,
    *,
    agreement: str,
    number: int,
    policy: int,
    records: Sequence[str],
    audiences: Sequence[str],
    opens: int,
    closes: int,
) -> str:
    """Own records, or invented ones where `records` is empty, were shown as audiences would see them.

    `opens` and `closes` count what the version would change.
    """
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:agreement:terms-simulated",
        records=records,
        agreement=agreement,
        number=number,
        policy=policy,
        audiences=list(audiences),
        opens=opens,
        closes=closes,
    )
