"""What happens to requests for what is withheld: asked, prepared, approved, granted, refused, taken back.

What only the owner may know, such as the floors that were passed and who prepared an answer, stands in
entries that name no other agency.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def request_asked(  # noqa: PLR0913 - the exact keys of the event
    tx: Tx,
    actor: Actor,
    *,
    request: str,
    record: str,
    owner: str,
    agreement: str,
    rules: Mapping[str, str],
    urgency: str,
    basis: str,
    gateway: str,
    due: datetime,
) -> str:
    """Fields were asked for; `rules` say by key what withheld each: a reason, then agreement and clause."""
    return entry(
        tx,
        actor,
        Operation.COLLECTION,
        "sharing:request:asked",
        agencies=[owner],
        records=[record],
        request=request,
        agreement=agreement,
        rules=dict(rules),
        urgency=urgency,
        basis=basis,
        gateway=gateway,
        due=due.isoformat(),
    )


def requests_listed(tx: Tx, actor: Actor, *, requests: Sequence[str]) -> str:
    """The requests of a person and those that their agency is to answer were shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:request:listed", requests=list(requests))


def request_read(tx: Tx, actor: Actor, *, request: str) -> str:
    """One request was shown to somebody of one of its two sides."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:request:read", request=request)


def request_withdrawn(tx: Tx, actor: Actor, *, request: str, record: str, owner: str) -> str:
    """The asking person no longer needs it."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:request:withdrawn",
        agencies=[owner],
        records=[record],
        request=request,
    )


def request_refused(
    tx: Tx, actor: Actor, *, request: str, record: str, asked_by: str, text_length: int
) -> str:
    """The owner refused, with reasons; the entry holds how long those are and not what they say."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:request:refused",
        agencies=[asked_by],
        records=[record],
        request=request,
        text_length=text_length,
    )


def answer_prepared(
    tx: Tx, actor: Actor, *, request: str, record: str, proposal: str, digest: str, second: bool
) -> str:
    """An answer was prepared, of which the digest is that of the exact content; the owner's alone."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:answer:prepared",
        records=[record],
        request=request,
        proposal=proposal,
        digest=digest,
        second=int(second),
    )


def answer_approved(  # noqa: PLR0913 - the exact keys of the event
    tx: Tx,
    actor: Actor,
    *,
    request: str,
    record: str,
    proposal: str,
    digest: str,
    prepared_by: str,
    floors: Sequence[str],
) -> str:
    """A prepared answer was approved; `floors` are those passed, as link and floor; the owner's alone."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:answer:approved",
        records=[record],
        request=request,
        proposal=proposal,
        digest=digest,
        prepared_by=prepared_by,
        floors=list(floors),
    )


def answer_returned(tx: Tx, actor: Actor, *, request: str, record: str, proposal: str) -> str:
    """A prepared answer was sent back to whoever prepared it; the owner's alone."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:answer:returned",
        records=[record],
        request=request,
        proposal=proposal,
    )


def approval_denied(tx: Tx, actor: Actor, *, request: str, proposal: str, why: str) -> str:
    """An approval was refused; `why` is a word of sharing.requests.approving."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:answer:approval-denied",
        request=request,
        proposal=proposal,
        why=why,
    )


def grant_made(  # noqa: PLR0913 - the exact keys of the event
    tx: Tx,
    actor: Actor,
    *,
    grants: Sequence[str],
    request: str,
    record: str,
    to_agency: str,
    to_users: Sequence[str],
    agreement: str,
    fields: Mapping[str, str],
    until: datetime,
) -> str:
    """Fields were granted; `fields` say by key how each leaves; no users means everybody of the agency."""
    return entry(
        tx,
        actor,
        Operation.DISCLOSURE,
        "sharing:grant:made",
        agencies=[to_agency],
        records=[record],
        grants=list(grants),
        request=request,
        to_agency=to_agency,
        to_users=list(to_users),
        agreement=agreement,
        fields=dict(fields),
        until=until.isoformat(),
    )


def grants_listed(tx: Tx, actor: Actor, *, grants: Sequence[str]) -> str:
    """The grants that an agency gave and a person received were shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:grant:listed", grants=list(grants))


def grant_revoked(tx: Tx, actor: Actor, *, grant: str, request: str, record: str, to_agency: str) -> str:
    """The owner took a grant back."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:grant:revoked",
        agencies=[to_agency],
        records=[record],
        grant=grant,
        request=request,
    )


def notice_seen(tx: Tx, actor: Actor, *, kind: str, about: str) -> str:
    """Somebody of those who were to be told has seen it."""
    return entry(tx, actor, Operation.ALTERATION, "sharing:notice:seen", kind=kind, about=about)
