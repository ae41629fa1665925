"""Every INSERT of records, persons, stills and links; each takes the open transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx
from foundation.identifiers import new_id, new_reference
from sharing.agreements.tables import release
from sharing.records import record as tables
from sharing.records.finding import found_by, found_by_person
from sharing.records.person import PERSON
from sharing.records.record import EVERY
from sharing.records.registry import SCHEMAS, TABLES
from sharing.records.values import cleaned
from sharing.records.words import words_of
from sharing.submission import NewPerson, NewRecord, NewStill, Submitted, believed_child

#: The field of each type that says when it happened.
HAPPENED: Mapping[str, str] = {
    "incident": "occurred",
    "sighting": "seen",
    "vehicle": "last_seen",
    "item": "recovered_at",
    "media": "taken",
    "intelligence": "period_from",
    "order": "served_at",
    "alert": "issued",
}


def insert_record(tx: Tx, actor: Actor, new: NewRecord, site: str | None) -> tuple[Submitted, list[str]]:
    """Insert a record at a site, with persons, stills and words; gives where it is and the persons' ids."""
    submitted = Submitted(new_id(), new_reference())
    kept = cleaned(SCHEMAS[new.type], new.values)
    every = {name: kept.pop(name) for name in list(kept) if name in EVERY.by_name}
    own = {"recorded_at": clock.now(), "recorded_by": actor.name, "owner_reference": submitted.reference}
    tx.execute(
        insert(tables.record),
        {
            "id": submitted.id,
            "type": new.type,
            "owner": actor.agency_id,
            "site": site,
            # A subject's page is of the day on which it is made; of no day it would stay a child's.
            "happened": clock.now() if new.type == "subject" else kept.get(HAPPENED.get(new.type, "")),
            "status": "open",
            "marking": "OFFICIAL-SENSITIVE",
            "conditions": new.conditions,
            **every,
            **own,
        },
    )
    tx.execute(insert(TABLES[new.type]), {"record_id": submitted.id, **kept})
    seen = day_seen(kept.get(HAPPENED.get(new.type, "")))
    links = [_insert_person(tx, actor, submitted.id, new, person, seen) for person in new.persons]
    for still in new.stills:
        _insert_still(tx, actor, (submitted.id, site), still, [link for link, _ in links])
    keep_words(tx, submitted.id, found_by(new.type, {**kept, "owner_reference": submitted.reference}))
    for person in new.persons:
        keep_words(tx, submitted.id, found_by_person(person.values))
    return submitted, [person_id for _, person_id in links]


def day_seen(happened: datetime | None) -> date:
    """The day to which an apparent age belongs: that of the event, not of the typing.

    An age counted from a later day would make a child of an adult who was seen before midnight.
    """
    if happened is None:
        return clock.today()
    return min(happened.astimezone(clock.LONDON).date(), clock.today())


def link_records(tx: Tx, actor: Actor, record_id: str, to_record: str) -> None:
    """Say that two records belong together; the link belongs to the actor's agency."""
    tx.execute(
        insert(tables.record_link),
        {
            "id": new_id(),
            "record_id": record_id,
            "to_record": to_record,
            "made_by": actor.agency_id,
            "created_at": clock.now(),
        },
    )


def hold_words(tx: Tx, record_id: str) -> None:
    """Keep others from changing what a record is found by until this transaction has ended.

    Call it before reading anything of the record that is written back, as its first lock: whoever renewed the
    words meanwhile would keep those of what has just been taken out, or drop those of what was just added.
    """
    record = tables.record
    # new releases point at the record and are made meanwhile: only a key that changed would stop them
    tx.execute(select(record.c.id).where(record.c.id == record_id).with_for_update(key_share=True))


