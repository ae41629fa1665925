"""The release rules a second time, from the pages of the rules alone: one question, one answer.

Every field is decided from nothing, with no memory between fields save whom the question has met already:
slow on purpose, and easy to compare with the page. `answer` is the door; the other files of this folder hold the table, the ages, the agreements, the
clauses and the floors.
"""

from tests.second import floors
from tests.second.ages import moment, within
from tests.second.break_glass import opens as glass_opens
from tests.second.break_glass import valid_entry
from tests.second.clauses import (
    SILENT_AS_ABSENT,
    STRENGTH,
    Case,
    Verdict,
    in_effect,
    under_release,
)
from tests.second.field_table import LINKS, page_fields, person_fields, record_fields
from tests.second.terms import confirmed, lives, version_at
from tests.second.world_view import PROTECTED, Question, categories_of

NOTHING = "no such record"


def cell(treatment, reason=None, agreement=None, clause=None):
    if treatment == "absent":
        return {"treatment": "absent", "reason": None, "agreement": None, "clause": None}
    return {"treatment": treatment, "reason": reason, "agreement": agreement, "clause": clause}


def live_releases(question, record):
    """The releases by which the reader may reach a record; a media record goes with its parent's."""
    found = [
        r for r in question.world["releases"] if r["record"] == record["id"] and lives(question, r, record)
    ]
    parent = question.record(record.get("parent"))
    if parent is not None and parent["owner"] == record["owner"]:
        found += live_releases(question, parent)
    return found


def reachable(question, record):
    """Step two without the fields: releases, no condition that names others, and the parent of media."""
    agency = question.reader["agency"]
    if not question.may_state_purpose():
        return []
    if any(floors.stops_agency(c, foreign, agency) for c, foreign in floors.conditions_on(question, record)):
        return []
    parent = question.record(record.get("parent"))
    if parent is not None and not exists(question, parent):
        return []
    return live_releases(question, record)


def page_categories(question, record, release):
    """By what a person's own page is judged under a release: each set of categories alone."""
    if release.get("category"):
        return [frozenset({release["category"]})]
    return [
        categories_of(person)
        for other in question.world["records"]
        if other["owner"] == record["owner"]
        for person in other["persons"]
        if person["subject"] == record["subject"] and person_exists(question, other, person)
    ]


def judged_as(question, record, field, person, release):
    """Each way in which a field is judged under a release: the persons whose field it is."""
    if person is not None:
        return [[floors.Person(person["subject"], person["link"], categories_of(person))]]
    if record["type"] == "subject":
        sets = page_categories(question, record, release)
        if field in page_fields():
            return [[floors.Person(record["subject"], None, categories)] for categories in sets]
        return [[]] if sets else []
    keepers = question.keepers(record)
    if floors.is_kept(record, field) and keepers:
        return [[floors.keeper_of(question, keeper) for keeper in keepers]]
    return [[]]


def verdicts(question, record, field, person, value):
    """What every live release gives for a field, with the persons whose floors it has to pass."""
    found = []
    for release in reachable(question, record):
        agreement = question.agreement(release["agreement"])
        version_now = version_at(agreement, question.now)
        version_then = version_at(agreement, moment(release["at"]))
        may_loosen = confirmed(question, release, version_now)
        for people in judged_as(question, record, field, person, release):
            case = Case(question, record, field, value, *_as_person(question, record, people))
            verdict = under_release(case, release, version_now, version_then, may_loosen=may_loosen)
            found.append((verdict, people))
    return found


def _as_person(question, record, people):
    if not people:
        return None, False
    minor = floors.counts_as_child(question, record, people[0], business=question.business())
    return people[0].categories, minor


def by_clause(question, record, field, person, value):
    """Steps three and four: the weakest of what the live releases give, the floors being passed."""
    opened, stopped, said, silent = [], [], [], []
    for verdict, people in verdicts(question, record, field, person, value):
        if verdict.silent:
            silent.append(verdict)
        elif not verdict.opens:
            said.append(verdict)
        else:
            means = floors.Means(clause=verdict.clause)
            why = floors.floor(question, record, field, people, means)
            (stopped if why else opened).append((verdict.rank(), verdict, why))
    if opened:
        return _cite(min(opened, key=lambda found: found[0])[1])
    if stopped:
        _, verdict, why = min(stopped, key=lambda found: found[0])
        return _floored(question, verdict, why)
    if said:
        return _cite(min(said, key=Verdict.rank))
    return _cite(_quiet(field, silent))


def _quiet(field, silent):
    order = ["expired", "category", "role", "purpose", "no-clause"]
    if silent:
        return min(silent, key=lambda v: (order.index(v.reason), *v.rank()[1:]))
    return Verdict("absent" if field.cls in SILENT_AS_ABSENT else "withhold", "no-clause")


def _cite(verdict):
    clause = verdict.clause["id"] if verdict.clause else None
    return cell(verdict.treatment, verdict.reason, verdict.agreement, clause)


def _floored(question, verdict, why):
    if why == "source":
        return cell("absent")
    reason = "protected" if question.business() else why
    return cell("withhold", reason, verdict.agreement, verdict.clause["id"])


