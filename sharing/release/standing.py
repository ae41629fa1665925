"""What stands at a moment: which version of an agreement, between whom, and which releases are live."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sharing.release.facts import (
    ALL,
    EVERYTHING,
    MEMBERS,
    Agreement,
    BreakGlass,
    Reader,
    Record,
    Release,
    RoleGrant,
    Version,
)

#: How long after break-glass its review is due.
REVIEW = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Standing:
    """An agreement as it is active at one moment: the version in force, and who has not withdrawn."""

    version: Version
    parties: frozenset[str]


def version_at(agreement: Agreement, moment: datetime) -> Version | None:
    """The newest signed version that has begun; None once that one has run out."""
    begun = [version for version in agreement.versions if version.signed and version.from_at <= moment]
    newest = max(begun, key=lambda version: version.number, default=None)
    return newest if newest is not None and moment < newest.until else None


def parties_at(agreement: Agreement, version: Version, moment: datetime) -> frozenset[str]:
    """The parties of a version that had not withdrawn at the moment."""
    if not agreement.withdrawals:
        return version.parties
    gone = {
        withdrawal.agency
        for withdrawal in agreement.withdrawals
        if withdrawal.at <= moment and (withdrawal.rejoined is None or moment < withdrawal.rejoined)
    }
    return version.parties - gone


def standing_at(agreement: Agreement, now: datetime) -> Standing | None:
    """How the agreement stands, or None if it is not active.

    With fewer than two parties left it is suspended, other than a scheme's own terms, which have one.
    """
    if agreement.ended is not None and agreement.ended <= now:
        return None
    if any(
        pause.from_at <= now and (pause.until is None or now < pause.until) for pause in agreement.suspensions
    ):
        return None
    version = version_at(agreement, now)
    if version is None:
        return None
    parties = parties_at(agreement, version, now)
    return Standing(version, parties) if len(parties) >= min(2, len(version.parties)) and parties else None


def is_staff(reader: Reader, record: Record) -> bool:
    """Whether the reader is of the owner's staff for this record; a member is for its own sites' only."""
    return reader.agency == record.owner and (reader.sites is None or record.site in reader.sites)


def may_release(author: Reader, record: Record, roles: Mapping[str, RoleGrant]) -> bool:
    """Whether this user may release the record: one role has both the permission and the record's type."""
    held = (roles[role] for role in author.roles if role in roles)
    return is_staff(author, record) and any(role.release and _covers(role, record.type) for role in held)


def _covers(role: RoleGrant, record_type: str) -> bool:
    return role.types == EVERYTHING or record_type in role.types


def purpose_allowed(reader: Reader, purpose: str, roles: Mapping[str, RoleGrant]) -> bool:
    """Whether the reader's roles are assigned the purpose, and the reader's key, if any, has it.

    Once one of the roles has purposes of its own, they bound the reader; roles without add none.
    """
    if reader.purposes is not None and purpose not in reader.purposes:
        return False
    bounds = [roles[role].purposes for role in reader.roles if role in roles]
    assigned = [purposes for purposes in bounds if purposes is not None]
    return not assigned or any(purpose in purposes for purposes in assigned)


def revived_by_rejoining(agreement: Agreement, release: Release, agency: str, now: datetime) -> bool:
    """Whether the agency withdrew since the release, or was out when it was made; no return revives it."""
    return any(
        withdrawal.agency == agency
        and withdrawal.at <= now
        and (withdrawal.rejoined is None or release.at < withdrawal.rejoined)
        for withdrawal in agreement.withdrawals
    )


def reaches(release: Release, reader: Reader, parties_of_the_day: frozenset[str]) -> bool:
    """Whether the reader is among the recipients; a release to an agency reaches its members too."""
    recipients, agency = release.recipients, reader.agency
    if agency in recipients or (ALL in recipients and agency in parties_of_the_day):
        return True
    return reader.member and MEMBERS in recipients


def review_overdue(entries: Iterable[tuple[datetime, datetime | None]], at: datetime) -> bool:
    """Whether any break-glass of the agency was due for review before `at`; entries are (at, reviewed)."""
    return any(opened + REVIEW <= at and (reviewed is None or reviewed > at) for opened, reviewed in entries)


#: From a closed list: what break-glass may be for, and who may break it.
DANGERS = frozenset({"life", "serious_harm", "missing_child"})
BREAKERS = frozenset({"duty_inspector", "safeguarding_lead"})
#: How long it stays open, for whoever broke it.
OPEN_FOR = timedelta(minutes=30)
_FACTOR_FRESH = timedelta(minutes=5)


def broken_open(entry: BreakGlass, reader: Reader, now: datetime) -> bool:
    """Whether this break-glass is good for this reader at this moment, its record and owner apart."""
    return (
        not reader.commercial
        and entry.user == reader.user
        and entry.role in BREAKERS
        and entry.role in reader.roles
        and entry.danger in DANGERS
        and bool(entry.reason.strip())
        and entry.factor_at <= entry.at < entry.factor_at + _FACTOR_FRESH
        and entry.at <= now < entry.at + OPEN_FOR
        and (not entry.overdue or _seconded(entry, reader))
    )


def _seconded(entry: BreakGlass, reader: Reader) -> bool:
    second = entry.second
    return (
        second is not None
        and second.user != reader.user
        and second.agency == reader.agency
        and not second.member
        and entry.role in second.roles
    )
