"""What is asked in the reader's name tells an owner all that the server's own role would, and others nothing.

The public log, receipts of entries, who has looked, who may see, and files that were stopped.
"""

import pytest
from psycopg import errors
from sqlalchemy import insert

from foundation import clock
from foundation.database import Database
from foundation.errors import Conflict, Denied, Missing
from foundation.identifiers import new_id
from foundation.ledger.encoding.policy import Policy
from foundation.ledger.sequencer import sequence
from foundation.schema import migrate
from sharing import publishing
from sharing.contribution import submit
from sharing.disclosure import read_record
from sharing.exports.stops import list_stops, mark_seen
from sharing.exports.tables import export_stop
from sharing.receipts.of_record import read_receipts
from sharing.receipts.report import period_asked, report_receipts
from sharing.record_audiences import who_may_see
from tests.asking import as_server, asking
from tests.databases import postgresql_url
from tests.partnership import actor, load_partnership
from tests.walls.conftest import COUNCIL, MEMBER, POLICE, STRANGER, World, incident, to

COUNCIL_DPO, STRANGER_DPO = "ruth-okafor", "yusra-malik"
WITNESSES = Policy()


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    """A world in which the council and members have looked at a record of the police; all of it is signed."""
    made = World(url := postgresql_url(), Database(url))
    migrate(made.owner)
    load_partnership(made.owner)
    for label, by, new in (
        ("shared", POLICE, incident(to("havering", "romford-bcrp"))),
        ("hidden", POLICE, incident()),
    ):
        with asking(made.owner, actor(by)) as database:
            made.ids[label] = submit(database, actor(by), new).id
    for user in (COUNCIL, COUNCIL, MEMBER):
        with asking(made.owner, actor(user)) as database:
            read_record(database, actor(user), "incident", made.ids["shared"])
    folder = tmp_path_factory.mktemp("signed")
    while sequence(made.owner, folder):
        pass
    yield made
    made.owner.close()


def told(database, user, ask):
    """What an answer says, or as what it is refused."""
    try:
        return ask(database, actor(user))
    except (Conflict, Denied, Missing) as refused:
        return type(refused)


def both(looked, user, ask):
    """The answer in the reader's name, and in the server's."""
    with asking(looked.owner, actor(user)) as database:
        mine = told(database, user, ask)
    with as_server(looked.owner) as database:
        return mine, told(database, user, ask)


PUBLIC = {
    "standing": lambda db, who: publishing.read_standing(db, who, WITNESSES),
    "parts": lambda db, who: publishing.read_parts(db, who, WITNESSES),
    "checkpoint": publishing.read_checkpoint,
    "leaves": lambda db, who: publishing.read_leaves(db, who, "000.p/4"),
    "tile": lambda db, who: publishing.read_tile(db, who, 0, "000.p/4"),
    "policy": lambda db, who: publishing.read_policy(db, who, WITNESSES),
    "successions": publishing.read_successions,
}


@pytest.mark.parametrize("what", PUBLIC)
def test_public_log_is_the_same_for_everybody_through_the_wall(looked, what):
    answers = [both(looked, user, PUBLIC[what]) for user in (COUNCIL_DPO, STRANGER_DPO)]
    assert len({repr(each) for pair in answers for each in pair}) == 1
    assert answers[0][0] not in (Denied, Missing)


def entries_of(looked, label):
    """Ids of the entries that tell of looks at a record, with what agencies they concern."""
    wanted = (
        "SELECT d.id, array_agg(a.agency) FROM ledger_detail d"
        " JOIN ledger_record_mention r ON r.places::jsonb @> to_jsonb(d.idx)"
        " JOIN ledger_agency_mention a ON a.idx = d.idx"
        " WHERE r.record_id = %s GROUP BY d.id"
    )
    with looked.link() as link:
        return {row[0]: set(row[1]) for row in link.execute(wanted, [looked.ids[label]])}


