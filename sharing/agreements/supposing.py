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
    Record,
    Release,
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


def alone(policy: Policy, agreement: Agreement) -> Policy:
    """The policy with this agreement and no other."""
    return replace(policy, agreements={agreement.id: agreement}, memo={}, sheets={}, parties={}, words={})


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
