"""The way in: submit, amend, release, take back. Gives references, never content."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from auth.actor import Actor
from auth.once import Once, done_before, keep_answer, once_only
from auth.roles import PERMISSIONS, Action
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid, Missing
from sharing.agreements import releases
from sharing.agreements.permitting import check_release
from sharing.agreements.releases import NewRelease
from sharing.agreements.tables import release
from sharing.announcements import announce_release
from sharing.drafts.keeping import take
from sharing.events import records as events
from sharing.inserts import HAPPENED, hold_words, insert_record, keep_words, link_records
from sharing.records import record as tables
from sharing.records.finding import found_by
from sharing.records.person import PERSON
from sharing.records.record import EVERY
from sharing.records.registry import SCHEMAS, TABLES
from sharing.release.schema import FieldClass
from sharing.submission import NAMED_IN_TEXT, NewPerson, NewRecord, Submitted, check, protected_words, site_of
from sharing.vocabulary.grading import refused_marking


def submit(
    database: Database,
    actor: Actor,
    new: NewRecord,
    *,
    asked: Once | None = None,
    draft: str | None = None,
) -> Submitted:
    """Take in a new record for the actor's agency, with its releases, in one transaction.

    With `asked`, the same key and body give the same answer and nothing is taken in twice. `draft` is the
    draft that it was written in, which goes with it; sending one draft twice sends it once.

    Raises:
        Denied: if the actor's role may not submit, or may not release.
        Invalid: with a sentence for each field that cannot be taken, or if the key came with another body.
        Conflict: if the same key is being answered at this moment.
        Missing: if the draft is gone, which it is once it was sent.
    """
    actor.require(Action.RECORD_SUBMIT)
    check(new)
    with once_only(asked), database.transaction() as tx:
        before = submitted_before(tx, actor, asked)
        if before is not None:
            return before
        if draft:
            take(tx, actor, draft)
        submitted = submit_within(tx, actor, new)
        keep_submitted(tx, actor, asked, submitted)
        return submitted


def submitted_before(tx: Tx, actor: Actor, asked: Once | None) -> Submitted | None:
    """What was submitted under the same key before.

    Raises:
        Invalid: if the key came with another body.
    """
    before = done_before(tx, actor, asked) if asked else None
    record_id, _, reference = (before or "").partition(" ")
    return Submitted(record_id, reference) if before else None


def keep_submitted(tx: Tx, actor: Actor, asked: Once | None, submitted: Submitted) -> None:
    """Keep what was submitted under the key, if there is one."""
    if asked:
        keep_answer(tx, actor, asked, f"{submitted.id} {submitted.reference}")


def submit_within(tx: Tx, actor: Actor, new: NewRecord) -> Submitted:
    """The same inside a use case's own transaction, for use cases that do more than submit.

    Raises:
        Denied: if the actor's role may not release, or sends a source without reading sources.
        Invalid: if a member does not say at which of their sites it was.
    """
    _refuse_source(actor, new)
    site = site_of(actor, new)
    submitted, persons = insert_record(tx, actor, new, site)
    things = [insert_record(tx, actor, thing, site)[0] for thing in new.things]
    for thing in things:
        link_records(tx, actor, submitted.id, thing.id)
    made: list[str] = []
    for each in new.releases:
        _release_all(tx, actor, (new.type, submitted, persons), zip(new.things, things, strict=True), each)
        made.append(each.told)
    events.record_submitted(
        tx, actor, record=submitted.id, type_=new.type, fields=list(new.values), releases=made
    )
    return submitted


def release_record(database: Database, actor: Actor, record_id: str, new: NewRelease) -> str:
    """Release one of the agency's own records under an agreement; gives the release's id.

    Raises:
        Missing: if the record is not the actor's agency's.
        Denied: if the actor's role may not release.
        Invalid: if the agreement does not know such a release, or its text names somebody protected.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        row = own_record(tx, actor, record_id)
        hold_words(tx, record_id)
        refuse_text(tx, row, new.text)
        persons = tx.execute(select(tables.link.c.person_id).where(tables.link.c.record_id == record_id))
        release_id = release_within(tx, actor, (row["type"], record_id), list(persons.scalars()), new)
        events.record_released(
            tx,
            actor,
            record=record_id,
            agreement=new.agreement,
            recipients=new.recipients,
            purposes=new.purposes,
        )
        return release_id


def release_within(
    tx: Tx, actor: Actor, record: tuple[str, str], persons: Sequence[str], new: NewRelease
) -> str:
    """Release a record, given as (type, id), inside a use case's own transaction; its stills go with it.

    Raises:
        Invalid: if the agreement does not know such a release.
    """
    if not actor.under(new.agreement):
        raise Denied("This key does not share under that agreement.")
    check_release(tx, actor.agency_id, new)
    release_id = releases.insert_release(tx, new, record=record, by_user=actor.user_id)
    keep_words(tx, record[1], {"text": new.text})
    releases.draw_stand_ins(tx, new.agreement, persons)
    stills = tx.execute(select(tables.record.c.id).where(tables.record.c.parent == record[1]))
    releases.reach_media(tx, release_id, stills.scalars())
    announce_release(tx, record, release_id, new.recipients)
    return release_id


