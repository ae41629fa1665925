"""What the clauses of one version say of a field: which match, which yields to which, and what then holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from sharing.release.facts import MEMBERS, Children, Clause, Reader, Version
from sharing.release.schema import (
    TREATABLE,
    Category,
    Field,
    FieldClass,
    FieldType,
    Reason,
    Treatment,
)

#: Classes of which a silent agreement does not even tell that they exist.
_SILENT_ABSENT = frozenset(
    {FieldClass.SOURCE, FieldClass.VULNERABILITY, FieldClass.ASSESSMENT, FieldClass.LINK}
)


class Stage(IntEnum):
    """How far an opening clause got, furthest first; what stopped it is the reason that people read."""

    MATCHED = 0
    EXPIRED = 1
    CATEGORY = 2
    ROLE = 3
    PURPOSE = 4
    NO_CLAUSE = 5


STAGE_REASONS = {
    Stage.EXPIRED: Reason.EXPIRED,
    Stage.CATEGORY: Reason.CATEGORY,
    Stage.ROLE: Reason.ROLE,
    Stage.PURPOSE: Reason.PURPOSE,
    Stage.NO_CLAUSE: Reason.NO_CLAUSE,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One situation that clauses are matched against; equal cases have equal answers.

    `categories` None is a field of no person. `at_site`: the record was contributed at a site, so that its
    owner's side is a member's. `elapsed` is the longest retention, in days, that has run out since release.
    """

    owner: str
    owner_kind: str
    at_site: bool
    agency: str
    agency_kind: str
    member: bool
    inside: bool
    roles: frozenset[str]
    purpose: str
    type: str
    categories: frozenset[Category] | None = None
    child: bool = False
    elapsed: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one version says of one field. Silence is not `spoken`; `names` are the clause's categories.

    `children` says that the clause speaks of children.
    """

    treatment: Treatment
    reason: Reason
    agreement: str
    clause: str | None
    spoken: bool
    names: frozenset[Category] = frozenset()
    floored: bool = False
    children: bool = False

    @property
    def opens(self) -> bool:
        """Whether a value, or a form of it, leaves."""
        return self.treatment < Treatment.WITHHOLD


def case_of(reader: Reader, owner: str, owner_kind: str, *, at_site: bool, purpose: str, type: str) -> Case:  # noqa: A002 - the record's word
    """The case of a reader and a record's own fields."""
    return Case(
        owner=owner,
        owner_kind=owner_kind,
        at_site=at_site,
        agency=reader.agency,
        agency_kind=reader.kind,
        member=reader.member,
        inside=reader.agency == owner,
        roles=reader.roles,
        purpose=purpose,
        type=type,
    )


def silence(
    field: Field, agreement: str, stage: Stage = Stage.NO_CLAUSE, clause: str | None = None
) -> Verdict:
    """What holds where no clause speaks."""
    treatment = Treatment.ABSENT if field.field_class in _SILENT_ABSENT else Treatment.WITHHOLD
    return Verdict(treatment, STAGE_REASONS[stage], agreement, clause, spoken=False)


def effect(field: Field, treatment: Treatment, *, short: bool, has_text: bool) -> tuple[Treatment, Reason]:
    """How a treatment takes effect on a field of this type.

    `short` says that the value is too short for its mask, `has_text` that there is a text to leave in place
    of free text.
    """
    if treatment >= Treatment.WITHHOLD:
        return treatment, Reason.CLAUSE
    if treatment is Treatment.DISCLOSE or field.coarse:
        if field.type is FieldType.TEXT and not has_text:
            return Treatment.WITHHOLD, Reason.NO_RELEASE_TEXT
        return Treatment.DISCLOSE, Reason.CLAUSE
    if treatment in TREATABLE.get(field.type, frozenset()) and not (treatment is Treatment.MASK and short):
        return treatment, Reason.CLAUSE
    return Treatment.WITHHOLD, Reason.NO_TREATMENT


def judge(
    agreement: str, version: Version, case: Case, field: Field, *, short: bool, has_text: bool
) -> Verdict:
    """What a version's clauses say of the field in this case, before floors."""
    return judge_near(agreement, nearby(version, case), case, field, short=short, has_text=has_text)


#: The clauses that are about such a record between these parties, each with how far it gets in the case.
Nearby = tuple[tuple[Clause, Stage], ...]


def nearby(version: Version, case: Case) -> Nearby:
    """The clauses of a version that may speak of fields in this case: found once, and not for each field."""
    person = case.categories is not None
    return tuple(
        [
            (clause, _stage(clause, case))
            for clause in version.clauses
            if (person if clause.categories is not None else not person or not clause.opens)
            and speaks_between(clause, case)
        ]
    )


