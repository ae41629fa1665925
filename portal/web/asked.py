"""Requests and grants in words: which fields, of whom, how they stand; and the way to ask beside a field."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from flask import url_for
from flask_wtf.csrf import generate_csrf

from foundation import clock
from foundation.clock import LONDON
from portal.web.presenting import RecordView, WithheldGroup, record_view
from sharing.catalogue import PLURALS, fields_of, link_fields, person_fields
from sharing.release.exit import Released
from sharing.requests.askable import Askable
from sharing.requests.asking import OpenRequest
from sharing.requests.grants import GrantLine
from sharing.requests.periods import due_after
from sharing.requests.reading import RequestLine
from sharing.vocabulary.requests import STATES, Urgency
from sharing.vocabulary.words import NO_CATEGORY, RECORD_TYPES, field_label

#: The order in which pages show fields.
_PLACES = {
    each.name: place
    for place, each in enumerate(
        (*chain(*(fields_of(type_) for type_ in PLURALS)), *link_fields(), *person_fields())
    )
}
_SOMEBODY = "somebody on the record"

#: How a state looks.
COLOURS: Mapping[str, str] = {"granted": "green", "part": "green", "refused": "red", "open": "amber"}


@dataclass(frozen=True)
class AskedView:
    """A request in a list: what it asks for, about which record, and how it stands."""

    id: str
    what: str
    about: str
    owner: str
    by: str
    agency: str
    urgency: str
    asked_at: datetime
    due_at: datetime
    state: str
    colour: str
    overdue: bool
    unseen: bool


@dataclass(frozen=True)
class GrantView:
    """A grant in a list; `address` leads to the record, `request` to what was asked, "" for nowhere."""

    id: str
    request: str
    address: str
    what: str
    side: str
    people: str
    until: datetime
    state: str
    colour: str
    may_revoke: bool


@dataclass(frozen=True)
class OpenRequestView:
    """An own request on the record that is open: what it asks for, how it stands, when an answer is due."""

    id: str
    what: str
    state: str
    colour: str
    due_at: datetime
    waits: bool


def person_names(view: RecordView | None) -> dict[str, str]:
    """Link -> how a person on a record is called by who reads it, such as "Suspect A1B2C3" or "Victim 2"."""
    persons = () if view is None else view.persons
    called = {person.link: f"{person.categories} {person.name}".strip() or NO_CATEGORY for person in persons}
    total, seen = Counter(called.values()), Counter[str]()
    for link, name in called.items():
        seen[name] += 1
        called[link] = f"{name} {seen[name]}" if total[name] > 1 else name
    return called


def fields_words(keys: Iterable[str], persons: Mapping[str, str]) -> str:
    """Fields by their labels, those of each person together: "Given name, Family name (Suspect A1B2C3)"."""
    by_link: dict[str, list[str]] = {}
    for key in sorted(keys, key=place):
        link = key.split(".")[1] if "." in key else ""
        by_link.setdefault(link, []).append(field_label(key.rpartition(".")[2]))
    said = []
    for link, names in by_link.items():
        listed = ", ".join([names[0], *(_lowered(name) for name in names[1:])])
        said.append(f"{listed} ({persons.get(link, _SOMEBODY)})" if link else listed)
    return "; ".join(said)


def _lowered(label: str) -> str:
    """A label inside a sentence; PNC and CAD stay as they are."""
    return label if label[1:2].isupper() else label[0].lower() + label[1:]


def place(key: str) -> tuple[str, int]:
    """Where a field stands: those of the record first, then each person's, in the order of their pages."""
    link, _, name = key.rpartition(".")
    return link, _PLACES.get(name, len(_PLACES))


def key_words(key: str, persons: Mapping[str, str]) -> str:
    """One field by its label, with whom it is about."""
    return fields_words([key], persons)


def view_of(record: Released | None, agencies: Mapping[str, str]) -> RecordView | None:
    """The record as a page shows it, if it is there for the reader."""
    return None if record is None else record_view(record, agencies)


