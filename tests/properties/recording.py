"""What happens to records: sent in and released by the product's use cases, the rest as rows."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from foundation.identifiers import new_id
from sharing.agreements import tables
from sharing.agreements.releases import NewRelease
from sharing.contribution import release_record, submit
from sharing.inserts import HAPPENED, link_records
from sharing.recalls.recalling import revoke_release
from sharing.records import record as held
from sharing.submission import NewPerson, NewRecord, NewStill
from tests.properties.play import Home, Play, pick
from tests.properties.strategies import PURPOSES

#: How long after broken glass its review is due.
_REVIEW = timedelta(hours=72)

#: A value of each sort that has a form of its own, by field.
_VALUES: dict[str, dict[str, Any]] = {
    "incident": {"crime_type": "robbery", "ward": "St Edward's", "address": "South Street", "loss": 12_300},
    "sighting": {"ward": "St Edward's", "address": "South Street"},
    "vehicle": {"registration": "LX21 ABC", "partial_registration": "AB"},
    "item": {"imei": "490154203237518", "line_number": "07700 900123"},
    "premises": {"manager": "Jo", "address": "South Street", "phone": "020 7946 0999"},
    "intelligence": {
        "report": "Somebody said something.",
        "source_identity": "Al Bo",
        "source_evaluation": "1",
        "information_evaluation": "A",
        "handling": "P",
    },
    "subject": {"advice": "Say nothing."},
}


def send(
    play: Play, home: Home, type_: str, people: Sequence[dict[str, Any]], days_ago: int, shop: int
) -> None:
    """A record comes in for the agency, from one of its shops where it has any and the number says so."""
    sender = home.sender
    if home.sites and shop:
        sender = f"{home.id}-member-{shop}"
    moment = HAPPENED.get(type_)
    when = {moment: play.now - timedelta(days=days_ago)} if moment else {}
    persons = tuple(_new_person(play, each) for each in people[: 1 if type_ == "subject" else 3])
    if type_ == "subject" and not persons:
        persons = (NewPerson(("suspect",), {"family_name": "Maria Teresa"}),)
    still = NewStill("nowhere", "JPEG", "0" * 64, taken=play.now, looked_over=True)
    stills = (still,) if type_ in ("incident", "subject") and shop == 0 else ()
    actor = play.actor(sender)
    site = pick(sorted(actor.sites or ()), play.steps)
    new = NewRecord(type_, {**_VALUES[type_], **when}, persons=persons, stills=stills, site=site)
    made = play.attempt(submit, play.database, actor, new)
    if made is None:
        return
    play.records.append(made.id)
    with play.database.transaction() as tx:
        media = select(held.record.c.id).where(held.record.c.parent == made.id).order_by(held.record.c.id)
        play.records += tx.execute(media).scalars()
        on_it = select(held.link.c.person_id).where(held.link.c.record_id == made.id).order_by(held.link.c.id)
        play.persons += [each for each in tx.execute(on_it).scalars() if each not in play.persons]


def _new_person(play: Play, drawn: dict[str, Any]) -> NewPerson:
    values = {key: drawn[key] for key in ("family_name", "phone") if drawn[key] is not None}
    if drawn["date_of_birth"]:
        values["date_of_birth"] = date.fromisoformat(drawn["date_of_birth"])
    known = drawn["known"]
    return NewPerson(
        tuple(drawn["categories"]),
        values,
        person=play.persons[known] if known is not None and known < len(play.persons) else None,
        apparent_age=drawn["apparent_age"],
        may_be_child=drawn["may_be_child"],
    )


def row_of(play: Play, record_id: str) -> Any:
    with play.database.transaction() as tx:
        return tx.execute(select(held.record).where(held.record.c.id == record_id)).one()


def release(play: Play, record_id: str, agreement: str, more: dict[str, Any]) -> None:
    """The owner's sender releases it. A person's own record says what the person was.

    Without that it would be judged by the person's events, which no read takes from the tables.
    """
    row = row_of(play, record_id)
    if row.type == "media":
        return
    owner = next(home for home in play.homes if home.id == row.owner)
    new = NewRelease(
        agreement,
        tuple(more["purposes"]),
        tuple(more["recipients"]),
        text=more["text"],
        expires=None if more["days"] is None else play.now + timedelta(days=more["days"]),
        category=more["category"] if row.type == "subject" else None,
    )
    made = play.attempt(release_record, play.database, play.actor(owner.sender), record_id, new)
    if made is not None:
        play.releases.append(made)


def revoke(play: Play, release_id: str) -> None:
    with play.database.transaction() as tx:
        table = tables.release
        found = tx.execute(select(table.c.record_id).where(table.c.id == release_id)).scalar_one()
    owner = next(home for home in play.homes if home.id == row_of(play, found).owner)
    actor = play.actor(owner.sender, PURPOSES[0])
    play.attempt(revoke_release, play.database, actor, found, release_id)


def join(play: Play, one: str, other: str, by: Home) -> None:
    """Somebody says that two records belong together."""
    if one != other:
        actor = play.actor(by.sender)
        with play.step(), play.database.transaction() as tx:
            link_records(tx, actor, one, other)


def copy(play: Play, home: Home, origin: str, people: Sequence[dict[str, Any]]) -> None:
    """The agency sends a record of its own in, which it has copied from this one."""
    type_, known = row_of(play, origin).type, len(play.records)
    if type_ == "media":
        return
    send(play, home, type_, people, 0, 0)
    if len(play.records) > known:
        _set(play, play.records[known], derived_from=origin)


def keep(play: Play, thing: int, link: int) -> None:
    """A thing is kept by somebody on an event; both by their number."""
    with play.database.transaction() as tx:
        kept = select(held.record.c.id).where(held.record.c.type.in_(("vehicle", "item", "premises")))
        things = tx.execute(kept.order_by(held.record.c.id)).scalars().all()
        links = select(held.link.c.id).where(held.link.c.own.is_(False)).order_by(held.link.c.id)
        keeper = pick(tx.execute(links).scalars().all(), link)
    chosen = pick(things, thing)
    if chosen is not None and keeper is not None:
        _set(play, chosen, keeper=keeper)


def bind(play: Play, record_id: str, conditions: dict[str, Any]) -> None:
    """The originator's conditions, from now on."""
    _set(play, record_id, conditions=conditions or None)


