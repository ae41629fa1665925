"""Reports by members: sent from the shop floor, checked by a second person, counted by confirmed subject."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy import RowMapping, func, select

from auth.actor import Actor
from auth.once import Once, once_only
from auth.roles import Action
from auth.tables import site
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied, Invalid, Missing
from sharing.agreements.policy import policy_of
from sharing.agreements.releases import NewRelease
from sharing.contribution import (
    amend_within,
    keep_submitted,
    own_record,
    release_within,
    submit_within,
    submitted_before,
)
from sharing.events import records as events
from sharing.records.incident import incident
from sharing.records.record import link, record
from sharing.records.subject import subject
from sharing.release.facts import Exit
from sharing.release.standing import standing_at
from sharing.schemes.periods import ban_for, card_for, months_after
from sharing.schemes.tables import scheme
from sharing.sight import look, released_one
from sharing.submission import NewPerson, NewRecord, check


@dataclass(frozen=True)
class Repeat:
    """How often a confirmed subject was reported in the scheme's period, this report counted."""

    subject: str
    reports: int
    months: int
    is_repeat: bool


@dataclass(frozen=True)
class Reported:
    """Where a report is, and whether its subject is now a repeat."""

    id: str
    reference: str
    repeat: Repeat | None


@dataclass(frozen=True)
class EvidenceCheck:
    """What the second person found."""

    evidence_good: bool
    paid_for: bool
    may_be_child: bool


def submit_report(
    database: Database, actor: Actor, new: NewRecord, subject_id: str | None, *, asked: Once | None = None
) -> Reported:
    """Take in a member's report; `subject_id` is the scheme's subject whom the member confirmed by eye.

    The report stays with the scheme's staff (and the police, if it is released to them) until a second
    person has checked it. With `asked`, the same key and body give the same report, taken in once.

    Raises:
        Invalid: with a sentence for each field that cannot be taken, or if the key came with another body.
        Missing: if there is no such subject for the actor in their own scheme.
        PurposeRequired: if a subject is named and the actor has stated no purpose.
        Conflict: if the same key is being answered at this moment.
    """
    actor.require(Action.REPORT_SUBMIT)
    check(new)
    with once_only(asked), database.transaction() as tx:
        terms = scheme_of(tx, actor.agency_id)
        known = _subject(tx, actor, subject_id) if subject_id is not None else None
        submitted = submitted_before(tx, actor, asked)
        if submitted is None:
            _refuse_unchecked(tx, new)
            about = new if known is None else _about(new, known["person_id"])
            submitted = submit_within(tx, actor, about)
            keep_submitted(tx, actor, asked, submitted)
        repeat = None if known is None else _repeat(tx, terms, known)
        return Reported(submitted.id, submitted.reference, repeat)


def _refuse_unchecked(tx: Tx, new: NewRecord) -> None:
    """Refuse a report that would reach other businesses before a second person has looked at it.

    Raises:
        Invalid: if a release names members, everybody, or a business.
    """
    _, policy = policy_of(tx)
    # members and all are no agencies, and so are not known
    named = {recipient for each in new.releases for recipient in each.recipients}
    if any(known is None or known.business for known in map(policy.agencies.get, named)):
        raise Invalid({"releases": _UNCHECKED})


_UNCHECKED = "Businesses see a report after a second person has checked it. Release it to the police alone."


def _repeat(tx: Tx, terms: RowMapping, known: RowMapping) -> Repeat:
    count = reports_in_period(tx, terms, known["person_id"])
    return Repeat(known["id"], count, terms["months"], count >= terms["repeat_at"])


def check_report(database: Database, actor: Actor, report_id: str, found: EvidenceCheck) -> None:
    """Say what a second person found; good evidence lets the report reach the scheme's members.

    Raises:
        Missing: if the report is not the actor's agency's.
        Denied: if the actor wrote the report.
        Invalid: if it was checked before.
    """
    actor.require(Action.REPORT_CHECK)
    with database.transaction() as tx:
        row = own_record(tx, actor, report_id)
        if row["recorded_by"] == actor.name:
            raise Denied("You sent this report. A second person must check it.")
        if row["status"] != "open":
            raise Invalid({"evidence": "This report was checked before."})
        good = found.evidence_good and not found.paid_for
        amend_within(tx, report_id, row["type"], {"status": "checked" if good else "closed"})
        subject_id, card = _act_on(tx, actor, report_id, found) if good else ("", "")
        events.report_checked(tx, actor, record=report_id, subject=subject_id, card=card)


def _act_on(tx: Tx, actor: Actor, report_id: str, found: EvidenceCheck) -> tuple[str, str]:
    terms = scheme_of(tx, actor.agency_id)
    persons = list(tx.execute(select(link.c.person_id).where(link.c.record_id == report_id)).scalars())
    terms_release = NewRelease(terms["agreement_id"], (terms["purpose"],), ("members",))
    release_within(tx, actor, ("incident", report_id), persons, terms_release)
    for person in persons:
        row = _subject_about(tx, actor.agency_id, person)
        if row is not None:
            return row["record_id"], _card(tx, terms, row, person, found)
    return "", ""