def revoke_within(tx: Tx, record_id: str, release_id: str) -> None:
    """Take one release of an own record back inside a use case's own transaction.

    Raises:
        Missing: if the record has no such release.
    """
    own_release(tx, record_id, release_id)
    releases.revoke(tx, release_id)


def reword_within(tx: Tx, row: Mapping[str, Any], release_id: str, text: str) -> None:
    """Give one release of an own record, by its row, another text for sharing; empty takes the text away.

    Raises:
        Missing: if the record has no such release.
        Invalid: if the text names somebody protected, or is marked higher than is kept here.
    """
    own_release(tx, row["id"], release_id)
    refuse_text(tx, row, text)
    tx.execute(update(release).where(release.c.id == release_id).values(text=text or None))
    keep_words(tx, row["id"], {"text": text})


def own_release(tx: Tx, record_id: str, release_id: str) -> Mapping[str, Any]:
    """The row of a release of a record.

    Raises:
        Missing: if the record has no such release.
    """
    wanted = select(release).where(release.c.id == release_id, release.c.record_id == record_id)
    found = tx.execute(wanted).mappings().first()
    if found is None:
        raise Missing("There is no such release.")
    return dict(found)


def amend_within(
    tx: Tx, record_id: str, type_: str, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change fields inside a use case's own transaction; without a version, whatever stands there.

    Raises:
        Conflict: if the version is not the one that stands there.
    """
    every = {name: value for name, value in values.items() if name in EVERY.by_name}
    own = {name: value for name, value in values.items() if name not in EVERY.by_name}
    happened = {"happened": own[HAPPENED[type_]]} if HAPPENED.get(type_) in own else {}
    statement = update(tables.record).where(tables.record.c.id == record_id)
    if version is not None:
        statement = statement.where(tables.record.c.row_version == version)
    changed = tx.execute(statement.values(row_version=tables.record.c.row_version + 1, **every, **happened))
    if changed.rowcount != 1:
        raise Conflict(
            "Somebody else changed this record first. What you typed is kept: compare and save again."
        )
    if own:
        tx.execute(update(TABLES[type_]).where(TABLES[type_].c.record_id == record_id).values(**own))
    keep_words(tx, record_id, found_by(type_, own))


def own_record(tx: Tx, actor: Actor, record_id: str) -> Mapping[str, Any]:
    """The row of a record of the actor's own agency; for a member, of the own sites.

    Raises:
        Missing: if it is not there or not theirs.
    """
    row = tx.execute(select(tables.record).where(tables.record.c.id == record_id)).mappings().first()
    if row is None or row["owner"] != actor.agency_id:
        raise Missing("There is no such record.")
    if actor.sites is not None and row["site"] not in actor.sites:
        raise Missing("There is no such record.")
    return dict(row)


def refuse_text(tx: Tx, row: Mapping[str, Any], text: str | None) -> None:
    """Refuse a text that leaves the agency if it names somebody protected on it or is marked too high.

    Raises:
        Invalid: for the field `text`.
    """
    if text is None:
        return
    if refusal := refused_marking(text):
        raise Invalid({"text": refusal})
    links = tx.execute(select(tables.link).where(tables.link.c.record_id == row["id"])).mappings()
    persons = tuple(NewPerson(tuple(link["categories"]), _known(dict(link))) for link in links)
    if words := protected_words(NewRecord(row["type"], {}, persons), text):
        raise Invalid({"text": NAMED_IN_TEXT.format(words=", ".join(sorted(words)))})


def _refuse_source(actor: Actor, new: NewRecord) -> None:
    named = any(
        value not in (None, "", []) and SCHEMAS[new.type].by_name[name].field_class is FieldClass.SOURCE
        for name, value in new.values.items()
    )
    if named and not any(PERMISSIONS[role].intelligence for role in actor.roles):
        raise Denied("Your role does not keep sources. Send the report without its source.")


def _known(link: Mapping[str, Any]) -> dict[str, Any]:
    return {name: link[name] for name in PERSON.by_name if link.get(name) is not None}


def _release_all(
    tx: Tx,
    actor: Actor,
    record: tuple[str, Submitted, list[str]],
    things: Iterable[tuple[NewRecord, Submitted]],
    new: NewRelease,
) -> None:
    if not any(PERMISSIONS[role].release for role in actor.roles):
        raise Denied(
            "Your role does not allow you to release records. Keep it, and ask a colleague to release it."
        )
    type_, submitted, persons = record
    release_within(tx, actor, (type_, submitted.id), persons, new)
    for thing, made in things:
        release_within(tx, actor, (thing.type, made.id), [], replace(new, text=None))