def _set(play: Play, record_id: str, **values: Any) -> None:
    with play.step(), play.database.transaction() as tx:
        tx.execute(update(held.record).where(held.record.c.id == record_id).values(**values))


def order(play: Play, person_id: str, holder: str | None) -> None:
    """A court's order of anonymity, held by an agency, or lifted."""
    _set_person(play, person_id, anonymity_order=holder)


def believe(play: Play, person_id: str, *, child: bool, verified: bool) -> None:
    """What is thought of the person's age, and whether the date of birth is proven."""
    _set_person(play, person_id, believed_child=child, date_of_birth_verified=verified)


def _set_person(play: Play, person_id: str, **values: Any) -> None:
    with play.step(), play.database.transaction() as tx:
        tx.execute(update(held.person).where(held.person.c.id == person_id).values(**values))


def note(play: Play, record_id: str, person_id: str, approver: str, days: int) -> None:
    """A note of necessity towards every agency, for all that a child's floor covers."""
    row = {
        "record_id": record_id,
        "person_id": person_id,
        "recipients": [home.id for home in play.homes],
        "classes": ["identity", "contact", "image", "identifier"],
        "reason": "Robberies of other children.",
        "from_at": play.now,
        "until_at": play.now + timedelta(days=days),
        "approver": approver,
    }
    with play.step(), play.database.transaction() as tx:
        tx.execute(insert(tables.necessity_note), {"id": new_id(), **row})


def grant(play: Play, record_id: str, agreement: str, user: str, agency: str, more: dict[str, Any]) -> None:
    """An approved request: fields of the record and of the persons on it, for a person or the agency."""
    with play.database.transaction() as tx:
        on_it = select(held.link.c.id).where(held.link.c.record_id == record_id)
        links = sorted(tx.execute(on_it).scalars())
    floors = ("protected", "child") if more["passes"] else ()
    row = {
        "request_id": new_id(),
        "record_id": record_id,
        "agreement_id": agreement,
        "fields": ["account", "occurred", "registration", "address"]
        + [f"persons.{link}.{name}" for link in links for name in ("family_name", "phone", "picture")],
        "treatment": more["treatment"],
        "to_agency": agency,
        "to_users": [user] if more["named"] else None,
        "purpose": PURPOSES[0],
        "from_at": play.now,
        "until_at": play.now + timedelta(days=5),
        "passes": [{"link": link, "floor": floor, "why": "Agreed."} for link in links for floor in floors],
    }
    with play.step(), play.database.transaction() as tx:
        tx.execute(insert(tables.grant), {"id": new_id(), **row})


def break_glass(play: Play, record_id: str, user: str, agency: str, second: str | None) -> None:
    """Somebody declares a danger to life; nobody has ever reviewed the last time."""
    glass = tables.break_glass
    unreviewed = select(glass.c.id).where(glass.c.agency_id == agency, glass.c.at <= play.now - _REVIEW)
    row = {
        "record_id": record_id,
        "user_id": user,
        "agency_id": agency,
        "role": "duty_inspector",
        "danger": "life",
        "reason": "A threat was made.",
        "purpose": PURPOSES[0],
        "second_user": None if second == user else second,
        **dict.fromkeys(("asked_at", "factor_at", "at"), play.now),
    }
    with play.step(), play.database.transaction() as tx:
        overdue = tx.execute(unreviewed).first() is not None
        tx.execute(insert(glass), {"id": new_id(), "overdue": overdue, **row})
