"""Repeats: how many reports this reader can see that name the same confirmed subject."""

from collections.abc import Iterable

from sqlalchemy import select

from foundation.database import Tx
from sharing.records.record import link, record
from sharing.sight import Sight, released_rows


def reports_seen(tx: Tx, sight: Sight, subjects: Iterable[str]) -> dict[str, int]:
    """For each subject the number of incidents that show the reader that it is this person.

    An incident counts only if the person on it is confirmed and the reader is given the person or a stand-in
    for the person there, so that the count never joins what the reader could not join.
    """
    persons = _persons(tx, subjects)
    links = tx.execute(
        select(link.c.id, link.c.person_id, link.c.record_id)
        .join(record, record.c.id == link.c.record_id)
        .where(link.c.person_id.in_(list(persons)), link.c.confirmed.is_(True), record.c.type == "incident")
    ).all()
    incidents = released_rows(tx, sight, "incident", {row.record_id for row in links})
    shown = {
        person.link for incident in incidents for person in incident.persons if "subject" in person.fields
    }
    counts = dict.fromkeys(persons.values(), 0)
    for row in links:
        if row.id in shown:
            counts[persons[row.person_id]] += 1
    return counts


def _persons(tx: Tx, subjects: Iterable[str]) -> dict[str, str]:
    rows = tx.execute(select(record.c.person_id, record.c.id).where(record.c.id.in_(list(subjects))))
    return {row.person_id: row.id for row in rows if row.person_id}
