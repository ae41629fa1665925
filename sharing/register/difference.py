"""What an owner is asked to confirm, in words: what the version in force would open of its older releases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database
from sharing.agreements.confirming import difference
from sharing.agreements.loosening import Loosened
from sharing.events import agreements as events
from sharing.register.lines import agency_names
from sharing.register.matrix import called
from sharing.vocabulary.words import CATEGORIES, CLASSES, RECORD_TYPES, field_label


@dataclass(frozen=True)
class Opening:
    """Fields of one class that would open to a recipient, from the treatment of today to another."""

    recipient: str
    records: str
    about: str
    field_class: str
    fields: str
    before: str
    after: str


@dataclass(frozen=True)
class DifferencePage:
    """How many own records an earlier version holds back, and what version `version` would open of them."""

    agreement: str
    version: int
    since: datetime
    records: int
    openings: tuple[Opening, ...]


def read_difference(database: Database, actor: Actor, agreement_id: str) -> DifferencePage:
    """What the version in force would open of the agency's own records, if the agency confirmed it.

    Raises:
        Missing: if the actor's agency is no party to a signed version.
        Conflict: if no version is in force, or the agency has withdrawn.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        found = difference(tx, actor, agreement_id)
        events.difference_read(tx, actor, agreement=agreement_id, version=found.version)
        names = agency_names(tx)
    openings = tuple(dict.fromkeys(_told(each, names) for each in _telling(found.loosened)))
    return DifferencePage(agreement_id, found.version, found.since, found.records, openings)


def _telling(loosened: tuple[Loosened, ...]) -> Iterator[Loosened]:
    """Those of an agency's staff, and of a role or of members only what opens to them beyond that."""
    every = frozenset(loosened)
    for each in loosened:
        staff = replace(each, recipient=each.recipient.staff)
        if staff == each or staff not in every:
            yield each


def _told(each: Loosened, names: Mapping[str, str]) -> Opening:
    people = ""
    if each.about is not None:
        roles = " and ".join(CATEGORIES[category].lower() for category in sorted(each.about.categories))
        people = f"{roles}, {'under 18' if each.about.child else 'adult'}"
    return Opening(
        called(each.recipient, names),
        RECORD_TYPES[each.type][1],
        people,
        CLASSES[each.field_class],
        ", ".join(field_label(name).lower() for name in each.fields),
        each.before,
        each.after,
    )
