"""What a contributor sends, and what cannot be taken."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from auth.actor import Actor
from foundation.errors import Invalid
from sharing.agreements.releases import NewRelease
from sharing.records.person import PERSON
from sharing.records.registry import SCHEMAS
from sharing.records.values import cleaned
from sharing.records.words import words_of
from sharing.release.ages import ADULT, completed_years
from sharing.release.schema import PROTECTED, Category, FieldClass, FieldType
from sharing.vocabulary.codes import CHILD_AGES
from sharing.vocabulary.grading import refused_marking

#: What a text for sharing must not say of a protected person, and the types that can be said in words.
_NEVER_IN_TEXT = frozenset({FieldClass.IDENTITY, FieldClass.CONTACT, FieldClass.IDENTIFIER})
_SPOKEN = frozenset(
    {FieldType.NAME, FieldType.ADDRESS, FieldType.PHONE, FieldType.EMAIL, FieldType.ORG, FieldType.ID}
)

#: A name with a capital, and what streets are called.
_STREET = re.compile(
    r"(?:[A-Z][\w’'-]{1,40} ){1,6}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Way|Place|Square|Gardens"
    r"|Terrace|Crescent|Court|Row|Hill|Parade|Mews|Walk|Yard)\b"
)

#: What a contributor reads of it; the words are their own.
NAMED_IN_TEXT = (
    "The text for sharing names somebody who is protected on this record ({words}). Write it without."
)


@dataclass(frozen=True)
class NewPerson:
    """A person on a new record.

    `person` names somebody already known by their id; else the person is new, with what is known of the age.
    `apparent_age` is (low, high) in years; `may_be_child` records a belief (ask `believed_child`, which reads
    all that was said of the age); `confirmed` is by eye.
    """

    categories: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None
    apparent_age: tuple[int, int] | None = None
    may_be_child: bool = False
    confirmed: bool = True


@dataclass(frozen=True)
class Box:
    """A face or burnt-in text on a still, in pixels; `person` counts the record's persons from 0."""

    kind: str
    left: int
    top: int
    width: int
    height: int
    person: int | None = None


@dataclass(frozen=True)
class NewStill:
    """A still that is already re-encoded and stored.

    `looked_over` says that the contributor has looked over the whole picture for faces.
    """

    picture: str
    format: str
    original_digest: str
    taken: datetime | None = None
    point: tuple[float, float] | None = None
    boxes: tuple[Box, ...] = ()
    looked_over: bool = False


@dataclass(frozen=True)
class NewRecord:
    """What a contributor sends: values by field name, persons, stills, things that go with it, releases.

    `things` are records of their own (items, vehicles) that get the same releases and a link. `conditions`
    are the originator's as they are stored; see sharing.handling.conditions.
    """

    type: str
    values: Mapping[str, Any]
    persons: tuple[NewPerson, ...] = ()
    stills: tuple[NewStill, ...] = ()
    things: tuple["NewRecord", ...] = ()
    releases: tuple[NewRelease, ...] = ()
    conditions: Mapping[str, Any] | None = None
    #: At which of their sites, where a member sends it; may be left out by whoever holds only one.
    site: str | None = None


@dataclass(frozen=True)
class Submitted:
    """Where to find what was sent: the id, and the short reference that people read out."""

    id: str
    reference: str


def site_of(actor: Actor, new: NewRecord) -> str | None:
    """The site at which a record is contributed: one that the member holds; nobody else has one.

    Raises:
        Invalid: for the field `site`.
    """
    if actor.sites is None:
        if new.site is not None:
            raise Invalid({"site": "Only members report from a site."})
        return None
    named = {new.site} if new.site is not None else actor.sites
    if len(named) != 1 or not named <= actor.sites:
        said = "Say at which of your sites it was." if actor.sites else "You have no site to report from."
        raise Invalid({"site": said})
    return next(iter(named))


