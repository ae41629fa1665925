"""Rows cannot be added for another agency, moved to one, taken from one, or spoken for one."""

import json
from uuid import UUID

import pytest
from psycopg import errors

from foundation.walls import REQUESTS
from tests.walls.conftest import COUNCIL, MEMBER, POLICE, STRANGER, begin, seen

REFUSED = errors.InsufficientPrivilege

HIDDEN, MINE, SHARED = "{hidden}", "{mine}", "{shared}"
POLICE_AGENCY = "metropolitan-east-area"


def adding(table, **values):
    """An INSERT of these values; texts are quoted, and what is SQL already is given in a tuple."""
    given = ", ".join(each[0] if isinstance(each, tuple) else literal(each) for each in values.values())
    return f'INSERT INTO "{table}" ({", ".join(values)}) SELECT {given}'


def literal(value):
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower()


def record_of(owner, record="x"):
    return adding("record", id=record, type="incident", owner=owner, looked_over=False, row_version=1)


def release_of(record, by):
    terms = {"agreement_id": "HAV-CSP-01", "version": 1, "purposes": "[]", "recipients": '"all"'}
    return adding("release", id="x", record_id=record, **terms, by_user=by, at="")


def version_of(stage, *parties, **more):
    period = {"from_at": "", "until_at": "9", "purposes": "[]", "clauses": "[]", "edition": 1}
    named = json.dumps(parties)
    return adding(
        "agreement_version",
        agreement_id="HAV-CSP-01",
        number=99,
        stage=stage,
        parties=named,
        **period,
        **more,
    )


def entry_of(agency, actor, **more):
    empty = dict.fromkeys(("at", "operation", "event", "leaf", "detail"), "")
    empty |= dict.fromkeys(("agencies", "sizes", "records", "owners", "subjects"), "[]")
    return adding("ledger_pending", id="x", agency=agency, actor=actor, **empty, **more)


def signature_of(agency, user, digest="", number=1, id_="x"):
    what = {"agreement_id": "HAV-CSP-01", "number": number, "role": "signatory", "digest": digest}
    return adding("signature", id=id_, agency_id=agency, user_id=user, **what, factor_at="", at="")


def person_on(record):
    known = {"categories": "[]", "own": False, "confirmed": True, "made_by": "havering"}
    row = adding("link", id="x", record_id=record, person_id=("person_id",), **known)
    return f"{row} FROM link WHERE record_id = '{MINE}' LIMIT 1"


def note_by(approver):
    terms = {"recipients": '["havering"]', "classes": '["identity"]', "reason": "because"}
    period = {"from_at": "", "until_at": "9"}
    row = adding(
        "necessity_note",
        id="x",
        record_id=SHARED,
        person_id=("person_id",),
        **terms,
        **period,
        approver=approver,
    )
    return f"{row} FROM link WHERE record_id = '{SHARED}' LIMIT 1"


def reach_of(record):
    copied = {name: (name,) for name in ("release_id", "purpose", "agreement_id", "type", "at")}
    row = adding("reach", recipient="havering", record_id=record, until_at="9", **copied)
    return f"{row} FROM reach LIMIT 1"


_PERSON = {
    "name": "",
    "email": "",
    "roles": "[]",
    "job_title": "",
    "disabled": False,
    "demonstration_place": 0,
}
#: What an injected statement of the council's operator might try.
NEVER = {
    "moving an own record": f"UPDATE record SET owner = '{POLICE_AGENCY}' WHERE id = '{MINE}'",
    "a record for another agency": record_of(POLICE_AGENCY),
    "a person on another's record": person_on(SHARED),
    "letting another's record go": release_of(HIDDEN, "dan-osei"),
    "a release in another's name": release_of(MINE, "aaron-field"),
    "reaching another's record": reach_of(HIDDEN),
    "a note in an approver's name": note_by("neil-garroway"),
    "an entry in another's name": entry_of("havering", "aaron-field"),
    "an entry in a place of one's choosing": entry_of("havering", "dan-osei", seq=99),
    "an entry for another agency": entry_of(POLICE_AGENCY, "dan-osei"),
    "a signature for another agency": signature_of(POLICE_AGENCY, "dan-osei"),
    "a signature in another's name": signature_of("havering", "judith-prentice"),
    "a signed version by one alone": version_of("signed", "havering", POLICE_AGENCY),
    "other clauses in a signed version": "UPDATE agreement_version SET clauses = '[]'",
    "a draft among others": version_of("draft", "newham"),
    "suspending for another": adding(
        "suspension", id="x", agreement_id="HAV-CSP-01", from_at="", agency_id=POLICE_AGENCY
    ),
    "words of another's record": adding("word", word="planted", record_id=HIDDEN),
    "removing a record": f"DELETE FROM record WHERE id = '{MINE}'",
    "removing an entry": "DELETE FROM ledger_pending",
    "changing a leaf": "UPDATE ledger_leaf SET idx = 0",
    "a person of one's choosing": adding("user", id="x", agency_id=POLICE_AGENCY, **_PERSON),
    "a draft for another person": adding(
        "draft", id="x", user_id="anil-mehta", form="sighting", answers="{}", at=""
    ),
}
#: Changes that find no row, since the row is not there for whoever asks.
NOTHING = (
    f"UPDATE record SET marking = 'x' WHERE id = '{SHARED}'",
    f"UPDATE record SET owner = 'havering' WHERE id = '{HIDDEN}'",
    f"UPDATE release SET revoked = '' WHERE record_id = '{SHARED}'",
    "UPDATE reach SET until_at = '9' WHERE recipient = 'british-transport-police'",
    f"UPDATE incident SET account = '' WHERE record_id = '{SHARED}'",
)


