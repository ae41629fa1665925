"""Where a clause meets a floor: what it promises and no clause can give, and notes that nobody could sign."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from sharing.agreements.clause_check import Spoken
from sharing.agreements.lint import Between, Kind, Lint, Severity, entry_words, listed, people
from sharing.agreements.situations import entry_of, readers_of, spoken
from sharing.release.clauses import effect
from sharing.release.facts import Children, Clause, NecessityNote, Person, Question, Reader
from sharing.release.floors import APPROVING, KEEPABLE, KEPT, Bounds, Concern, Opening, stopped
from sharing.release.schema import Category, FieldClass, Treatment

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_SOMEBODY = Person("somebody")
#: A note that covers everything, which leaves only what no note can open.
_NOTE = NecessityNote(
    person=_SOMEBODY.id,
    recipients=frozenset(),
    classes=frozenset(FieldClass),
    reason="Any.",
    from_at=_NOW,
    until=_NOW.replace(month=2),
    approver="approver",
)

#: Whom an entry of a clause would be shown to, and about whom: an agency, and a category or none.
_Case = tuple[str, Category | None]


def floor_lints(clause: Clause, between: Between) -> Iterator[Lint]:
    """What the clause opens and a floor always stops."""
    if not clause.opens:
        return
    cases, moot = _cases(clause, between)
    if not cases:
        return
    if all(moot[entry] == cases[entry] for entry in cases):
        yield Lint(
            clause.id,
            Kind.FLOOR,
            Severity.ERROR,
            f"{_said(moot, between)}, whatever a clause says. It opens nothing: take it out.",
        )
        return
    stopped_ = {entry: found for entry, found in moot.items() if found}
    if stopped_:
        yield Lint(
            clause.id,
            Kind.FLOOR,
            Severity.WARNING,
            f"{_said(stopped_, between)}, whatever a clause says. Take that out: nobody should rely on it.",
        )


def child_lints(clause: Clause, between: Between) -> Iterator[Lint]:
    """What the clause opens of children by a note of necessity that no party, or nobody, could sign."""
    if not clause.opens or clause.children not in (Children.ALSO, Children.ONLY):
        return
    approving = {agency.id for agency in between.terms.agencies.values() if agency.kind in APPROVING}
    if approving & between.terms.version.parties:
        return
    found: dict[str, dict[str, None]] = {}
    opened = _opened(clause)
    for reader in readers_of(clause, between.terms):
        for each, category in opened:
            with_note = _stopped(clause, each, category, reader, note=True, child=True)
            if not with_note and _stopped(clause, each, category, reader, note=False, child=True):
                found.setdefault(entry_of(clause, each), {})[reader.agency] = None
    if not found:
        return
    entries = listed(entry_words(entry) for entry in found)
    readers = between.called(agency for agencies in found.values() for agency in agencies)
    needs = (
        f"It opens {entries} of children to {readers} by a note of necessity, which only a police or youth"
    )
    if approving:
        ways = "justice agency may sign. No party is one: agree with such an agency who signs, or add it."
        yield Lint(clause.id, Kind.CHILD, Severity.WARNING, f"{needs} {ways}")
    else:
        ways = "justice agency may sign. There is none: take children out of it."
        yield Lint(clause.id, Kind.CHILD, Severity.ERROR, f"{needs} {ways}")


def _cases(clause: Clause, between: Between) -> tuple[dict[str, set[_Case]], dict[str, set[_Case]]]:
    """For each entry of the clause: whom and what it would open, and which of that a floor always stops."""
    cases: dict[str, set[_Case]] = {}
    moot: dict[str, set[_Case]] = {}
    open_: dict[str, set[_Case]] = {}
    child = clause.children is Children.ONLY
    opened = _opened(clause)
    for reader in readers_of(clause, between.terms):
        for each, category in opened:
            entry, case = entry_of(clause, each), (reader.agency, category)
            cases.setdefault(entry, set()).add(case)
            moot.setdefault(entry, set())
            if not _stopped(clause, each, category, reader, note=True, child=child):
                open_.setdefault(entry, set()).add(case)
    return cases, {entry: found - open_.get(entry, set()) for entry, found in cases.items()}


def _opened(clause: Clause) -> list[tuple[Spoken, Category | None]]:
    """The fields that the clause opens, if floors let it, each with what the person may be.

    One of each kind: floors ask for a field's class and whether a person keeps it.
    """
    found: dict[tuple[object, ...], tuple[Spoken, Category | None]] = {}
    for each in spoken(clause):
        given, _ = effect(each.field, clause.treatment, short=False, has_text=True)
        if given >= Treatment.WITHHOLD:
            continue
        categories = sorted(clause.categories or ()) if each.personal else (None,)
        for category in categories:
            key = (entry_of(clause, each), each.field.field_class, _is_kept(each), category)
            found.setdefault(key, (each, category))
    return list(found.values())


def _is_kept(each: Spoken) -> bool:
    return each.personal and each.type in KEEPABLE and each.field.name in KEPT


def _stopped(
    clause: Clause, each: Spoken, category: Category | None, reader: Reader, *, note: bool, child: bool
) -> bool:
    """Whether a floor stops the field for this reader, with or without a note of necessity."""
    notes = (replace(_NOTE, recipients=frozenset({reader.agency})),) if note else ()
    bounds = Bounds(
        reader=reader,
        question=Question("", _NOW),
        conditions=(),
        notes=notes,
        orders=frozenset(),
        approvers={_NOTE.approver: next(iter(APPROVING))},
    )
    concerns: tuple[Concern, ...] = ()
    if category is not None:
        concerns = (Concern("link", _SOMEBODY, frozenset({category}), child, kept=_is_kept(each)),)
    opening = Opening(
        clause.treatment,
        clause.categories or frozenset(),
        clause.children in (Children.ALSO, Children.ONLY),
    )
    return stopped(each.field, concerns, bounds, opening) is not None


def _said(moot: dict[str, set[_Case]], between: Between) -> str:
    """Entries that the same readers never see of the same persons, in one sentence."""
    groups: dict[frozenset[_Case], list[str]] = {}
    for entry, found in sorted(moot.items()):
        groups.setdefault(frozenset(found), []).append(entry_words(entry))
    parts = []
    for cases, entries in groups.items():
        agencies = between.called(sorted({agency for agency, _ in cases}))
        categories = sorted({category for _, category in cases if category is not None})
        of = f" of {people(categories)}" if categories else ""
        parts.append(f"{listed(entries)}{of} never {'reach' if len(entries) > 1 else 'reaches'} {agencies}")
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:]
