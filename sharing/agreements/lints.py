"""What is doubtful in terms that can be taken: each clause held against the rules of the engine.

Nothing here knows any record: it asks what the clauses and floors would say.
"""

from collections.abc import Iterable, Iterator, Mapping

from sharing.agreements.content import VersionTerms
from sharing.agreements.floor_lints import child_lints, floor_lints
from sharing.agreements.heads import HEADS
from sharing.agreements.lint import Between, Kind, Lint, Severity, entry_words, listed
from sharing.agreements.policy import clause_of
from sharing.agreements.sensitive import COMPETENT, of_offences, special_classes, states_condition
from sharing.agreements.situations import Terms, entry_of, may_state, readers_of, situations, spoken
from sharing.release.clauses import effect, holding, nearby
from sharing.release.facts import Agency, Clause, Version
from sharing.release.schema import TREATABLE, Field, Reason, Treatment

#: Situations that are asked about in one version; sixty clauses between six parties need 5,000.
MOST_ASKED = 15_000
#: What the treatments make, in words.
_FORMS = {
    Treatment.GENERALISE: "banded form",
    Treatment.MASK: "masked form",
    Treatment.PSEUDONYM: "stand-in name",
}
#: Order of a list of lints: by clause as they stand, errors first.
_FIRST = {Severity.ERROR: 0, Severity.WARNING: 1}


def lints_of(
    terms: VersionTerms, agencies: Mapping[str, Agency], names: Mapping[str, str] | None = None
) -> tuple[Lint, ...]:
    """Every doubt about a version: those about the whole of it, then clause by clause, errors first.

    `agencies` holds at least the parties; `names` is how people call them.
    """
    between = Between(Terms(engine_version(terms), agencies), names or {})
    budget = Budget(MOST_ASKED)
    found = [*_whole(terms)]
    for stored in terms.clauses:
        clause = clause_of(stored)
        of_clause = (
            *_reach(clause, between, budget),
            *floor_lints(clause, between),
            *_special(clause, stored, between),
            *child_lints(clause, between),
            *_retention(clause),
            *_treatment(clause),
        )
        found += sorted(of_clause, key=lambda each: _FIRST[each.severity])
    return tuple(found)


def engine_version(terms: VersionTerms) -> Version:
    """A version as the engine sees it."""
    return Version(
        number=terms.number,
        signed=terms.signed,
        from_at=terms.from_at,
        until=terms.until,
        parties=frozenset(terms.parties),
        purposes=frozenset(terms.purposes),
        clauses=tuple(clause_of(clause) for clause in terms.clauses),
    )


def _whole(terms: VersionTerms) -> Iterator[Lint]:
    if not terms.clauses:
        yield Lint(None, Kind.WHOLE, Severity.ERROR, "There is no clause yet, so nothing is shared. Add one.")
    if terms.review is None:
        yield Lint(None, Kind.WHOLE, Severity.WARNING, "No day of review is set. Set one.")
    if unwritten := [label.lower() for slug, label in HEADS.items() if slug not in terms.heads]:
        sentence = f"Nothing is written yet about {listed(unwritten)}."
        yield Lint(None, Kind.WHOLE, Severity.WARNING, sentence)


