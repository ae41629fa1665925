"""Long lists: whole, in order, each record once, in as many statements whatever their length."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from auth import queries as people
from benchmarks.population import DENSE, OTHER_PURPOSE, PURPOSE, SPARSE
from benchmarks.seed import account_of, fill
from foundation import clock
from foundation.database import Database
from foundation.identifiers import new_id
from sharing.agreements.reaching import reach_rows
from sharing.agreements.tables import agreement_version, grant, necessity_note, reach, release
from sharing.collecting import collect
from sharing.disclosure import list_records
from sharing.records.record import link, person, record
from sharing.release.facts import Exit
from sharing.scope import Position
from sharing.sight import look
from tests.asking import asking
from tests.databases import postgresql_url, sqlite_url

OWNER = "agency-00"
READERS = [DENSE, SPARSE, OWNER]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory):
    url = postgresql_url() if request.param == "postgresql" else sqlite_url(tmp_path_factory.mktemp("lists"))
    opened = Database(url)
    fill(opened, 1200)  # its migrations raise the walls
    with opened.transaction() as tx:
        _release_again(tx)
        _make_hard(tx)
    yield opened
    opened.close()


def _release_again(tx):
    """Old records released once more, later: they move to the front, and stand in one lane twice."""
    old = tx.execute(select(release).order_by(release.c.at, release.c.id).limit(120)).mappings().all()
    for number, row in enumerate(old):
        again = {**row, "id": new_id(), "at": row["at"] + timedelta(days=2, minutes=number)}
        tx.execute(insert(release), again)
        tx.execute(insert(reach), reach_rows(again, "incident"))


def _make_hard(tx):
    """Records whose own fields are bound by more than their release."""
    rows = tx.execute(
        select(link.c.id, link.c.record_id, link.c.person_id).order_by(link.c.id).limit(240)
    ).all()
    ids = [row.record_id for row in rows]
    ordered = [row.person_id for row in rows[:40]]
    tx.execute(update(person).where(person.c.id.in_(ordered)).values(anonymity_order=OWNER))
    tx.execute(
        update(person)
        .where(person.c.id.in_([row.person_id for row in rows[30:60]]))
        .values(believed_child=True)
    )
    tx.execute(update(record).where(record.c.id.in_(ids[60:100])).values(keeper=rows[0].id))
    tx.execute(update(record).where(record.c.id.in_(ids[100:140])).values(derived_from=ids[0]))
    veto = {"withhold_classes": ["place"], "sanitised_only": True}
    tx.execute(update(record).where(record.c.id.in_(ids[140:180])).values(conditions=veto))
    for row in rows[:60:3]:
        tx.execute(insert(necessity_note), _note(row))
    reached = select(reach.c.record_id, reach.c.agreement_id).where(reach.c.recipient.in_((DENSE, "*")))
    for row in tx.execute(reached.order_by(reach.c.record_id, reach.c.agreement_id).limit(120)).all():
        tx.execute(insert(grant), _grant(row))


def _note(row):
    now = clock.now()
    return {
        "id": new_id(), "record_id": row.record_id, "person_id": row.person_id, "recipients": [DENSE],
        "classes": ["identity"], "reason": "safety", "from_at": now - timedelta(days=1),
        "until_at": now + timedelta(days=30), "approver": account_of(OWNER),
    }  # fmt: skip


def _grant(row):
    now = clock.now()
    return {
        "id": new_id(), "request_id": new_id(), "record_id": row.record_id, "agreement_id": row.agreement_id,
        "fields": ["crime_reference"], "treatment": "disclose", "to_agency": DENSE, "to_users": None,
        "purpose": PURPOSE, "from_at": now - timedelta(days=1), "until_at": now + timedelta(days=30),
        "passes": [],
    }  # fmt: skip


def actor_of(database, agency, purpose=PURPOSE):
    with database.transaction() as tx:
        return replace(people.actor_of(tx, account_of(agency), "0" * 64), purpose=purpose)


def walked(database, actor, limit):
    found, after = [], None
    while True:
        with asking(database, actor) as asked:
            page = list_records(asked, actor, "incident", after=after, limit=limit)
        found.extend(each.id for each in page.records)
        if page.next is None:
            return found
        assert len(page.records) == limit
        after = page.next


def reaching(database, actor):
    """The ids that a reader's list must hold, newest first, told from the tables alone."""
    with database.transaction() as tx:
        versions = tx.execute(select(agreement_version)).mappings()
        mine = {row["agreement_id"] for row in versions if actor.agency_id in row["parties"]}
        own = tx.execute(select(record.c.id, record.c.recorded_at).where(record.c.owner == actor.agency_id))
        newest = {row.id: row.recorded_at for row in own}
        for row in tx.execute(select(reach).where(reach.c.purpose == actor.purpose)):
            if row.agreement_id in mine and row.recipient in (actor.agency_id, "*"):
                newest[row.record_id] = max(newest.get(row.record_id, row.at), row.at)
    return sorted(newest, key=lambda record_id: (newest[record_id], record_id), reverse=True)


@pytest.mark.parametrize("agency", READERS)
@pytest.mark.parametrize("limit", [7, 50])
def test_walk_gives_every_record_once_in_the_order_of_its_newest_release(database, agency, limit):
    actor = actor_of(database, agency)
    expected = reaching(database, actor)
    assert len(expected) > 3
    assert walked(database, actor, limit) == expected


def test_other_purpose_opens_no_record_of_others(database):
    actor = actor_of(database, SPARSE, OTHER_PURPOSE)
    assert walked(database, actor, 50) == []


@pytest.mark.parametrize("agency", READERS)
def test_list_without_persons_shows_what_the_whole_decision_shows(database, agency):
    actor = actor_of(database, agency)
    with asking(database, actor) as asked, asked.transaction() as tx:
        sight = look(tx, actor, Exit.EXPORT)
        short, next_short = collect(tx, sight, "incident", after=Position(), limit=200, persons=False)
        whole, next_whole = collect(tx, sight, "incident", after=Position(), limit=200)
    assert len(short) > 3
    assert next_short == next_whole
    assert [told(each) for each in short] == [told(each) for each in whole]
    assert not any(each.persons or each.links for each in short)


def told(each):
    """Everything that was released of a record itself."""
    return (
        each.id,
        each.owner,
        dict(each.fields),
        dict(each.disclosed),
        dict(each.treated),
        dict(each.withheld),
    )


def test_hard_records_are_among_those_compared(database):
    """Else the comparison above would prove nothing of them."""
    actor = actor_of(database, DENSE)
    with asking(database, actor) as asked, asked.transaction() as tx:
        shown = set(walked_ids(tx, actor))
    with database.transaction() as tx:
        found = tx.execute(
            select(record.c.id, record.c.keeper, record.c.derived_from, record.c.conditions).where(
                record.c.id.in_(shown)
            )
        ).all()
        ordered = select(link.c.record_id).join(person).where(person.c.anonymity_order.is_not(None))
        under_order = shown & set(tx.execute(ordered).scalars())
        granted = set(tx.execute(select(grant.c.record_id)).scalars())
    assert under_order
    assert any(row.keeper for row in found)
    assert any(row.derived_from for row in found)
    assert any(row.conditions for row in found)
    assert granted & shown


def walked_ids(tx, actor):
    found, _ = collect(tx, look(tx, actor, Exit.BULK), "incident", after=Position(), limit=200, persons=False)
    return [each.id for each in found]
