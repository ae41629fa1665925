"""Links between records: they belong to who made them, and tell nothing of an end that is hidden."""

from collections.abc import Callable, Mapping

from sharing.release.facts import Person, Record, RecordLink
from sharing.release.floors import exempt_from_order
from sharing.release.lens import Lens
from sharing.release.outcome import ABSENT, Outcome
from sharing.release.policy import PAGE
from sharing.release.schema import PROTECTED, FieldClass, Reason, Treatment
from sharing.release.standing import is_staff


def link_outcomes(
    lens: Lens,
    record: Record,
    judged: Mapping[str, Outcome],
    exists: Callable[[Lens, Record], bool],
) -> dict[str, Outcome]:
    """The outcome of each link of the record, by its key; what is not released is absent, never withheld.

    `judged` holds what permissions, clauses and grants say of each link by its id. The owner's staff reads of
    a link of its own agency, between ends that it sees, that its role does not allow it.
    """
    staff = is_staff(lens.reader, record)
    outcomes = {}
    for link in record.links:
        outcome = ABSENT
        if _shown(lens, record, link, exists):
            if link.by == record.owner:
                outcome = judged[link.id]
            elif link.by == lens.reader.agency and not lens.reader.member and _permitted(lens, record):
                outcome = Outcome(Treatment.DISCLOSE, Reason.OWNER)
        outcomes[f"links.{link.id}"] = outcome if outcome.opens or staff else ABSENT
    return outcomes


def _permitted(lens: Lens, record: Record) -> bool:
    """Whether a role of the link's maker reads links of this type."""
    granted = (lens.policy.roles[role] for role in lens.reader.roles if role in lens.policy.roles)
    return any(grant.reads(record.type, FieldClass.LINK) for grant in granted)


def _shown(lens: Lens, record: Record, link: RecordLink, exists: Callable[[Lens, Record], bool]) -> bool:
    """Whether both ends may be known to belong together.

    Towards a business recipient a link joins a protected person if one stands at either end; the broader of
    the two readings.
    """
    end = link.end
    if end is None or not exists(lens, end):
        return False
    if is_staff(lens.reader, record):
        return True
    if lens.reader.commercial and any(_protects(each) for each in (record, end)):
        return False
    return not any(_ordered(lens, each.subject) for each in (record, end) if each.subject is not None)


def _protects(record: Record) -> bool:
    links = (link.roles_at_event for link in record.persons)
    if any(categories & PROTECTED for categories in links):
        return True
    if record.keeper is not None and record.keeper.link.roles_at_event & PROTECTED:
        return True
    return record.type == PAGE and _page_protects(record)


def _page_protects(record: Record) -> bool:
    """A person's own record joins a protected person if any release or event says that they are."""
    stated = {release.category for release in record.releases if release.category is not None}
    subject = record.subject.id if record.subject is not None else None
    told = {
        category
        for event in record.events
        for link in event.persons
        if link.person.id == subject
        for category in link.roles_at_event
    }
    return bool((stated | told) & PROTECTED) or not (stated | told)


def _ordered(lens: Lens, person: Person) -> bool:
    """Whether an order of anonymity hides the person's links from the reader."""
    holder = person.anonymity_order
    return holder is not None and not exempt_from_order(lens.reader, holder)
