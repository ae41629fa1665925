"""Danger to life: who may, over what, for how long; what is told at once; and the review."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, insert, select, update

from foundation import clock
from foundation.errors import Denied, FactorRequired, Invalid, Missing, Throttled
from foundation.identifiers import new_id
from sharing.agreements.tables import break_glass
from sharing.disclosure import list_records, print_record
from sharing.records.record import record
from sharing.release.facts import Exit
from sharing.release.schema import Reason
from sharing.requests.glass import NOTHING, break_the_glass
from sharing.requests.reviews import read_desk
from sharing.requests.tables import glass_try
from sharing.schemes.gallery import read_gallery
from sharing.sight import look, released_one
from sharing.worlds.answers import read_world
from tests.unit.sharing.requests.breaking import REASON, broken, declared, read
from tests.unit.sharing.requests.scene import (
    COUNCIL,
    MET,
    RAIL_DPO,
    RAIL_INSPECTOR,
    events,
    key_of,
    person,
    robbery,
)

pytestmark = pytest.mark.usefixtures("unbroken")

RAIL_SIGNATORY = "della-rowe"
SECOND = "kate-lindqvist"
BTP = "british-transport-police"


def test_record_that_did_not_exist_is_open_on_screen_for_half_an_hour(database, hidden):
    with pytest.raises(Missing):
        read(database, hidden)
    made = broken(database, hidden)
    assert (made.record, made.type, made.waits) == (hidden.id, "incident", False)
    page = read(database, hidden)
    assert page.broken == made.until
    assert page.record.fields["account"] == "Vera Quillfeather was threatened with a knife."
    assert {each.fields["family_name"] for each in page.record.persons} == {
        "Quillfeather", "Suspectson", "Youngling"
    }  # fmt: skip
    reasons = {each.reason for each in page.record.disclosed.values()}
    assert reasons == {Reason.BREAK_GLASS}
    with clock.stopped(made.until - timedelta(microseconds=1)):
        assert read(database, hidden, person(RAIL_INSPECTOR)).broken == made.until
    with clock.stopped(made.until), pytest.raises(Missing):
        read(database, hidden, person(RAIL_INSPECTOR))


def test_nobody_else_no_list_no_export_and_no_key_sees_it(database, hidden):
    broken(database, hidden)
    for other in (person("imran-sadiq"), person("hugh-barrow"), key_of(RAIL_INSPECTOR)):
        with pytest.raises(Missing):
            read(database, hidden, other)
    with pytest.raises(Missing):
        print_record(database, person(RAIL_INSPECTOR), "incident", hidden.id)
    for exit_ in (Exit.BULK, Exit.EXPORT):
        listed = list_records(database, person(RAIL_INSPECTOR), "incident", limit=200, exit_=exit_)
        assert hidden.id not in {each.id for each in listed.records}
    read_gallery(database, person(RAIL_INSPECTOR))


def test_entry_of_the_database_is_that_of_a_world_on_paper(database, hidden):
    made = broken(database, hidden)
    with database.transaction() as tx:
        row = tx.execute(select(break_glass).where(break_glass.c.id == made.id)).mappings().one()
        found = released_one(tx, look(tx, person(RAIL_INSPECTOR), Exit.ONE), "incident", hidden.id)
    told = {
        "id": row["id"], "user": row["user_id"], "record": "r", "at": row["at"].isoformat(),
        "role": row["role"], "danger": row["danger"], "reason": row["reason"],
        "factor_at": row["factor_at"].isoformat(), "reviewed": None, "second_person": None,
    }  # fmt: skip
    world = read_world(
        {
            "agencies": [{"id": MET, "kind": "police"}, {"id": BTP, "kind": "transport_police"}],
            "users": [{"id": RAIL_INSPECTOR, "agency": BTP, "roles": ["duty_inspector"], "site": None}],
            "records": [{"id": "r", "type": "incident", "owner": MET, "happened": "2026-01-01T00:00:00Z"}],
            "break_glass": [told],
        }
    )
    assert found is not None
    assert found.facts.break_glass == world.records["r"].break_glass


def test_look_names_the_broken_glass_in_the_ledger(database, hidden):
    made = broken(database, hidden)
    read(database, hidden)
    entry = events(database, "sharing:record:read")[-1]
    assert entry["detail"]["shown"]["forms"][0]["by"] == [f"break-glass {made.id}"]
    assert MET in entry["agencies"]
    (kept,) = [
        each for each in events(database, "sharing:glass:broken") if each["detail"]["glass"] == made.id
    ]
    assert kept["agencies"] == sorted([MET, BTP])
    assert kept["detail"]["reason_length"] == len(REASON)
    assert "kill" not in str(kept)


@pytest.mark.parametrize(
    "who",
    ["imran-sadiq", RAIL_DPO, COUNCIL, "priya-nair", "magda-kowalska", "colm-daly"],
)
def test_only_the_named_roles_break_it(database, hidden, who):
    with pytest.raises(Denied):
        broken(database, hidden, who)


def test_business_never_breaks_it_whatever_the_role(database, hidden):
    shop = replace(person(RAIL_INSPECTOR), business=True)
    member = replace(person(RAIL_INSPECTOR), sites=frozenset({"hartwell-sports"}))
    for who in (shop, member):
        with pytest.raises(Denied, match="never broken for a business"):
            break_the_glass(database, who, declared(hidden))
        with pytest.raises(Denied):
            read_desk(database, who)


def test_fresh_proof_is_needed_and_a_key_has_none(database, hidden):
    old = person(RAIL_INSPECTOR, proved=clock.now() - timedelta(minutes=5))
    with pytest.raises(FactorRequired):
        break_the_glass(database, old, declared(hidden))
    with pytest.raises(Denied):
        break_the_glass(database, key_of(RAIL_INSPECTOR), declared(hidden))


@pytest.mark.parametrize(
    ("more", "part"),
    [({"danger": "boredom"}, "danger"), ({"reason": "Short."}, "reason"), ({"reason": "x" * 2001}, "reason"),
     ({"reference": " "}, "reference"), ({"owner": ""}, "owner")],
)  # fmt: skip
def test_declaration_is_whole(database, hidden, more, part):
    with pytest.raises(Invalid) as found:
        break_the_glass(database, person(RAIL_INSPECTOR), declared(hidden, **more))
    assert list(found.value.problems) == [part]


def statements(database, act):
    """The statements that an act sends, without their parameters, in order."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return sent