@pytest.fixture
def names(world):
    ids = world.ids
    return {HIDDEN: ids["hidden"], MINE: ids["the council's"], SHARED: ids["to the council"]}


def filled(statement, names):
    for name, record in names.items():
        statement = statement.replace(name, record)
    return statement


@pytest.mark.parametrize("what", NEVER)
def test_statement_is_refused(world, names, what):
    with world.requesting(COUNCIL) as link, pytest.raises(REFUSED):
        link.execute(filled(NEVER[what], names))


@pytest.mark.parametrize("statement", NOTHING)
def test_statement_changes_nothing(world, names, statement):
    with world.requesting(COUNCIL) as link:
        assert link.execute(filled(statement, names)).rowcount == 0


def test_owner_changes_its_own(world, names):
    with world.requesting(COUNCIL) as link:
        changed = link.execute(filled("UPDATE record SET marking = 'x' WHERE id = '{mine}'", names))
        assert changed.rowcount == 1
    with world.requesting(POLICE) as link:
        taken_back = "UPDATE reach SET until_at = '2001' WHERE record_id = %s"
        assert link.execute(taken_back, [world.ids["to the council"]]).rowcount == 1


def test_behaviour_6_a_key_that_is_taken_tells_only_whoever_knows_the_random_id(world, names):
    """The database's own oracle: what a collision says can only be asked with an id that is known already."""
    with world.requesting(COUNCIL) as link, pytest.raises(errors.UniqueViolation):
        link.execute(record_of("havering", names[HIDDEN]))
    assert UUID(names[HIDDEN]).version == 4


def test_what_hangs_on_a_record_is_seen_with_it_and_not_without(world):
    hanging = ("incident", "link", "release")
    for user, labels in (
        (COUNCIL, {"to the council", "to all", "the council's"}),
        (MEMBER, {"to all", "to members"}),
    ):
        with world.requesting(user) as link:
            for table in hanging:
                found = world.named(seen(link, f"SELECT record_id FROM {table}"))
                assert found == labels - ({"the council's"} if table == "release" else set()), (user, table)
            on_them = seen(link, "SELECT person_id FROM link")
            assert seen(link, "SELECT id FROM person") == on_them


def planted_views():
    """An entry of the police, of which two others read views of their own, waiting and in its place."""
    owners = ("british-transport-police", "havering")
    none = dict.fromkeys(("at", "operation", "actor", "leaf"), "")
    said = {**none, "id": "x", "event": "planted", "agency": POLICE_AGENCY, "detail": ""}
    yield adding(
        "ledger_pending",
        **said,
        agencies=json.dumps([*owners, POLICE_AGENCY]),
        sizes="[1,1,1]",
        records='["theirs","ours"]',
        owners="[0,1]",
        subjects="[]",
    )
    del said["leaf"]
    yield adding("ledger_detail", **said, idx=999)
    for agency in (*owners, POLICE_AGENCY):
        yield adding("ledger_agency_mention", agency=agency, idx=999, size=1)
    for record, owner in zip(("theirs", "ours"), owners, strict=True):
        yield adding(
            "ledger_record_mention",
            record_id=record,
            idx=999,
            owner=owner,
            agency=POLICE_AGENCY,
            places="[999]",
        )


@pytest.mark.parametrize(
    ("user", "records", "waiting"),
    [(COUNCIL, {"ours"}, set()), (POLICE, {"ours", "theirs"}, {"planted"}), (STRANGER, set(), set())],
)
def test_of_an_entry_with_views_each_reads_its_own_rows_alone(world, superuser, user, records, waiting):
    for statement in planted_views():
        superuser.execute(statement)
    superuser.execute(f"SET LOCAL ROLE {REQUESTS}")
    begin(superuser, world.token(user))
    assert seen(superuser, "SELECT record_id FROM ledger_record_mention WHERE idx = 999") == records
    assert seen(superuser, "SELECT event FROM ledger_pending WHERE event = 'planted'") == waiting


def planted_for_all():
    """An entry without views in its place, which concerns the police and the council."""
    said = dict.fromkeys(("at", "operation", "actor", "detail"), "")
    yield adding("ledger_detail", **said, id="y", event="planted", agency=POLICE_AGENCY, idx=998)
    for agency in (POLICE_AGENCY, "havering"):
        yield adding("ledger_agency_mention", agency=agency, idx=998, size=1)
    yield adding("ledger_record_mention", record_id="one", idx=998, places="[998]")


@pytest.mark.parametrize(("user", "records"), [(COUNCIL, {"one"}), (POLICE, {"one"}), (STRANGER, set())])
def test_row_of_an_entry_that_all_read_is_read_by_those_whom_it_concerns(world, superuser, user, records):
    for statement in planted_for_all():
        superuser.execute(statement)
    superuser.execute(f"SET LOCAL ROLE {REQUESTS}")
    begin(superuser, world.token(user))
    assert seen(superuser, "SELECT record_id FROM ledger_record_mention WHERE idx = 998") == records


def test_entries_of_the_ledger_are_read_by_those_whom_they_concern(world):
    with world.requesting(COUNCIL) as link:
        agencies = seen(link, "SELECT agencies FROM ledger_pending")
    assert agencies
    assert all('"havering"' in each for each in agencies)
