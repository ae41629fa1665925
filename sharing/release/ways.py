"""The ways in which the fields of one record are judged: under which release, in which case, about whom."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from sharing.release.clauses import Case, case_of
from sharing.release.facts import Grant, Link, Question, Reader, Record
from sharing.release.floors import KEEPABLE, KEPT, Bounds, Concern
from sharing.release.lens import (
    Lens,
    Live,
    concern_of_link,
    concern_of_page,
    concerns_of_everybody,
    concerns_of_kept,
)
from sharing.release.outcome import Asked, Outcome, Trial, is_short, settled
from sharing.release.policy import LINKS, PAGE
from sharing.release.schema import Field

#: Gives the links of a person that are released to the reader on another record of the page's owner.
Released = Callable[[Lens, Record, Record], Iterable[Link]]


class Ways:
    """Every way in which the fields of one record are judged for a reader; independent of the exit."""

    def __init__(self, lens: Lens, record: Record, lives: tuple[Live, ...], released: Released) -> None:
        self.lens = lens
        self.record = record
        self._released = released
        policy, reader = lens.policy, lens.reader
        owner = policy.agencies.get(record.owner)
        self.case = case_of(
            reader,
            record.owner,
            owner.kind if owner is not None else "",
            at_site=record.site is not None,
            purpose=lens.question.purpose,
            type=record.type,
        )
        self.fields = policy.own[record.type]
        self.short = frozenset(
            field.name for field in self.fields if is_short(field, record.values.get(field.name))
        )
        page = [(live, tuple(self._page_trials(live))) for live in lives] if record.type == PAGE else []
        #: A person's own record lives by a release only if that states a category or a link is released.
        judged = [live for live, trials in page if trials] if record.type == PAGE else lives
        self.page = tuple(trial for _, trials in page for trial in trials)
        self.trials = tuple(self._trial(live, self.case, self.short) for live in judged)
        kept = concerns_of_kept(lens, record) if record.type in KEEPABLE else ()
        self.kept = tuple(self._kept_trial(trial.live, kept) for trial in self.trials) if kept else ()
        self.asked = Asked(self._grants(), concerns_of_everybody(lens, record) + self._subjects())

    def of(self, field: Field) -> tuple[Trial, ...]:
        """The trials of one of the record's own fields."""
        if self.kept and field.name in KEPT:
            return self.kept
        return self.page if self.record.type == PAGE and field in self.lens.policy.of_person else self.trials

    def of_person(self, link: Link) -> tuple[tuple[Trial, ...], frozenset[str]]:
        """The trials of a person's fields, and which of their values are too short for a mask."""
        concern = concern_of_link(self.lens, self.record, link)
        own = replace(concern, categories=link.roles_at_event)
        short = frozenset(
            field.name for field in self.lens.policy.of_person if is_short(field, link.values.get(field.name))
        )
        case = replace(self.case, categories=own.categories, child=concern.child)
        found = (self._trial(trial.live, case, short) for trial in self.trials)
        return tuple(replace(trial, concerns=(concern,)) for trial in found), short

    def of_links(self, bounds: Bounds) -> Mapping[str, Outcome]:
        """What clauses and grants say of each link to another record, before the rules of links."""
        return {
            link.id: settled(f"links.{link.id}", LINKS, self.trials, bounds, self.asked)
            for link in self.record.links
        }

    def _trial(self, live: Live, case: Case, short: frozenset[str]) -> Trial:
        case = replace(case, elapsed=live.elapsed)
        versions = (live.release.agreement, live.now, live.then)
        has_text = bool(live.release.text)
        verdicts = self.lens.policy.verdicts(versions, case, short=short, has_text=has_text)
        return Trial(live, case, (), verdicts)

    def _kept_trial(self, live: Live, kept: tuple[Concern, ...]) -> Trial:
        keeper = self.record.keeper
        case = self.case
        if keeper is not None:
            case = replace(case, categories=keeper.link.roles_at_event, child=kept[0].child)
        return replace(self._trial(live, case, self.short), concerns=kept)

    def _page_trials(self, live: Live) -> Iterator[Trial]:
        """By the category that the release states, else by each of the owner's released links, alone."""
        if live.release.category is not None:
            concern = concern_of_page(self.lens, self.record, live.release.category)
            case = replace(self.case, categories=concern.categories, child=concern.child)
            yield replace(self._trial(live, case, self.short), concerns=(concern,))
            return
        for event in self.record.events:
            for link in self._released(self.lens, self.record, event):
                concern = concern_of_link(self.lens, event, link)
                case = replace(self.case, categories=link.roles_at_event, child=concern.child)
                yield replace(self._trial(live, case, self.short), concerns=(concern,))

    def _grants(self) -> dict[str, tuple[Grant, ...]]:
        """The grants that live for this reader now, by the key of the field."""
        agreements = {trial.live.release.agreement for trial in self.trials}
        reader, question = self.lens.reader, self.lens.question
        living = [
            grant
            for grant in sorted(self.record.grants, key=lambda each: (each.agreement, each.id))
            if grant.agreement in agreements and _granted(grant, reader, question)
        ]
        keys = {key for grant in living for key in grant.fields}
        return {key: tuple(grant for grant in living if key in grant.fields) for key in keys}

    def _subjects(self) -> tuple[Concern, ...]:
        return tuple(concern for trial in self.page for concern in trial.concerns)


def _granted(grant: Grant, reader: Reader, question: Question) -> bool:
    """Whether the grant is for this reader and purpose now; business recipients are always named users."""
    named = not reader.commercial if grant.to_users is None else reader.user in grant.to_users
    return (
        named
        and grant.to_agency == reader.agency
        and grant.purpose == question.purpose
        and grant.from_at <= question.now < grant.until
    )
