"""Everybody to whom a version could let records go, as supposed readers, and the policy to ask about them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.release.facts import MEMBERS, Agency, Agreement, Reader, Version
from sharing.release.policy import Policy, make_policy
from sharing.release.supposed import supposed_reader


@dataclass(frozen=True, slots=True)
class Recipient:
    """Staff of an agency, its staff in one role, or those of its sites; `key` is unique in a version."""

    agency: str
    role: str | None
    member: bool
    reader: Reader

    @property
    def key(self) -> str:
        """Such as `havering`, `havering:operator`, `romford-bcrp:members`."""
        narrower = MEMBERS if self.member else self.role
        return f"{self.agency}:{narrower}" if narrower else self.agency

    @property
    def staff(self) -> "Recipient":
        """The staff of the same agency, whatever their role."""
        reader = replace(self.reader, roles=frozenset(), sites=None)
        return Recipient(self.agency, None, member=False, reader=reader)


def recipients_of(
    versions: Iterable[Version], agencies: Mapping[str, Agency], owner: str
) -> tuple[Recipient, ...]:
    """Whom the owner's records could reach under any of the versions: by agency, then by role, then members.

    A role stands apart where a clause names it for that agency, members where a clause names them.
    """
    found: dict[str, Recipient] = {}
    for version in versions:
        for each in _of(version, agencies, owner):
            found.setdefault(each.key, each)
    return tuple(sorted(found.values(), key=lambda each: (each.agency, each.member, each.role or "")))


def _of(version: Version, agencies: Mapping[str, Agency], owner: str) -> Iterator[Recipient]:
    members = any(MEMBERS in clause.to_parties for clause in version.clauses)
    for party in version.parties:
        agency = agencies[party]
        if party != owner:
            yield Recipient(party, None, member=False, reader=supposed_reader(agency))
            reached = [clause for clause in version.clauses if {party, agency.kind} & clause.to_parties]
            for role in {role for clause in reached for role in clause.roles or ()}:
                yield Recipient(party, role, member=False, reader=supposed_reader(agency, {role}))
        if members and agency.business and (party != owner or len(version.parties) == 1):
            yield Recipient(party, None, member=True, reader=supposed_reader(agency, {"member"}, member=True))


def trial_policy(policy: Policy, agreement: Agreement) -> Policy:
    """The policy with this agreement alone, under which any purpose may be stated."""
    agencies = policy.agencies.values()
    return make_policy(agencies, [agreement], {}, policy.approvers, SCHEMAS, (LINK, PERSON))
