"""After the schedule was kept: details are gone, the tree and all that partners hold of it stay good."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from auth.accounts import NewAgency, NewUser, create_accounts
from auth.roles import Role
from auth.system import SystemActor, Task
from auth.tables import user
from foundation import clock
from foundation.database import Database
from foundation.errors import Denied, Misconfigured
from foundation.ledger.append import Operation, append
from foundation.ledger.schedule import SCHEDULE, months_before, months_by_kind
from foundation.ledger.sealing import open_keys
from foundation.ledger.tables import ledger_detail, ledger_subject_mention
from foundation.settings import Settings
from sharing.forgetting import NOBODY, Forgotten, keep_schedule
from sharing.records.record import person
from sharing.subject_keys import subject_key
from tests.databases import postgresql_url, sqlite_url
from tests.ledgers import Ledger, an_entry
from tests.portal import prepare_tables
from tests.verifying import Desk

KEEPER = SystemActor(Task.SCHEDULE_KEEP)
EVENT = {
    "security": "auth:session:opened",
    "consultation": "sharing:record:read",
    "erasure": "sharing:export:cleared",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request, tmp_path):
    """A portal's database in which Havering has entries of every age, and a desk with its downloads."""
    url = sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url()
    open_keys(tmp_path)
    database = Database(url)
    prepare_tables(database)
    ledger, now = Ledger(database, tmp_path), clock.now()
    with database.transaction() as tx:
        for number, (kind, months) in enumerate(
            [("consultation", 80), ("security", 30), ("consultation", 30), ("erasure", 300), ("security", 1)]
        ):
            operation = Operation(kind)
            at = months_before(now, months)
            append(tx, an_entry(number, operation=operation, event=EVENT[kind], at=at))
    ledger.sequence()
    made = Desk(tmp_path, ledger)
    made.fetch_policy()
    yield made
    database.close()


def kept(desk: Desk) -> list[str]:
    with desk.ledger.database.transaction() as tx:
        of_entries = select(ledger_detail.c.operation).where(ledger_detail.c.operation != "manifest")
        return list(tx.execute(of_entries.order_by(ledger_detail.c.idx)).scalars())


def keep(desk: Desk) -> Forgotten:
    done = keep_schedule(desk.ledger.database, KEEPER, months_by_kind(()), 84)
    desk.ledger.sequence()
    return done


def test_what_is_past_its_period_goes_and_everything_stays_verifiable(desk):
    before, ids = desk.fetch("before.bundle"), desk.ledger.run("SELECT id FROM ledger_detail WHERE idx < 5")
    receipts = [desk.fetch_receipt(event_id) for (event_id,) in ids]
    size = desk.told(before)["results"][0]["size"]
    assert keep(desk).details == 2
    # Entries of the schedule itself: one for each of the three agencies concerned, and one of the run.
    assert kept(desk)[:3] == ["consultation", "erasure", "security"]
    report = desk.ledger.verify()
    assert (report.good, report.problem, report.erased) == (True, "", 2)
    whole, next_ = desk.fetch("whole.bundle"), desk.fetch("next.bundle", after=size)
    told = desk.told(whole)["results"][0]
    assert told["erased"] == 2
    assert told["entries"] == desk.told(before)["results"][0]["entries"] + 1
    assert "of 2 the details were erased since, as entries of yours say" in told["words"]
    assert desk.check(before, next_, *receipts)[0] == 0
    assert keep(desk).details == 0


def test_the_entry_says_which_and_nothing_of_what_they_held(desk):
    desk.agency = "havering"
    keep(desk)
    line = next(each for each in desk.fetch().read_text().splitlines() if "details-erased" in each)
    assert '"detail":{"erased":["1:0-1"],"purpose":""}' in line
    assert "officer-1" not in line
    assert "record-" not in line


def test_another_program_of_the_portal_does_not_erase(desk):
    with pytest.raises(Denied):
        keep_schedule(desk.ledger.database, SystemActor(Task.EXPORT_CLEAR), months_by_kind(()), 84)
    assert len(kept(desk)) == 5


def test_names_go_so_long_after_leaving_and_those_who_stay_keep_theirs(desk):
    database, now = desk.ledger.database, clock.now()
    people = [("here", None), ("lately", now - timedelta(days=300)), ("long-ago", months_before(now, 85))]
    people.append(("unknown", None))
    create_accounts(
        database,
        [NewAgency("havering", "Havering", "Havering", "council", business=False)],
        users=[
            NewUser(each, "havering", f"Name {each}", f"{each}@x.example", frozenset({Role.OFFICER}))
            for each, _ in people
        ],
    )
    with database.transaction() as tx:
        for each, left in people[1:]:
            tx.execute(update(user).where(user.c.id == each).values(disabled=True, left_at=left))
    assert keep(desk).names == 1
    with database.transaction() as tx:
        names = {row.id: (row.name, row.email) for row in tx.execute(select(user))}
        begun = tx.execute(select(user.c.left_at).where(user.c.id == "unknown")).scalar_one()
    assert names["long-ago"] == (NOBODY, "long-ago@left.invalid")
    assert [names[each][0] for each in ("here", "lately", "unknown")] == [
        "Name here",
        "Name lately",
        "Name unknown",
    ]
    assert begun >= now
    assert keep(desk).names == 0


def test_keys_go_of_subjects_who_are_on_no_record(desk):
    with desk.ledger.database.transaction() as tx:
        tx.execute(insert(person), [{"id": "p", "date_of_birth_verified": False, "believed_child": False}])
        tx.execute(insert(subject_key), [{"person_id": "p", "key": bytes(32)}])
    assert keep(desk).subjects == 1
    with desk.ledger.database.transaction() as tx:
        assert tx.execute(select(subject_key.c.key)).scalars().all() == [None]
        assert tx.execute(select(func.count()).select_from(ledger_subject_mention)).scalar_one() == 0


def test_periods_are_an_operators_to_change_within_bounds():
    assert months_by_kind(["security=36"])["security"] == 36
    assert "erasure" not in months_by_kind(())
    assert all(each.basis for each in SCHEDULE.values())
    for wrong in ("security=11", "erasure=72", "security", "looking=24"):
        with pytest.raises(ValueError, match=wrong):
            months_by_kind([wrong])
        with pytest.raises(Misconfigured, match="LEDGER_MONTHS"):
            Settings.without_secret(
                {"CONCORDAT_ENVIRONMENT": "demonstration", "CONCORDAT_LEDGER_MONTHS": wrong}
            )
