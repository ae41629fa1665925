"""What the clauses of one version say about one field under one release."""

from datetime import timedelta
from typing import NamedTuple

from tests.second.ages import moment
from tests.second.field_table import TURNS_INTO
from tests.second.world_view import is_member

STRENGTH = ["disclose", "generalise", "mask", "pseudonym", "withhold", "absent"]
OPENING = set(STRENGTH[:4])
SILENT_AS_ABSENT = {"source", "vulnerability", "assessment", "link"}
FURTHEST = ["expired", "category", "role", "purpose", "no-clause"]


class Case(NamedTuple):
    """Everything about one field that a clause may ask: who, whose, which field, person and value."""

    question: object
    record: dict
    field: object
    value: object
    categories: frozenset | None  # None: not a field of a person
    child: bool


class Verdict(NamedTuple):
    """What one release gives: the treatment as it takes effect and what may be cited for it."""

    treatment: str
    reason: str
    agreement: str | None = None
    clause: dict | None = None
    silent: bool = False

    @property
    def opens(self):
        return self.treatment in OPENING

    def rank(self):
        return STRENGTH.index(self.treatment), self.agreement or "", self.clause["id"] if self.clause else ""


def opening(clause):
    return clause["treatment"] in OPENING


def shown_by_mask(kind, value):
    """How many signs a mask of this type shows, and how many the value has to show."""
    if kind == "name":
        words = value.split()
        return len(words), sum(len(word) for word in words)
    signs = [sign for sign in value if sign.isalnum()]
    if kind == "phone":
        signs = [sign for sign in signs if sign.isdigit()]
    return {"phone": 3, "imei": 8, "vrm": 2}[kind], len(signs)


def too_short(kind, value):
    if kind not in {"name", "phone", "imei", "vrm"} or not isinstance(value, str) or not value:
        return False
    shown, length = shown_by_mask(kind, value)
    return length < 2 * shown and not (kind == "imei" and length == 15)


def in_effect(field, treatment, value, text):
    """The treatment as it takes effect on a field, and the reason where that is less than was said."""
    if treatment not in OPENING:
        return treatment, "clause"
    if field.type == "text" and treatment == "disclose":
        return ("disclose", "clause") if text else ("withhold", "no-release-text")
    if treatment == "disclose" or field.coarse:
        return "disclose", "clause"
    lacking = treatment not in TURNS_INTO.get(field.type, set())
    if lacking or (treatment == "mask" and too_short(field.type, value)):
        return "withhold", "no-treatment"
    return treatment, "clause"


def _specific(names, agency, *, site):
    """How narrowly a side of a clause names an agency: 2 by name or as a member, 1 by kind, else 0."""
    if agency["id"] in names or (site and "members" in names):
        return 2
    return 1 if agency["kind"] in names else 0


def _speaks_of(clause, case):
    """Whether the clause speaks of this field at all, to this reader, for this owner."""
    persons_too = bool(clause.get("categories")) or not opening(clause)
    the_rest_too = not clause.get("categories")
    return (
        _names_field(clause, case.field)
        and case.record["type"] in clause["records"]
        and bool(_from(clause, case) and _to(clause, case.question))
        and _reaches_members_of_own_scheme(clause, case)
        and (the_rest_too if case.categories is None else persons_too)
    )


def _names_field(clause, field):
    named = clause.get("fields")
    return not opening(clause) if named is None else bool({field.name, field.cls} & set(named))


def _reaches_members_of_own_scheme(clause, case):
    """A member reads its own agency's other records only by clauses that go to members."""
    own = case.question.reader["agency"] == case.record["owner"]
    return not (own and opening(clause)) or "members" in clause["to"]


def _from(clause, case):
    owner = case.question.agency(case.record["owner"])
    return _specific(clause["from"], owner, site=case.record["site"] is not None)


def _to(clause, question):
    agency = question.agency(question.reader["agency"])
    return _specific(clause["to"], agency, site=is_member(question.reader))


def _purpose_fits(clause, case):
    return case.question.purpose in clause["purposes"]


def _role_fits(clause, case):
    return not clause.get("roles") or bool(set(clause["roles"]) & set(case.question.reader["roles"]))


def _person_fits(clause, case):
    names = set(clause.get("categories") or ())
    children = clause.get("children", "no" if opening(clause) else "also")
    if case.categories is None:
        return children != "only"
    if names and not (case.categories <= names if opening(clause) else case.categories & names):
        return False
    return children != "no" if case.child else children != "only"


def _kept(clause, case, release):
    days = clause.get("retention_days")
    if days is None or not opening(clause):
        return True
    return case.question.now < moment(release["at"]) + timedelta(days=days)


def first_miss(clause, case, release):
    """The first thing that a clause speaking of the field lacks to match, as a reason; None if it matches."""
    if not _purpose_fits(clause, case):
        return "purpose"
    if not _role_fits(clause, case):
        return "role"
    if not _person_fits(clause, case):
        return "category"
    return None if _kept(clause, case, release) else "expired"


def _respects(clause, case):
    return (
        case.field.name in clause.get("fields", ()),
        _from(clause, case),
        _to(clause, case.question),
        bool(clause.get("roles")),
        clause.get("children") == "only",
    )


def beats(winner, loser, case):
    """Whether one clause is at least as specific in every respect, and more so in one."""
    if loser.get("never"):
        return False
    mine, other = _respects(winner, case), _respects(loser, case)
    return mine != other and all(a >= b for a, b in zip(mine, other, strict=True))


def _says(agreement, version, case, release):
    clauses = version["clauses"] if case.question.purpose in version["purposes"] else ()
    spoken = [c for c in clauses if _speaks_of(c, case)]
    matching = [c for c in spoken if first_miss(c, case, release) is None]
    unbeaten = [c for c in matching if not any(beats(other, c, case) for other in matching)]
    verdicts = []
    for clause in unbeaten:
        treatment, reason = in_effect(case.field, clause["treatment"], case.value, release["text"])
        verdicts.append(Verdict(treatment, reason, agreement["id"], clause))
    if verdicts:
        strongest = max(STRENGTH.index(v.treatment) for v in verdicts)
        return min((v for v in verdicts if STRENGTH.index(v.treatment) == strongest), key=Verdict.rank)
    return _silence(agreement, case, release, [c for c in spoken if opening(c)])


def _silence(agreement, case, release, spoken):
    missed = [(FURTHEST.index(first_miss(c, case, release)), c["id"], c) for c in spoken]
    treatment = "absent" if case.field.cls in SILENT_AS_ABSENT else "withhold"
    if not missed:
        return Verdict(treatment, "no-clause", agreement["id"], silent=True)
    stage, _, clause = min(missed, key=lambda miss: miss[:2])
    return Verdict(treatment, FURTHEST[stage], agreement["id"], clause, silent=True)


def under_release(case, release, version_now, version_then, *, may_loosen):
    """What a release gives: the version in force, held to the version it was made under until confirmed."""
    agreement = case.question.agreement(release["agreement"])
    now = _says(agreement, version_now, case, release)
    if version_then["number"] == version_now["number"] or may_loosen:
        return now
    then = _says(agreement, version_then, case, release)
    return then if STRENGTH.index(then.treatment) > STRENGTH.index(now.treatment) else now
