"""Finding what stands out: from the ledger, among the looks of one agency's own people."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, union, union_all

from auth.tables import agency, site, user
from foundation.clock import LONDON
from foundation.database import Tx
from foundation.ledger.acts import acts_of, entries_at, first_acts
from sharing.accounts import LOOKS, shown_of
from sharing.records.record import record
from sharing.records.registry import OWN, TABLES
from sharing.unusual.measures import DAYS, HABIT, Found, Kind, Look, standing_out

_READ, _BROKEN = "sharing:record:read", "sharing:glass:broken"
_WARD = "ward"
_WITH_WARD = tuple(name for name, schema in OWN.items() if any(each.name == _WARD for each in schema.fields))


def find_unusual(tx: Tx, agency_id: str, today: date) -> list[Found]:
    """What stands out in the last `DAYS` days among the agency's people, the newest first.

    Programs are left out: they have no hours and no habit of a person.
    """
    people = select(user.c.id).where(user.c.agency_id == agency_id, ~user.c.service)
    known = set(tx.execute(people).scalars())
    begun = datetime.combine(today - timedelta(days=DAYS - 1), time(), LONDON)
    acts = acts_of(tx, agency_id, LOOKS, begun - timedelta(days=HABIT))
    looks = {Look(each.actor, each.event, each.at) for each in acts if each.actor in known}
    found = [*standing_out(looks, today), *_glass(tx, agency_id, begun), *_first(tx, agency_id, begun)]
    found = [each for each in found if each.person in known]
    return sorted(found, key=lambda each: (each.at, each.kind, each.of, each.person), reverse=True)


def _glass(tx: Tx, agency_id: str, since: datetime) -> Iterator[Found]:
    broken = acts_of(tx, agency_id, [_BROKEN], since)
    for entry in entries_at(tx, agency_id, (each.place for each in broken)):
        why = (
            "broke the glass on a record, because of a danger to somebody. The entry says what could be seen."
        )
        yield Found(Kind.GLASS, entry.detail["user"], entry.id, entry.at, why)


def _first(tx: Tx, agency_id: str, since: datetime) -> Iterator[Found]:
    """First looks at records of others outside the agency's area, where the reader was shown the ward.

    A ward that was withheld from its reader is not told by this either.
    """
    area = _area(tx, agency_id)
    if not area:
        return
    outside = union_all(
        *(
            select(record.c.id)
            .join_from(record, TABLES[name], TABLES[name].c.record_id == record.c.id)
            .where(
                record.c.owner != agency_id,
                TABLES[name].c[_WARD].is_not(None),
                TABLES[name].c[_WARD].not_in(area),
            )
            for name in _WITH_WARD
        )
    ).subquery()
    firsts = first_acts(tx, agency_id, _READ, select(outside.c.id), since)
    entries = {each.place: each for each in entries_at(tx, agency_id, (act.place for _, act in firsts))}
    owners = _owners(tx, [record_id for record_id, _ in firsts])
    for record_id, act in firsts:
        entry = entries.get(act.place)
        showing = shown_of(entry.records, entry.detail, record_id) if entry else None
        if entry and showing and _WARD in showing.full:
            why = (
                f"read a record of {owners[record_id]} for the first time, outside the wards in which your "
                "agency has records or sites. The entry says what could be seen."
            )
            yield Found(Kind.FIRST, act.actor, entry.id, entry.at, why)


def _area(tx: Tx, agency_id: str) -> list[str]:
    """The wards in which the agency has records or sites."""
    of_records = [
        select(TABLES[name].c[_WARD])
        .join_from(TABLES[name], record, record.c.id == TABLES[name].c.record_id)
        .where(record.c.owner == agency_id, TABLES[name].c[_WARD].is_not(None))
        for name in _WITH_WARD
    ]
    of_sites = select(site.c.ward).where(site.c.agency_id == agency_id)
    return sorted(tx.execute(union(*of_records, of_sites)).scalars())


def _owners(tx: Tx, records: list[str]) -> dict[str, str]:
    named = select(record.c.id, agency.c.short_name).join_from(record, agency, agency.c.id == record.c.owner)
    return {row.id: row.short_name for row in tx.execute(named.where(record.c.id.in_(sorted(set(records)))))}