def by_grant(question, record, field, person, key, value):
    """Step five: the best that an approved request gives for this field; None where none does."""
    if question.exit != "one":
        return None
    found = []
    releases = reachable(question, record)
    for grant in question.world["grants"]:
        under = [r for r in releases if r["agreement"] == grant["agreement"]]
        if not under or not _grant_fits(question, grant, record, key):
            continue
        treatment, _ = in_effect(field, grant["treatment"], value, text="original")
        ways = [people for r in under for people in judged_as(question, record, field, person, r)]
        means = floors.Means(grant=grant)
        if STRENGTH.index(treatment) < 4 and ways:
            if not any(floors.floor(question, record, field, people, means) for people in ways):
                found.append((STRENGTH.index(treatment), grant["agreement"], grant["id"]))
    if not found:
        return None
    strength, agreement, name = min(found)
    return cell(STRENGTH[strength], "grant", agreement, name)


def _grant_fits(question, grant, record, key):
    reader = question.reader
    if grant["record"] != record["id"] or key not in grant["fields"]:
        return False
    if grant["to_agency"] != reader["agency"] or grant["purpose"] != question.purpose:
        return False
    if grant["to_users"] is None and question.business():
        return False
    if grant["to_users"] is not None and reader["id"] not in grant["to_users"]:
        return False
    return within(question.now, moment(grant["from"]), moment(grant["until"]))


def decide(question, record, field, person=None, *, entry=None):
    """One field of a record or of a person on it, for a reader who is not the owner's staff."""
    source = person["fields"] if person else record["fields"]
    value = source.get(field.name)
    key = f"persons.{person['link']}.{field.name}" if person else field.name
    offers = [
        by_clause(question, record, field, person, value),
        by_grant(question, record, field, person, key, value),
    ]
    if entry is not None and glass_opens(question, record, field):
        offers.append(cell("disclose", "break-glass", None, entry["id"]))
    return min(filter(None, offers), key=lambda offer: STRENGTH.index(offer["treatment"]))


def fields_of(record):
    return record_fields(record["type"]) + (page_fields() if record["type"] == "subject" else [])


def better_than_withhold(offer):
    return STRENGTH.index(offer["treatment"]) < STRENGTH.index("withhold")


def person_exists(question, record, person):
    """Whether a person on a record exists for the reader, judged as for one record, break-glass apart."""
    if question.reads_as_staff(record):
        return True
    key = (record["id"], person["link"])
    if key not in question.met:
        one = question.through("one")
        question.met[key] = any(better_than_withhold(decide(one, record, f, person)) for f in person_fields())
    return question.met[key]


def exists(question, record):
    """Whether a record exists for the reader, judged as for one record, links and break-glass apart."""
    if question.reads_as_staff(record):
        return True
    as_one = question.through("one")
    if not reachable(as_one, record):
        return False
    own = any(better_than_withhold(decide(as_one, record, field)) for field in fields_of(record))
    return own or any(person_exists(question, record, person) for person in record["persons"])


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
    people = floors.everybody_on(question, record)
    if any(person.categories & PROTECTED for person in people):
        return True
    if record["type"] != "subject":
        return False
    stated = {r.get("category") for r in question.world["releases"] if r["record"] == record["id"]}
    linked = {
        category
        for other in question.world["records"]
        if other["owner"] == record["owner"]
        for person in other["persons"]
        if person["subject"] == record["subject"]
        for category in categories_of(person)
    }
    return bool((stated | linked) & PROTECTED)


def decide_link(question, record, link):
    """A link between two records: disclosed to whom it was released, to its makers, or absent."""
    other = question.record(link["to"])
    staff = question.reads_as_staff(record)
    if not exists(question, other) or not exists(question, record):
        return cell("absent")
    ends = (record, other)
    if not staff and question.business() and any(joins_protected(question, end) for end in ends):
        return cell("absent")
    if link["by"] == question.reader["agency"] and (staff or question.reader["site"] is None):
        return permitted(question, record, LINKS)
    if staff or link["by"] != record["owner"]:
        return cell("absent")
    if any(end["type"] == "subject" and floors.hidden_by_order(question, end["subject"]) for end in ends):
        return cell("absent")
    offers = [
        by_clause(question, record, LINKS, None, None),
        by_grant(question, record, LINKS, None, f"links.{link['link']}", None),
    ]
    best = min(filter(None, offers), key=lambda offer: STRENGTH.index(offer["treatment"]))
    return best if better_than_withhold(best) else cell("absent")


def answer(world, question):
    """The answer to one question about a world: `no such record`, or a cell for every field that exists."""
    asked = Question(world, question)
    record = asked.record(question["record"])
    if record is None:
        return NOTHING
    staff = asked.reads_as_staff(record)
    entry = None if staff else valid_entry(asked, record)
    if not staff and entry is None and not exists(asked, record):
        return NOTHING

    def of(field, person=None):
        if staff:
            return permitted(asked, record, field)
        return decide(asked, record, field, person, entry=entry)

    cells = {field.name: of(field) for field in fields_of(record)}
    for person in record["persons"]:
        if entry is not None or person_exists(asked, record, person):
            for field in person_fields():
                cells[f"persons.{person['link']}.{field.name}"] = of(field, person)
    for link in record["links"]:
        cells[f"links.{link['link']}"] = decide_link(asked, record, link)
    return cells
