"""Both answers of the engine about a sample: under the policy of today, and with the version in force."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from foundation.errors import Invalid
from sharing.agreements.recipients import Recipient, trial_policy
from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.release.decision import decide
from sharing.release.exit import Released, release
from sharing.release.facts import ALL, MEMBERS, Agreement, Clause, Question, Record, Release, Version
from sharing.release.policy import Policy, make_policy
from sharing.release.supposed import SAMPLE_NAME, in_force
from sharing.simulation.comparing import Change, Place, changes_between, forms_of
from sharing.simulation.invented import Sample

#: Questions in one simulation; a sample with people takes about a millisecond on each side.
MOST_QUESTIONS = 2_000
_TEXT = "The text that you would write for sharing."
_DAY = timedelta(days=1)

#: A sample, whose eyes, and for which purpose.
Look = tuple[Sample, Recipient, str]


@dataclass(frozen=True)
class Between:
    """A version of an agreement, what is in force of it, if anything is that may be told, and the moment."""

    agreement: str
    version: Version
    before: Version | None
    now: datetime

    def anew(self, policy: Policy) -> tuple[Policy, Policy]:
        """Policies of the agreement alone, as if each version had just begun."""
        earlier = (
            Agreement(self.agreement, ())
            if self.before is None
            else in_force(self.agreement, self.before, self.now)
        )
        later = in_force(self.agreement, self.version, self.now)
        return trial_policy(policy, earlier), trial_policy(policy, later)

    def shared(self, policy: Policy) -> tuple[Policy, Policy]:
        """The whole policy as it is, and as it would be from now on."""
        held = policy.agreements.get(self.agreement, Agreement(self.agreement, ()))
        until = max(self.version.until, self.now + _DAY)
        begun = replace(self.version, signed=True, from_at=self.now, until=until)
        signed = tuple(each for each in held.versions if each.signed and each.number != begun.number)
        agreements = {**policy.agreements, held.id: replace(held, versions=(*signed, begun))}
        return policy, make_policy(
            policy.agencies.values(),
            agreements.values(),
            policy.roles,
            policy.approvers,
            SCHEMAS,
            (LINK, PERSON),
        )

    def released(self, record: Record, purposes: frozenset[str]) -> Record:
        """The record as if it were released to all under the agreement at this moment, and not otherwise."""
        text = next((each.text for each in record.releases if each.text), _TEXT)
        category = next((each.category for each in record.releases if each.category), None)
        anew = Release(
            id="supposed",
            agreement=self.agreement,
            purposes=purposes,
            recipients=frozenset({ALL}),
            at=self.now - timedelta(seconds=1),
            permitted=True,
            category=category,
            text=text,
        )
        parent = None if record.parent is None else replace(record.parent, releases=(anew,))
        return replace(record, releases=(anew,), grants=(), break_glass=(), parent=parent)

    def may_differ(self, look: Look) -> bool:
        """Whether the versions can differ about this at all, by what they say and between whom."""
        sample, recipient, purpose = look
        record, before = sample.record, self.before
        if before is None or record.parent is not None or record.links:
            return True
        if {record.owner, recipient.agency} & (before.parties ^ self.version.parties):
            return True
        reader = recipient.reader
        called = {reader.agency, reader.kind, *([MEMBERS] if recipient.member else [])}
        return purpose in before.purposes ^ self.version.purposes or any(
            record.type in clause.records and purpose in clause.purposes and called & clause.to_parties
            for clause in self.changed
        )

    @cached_property
    def changed(self) -> frozenset[Clause]:
        """The clauses that only one of the two versions has, as far as they decide anything."""
        before = frozenset[Clause]() if self.before is None else _said(self.before)
        return before ^ _said(self.version)


def looks(
    between: Between, samples: Sequence[Sample], recipients: Sequence[Recipient], purposes: Sequence[str]
) -> list[Look]:
    """Every look at which the versions could differ.

    Raises:
        Invalid: if there are too many.
    """
    found = [
        look
        for sample in samples
        for recipient in recipients
        for purpose in purposes
        if between.may_differ(look := (sample, recipient, purpose))
    ]
    if len(found) > MOST_QUESTIONS:
        raise Invalid({"audiences": "That is too much at once. Choose fewer audiences."})
    return found


def changes(
    between: Between, policies: tuple[Policy, Policy], asked: Sequence[Look]
) -> Iterator[tuple[Look, Place, Change]]:
    """Each change with the look by which it was found, and where it stands."""
    for look in asked:
        before, after = seen(policies, look, between.now)
        sample, recipient, _ = look
        forms = forms_of(sample, before), forms_of(sample, after)
        for place, change in changes_between(recipient.key, sample, *forms):
            yield look, place, change


def seen(
    policies: tuple[Policy, Policy], look: Look, now: datetime
) -> tuple[Released | None, Released | None]:
    """The sample as it is seen under each policy; None where it does not exist for them."""
    sample, recipient, purpose = look
    question = Question(purpose, now)
    decisions = [decide(policy, sample.record, recipient.reader, question) for policy in policies]
    before, after = (
        None if decision is None else release(decision, sample.record, _stand_in) for decision in decisions
    )
    return before, after


def _stand_in(_agreement: str, _person: str) -> str:
    return SAMPLE_NAME


def _said(version: Version) -> frozenset[Clause]:
    """The clauses as far as they decide anything."""
    return frozenset(replace(clause, basis="") for clause in version.clauses)