def about_words(view: RecordView | None) -> str:
    """A record in a few words, all from its released form."""
    if view is None:
        return "A record that you no longer see"
    return f"{view.title}{f', {view.reference}' if view.reference else ''}"


def asked_view(line: RequestLine, agencies: Mapping[str, str]) -> AskedView:
    """A request in a list, in words."""
    view = view_of(line.record, agencies)
    state = "Prepared, to be approved" if line.prepared else STATES[line.state]
    return AskedView(
        id=line.id,
        what=fields_words(line.fields, person_names(view)),
        about=about_words(view),
        owner=line.owner,
        by=line.by_name,
        agency=line.by_agency,
        urgency=line.urgency,
        asked_at=line.asked_at,
        due_at=line.due_at,
        state="Overdue" if line.overdue and not line.prepared else state,
        colour="red" if line.overdue else COLOURS.get(line.state, ""),
        overdue=line.overdue,
        unseen=line.unseen,
    )


def open_request_view(each: OpenRequest, persons: Mapping[str, str]) -> OpenRequestView:
    """An own request in words, for the page of its record."""
    return OpenRequestView(
        id=each.id,
        what=fields_words(each.fields, persons),
        state=STATES[each.state],
        colour=COLOURS.get(each.state, ""),
        due_at=each.due_at,
        waits=each.state == "open",
    )


def grant_view(line: GrantLine, *, may_revoke: bool) -> GrantView:
    """A grant in a list, in words."""
    people = ", ".join(line.users) or f"Everybody of {line.to_agency}"
    return GrantView(
        id=line.id,
        request=url_for("requests.show", request_id=line.request) if line.given or line.asked else "",
        address=url_for("records.show", plural=PLURALS[line.type], record_id=line.record)
        if line.type in PLURALS
        else "",
        what=f"{fields_words(line.fields, {})}, {RECORD_TYPES[line.type][0].lower()}",
        side=line.to_agency if line.given else line.owner,
        people=people,
        until=line.until,
        state={"alive": "Open", "ended": "Ended", "revoked": "Taken back"}[line.state],
        colour={"alive": "green"}.get(line.state, ""),
        may_revoke=may_revoke and line.given and line.state == "alive",
    )


def grouped(
    askable: Sequence[Askable], persons: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What can be asked for, by whom it is about: (title, (key, label, what is shown instead))."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for each in askable:
        title = persons.get(each.link, _SOMEBODY.capitalize()) if each.link else "The record itself"
        hint = f"You see: {each.done}" if each.done else ""
        groups.setdefault(title, []).append((each.key, field_label(each.name), hint))
    return list(groups.items())


def hear_by(urgency: Urgency = Urgency.NORMAL) -> str:
    """When an answer will come to what is asked now."""
    due = due_after(urgency, clock.now()).astimezone(LONDON)
    return f"By {due:%A %-d %B} if you ask today: yes, in part, or no, with reasons."


def asks(record_id: str, owner: str, mine: Sequence[OpenRequest]) -> Callable[[WithheldGroup], Any]:
    """For components/values.html: the way to ask for what a withheld item holds, or that it was asked for."""
    waiting = [each for each in mine if each.state == "open"]
    place = iter(range(1, 1000))

    def ask_of(item: WithheldGroup) -> dict[str, Any] | None:
        if not item.decides:
            return None
        asked = [each for each in waiting if {*each.fields} & {*item.keys}]
        taken = {key for each in asked for key in each.fields}
        return {
            "action": url_for("requests.begin"),
            "owner": owner,
            "note": "They will see your name, your position, your agency and what you write here.",
            "hear_by": hear_by(),
            "hidden": {"record": record_id},
            "names": [name for name in item.names if item.prefix + name not in taken],
            "asked": [(_asked_words(each), url_for("requests.show", request_id=each.id)) for each in asked],
            "csrf": generate_csrf(),
            "id": next(place),
        }

    return ask_of


def _asked_words(each: OpenRequest) -> str:
    asked, due = each.asked_at.astimezone(LONDON), each.due_at.astimezone(LONDON)
    return f"You asked on {asked:%-d %B}. An answer is due by {due:%-d %B, %H:%M}."