class Budget:
    """How many situations may still be asked about: people can write very many clauses."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self) -> bool:
        """Whether one more may be asked about."""
        self.left -= 1
        return self.left >= 0


def _reach(clause: Clause, between: Between, budget: Budget) -> Iterator[Lint]:
    """A clause, or an entry of it, that never decides anything."""
    idle = {entry: set[str]() for entry in sorted(clause.fields)}
    asked = False
    for case, field in situations(clause, between.terms):
        asked = True
        if not budget.spend():
            sentence = "There are too many clauses to tell whether it ever decides anything. Write fewer."
            yield Lint(clause.id, Kind.UNREACHABLE, Severity.WARNING, sentence)
            return
        entries = [entry for entry in (field.name, field.field_class) if entry in idle]
        if not entries:
            continue
        holds = holding(nearby(between.terms.version, case), case, field)
        for entry in entries:
            if clause.id in holds:
                del idle[entry]
            else:
                idle[entry] |= holds
        if not idle:
            return
    if not asked:
        yield Lint(clause.id, Kind.UNREACHABLE, Severity.ERROR, _never(clause, between))
    else:
        yield _idle(clause, idle)


def _idle(clause: Clause, idle: Mapping[str, set[str]]) -> Lint:
    others = sorted(set().union(*idle.values()))
    instead = f"clause{'s' if len(others) > 1 else ''} {listed(others)}" if others else "no clause"
    if len(idle) == len(clause.fields):
        sentence = (
            f"It never decides anything: {instead} always prevails. Take it out, or say it more narrowly."
        )
        return Lint(clause.id, Kind.UNREACHABLE, Severity.ERROR, sentence)
    entries = listed(entry_words(entry) for entry in idle)
    sentence = f"It never decides about {entries}: {instead} always prevails. Take that out of it."
    return Lint(clause.id, Kind.UNREACHABLE, Severity.WARNING, sentence)


def _never(clause: Clause, between: Between) -> str:
    """Why no reader can ever meet the clause."""
    roles = clause.roles or frozenset()
    if not any(may_state(frozenset({role} if role else ()), purpose)
               for role in (roles or {""}) for purpose in clause.purposes):  # fmt: skip
        return "Nobody whom it names may state any of its purposes. Name another purpose, or other roles."
    if not [*readers_of(clause, between.terms)]:
        return "It is from and to one agency alone, whose staff read its records without it. Take it out."
    return "It can match no record, reader and purpose together. Take it out."


def _special(clause: Clause, stored: Mapping[str, object], between: Between) -> Iterator[Lint]:
    if not clause.opens or states_condition(clause.basis):
        return
    if classes := special_classes(stored):
        opened = listed(entry_words(each) for each in classes)
        sentence = (
            f"It opens {opened}, and its basis states no condition for special category data. "
            "State it, such as Data Protection Act 2018, Schedule 1 or 8, a paragraph."
        )
        yield Lint(clause.id, Kind.SPECIAL, Severity.ERROR, sentence)
        return
    readers = readers_of(clause, between.terms)
    others = sorted({each.agency for each in readers if each.kind not in COMPETENT})
    if of_offences(stored) and others:
        sentence = (
            f"It tells {between.called(others)} of suspicion or conviction, and its basis states no "
            "condition for offence data. State it, such as Data Protection Act 2018, Schedule 1, a paragraph."
        )
        yield Lint(clause.id, Kind.SPECIAL, Severity.WARNING, sentence)


def _retention(clause: Clause) -> Iterator[Lint]:
    if not clause.opens or clause.retention_days is not None:
        return
    about = clause.categories is not None
    what = "what it opens about persons" if about else "what it opens"
    yield Lint(
        clause.id,
        Kind.RETENTION,
        Severity.ERROR if about else Severity.WARNING,
        f"It says no retention, so {what} stays open as long as the release does. Say how many days.",
    )


def _treatment(clause: Clause) -> Iterator[Lint]:
    """Entries of which the treatment cannot be made, so that they are withheld."""
    if not clause.opens:
        return
    makes: dict[str, set[str]] = {}
    lacks: dict[str, dict[str, Field]] = {}
    for each in spoken(clause):
        entry = entry_of(clause, each)
        _, reason = effect(each.field, clause.treatment, short=False, has_text=True)
        if reason is Reason.NO_TREATMENT:
            lacks.setdefault(entry, {})[each.field.name] = each.field
        else:
            makes.setdefault(entry, set()).add(each.field.name)
    form = _FORMS.get(clause.treatment, "form")
    if none := [entry for entry in lacks if entry not in makes]:
        fields = {name: field for entry in none for name, field in lacks[entry].items()}
        sentence = (
            f"No {form} can be made of {listed(map(entry_words, none))}, so it stays withheld. "
            f"Choose {_choices(fields.values())}."
        )
        yield Lint(clause.id, Kind.TREATMENT, Severity.ERROR, sentence)
    if some := [name for entry, fields in lacks.items() if entry in makes for name in fields]:
        words = listed(entry_words(name) for name in dict.fromkeys(some))
        sentence = f"No {form} can be made of {words}: withheld. What is needed of them has its own clause."
        yield Lint(clause.id, Kind.TREATMENT, Severity.WARNING, sentence)


def _choices(fields: Iterable[Field]) -> str:
    """The treatments that all of these fields have, in words."""
    common = set.intersection(*(set(TREATABLE.get(field.type, ())) for field in fields))
    whole = (Treatment.DISCLOSE, *sorted(common), Treatment.WITHHOLD)
    return " or ".join(treatment.slug for treatment in whole)
