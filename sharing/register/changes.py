"""What differs between two versions of an agreement, clause by clause."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auth.actor import Actor
from auth.purposes import purpose_label
from auth.roles import Action
from foundation.clock import LONDON
from foundation.database import Database
from sharing.agreements.access import version_of
from sharing.agreements.heads import HEADS
from sharing.events import agreements as events
from sharing.register.clauses import ClauseLine, clause_line, differences
from sharing.register.lines import Row, agency_names


@dataclass(frozen=True)
class ClauseChange:
    """A clause that was added, removed or changed; `parts` are (label, before, after) of a changed one."""

    change: str
    id: str
    title: str
    parts: tuple[tuple[str, str, str], ...]
    line: ClauseLine


@dataclass(frozen=True)
class Changes:
    """Everything that differs; `frame` is what is agreed beside the clauses, as (label, before, after)."""

    agreement: str
    title: str
    before: int
    after: int
    frame: tuple[tuple[str, str, str], ...]
    clauses: tuple[ClauseChange, ...]
    same: int


def read_changes(database: Database, actor: Actor, agreement_id: str, number: int, against: int) -> Changes:
    """What version `number` changes against another; the actor may know of both.

    Raises:
        Missing: if there is none of the one or the other.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        after = version_of(tx, actor, agreement_id, number)
        before = version_of(tx, actor, agreement_id, against)
        events.agreement_read(tx, actor, agreement=agreement_id, versions=[against, number])
        names = agency_names(tx)
    clauses = tuple(_clauses(before, after, names))
    changed = sum(each.change != "removed" for each in clauses)
    return Changes(
        agreement=agreement_id,
        title=after["title"],
        before=against,
        after=number,
        frame=tuple(_frame(before, after, names)),
        clauses=clauses,
        same=len(after["clauses"]) - changed,
    )


def _clauses(before: Row, after: Row, names: Mapping[str, str]) -> Iterator[ClauseChange]:
    """In the order of the later version, then those that it no longer has."""
    old = {line.id: line for line in (clause_line(each, names) for each in before["clauses"])}
    new = {line.id: line for line in (clause_line(each, names) for each in after["clauses"])}
    for line in new.values():
        was = old.get(line.id)
        parts = () if was is None else differences(was, line)
        if was is None or parts:
            yield ClauseChange("changed" if was else "added", line.id, line.title, parts, line)
    for line in old.values():
        if line.id not in new:
            yield ClauseChange("removed", line.id, line.title, (), line)


def _frame(before: Row, after: Row, names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    was, is_ = _told(before, names), _told(after, names)
    yield from ((label, was[label], is_[label]) for label in is_ if was[label] != is_[label])


def _told(version: Row, names: Mapping[str, str]) -> dict[str, str]:
    heads, due = version["heads"] or {}, version["review_due"]
    return {
        "From": f"{version['from_at'].astimezone(LONDON):%-d %B %Y, %H:%M}",
        "Until": f"{version['until_at'].astimezone(LONDON):%-d %B %Y, %H:%M}",
        "Review": f"{due:%-d %B %Y}" if due else "",
        "Parties": ", ".join(names.get(party, party) for party in version["parties"]),
        "Purposes": ", ".join(purpose_label(purpose) for purpose in version["purposes"]),
        **{label: str(heads.get(slug, "")) for slug, label in HEADS.items()},
    }
