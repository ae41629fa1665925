"""What is decided of one field, and which of several answers for the same field holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sharing.release.clauses import STAGE_REASONS, Case, Stage, Verdict, effect, silence
from sharing.release.facts import Exit, Grant
from sharing.release.floors import Bounds, Concern, Opening, is_protected, stopped
from sharing.release.lens import Live
from sharing.release.schema import Category, Field, FieldType, Reason, Treatment
from sharing.release.treatments import too_short

_FURTHEST = {reason: stage for stage, reason in STAGE_REASONS.items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one field. `clause` is the clause, or the grant's or break-glass entry's id.

    `text` is the release text where that leaves in place of free text.
    """

    treatment: Treatment
    reason: Reason | None
    agreement: str | None = None
    clause: str | None = None
    text: str | None = None

    @property
    def opens(self) -> bool:
        """Whether a value, or a form of it, leaves."""
        return self.treatment < Treatment.WITHHOLD


ABSENT = Outcome(Treatment.ABSENT, None)


@dataclass(frozen=True, slots=True)
class Trial:
    """One way in which a field is judged: under a release, in a case, with the persons it is about."""

    live: Live
    case: Case
    concerns: tuple[Concern, ...]
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class Asked:
    """What grants need to know of the record: its grants by key, and everybody whom its texts may name."""

    grants: Mapping[str, tuple[Grant, ...]]
    everybody: tuple[Concern, ...]


def settled(
    key: str, field: Field, trials: Iterable[Trial], bounds: Bounds, asked: Asked, *, short: bool = False
) -> Outcome:
    """The answer for a field across its trials, after floors, and after grants where the exit has them."""
    pool: list[tuple[Verdict, Live]] = []
    opened: set[Category] = set()
    concerns: list[Concern] = []
    for trial in trials:
        verdict = trial.verdicts[field.name]
        concerns += [concern for concern in trial.concerns if concern not in concerns]
        if verdict.opens:
            opened |= verdict.names
        pool.append((_floored(verdict, field, trial.concerns, bounds), trial.live))
    base = _chosen(field, pool)
    grants = asked.grants.get(key, ()) if bounds.question.exit is Exit.ONE else ()
    for grant in grants:
        given, reason = effect(field, grant.treatment, short=short, has_text=True)
        if reason is not Reason.CLAUSE or given >= Treatment.WITHHOLD or not _gives_more(field, given, base):
            continue
        if not _grant_stopped(field, (tuple(concerns), frozenset(opened)), bounds, grant, asked):
            base = Outcome(given, Reason.GRANT, grant.agreement, grant.id)
    return base


def is_short(field: Field, value: object) -> bool:
    """Whether a field's value is too short for its mask."""
    return too_short(field.type, value)


def _floored(verdict: Verdict, field: Field, concerns: tuple[Concern, ...], bounds: Bounds) -> Verdict:
    if not verdict.opens:
        return verdict
    opening = Opening(verdict.treatment, verdict.names, verdict.children)
    reason = stopped(field, concerns, bounds, opening)
    if reason is None:
        return verdict
    return replace(verdict, treatment=Treatment.WITHHOLD, reason=reason, floored=True)


def _chosen(field: Field, pool: list[tuple[Verdict, Live]]) -> Outcome:
    """The weakest protection wins; silence has no say beside a clause that speaks."""
    spoken = [entry for entry in pool if entry[0].spoken]
    if spoken:
        verdict, live = min(spoken, key=_spoken_order)
    elif pool:
        verdict, live = min(pool, key=_silent_order)
    else:
        return unspoken(field)
    if verdict.treatment is Treatment.ABSENT:
        return ABSENT
    text = live.release.text if field.type is FieldType.TEXT and verdict.opens else None
    return Outcome(verdict.treatment, verdict.reason, verdict.agreement, verdict.clause, text)


def unspoken(field: Field) -> Outcome:
    """What holds of a field of which no agreement has anything to say."""
    treatment = silence(field, "").treatment
    return ABSENT if treatment is Treatment.ABSENT else Outcome(treatment, Reason.NO_CLAUSE)


def _spoken_order(entry: tuple[Verdict, Live]) -> tuple[int, bool, str, str, str]:
    verdict, live = entry
    return (verdict.treatment, not verdict.floored, verdict.agreement, verdict.clause or "", live.release.id)


def _silent_order(entry: tuple[Verdict, Live]) -> tuple[int, str, str]:
    verdict, _ = entry
    return (_FURTHEST.get(verdict.reason, Stage.NO_CLAUSE), verdict.agreement, verdict.clause or "")


def _gives_more(field: Field, given: Treatment, base: Outcome) -> bool:
    """Whether a grant gives more than what holds already; an original text is more than a release's text."""
    if field.type is FieldType.TEXT and base.reason is Reason.CLAUSE and given is base.treatment:
        return True
    return given < base.treatment


def _grant_stopped(
    field: Field,
    judged: tuple[tuple[Concern, ...], frozenset[Category]],
    bounds: Bounds,
    grant: Grant,
    asked: Asked,
) -> bool:
    """Whether a floor stops the grant; `judged` are the persons of the field and the categories opened."""
    concerns, names = judged
    passes = frozenset((each.link, each.floor) for each in grant.passes if each.why.strip())
    if stopped(field, concerns, bounds, Opening(grant.treatment, names, passes=passes)) is not None:
        return True
    if field.type is not FieldType.TEXT:
        return False
    if any(conditions.sanitised_only for conditions in bounds.conditions):
        return True
    everybody = {*asked.everybody, *concerns}
    return any(
        (is_protected(one) and (one.link, "protected") not in passes)
        or (one.child and bounds.reader.commercial and (one.link, "child") not in passes)
        for one in everybody
    )