def test_everything_that_does_not_open_answers_alike_on_one_path(database, hidden):
    """Wrong, of one's own agency, of an agency that shares no agreement, vetoed, of nobody."""
    vetoed, twice = robbery(database, to=()), robbery(database, to=())
    with database.transaction() as tx:
        veto = {"named_recipients": ["havering"], "veto": True}
        tx.execute(update(record).where(record.c.id == vetoed.id).values(conditions=veto))
        tx.execute(
            update(record).where(record.c.id == twice.id).values(owner_reference=hidden.reference + "X")
        )
        robbery_twin(tx, twice)
    cases = {
        "wrong": declared(hidden, reference="2222-22"),
        "folded": declared(hidden, reference=hidden.reference.lower()),
        "another owner": declared(hidden, owner="havering"),
        "no agreement": declared(hidden, owner="east-bank-bcrp"),
        "own": declared(hidden, owner=BTP),
        "nobody": declared(hidden, owner="nobody"),
        "vetoed": declared(vetoed),
        "two": declared(hidden, reference=hidden.reference + "X"),
    }
    paths = {}
    for name, each in cases.items():
        with database.transaction() as tx:
            tx.execute(delete(glass_try))

        def act(each=each):
            with pytest.raises(Missing) as found:
                break_the_glass(database, person(RAIL_INSPECTOR), each)
            assert str(found.value) == NOTHING

        paths[name] = statements(database, act)
    assert len({tuple(path) for path in paths.values()}) == 1
    missed = events(database, "sharing:glass:missed")[-len(cases) :]
    assert all((each["agencies"], each["records"]) == ([BTP], []) for each in missed)
    assert hidden.reference not in str(missed)


def robbery_twin(tx, about):
    """A second record of the same owner with the same reference."""
    row = tx.execute(select(record).where(record.c.id == about.id)).mappings().one()
    tx.execute(insert(record), {**row, "id": new_id()})


def test_trying_one_reference_after_another_is_stopped(database, hidden):
    wrong = declared(hidden, reference="2222-22")
    for _ in range(6):
        with pytest.raises(Missing):
            break_the_glass(database, person(RAIL_INSPECTOR), wrong)
    with pytest.raises(Throttled) as found:
        broken(database, hidden)
    assert 0 < found.value.retry_after <= 15 * 60
    later = clock.now() + timedelta(minutes=15, seconds=1)
    with clock.stopped(later):
        assert broken(database, hidden)
