"""Whether a release is one that its agreement knows: a version in force, and its parties."""

from foundation import clock
from foundation.database import Tx
from foundation.errors import Invalid
from sharing.agreements.policy import policy_of
from sharing.agreements.releases import NewRelease
from sharing.release.facts import ALL, MEMBERS
from sharing.release.standing import standing_at


def check_release(tx: Tx, agency_id: str, new: NewRelease) -> None:
    """Refuse a release that could reach nobody, so that the ledger tells of no sharing that is none.

    Raises:
        Invalid: if the agency is no party to the agreement now, a recipient is none, or no purpose is named.
    """
    _, policy = policy_of(tx)
    terms = policy.agreements.get(new.agreement)
    standing = standing_at(terms, clock.now()) if terms is not None else None
    if standing is None or agency_id not in standing.parties:
        raise Invalid({"releases": "Your agency is party to no such agreement that is in force."})
    if not new.recipients or {*new.recipients} - standing.parties - {MEMBERS, ALL}:
        raise Invalid({"releases": "Release to parties of the agreement, to its members, or to all."})
    if not new.purposes:
        raise Invalid({"releases": "Say for which purposes."})
