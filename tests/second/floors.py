"""What no clause can lower: which floor stops a field for a reader who is not the owner's staff."""

from typing import NamedTuple

from tests.second.ages import child, moment, six_months_after, within
from tests.second.field_table import KEPT
from tests.second.world_view import PROTECTED, categories_of, is_member

OF_THE_PROTECTED = {"identity", "contact", "image", "identifier", "link"}
OF_A_CHILD = {"identity", "contact", "image", "identifier"}
UNDER_AN_ORDER = {"identity", "contact", "image", "identifier", "link"}
APPROVING_KINDS = {"police", "youth_justice"}


class Person(NamedTuple):
    """A person as a field is judged for: whom, by which link (None on a page), as what."""

    subject: str
    link: str | None
    categories: frozenset
    judged_by: str | None = None  # on a page: the link by whose event it is judged


class Means(NamedTuple):
    """What would open the field: a clause or a grant, one of the two."""

    clause: dict | None = None
    grant: dict | None = None
    opened: bool = False  # a clause that opens the same field names the categories already
    page: tuple[Person, ...] = ()  # on a person's own page, the person in every way it is judged

    def passes(self, person, floor):
        listed = self.grant["passes"] if self.grant else ()
        return person.link is not None and any(
            p["link"] == person.link and p["floor"] == floor and p["why"] for p in listed
        )


def is_kept(record, field):
    return field.name in KEPT.get(record["type"], ())


def floor_categories(question, record, person):
    """The categories of a person for the floors: those judged, and the same person's at the origins."""
    found = set(person.categories)
    for origin in question.ancestry(record)[1:]:
        for other in origin["persons"]:
            if other["subject"] == person.subject:
                found |= categories_of(other)
    return found


def counts_as_child(question, record, person, *, business):
    """Whether the person is a child at the event of the link; what was copied stands on its origins too."""
    origins = [o for o in question.ancestry(record)[1:] if person.subject in subjects_of(question, o)]
    happened = [moment(origin["happened"]) for origin in origins]
    link = person.link or person.judged_by
    event = question.link(link)[1] if link is not None else record
    happened.append(moment(event["happened"]))
    return child(question.subject(person.subject), question.now, happened, business=business)


def conditions_on(question, record):
    """Every set of originator's conditions that binds a record, and whether another agency set it."""
    return [
        (origin["conditions"], origin["owner"] != record["owner"])
        for origin in question.standing_on(record)
        if origin["conditions"]
    ]


def stops_agency(conditions, foreign, agency):
    """Whether conditions keep a whole record from an agency: others are named, or onward release is not."""
    if "named_recipients" in conditions:
        return agency not in conditions["named_recipients"]
    return foreign


def _protected(question, record, field, person, means):
    victims = floor_categories(question, record, person) & PROTECTED
    if not victims or not (field.cls in OF_THE_PROTECTED or is_kept(record, field)):
        return False
    if means.grant:
        named = means.opened and not question.business()
        return not named and not means.passes(person, "protected")
    return question.business() or not victims <= set(means.clause.get("categories") or ())


def _necessity(question, record, subject, cls):
    return any(
        note["subject"] == subject
        and question.reader["agency"] in note["recipients"]
        and cls in note["classes"]
        and note["reason"]
        and within(question.now, moment(note["from"]), moment(note["until"]))
        and moment(note["until"]) <= six_months_after(moment(note["from"]))
        and note["approver"] in question.world["approvers"]
        and question.agency(question.user(note["approver"])["agency"])["kind"] in APPROVING_KINDS
        for note in record["necessity_notes"]
    )


def _child(question, record, field, person, means):
    if not question.business() or not (field.cls in OF_A_CHILD or is_kept(record, field)):
        return False
    if not counts_as_child(question, record, person, business=True):
        return False
    if means.grant:
        opens_for_children = means.passes(person, "child")
    else:
        opens_for_children = means.clause.get("children", "no") != "no"
    noted = _necessity(question, record, person.subject, field.cls)
    return question.exit != "one" or not opens_for_children or not noted


def _sees_ordered(question, order):
    reader = question.reader
    if is_member(reader):
        return False
    return reader["agency"] == order or question.agency(reader["agency"])["kind"] == "prosecution"


def matched_subjects(question, record):
    """Everybody whom a record, its origins or its parents are matched to, keepers included."""
    return [subject for origin in question.standing_on(record) for subject in subjects_of(question, origin)]


def subjects_of(question, record):
    """Everybody on one record itself: the linked, whose page it is, who keeps it."""
    found = [person["subject"] for person in record["persons"]]
    if record["subject"]:
        found.append(record["subject"])
    if record.get("keeper"):
        found.append(question.link(record["keeper"])[0]["subject"])
    return found


def hidden_by_order(question, subject):
    order = question.subject(subject)["anonymity_order"]
    return order is not None and not _sees_ordered(question, order)


def _ordered(question, record, field, person):
    if person is not None:
        covered = field.cls in UNDER_AN_ORDER or is_kept(record, field)
        if covered and hidden_by_order(question, person.subject):
            return True
    if field.cls != "narrative" and not (field.cls == "image" and person is None):
        return False
    return any(hidden_by_order(question, subject) for subject in matched_subjects(question, record))


def _condition(question, record, field, means):
    original = means.grant is not None and field.type == "text"
    return any(
        field.cls in conditions.get("withhold_classes", ()) or (original and conditions.get("sanitised_only"))
        for conditions, _ in conditions_on(question, record)
    )


def everybody_on(question, record):
    """Every person on a record, its origins, its parents and its keepers, as original text may name them."""
    people = [
        Person(person["subject"], person["link"], categories_of(person))
        for origin in question.standing_on(record)
        for person in origin["persons"]
    ]
    return people + [keeper_of(question, keeper) for keeper in question.keepers(record)]


def keeper_of(question, link):
    person, _ = question.link(link)
    return Person(person["subject"], link, categories_of(person))


def _original_text(question, record, means):
    """Original text by a grant: the approver must say so for everyone on the record whom a floor covers."""
    for other in [*everybody_on(question, record), *means.page]:
        if floor_categories(question, record, other) & PROTECTED and not means.passes(other, "protected"):
            return "floor-victim"
        minor = question.business() and counts_as_child(question, record, other, business=True)
        if minor and not means.passes(other, "child"):
            return "floor-child"
    return None


def _picture_of_children(question, record, field, means):
    """A picture of the record itself shows the children on it, unless every face is covered."""
    if field.cls != "image" or (means.grant or means.clause)["treatment"] == "mask":
        return False
    shown = [Person(p["subject"], p["link"], categories_of(p)) for p in record["persons"]]
    return any(_child(question, record, field, person, means) for person in shown)


def floor(question, record, field, people, means):
    """The floor that stops a field which a clause or grant would open, or None.

    `people` are those whose field it is: one person, nobody, or the keepers of a thing and of its origin.
    """
    named = _original_text(question, record, means) if means.grant and field.type == "text" else None
    pictured = not people and _picture_of_children(question, record, field, means)
    stops = [
        ("source", field.cls == "source"),
        ("floor-vulnerability", field.cls == "vulnerability" and question.business()),
        (named, named is not None),
        ("floor-victim", any(_protected(question, record, field, person, means) for person in people)),
        ("floor-child", pictured or any(_child(question, record, field, p, means) for p in people)),
        ("anonymity-order", any(_ordered(question, record, field, person) for person in people or [None])),
        ("originator-condition", _condition(question, record, field, means)),
    ]
    return next((reason for reason, stopped in stops if stopped), None)