def judge_near(
    agreement: str, near: Nearby, case: Case, field: Field, *, short: bool, has_text: bool
) -> Verdict:
    """The same as `judge`, of clauses that are found already."""
    matching, nearest = _sorted_out(near, field)
    if not matching:
        return silence(field, agreement, nearest[0], nearest[1] or None)
    treatment, reason, clause = min(
        _holding(matching, case, field, short=short, has_text=has_text), key=lambda effect_: effect_[2].id
    )
    return Verdict(
        treatment,
        reason,
        agreement,
        clause.id,
        spoken=True,
        names=clause.categories or frozenset(),
        children=clause.children in {Children.ALSO, Children.ONLY},
    )


def holding(near: Nearby, case: Case, field: Field) -> frozenset[str]:
    """The ids of the clauses that hold for the field in this case: any of them is why it is as it is."""
    matching, _ = _sorted_out(near, field)
    found = _holding(matching, case, field, short=False, has_text=True) if matching else ()
    return frozenset(clause.id for _, _, clause in found)


def _sorted_out(near: Nearby, field: Field) -> tuple[list[Clause], tuple[Stage, str]]:
    """The clauses that match, and how far the opening clause got that got furthest of the others."""
    matching: list[Clause] = []
    nearest = (Stage.NO_CLAUSE, "")
    for clause, stage in near:
        if field.name not in clause.fields and field.field_class not in clause.fields:
            continue
        if stage is Stage.MATCHED:
            matching.append(clause)
        elif clause.opens:
            nearest = min(nearest, (stage, clause.id))
    return matching, nearest


def _holding(
    matching: list[Clause], case: Case, field: Field, *, short: bool, has_text: bool
) -> list[tuple[Treatment, Reason, Clause]]:
    """Of matching clauses those that no other beats, and of these the ones of the strongest protection."""
    effects = [
        (*effect(field, clause.treatment, short=short, has_text=has_text), clause)
        for clause in _undefeated(matching, case, field)
    ]
    strongest = max(treatment for treatment, _, _ in effects)
    return [each for each in effects if each[0] is strongest]


def stronger(now: Verdict, then: Verdict) -> Verdict:
    """Of what is in force and what was when the release was made, the stronger protection."""
    return then if then.treatment > now.treatment else now


def speaks_between(clause: Clause, case: Case) -> bool:
    """Whether the clause is about such a record between these parties at all."""
    if case.type not in clause.records or not _side(
        clause.from_parties, case.owner, case.owner_kind, case.at_site
    ):
        return False
    if not _side(clause.to_parties, case.agency, case.agency_kind, case.member):
        return False
    return not (clause.opens and case.inside and MEMBERS not in clause.to_parties)


def _side(parties: frozenset[str], agency: str, kind: str, member: bool) -> bool:  # noqa: FBT001 - a fact beside two facts
    return agency in parties or kind in parties or (member and MEMBERS in parties)


def _stage(clause: Clause, case: Case) -> Stage:
    if case.purpose not in clause.purposes:
        return Stage.PURPOSE
    if clause.roles is not None and not clause.roles & case.roles:
        return Stage.ROLE
    if not (_categories_match(clause, case) and _children_match(clause, case)):
        return Stage.CATEGORY
    if clause.opens and clause.retention_days is not None and clause.retention_days <= case.elapsed:
        return Stage.EXPIRED
    return Stage.MATCHED


def _categories_match(clause: Clause, case: Case) -> bool:
    """An opening clause must name all of the link's categories, a withholding one any of them."""
    if clause.categories is None or case.categories is None:
        return True
    return case.categories <= clause.categories if clause.opens else bool(case.categories & clause.categories)


def _children_match(clause: Clause, case: Case) -> bool:
    """A clause that withholds covers every age unless it says less."""
    said = clause.children or (Children.NO if clause.opens else Children.ALSO)
    if said is Children.ALSO:
        return True
    return case.child is (said is Children.ONLY)


def _undefeated(clauses: list[Clause], case: Case, field: Field) -> Iterable[Clause]:
    """The clauses that no other beats; `never` yields to none."""
    ranks = [(clause, _specificity(clause, case, field)) for clause in clauses]
    for clause, rank in ranks:
        if clause.never or not any(_beats(other, rank) for _, other in ranks):
            yield clause


def _beats(rank: tuple[bool, ...], other: tuple[bool, ...]) -> bool:
    return rank != other and all(mine >= its for mine, its in zip(rank, other, strict=True))


def _specificity(clause: Clause, case: Case, field: Field) -> tuple[bool, ...]:
    """How specific a matching clause is, in each respect alone: field, owner, recipient, role, child."""
    owner, agency = {case.owner}, {case.agency}
    if case.at_site:
        owner.add(MEMBERS)
    if case.member:
        agency.add(MEMBERS)
    return (
        field.name in clause.fields,
        bool(owner & clause.from_parties),
        bool(agency & clause.to_parties),
        clause.roles is not None,
        clause.children is Children.ONLY,
    )
