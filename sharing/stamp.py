"""What is written on a copy: how it is to be handled, and to whom, when, for what and how it was given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from auth.actor import Actor
from auth.purposes import purpose_label
from foundation.clock import LONDON
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.schema import Reason

#: How released records are marked, on pages and on copies.
MARKING = "OFFICIAL-SENSITIVE"


def note_for(actor: Actor) -> str:
    """Who may read what this actor is shown."""
    return "Members only. Do not copy or forward" if actor.member else "Recipients only"


@dataclass(frozen=True)
class Stamp:
    """The words on one person's copy."""

    handling: str
    who: str
    given: str

    def under(self, agreements: str) -> str:
        """The whole line, with the agreements by which the record left."""
        return f"{self.given}, under {agreements}"


def stamp_of(actor: Actor, at: datetime) -> Stamp:
    """The stamp on what the actor takes with them at that moment."""
    who = f"{actor.name}, {actor.agency_name}"
    moment = at.astimezone(LONDON)
    given = f"Given to {who}, {moment.day} {moment:%B %Y, %H:%M}, for {purpose_label(actor.purpose)}"
    return Stamp(f"{MARKING}. {note_for(actor)}", who, given)


def agreements_of(records: Iterable[Released]) -> str:
    """The agreements by which what is shown of the records leaves; of the reader's own, that it is."""
    groups: list[Released | ReleasedPerson] = []
    for record in records:
        groups += [record, *record.persons]
    named = {
        each.agreement
        for group in groups
        for part in (group.disclosed, group.treated)
        for each in part.values()
        if each.agreement and each.reason is not Reason.OWNER
    }
    return ", ".join(sorted(named)) or "your agency’s own terms"
