"""Whether a record exists for a reader, and what becomes of each field: steps two to six of the decision."""

from tests.second import floors
from tests.second.ages import moment, within
from tests.second.break_glass import opens as glass_opens
from tests.second.clauses import (
    OPENING,
    SILENT_AS_ABSENT,
    STRENGTH,
    Case,
    Verdict,
    in_effect,
    under_release,
)
from tests.second.field_table import page_fields, person_fields, record_fields
from tests.second.terms import confirmed, lives, version_at
from tests.second.world_view import categories_of, shops_of


def cell(treatment, reason=None, agreement=None, clause=None):
    if treatment == "absent":
        return {"treatment": "absent", "reason": None, "agreement": None, "clause": None}
    return {"treatment": treatment, "reason": reason, "agreement": agreement, "clause": clause}


def live_releases(question, record):
    """The releases by which the reader may reach a record; a media record has its parent's and no others."""
    parent = question.record(record.get("parent"))
    if parent is not None:
        return live_releases(question, parent) if parent["owner"] == record["owner"] else []
    return [
        r for r in question.world["releases"] if r["record"] == record["id"] and lives(question, r, record)
    ]


def reachable(question, record):
    """Step two without the fields, which is the same for each of them, and so is worked out once."""
    key = (record["id"], question.exit)
    if key not in question.reached:
        question.reached[key] = _reachable(question, record)
    return question.reached[key]


def _reachable(question, record):
    """Releases, no condition that names others, and the parent of media; nothing for a member of no shop."""
    agency = question.reader["agency"]
    if shops_of(question.reader) == [] or not question.may_state_purpose():
        return []
    if any(floors.stops_agency(c, foreign, agency) for c, foreign in floors.conditions_on(question, record)):
        return []
    parent = question.record(record.get("parent"))
    if parent is not None and not exists(question, parent):
        return []
    return live_releases(question, record)


def page_people(question, record, release):
    """As whom a person's own page is judged under a release: by what that states, else by each link alone."""
    subject = record["subject"]
    if release.get("category"):
        return [floors.Person(subject, None, frozenset({release["category"]}))]
    return [
        floors.Person(subject, None, categories_of(person), judged_by=person["link"])
        for other in question.world["records"]
        if other["owner"] == record["owner"] and not _hangs_on_a_page(question, other)
        for person in other["persons"]
        if person["subject"] == subject and person_exists(question, other, person)
    ]


def _hangs_on_a_page(question, record):
    """Media of a page exist by that page: were the page to exist by them, neither would have a ground."""
    return any(parent["type"] == "subject" for parent in question.standing_on(record)[1:])


def judged_as(question, record, field, person, release):
    """Each way in which a field is judged under a release: the persons whose floors it has to pass.

    The first of them is also the one whose categories the clauses are asked for; a copy of a thing that
    somebody keeps at its origin alone has only the floors of that keeper.
    """
    if person is not None:
        return [[floors.Person(person["subject"], person["link"], categories_of(person))]]
    if record["type"] == "subject":
        ways = page_people(question, record, release)
        if field in page_fields():
            return [[person] for person in ways]
        return [[]] if ways else []
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
            judged = [] if floors.is_kept(record, field) and not record.get("keeper") else people
            case = Case(question, record, field, value, *_as_person(question, record, judged))
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
            (stopped if why else opened).append((verdict, why))
    if opened:
        return _cite(min(opened, key=lambda found: found[0].rank())[0])
    if stopped:
        return _floored(question, *min(stopped, key=lambda found: found[0].rank()[1:]))
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
    reason = "protected" if question.business() or why == "source" else why
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
        ways = [people for r in releases for people in judged_as(question, record, field, person, r)]
        on_page = record["type"] == "subject"
        page = [p for r in releases for p in page_people(question, record, r)] if on_page else []
        opened = better_than_withhold(by_clause(question, record, field, person, value))
        means = floors.Means(grant=grant, opened=opened, page=tuple(page))
        stopped = [floors.floor(question, record, field, people, means) for people in ways]
        stands = any(judged_as(question, record, field, person, r) for r in under)
        if treatment in OPENING and stands and not any(stopped):
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


def through_glass(question, record, field, entry):
    """One field of a record that does not exist for the reader but by a broken glass."""
    if glass_opens(question, record, field):
        return cell("disclose", "break-glass", None, entry["id"])
    return _cite(_quiet(field, []))


def decide(question, record, field, person=None, *, entry=None):
    """One field of a record that exists, or of a person on it, for a reader who is not the owner's staff."""
    source = person["fields"] if person else record["fields"]
    value = source.get(field.name)
    key = f"persons.{person['link']}.{field.name}" if person else field.name
    offers = [
        by_clause(question, record, field, person, value),
        by_grant(question, record, field, person, key, value),
    ]
    if entry is not None and glass_opens(question, record, field):
        offers.append(cell("disclose", "break-glass", None, entry["id"]))
    return best_offer(field, offers)


def best_offer(field, offers):
    """The first offer that gives as much; a release text is less than the original that the others give."""

    def withheld(offer):
        return STRENGTH.index(offer["treatment"]), field.type == "text" and offer["reason"] == "clause"

    return min(filter(None, offers), key=withheld)


def fields_of(record):
    return record_fields(record["type"]) + (page_fields() if record["type"] == "subject" else ())


def better_than_withhold(offer):
    return STRENGTH.index(offer["treatment"]) < STRENGTH.index("withhold")


def person_exists(question, record, person):
    """Whether a person on a record that exists does too, judged as for one record, break-glass apart."""
    if question.reads_as_staff(record):
        return True
    if not exists(question, record):
        return False
    key = (record["id"], person["link"])
    if key not in question.met:
        one = question.through("one")
        question.met[key] = any(better_than_withhold(decide(one, record, f, person)) for f in person_fields())
    return question.met[key]


def exists(question, record):
    """Whether a record exists for the reader by its own fields, as for one record, break-glass apart."""
    if question.reads_as_staff(record):
        return True
    as_one = question.through("one")
    if not reachable(as_one, record):
        return False
    return any(better_than_withhold(decide(as_one, record, field)) for field in fields_of(record))