def _card(tx: Tx, terms: RowMapping, row: RowMapping, person: str, found: EvidenceCheck) -> str:
    count = reports_in_period(tx, terms, person, status="checked")
    months = terms["child_gallery_months"] if found.may_be_child else terms["gallery_months"]
    card = card_for(count, row["card"])
    until = months_after(clock.today(), months)
    change = {"card": card, "ban": ban_for(count, row["ban"]), "gallery_until": until}
    amend_within(tx, row["record_id"], "subject", change)
    return card


def reports_in_period(tx: Tx, terms: RowMapping, person_id: str, *, status: str | None = None) -> int:
    """How many reports of the scheme in its period name the person, confirmed by eye."""
    since = months_after(clock.today(), -int(terms["months"]))
    statement = (
        select(func.count(record.c.id.distinct()))
        .select_from(link)
        .join(record, record.c.id == link.c.record_id)
        .join(incident, incident.c.record_id == record.c.id)
        .where(
            link.c.person_id == person_id,
            link.c.confirmed.is_(True),
            record.c.owner == terms["agency_id"],
            record.c.happened >= _start(since),
            record.c.status != "closed",
        )
    )
    if status is not None:
        statement = statement.where(record.c.status == status)
    return int(tx.execute(statement).scalar_one())


def scheme_of(tx: Tx, agency_id: str) -> RowMapping:
    """The scheme that an agency runs.

    Raises:
        Missing: if it runs none.
    """
    row = tx.execute(select(scheme).where(scheme.c.agency_id == agency_id)).mappings().first()
    if row is None:
        raise Missing("Your agency runs no scheme.")
    return row


def _subject(tx: Tx, actor: Actor, subject_id: str) -> RowMapping:
    """The subject's row, if the actor may know that there is such a subject: a member not of every one.

    Raises:
        Missing: if there is none, or none for the actor.
        PurposeRequired: if the actor has stated no purpose.
    """
    # Nothing of the subject leaves here, so that it is no consultation and has no entry.
    shown = released_one(tx, look(tx, actor, Exit.ONE), "subject", subject_id)
    # Asked before the row, so that a hidden subject costs what an unknown one does.
    row = None if shown is None else _scheme_subject(tx, actor, subject_id)
    if row is None or row["person_id"] is None:
        raise Missing("There is no such subject.")
    return row


def _scheme_subject(tx: Tx, actor: Actor, subject_id: str) -> RowMapping | None:
    wanted = select(record).where(
        record.c.id == subject_id, record.c.type == "subject", record.c.owner == actor.agency_id
    )
    return tx.execute(wanted).mappings().first()


def _subject_about(tx: Tx, agency_id: str, person_id: str) -> RowMapping | None:
    return (
        tx.execute(
            select(subject)
            .join(record, record.c.id == subject.c.record_id)
            .where(record.c.owner == agency_id, record.c.person_id == person_id)
        )
        .mappings()
        .first()
    )


def _about(new: NewRecord, person_id: str) -> NewRecord:
    first, *others = new.persons or (NewPerson(("suspect",)),)
    return replace(new, persons=(replace(first, person=person_id, confirmed=True), *others))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.LONDON).astimezone(UTC)


@dataclass(frozen=True)
class ReportingSite:
    """A site of a member's, and the place that a report from it has, by field."""

    id: str
    name: str
    place: dict[str, object]


@dataclass(frozen=True)
class ReportingTerms:
    """What a report starts from: a member's sites, and (agreement, purpose, police agency, …).

    `agency` names where somebody reports from who is no member.
    """

    agency: str
    sites: tuple[ReportingSite, ...]
    police: tuple[str, ...]
    months: int
    repeat_at: int


def reporting_terms(database: Database, actor: Actor) -> ReportingTerms:
    """Where the actor reports from, and which police a report can go to for the stated purpose.

    Raises:
        Missing: if the actor's agency runs no scheme.
    """
    actor.require(Action.REPORT_SUBMIT)
    with database.transaction() as tx:
        terms = scheme_of(tx, actor.agency_id)
        own = select(site).where(site.c.id.in_(sorted(actor.sites or ()))).order_by(site.c.name, site.c.id)
        return ReportingTerms(
            agency=actor.agency_name,
            sites=tuple(
                ReportingSite(row.id, row.name, {"address": f"{row.name}, {row.address}", "ward": row.ward})
                for row in tx.execute(own)
            ),
            police=_police(tx, actor),
            months=terms["months"],
            repeat_at=terms["repeat_at"],
        )


def _police(tx: Tx, actor: Actor) -> tuple[str, ...]:
    _, policy = policy_of(tx)
    purpose = actor.purpose or ""
    for agreement in policy.agreements.values():
        standing = standing_at(agreement, clock.now())
        if standing is None or actor.agency_id not in standing.parties:
            continue
        police = sorted(
            party
            for party in standing.parties
            if policy.agencies[party].kind in ("police", "transport_police")
        )
        if police and any(purpose in clause.purposes and clause.opens for clause in standing.version.clauses):
            return (agreement.id, purpose, *police)
    return ()
