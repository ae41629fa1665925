"""The release rules a second time, from the pages of the rules alone: one question, one answer.

Every field is decided from nothing, with no memory between fields save whom the question has met already:
slow on purpose, and easy to compare with the page. `answer` is the door; the other files of this folder hold
the table of fields, the ages, the agreements, the clauses, the floors and the decision.
"""

from tests.second import floors
from tests.second.break_glass import valid_entry
from tests.second.decision import (
    best_offer,
    better_than_withhold,
    by_clause,
    by_grant,
    cell,
    decide,
    exists,
    fields_of,
    person_exists,
    through_glass,
)
from tests.second.field_table import LINKS, person_fields
from tests.second.world_view import PROTECTED, Question, categories_of, is_member

NOTHING = "no such record"


def permitted(question, record, field):
    """What a role of the owner's staff permits: the original, or nothing and the reason `role`."""
    for role in question.roles_of(question.reader):
        types = role["types"] == "all" or record["type"] in role["types"]
        classes = role["classes"] == "all" or field.cls in role["classes"]
        if types and classes and (field.cls != "source" or role.get("intelligence")):
            return cell("disclose", "owner")
    return cell("withhold", "role")


def joins_protected(question, record):
    """Whether an end of a link is, carries or is kept by a protected person."""
    kept_by = [floors.keeper_of(question, keeper) for keeper in question.keepers(record)]
    categories = [categories_of(person) for person in record["persons"]] + [k.categories for k in kept_by]
    if any(found & PROTECTED for found in categories):
        return True
    if record["type"] != "subject":
        return False
    released = [r for r in question.world["releases"] if r["record"] == record["id"]]
    stated = {r["category"] for r in released if r.get("category")}
    linked = {
        category
        for other in question.world["records"]
        if other["owner"] == record["owner"]
        for person in other["persons"]
        if person["subject"] == record["subject"]
        for category in categories_of(person)
    }
    return bool((stated | linked or {"other"}) & PROTECTED)


def decide_link(question, record, link):
    """A link between two records: disclosed to whom it was released, to its makers, or absent."""
    other = question.record(link["to"])
    staff = question.reads_as_staff(record)
    if not exists(question, other) or not exists(question, record):
        return cell("absent")
    ends = (record, other)
    if not staff and question.business() and any(joins_protected(question, end) for end in ends):
        return cell("absent")
    ordered = any(e["type"] == "subject" and floors.hidden_by_order(question, e["subject"]) for e in ends)
    if not staff and ordered:
        return cell("absent")
    if link["by"] == question.reader["agency"] and (staff or not is_member(question.reader)):
        made = permitted(question, record, LINKS)
        return made if staff or better_than_withhold(made) else cell("absent")
    if staff or link["by"] != record["owner"]:
        return cell("absent")
    offers = [
        by_clause(question, record, LINKS, None, None),
        by_grant(question, record, LINKS, None, f"links.{link['link']}", None),
    ]
    best = best_offer(LINKS, offers)
    return best if better_than_withhold(best) else cell("absent")


def answer(world, question):
    """The answer to one question about a world: `no such record`, or a cell for every field that exists."""
    asked = Question(world, question)
    record = asked.record(question["record"])
    if record is None:
        return NOTHING
    staff = asked.reads_as_staff(record)
    entry = None if staff else valid_entry(asked, record)
    found = exists(asked, record)
    if not found and entry is None:
        return NOTHING

    def of(field, person=None):
        if staff:
            return permitted(asked, record, field)
        if not found:
            return through_glass(asked, record, field, entry)
        return decide(asked, record, field, person, entry=entry)

    cells = {field.name: of(field) for field in fields_of(record)}
    for person in record["persons"]:
        if entry is not None or person_exists(asked, record, person):
            for field in person_fields():
                cells[f"persons.{person['link']}.{field.name}"] = of(field, person)
    for link in record["links"]:
        cells[f"links.{link['link']}"] = decide_link(asked, record, link)
    return cells