def check(new: NewRecord) -> None:
    """Refuse what cannot be taken, all at once, so that the form comes back with every sentence.

    Raises:
        Invalid: with a sentence for each field.
    """
    problems: dict[str, str] = {}
    if new.type not in SCHEMAS:
        raise Invalid({"type": "There is no such type of record."})
    _gather(problems, partial(cleaned, SCHEMAS[new.type], new.values))
    if new.type == "subject" and len(new.persons) > 1:
        problems["persons"] = "A subject is one person. Send each on a record of their own."
    for n, person in enumerate(new.persons):
        _check_person(problems, person, f"persons.{n}.")
    problems |= _ungraded(new)
    for each in new.releases:
        if refusal := refused_marking(each.text or ""):
            problems["text"] = refusal
        elif each.text is not None and (words := protected_words(new, each.text)):
            problems["text"] = NAMED_IN_TEXT.format(words=", ".join(sorted(words)))
    for thing in new.things:
        _gather(problems, partial(check, thing))
    if problems:
        raise Invalid(problems)


#: How each part of a grading is asked for.
_GRADES: Mapping[str, str] = {
    "source_evaluation": "Grade the source.",
    "information_evaluation": "Grade the information.",
    "handling": "Say how it may be handled.",
}


def _ungraded(new: NewRecord) -> dict[str, str]:
    """What is missing of the grading of intelligence; C needs a condition, P has none."""
    if new.type != "intelligence":
        return {}
    problems = {name: sentence for name, sentence in _GRADES.items() if not new.values.get(name)}
    problem = handling_problem(new.values.get("handling"), new.conditions)
    return problems | ({"handling": problem} if problem and "handling" not in problems else {})


def handling_problem(code: object, conditions: Mapping[str, Any] | None) -> str:
    """Why a handling code does not go with the conditions as they are stored; empty if it does."""
    stated = bool(conditions) and any(
        (
            (conditions or {}).get("chosen") is not None,
            (conditions or {}).get("withhold_classes"),
            (conditions or {}).get("sanitised_only"),
            (conditions or {}).get("veto"),
        )
    )
    if code == "C" and not stated:
        return "Say on which conditions it may be shared, or grade it P."
    if code == "P" and stated:
        return "There are conditions: grade it C, or take them away."
    return ""


def _check_person(problems: dict[str, str], person: NewPerson, prefix: str) -> None:
    _gather(problems, partial(cleaned, PERSON, person.values, prefix=prefix))
    if unknown := set(person.categories) - set(Category):
        problems[f"{prefix}categories"] = f"{', '.join(sorted(unknown))}: choose from the list."
    if person.apparent_age is not None and person.apparent_age[0] > person.apparent_age[1]:
        problems[f"{prefix}apparent_age"] = "The lower age is above the higher one."


def believed_child(person: NewPerson, values: Mapping[str, Any], seen: date) -> bool:
    """Whether a new person is kept as one who may be a child.

    `values` are the person's as they are kept, `seen` the day of the event.

    True also for whoever was seen in an age under 18, unless the years or the date of birth given say a
    child's age themselves: of two ages that contradict each other the younger one protects.
    """
    if person.may_be_child or values.get("apparent_age") not in CHILD_AGES:
        return person.may_be_child
    born = values.get("date_of_birth")
    if born is not None:
        return completed_years(born, seen) >= ADULT
    return person.apparent_age is None or person.apparent_age[0] >= ADULT


def _gather(problems: dict[str, str], attempt: Callable[[], object]) -> None:
    try:
        attempt()
    except Invalid as invalid:
        problems.update(invalid.problems)


def protected_words(new: NewRecord, text: str) -> frozenset[str]:
    """Names, identifiers and addresses of protected persons on the record that stand in the text."""
    said = words_of({"text": text})
    named: set[str] = set()
    for person in new.persons:
        if is_protected(person.categories):
            secrets = {
                name: value
                for name, value in person.values.items()
                if PERSON.by_name[name].field_class in _NEVER_IN_TEXT and PERSON.by_name[name].type in _SPOKEN
            }
            named |= words_of(secrets)
    return frozenset(word for word in said & named if len(word) > 2)


def streets_in(text: str, address: object = None) -> frozenset[str]:
    """The streets that a text names, as far as their names tell, and the address if the text has it."""
    named = frozenset(found.group() for found in _STREET.finditer(text))
    place = str(address or "").partition(",")[0].strip()
    return named | {place} if place and place.casefold() in text.casefold() else named


def is_protected(categories: Sequence[str]) -> bool:
    """Whether a person in these categories is protected towards businesses; none at all is `other`."""
    return not categories or bool({*categories} & PROTECTED)