def keep_words(tx: Tx, record_id: str, values: Mapping[str, Any]) -> None:
    """Add the words of the values to those by which the record is found as a candidate."""
    words = words_of(values)
    if not words:
        return
    held = set(tx.execute(select(tables.word.c.word).where(tables.word.c.record_id == record_id)).scalars())
    new = [{"word": word, "record_id": record_id} for word in sorted(words - held)]
    if new:
        # Two releases of one record at once meet here on PostgreSQL, often with the same words.
        make = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
        tx.execute(make(tables.word).on_conflict_do_nothing(), new)


def renew_words(tx: Tx, record_id: str, type_: str) -> None:
    """Keep the words of what the record holds now and no others, once something was taken out of it.

    The caller has called `hold_words`.
    """
    reference = select(tables.record.c.owner_reference).where(tables.record.c.id == record_id)
    own = tx.execute(select(TABLES[type_]).where(TABLES[type_].c.record_id == record_id)).mappings().one()
    persons = tx.execute(select(tables.link).where(tables.link.c.record_id == record_id)).mappings()
    texts = tx.execute(select(release.c.text).where(release.c.record_id == record_id)).scalars()
    whole = {**own, "owner_reference": tx.execute(reference).scalar_one()}
    held = {f"own {name}": value for name, value in found_by(type_, whole).items()}
    for link in persons:
        held |= {f"{link['id']} {name}": value for name, value in found_by_person({**link}).items()}
    held |= {"texts": [text for text in texts if text]}
    tx.execute(delete(tables.word).where(tables.word.c.record_id == record_id))
    keep_words(tx, record_id, held)


def _insert_person(
    tx: Tx, actor: Actor, record_id: str, new: NewRecord, person: NewPerson, seen: date
) -> tuple[str, str]:
    values = cleaned(PERSON, person.values)
    link_id = new_id()
    person_id = person.person or _new_person(tx, person, values, seen, link_id)
    own = new.type == "subject"
    tx.execute(
        insert(tables.link),
        {
            "id": link_id,
            "record_id": record_id,
            "person_id": person_id,
            "categories": list(person.categories),
            "own": own,
            "confirmed": person.confirmed,
            "made_by": actor.agency_id,
            **values,
        },
    )
    if own:
        tx.execute(update(tables.record).where(tables.record.c.id == record_id).values(person_id=person_id))
    return link_id, person_id


def _new_person(tx: Tx, person: NewPerson, values: Mapping[str, Any], seen: date, link_id: str) -> str:
    person_id = new_id()
    age = None
    if person.apparent_age is not None:
        low, high = person.apparent_age
        age = {"low": low, "high": high, "recorded": seen.isoformat()}
    tx.execute(
        insert(tables.person),
        {
            "id": person_id,
            "date_of_birth": values.get("date_of_birth"),
            "date_of_birth_verified": False,
            "apparent_age": age,
            "believed_child": believed_child(person, values, seen),
            "entered_on": link_id,
        },
    )
    return person_id


def _insert_still(
    tx: Tx, actor: Actor, of: tuple[str, str | None], still: NewStill, links: Sequence[str]
) -> str:
    parent, site = of
    media_id = new_id()
    tx.execute(
        insert(tables.record),
        {
            "id": media_id,
            "type": "media",
            "owner": actor.agency_id,
            "site": site,
            "happened": still.taken,
            "parent": parent,
            "owner_reference": new_reference(),
            "status": "open",
            "marking": "OFFICIAL-SENSITIVE",
            "recorded_at": clock.now(),
            "recorded_by": actor.name,
            "looked_over": still.looked_over,
        },
    )
    tx.execute(
        insert(TABLES["media"]),
        {
            "record_id": media_id,
            "picture": still.picture,
            "taken": still.taken,
            "point": list(still.point) if still.point else None,
            "sha256": still.original_digest,
            "format": still.format,
        },
    )
    for box in still.boxes:
        tx.execute(
            insert(tables.box),
            {
                "id": new_id(),
                "media_id": media_id,
                "kind": box.kind,
                "link_id": links[box.person] if box.person is not None and box.person < len(links) else None,
                "left": box.left,
                "top": box.top,
                "width": box.width,
                "height": box.height,
            },
        )
    return media_id
