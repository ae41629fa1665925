"""What happens to agreements, and who reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


@dataclass(frozen=True)
class Of:
    """What a step concerns: the version with the digest of its text, the policy epoch, who is told of it."""

    agreement: str
    version: int
    digest: str
    epoch: int
    agencies: frozenset[str]


def agreements_listed(tx: Tx, actor: Actor, *, agreements: Sequence[str]) -> str:
    """The list of one's own agreements was shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:agreement:listed", agreements=list(agreements))


def agreement_read(tx: Tx, actor: Actor, *, agreement: str, versions: Sequence[int]) -> str:
    """An agreement was shown, with these of its versions; two are compared."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:agreement:read",
        agreement=agreement,
        versions=list(versions),
    )


def version_commented(tx: Tx, actor: Actor, of: Of, *, clause: str, length: int) -> str:
    """Somebody commented on a version that is not signed; `clause` is empty for the whole of it."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:commented",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
        clause=clause,
        length=length,
    )


def sent_to_review(tx: Tx, actor: Actor, of: Of) -> str:
    """A draft went to its parties to be read."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:sent-to-review",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
    )


def sent_to_signing(tx: Tx, actor: Actor, of: Of) -> str:
    """A version went to be signed: its text is frozen with this digest."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:sent-to-signing",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
    )


def sent_back(tx: Tx, actor: Actor, of: Of, *, voided: Sequence[str]) -> str:
    """A party sent a version back to be changed; `voided` are the agencies whose signatures are void."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:sent-back",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
        voided=list(voided),
    )


def version_signed(tx: Tx, actor: Actor, of: Of, *, role: str, factor: str, missing: Sequence[str]) -> str:
    """A party signed; `factor` is when the person proved who they are, `missing` who has yet to sign."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:signed",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
        role=role,
        factor=factor,
        missing=list(missing),
    )


def version_concluded(tx: Tx, actor: Actor, of: Of, *, begins: str) -> str:
    """The last party has signed: the version is in force from `begins` on."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:concluded",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
        begins=begins,
    )


def agreement_suspended(tx: Tx, actor: Actor, of: Of) -> str:
    """A party suspended the agreement for all."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:suspended",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
    )


def agreement_resumed(tx: Tx, actor: Actor, of: Of) -> str:
    """A party ended its suspension."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:resumed",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
    )


def party_withdrew(tx: Tx, actor: Actor, of: Of) -> str:
    """A party withdrew; the others go on."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:withdrawn",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
    )


def party_rejoined(tx: Tx, actor: Actor, of: Of) -> str:
    """A party came back; its earlier releases stay void."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:rejoined",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
    )


def ending_agreed(tx: Tx, actor: Actor, of: Of, *, missing: Sequence[str]) -> str:
    """A party agreed that the agreement ends for all; `missing` have yet to."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:ending-agreed",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
        missing=list(missing),
    )


def ending_taken_back(tx: Tx, actor: Actor, of: Of) -> str:
    """A party took back its word that the agreement ends."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:ending-taken-back",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
    )


def agreement_ended(tx: Tx, actor: Actor, of: Of) -> str:
    """Every remaining party had agreed: the agreement ended for all."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:ended",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
    )


def agreement_reviewed(tx: Tx, actor: Actor, of: Of, *, next_due: str) -> str:
    """A party recorded a review of the agreement, and when the next is due."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:agreement:reviewed",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
        next_due=next_due,
    )


def difference_read(tx: Tx, actor: Actor, *, agreement: str, version: int) -> str:
    """An owner looked at what a later version would open of its own records."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:agreement:difference-read",
        agreement=agreement,
        version=version,
    )


def releases_confirmed(tx: Tx, actor: Actor, of: Of, *, releases: int) -> str:
    """An owner confirmed for so many releases that the later version may open more of them."""
    return entry(
        tx,
        actor,
        Operation.DISCLOSURE,
        "sharing:agreement:releases-confirmed",
        agencies=of.agencies,
        agreement=of.agreement,
        version=of.version,
        digest=of.digest,
        epoch=of.epoch,
        releases=releases,
    )


def act_refused(tx: Tx, actor: Actor, *, agreement: str, version: int, act: str, why: str) -> str:
    """An act on an agreement was refused, and nothing was changed; `why` is the kind of the refusal."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:agreement:refused",
        agreement=agreement,
        version=version,
        act=act,
        why=why,
    )
