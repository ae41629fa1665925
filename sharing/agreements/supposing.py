"""Supposed readers and records, to ask the engine what an agreement would give; nothing here is stored."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sharing.release.facts import (
    ALL,
    MEMBERS,
    Agreement,
    Keeper,
    Link,
    Person,
    Reader,
    Record,
    Release,
    Version,
)
from sharing.release.floors import KEEPABLE
from sharing.release.policy import PAGE, Policy
from sharing.release.schema import Category

#: The text that a supposed owner wrote for sharing.
_TEXT = "Text for sharing."
_ADULT = date(1980, 1, 1)


@dataclass(frozen=True)
class About:
    """Somebody on a supposed record: what they were there, and whether they are under 18."""

    categories: frozenset[Category]
    child: bool

    @property
    def link(self) -> str:
        """The id of their link on the supposed record."""
        return "-".join(sorted(self.categories)) + ("-child" if self.child else "")


@dataclass(frozen=True)
class Recipient:
    """A supposed reader of one agency: its staff, its staff in one role, or its members."""

    agency: str
    role: str | None = None
    member: bool = False


def alone(policy: Policy, agreement: Agreement) -> Policy:
    """The policy with this agreement and no other."""
    return replace(policy, agreements={agreement.id: agreement}, memo={}, sheets={}, parties={}, words={})


def reader_for(policy: Policy, recipient: Recipient) -> Reader:
    """The reader that stands for a recipient."""
    agency = policy.agencies[recipient.agency]
    roles = {"member"} if recipient.member else {recipient.role} - {None}
    return Reader(
        "",
        agency.id,
        agency.kind,
        agency.business,
        frozenset(role for role in roles if role),
        sites=frozenset({"any"}) if recipient.member else None,
    )


def recipients_of(policy: Policy, version: Version, owner: str) -> tuple[Recipient, ...]:
    """Everybody to whom the version could let the owner's records go: by agency, then roles, then members.

    A role stands apart where a clause names it for that agency.
    """
    found: list[Recipient] = []
    for party in sorted(version.parties):
        agency = policy.agencies[party]
        reached = [clause for clause in version.clauses if {party, agency.kind} & clause.to_parties]
        if party != owner:
            named = {role for clause in reached for role in clause.roles or ()}
            found += [Recipient(party), *(Recipient(party, role) for role in sorted(named))]
        to_members = agency.business and any(MEMBERS in clause.to_parties for clause in version.clauses)
        if to_members and (party != owner or len(version.parties) == 1):
            found.append(Recipient(party, member=True))
    return tuple(found)


def supposed_release(
    agreement: str, purposes: Iterable[str], at: datetime, *, text: bool = True, category: str | None = None
) -> Release:
    """A release to everybody whom the agreement reaches."""
    return Release(
        id="supposed",
        agreement=agreement,
        purposes=frozenset(purposes),
        recipients=frozenset({ALL, MEMBERS}),
        at=at,
        permitted=True,
        category=Category(category) if category else None,
        text=_TEXT if text else None,
    )


def supposed_record(
    type_: str, owner: str, release: Release, people: Iterable[About], *, at_site: bool = False
) -> Record:
    """A record with these people on it, the first of whom also keeps it where a thing can be kept.

    A person's own record is about the first of them.
    """
    links = tuple(
        Link(about.link, _person(about), about.categories) for about in sorted(people, key=_unprotected)
    )
    first = links[0] if links else None
    return Record(
        id="supposed",
        type=type_,
        owner=owner,
        site="any" if at_site else None,
        subject=first.person if first and type_ == PAGE else None,
        happened=release.at,
        persons=() if type_ == PAGE else links,
        keeper=Keeper(first, release.at) if first and type_ in KEEPABLE else None,
        releases=(release,),
    )


def supposed_still(parent: Record) -> Record:
    """A still of a supposed record."""
    return Record(
        id="still",
        type="media",
        owner=parent.owner,
        site=parent.site,
        happened=parent.happened,
        parent=parent,
    )


def _unprotected(about: About) -> tuple[bool, str]:
    return about.child, about.link


def _person(about: About) -> Person:
    return Person(
        about.link,
        dob=None if about.child else _ADULT,
        dob_verified=not about.child,
        believed_child=about.child,
    )