def test_receipt_is_taken_by_those_whom_the_entry_concerns(looked):
    entries = entries_of(looked, "shared")
    assert any("havering" in agencies for agencies in entries.values())
    for entry, agencies in entries.items():

        def take(db, who, entry=entry):
            return publishing.take_receipt(db, who, WITNESSES, entry)

        mine, whole = both(looked, COUNCIL_DPO, take)
        assert mine == whole
        assert (mine is not Missing) == ("havering" in agencies)
        assert both(looked, STRANGER_DPO, take) == (Missing, Missing)


def test_owner_is_told_who_looked_and_nobody_else_is(looked):
    period = period_asked(clock.today(), clock.today())

    def report(db, who):
        return report_receipts(db, who, period)

    mine, whole = both(looked, POLICE, report)
    assert mine == whole
    assert {(each.agency, each.looks, each.people) for each in mine.lines} == {
        ("havering", 2, 1),
        ("romford-bcrp", 1, 1),
    }
    assert all(each.classes and each.reference for each in mine.lines)
    for user in (COUNCIL, STRANGER):
        theirs, _ = both(looked, user, report)
        assert theirs.lines == ()


def test_owner_is_told_who_looked_at_one_record_and_nobody_else_is(looked):
    def receipts(db, who):
        return read_receipts(db, who, looked.ids["shared"])

    mine, whole = both(looked, POLICE, receipts)
    assert mine == whole
    assert [len(each.looks) for each in mine.people] == [1, 2]
    assert len(mine.releases) == 1
    for user in (COUNCIL, STRANGER, MEMBER):
        assert both(looked, user, receipts) == (Missing, Missing)


def test_owner_is_told_who_may_see_a_record_members_of_others_too(looked):
    def audiences(db, who):
        return who_may_see(db, who, "incident", looked.ids["shared"])

    mine, whole = both(looked, POLICE, audiences)
    assert mine == whole
    assert any(each.members for each in mine.groups)
    assert any(not each.members for each in mine.groups)
    for user in (COUNCIL, STRANGER, MEMBER):
        assert both(looked, user, audiences) == (Missing, Missing)


def test_stopped_file_is_told_to_whom_its_records_belong_and_noted_by_them_alone(looked):
    row = {
        "id": new_id(), "agency_id": "havering", "export_id": new_id(), "user_id": POLICE, "at": clock.now(),
        "records": [looked.ids["shared"]], "fields": ["account"],
    }  # fmt: skip
    with looked.owner.transaction() as tx:
        tx.execute(insert(export_stop), row)
    mine, whole = both(looked, COUNCIL_DPO, list_stops)
    assert mine == whole
    assert [(each.id, each.agency, each.seen_at) for each in mine] == [
        (row["id"], "Metropolitan Police East Area", None)
    ]

    def note(db, who):
        return mark_seen(db, who, row["id"])

    assert both(looked, STRANGER_DPO, list_stops) == ((), ())
    assert both(looked, STRANGER_DPO, note) == (Missing, Missing)
    assert [each.seen_at for each in both(looked, COUNCIL_DPO, list_stops)[0]] == [None]
    with asking(looked.owner, actor(COUNCIL_DPO)) as database:
        note(database, actor(COUNCIL_DPO))
    assert all(each.seen_at for each in both(looked, COUNCIL_DPO, list_stops)[0])


def test_wall_lets_nobody_change_what_was_stopped_or_see_what_stopped_others(looked):
    with looked.requesting(STRANGER_DPO) as link:
        assert link.execute("SELECT count(*) FROM export_stop").fetchone() == (0,)
    with looked.requesting(COUNCIL_DPO) as link:
        assert link.execute("SELECT count(*) FROM export_stop").fetchone() == (1,)
        for change in ("UPDATE export_stop SET fields = '[]'", "DELETE FROM export_stop"):
            with pytest.raises(errors.InsufficientPrivilege), link.transaction():
                link.execute(change)
