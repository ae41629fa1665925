"""The demonstration's first records, people who hold every role of their agency, and a thing of each kind."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, insert, select, update

from auth import tables as accounts
from auth.accounts import NewUser, create_accounts
from auth.actor import Actor
from auth.keys import Bounds, insert_key, issue_key
from auth.queries import actor_of
from auth.roles import PartnershipRole, Role
from auth.sessions import Limits, open_session
from foundation import clock
from foundation.database import Tx
from foundation.ledger.sequencer import sequence
from foundation.ledger.tables import ledger_detail
from portal.app import create_app
from portal.gate import context
from sharing.agreements.releases import NewRelease
from sharing.agreements.tables import agreement, agreement_version, release
from sharing.contribution import submit
from sharing.demonstration import loading
from sharing.partnerships.tables import action, attendance, meeting
from sharing.records.record import link as link_table
from sharing.records.record import record
from sharing.records.subject import subject
from sharing.stills import take_still
from sharing.submission import NewPerson, NewRecord
from tests.databases import database_settings
from tests.escalation.rows import rows_of
from tests.escalation.things import (
    AGENCIES,
    ATTACKERS,
    CHAIRED,
    COUNCIL,
    POLICE,
    PURPOSES,
    SCHEME,
    VICTIM,
    World,
    draft_of,
    named,
    person,
)
from tests.leaks.pictures import plain_picture
from tests.partnership import DEMO, ROBBERY
from tests.portal import database_of, demonstration_settings, prepare_tables

#: The values of each agency's record of each type.
VALUES: Mapping[str, Mapping[str, Any]] = {
    "incident": {"crime_type": "robbery", "occurred": clock.now(), "address": "1 Road", "account": "Told."},
    "sighting": {"seen": clock.now(), "address": "1 Road"},
    "subject": {},
    "vehicle": {"make": "Ford"},
    "item": {"make": "Fonely"},
    "premises": {"trading_name": "Shop", "address": "1 Road"},
    "camera": {"number": "C-1"},
    "intelligence": {
        "report": "Told.",
        "topic": "drugs",
        "source_evaluation": "1",
        "information_evaluation": "A",
        "handling": "P",
    },
}
_LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12), 2)


def open_world(folder: Path, url: str) -> World:
    """Load the first records of the demonstration without its crowd and figures, and add what it lacks."""
    app = create_app(
        demonstration_settings(folder, **database_settings(url), CONCORDAT_WEBHOOK_HOSTS="hooks.example")
    )
    database = database_of(app)
    prepare_tables(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "RECORDS", {loading.Size.SMALL: 60})
        patch.setattr(loading, "import_counts", lambda *_: None)
        with app.app_context():
            loading.load(database, context.files(), loading.Size.SMALL, clock.now(), lambda *_: None)
    world = World(app, database)
    _people(world)
    for agency in (*ATTACKERS, VICTIM, SCHEME):
        _records(world, agency)
    with database.transaction() as tx:
        for agency in AGENCIES:
            for table, row in rows_of(world, agency):
                tx.execute(insert(table), row)
        for agency in (VICTIM, *ATTACKERS):
            _draft(tx, agency)
    while sequence(database, folder):
        pass
    with database.transaction() as tx:
        _keep_ids(world, tx)
    app.config["WTF_CSRF_ENABLED"] = False  # the gate's own check is tried in tests/pages/test_gate.py
    return world


def _draft(tx: Tx, agency: str) -> None:
    """A version that is its drafter's agency's alone, with the terms of one that is in review."""
    row = tx.execute(select(agreement_version).where(agreement_version.c.agreement_id == "HAV-YOUTH-01"))
    terms = dict(row.mappings().one())
    tx.execute(insert(agreement), {"id": draft_of(agency), "title": "A draft"})
    who = {"drafted_by": named("second", agency), "drafted_agency": agency}
    tx.execute(
        insert(agreement_version),
        {**terms, **who, "agreement_id": draft_of(agency), "number": 1, "stage": "draft"},
    )


def _keep_ids(world: World, tx: Tx) -> None:
    """The ids of what was made by use cases, of what the demonstration brought, and of sessions and keys."""
    until = clock.now() + timedelta(days=30)
    signing = agreement_version.c.agreement_id == "HAV-CSP-01", agreement_version.c.number == 4
    for agency in AGENCIES:
        key, _ = insert_key(tx, named("program", agency), Bounds((ROBBERY,), until, "Key"), person(agency))
        mine = accounts.session.c.user_id == person(agency)
        found = {
            "key": key,
            "session_id": _first(tx, select(accounts.session.c.id).where(mine)),
            "entry": _first(tx, select(ledger_detail.c.id).where(ledger_detail.c.agency == agency)),
            "digest": _first(tx, select(agreement_version.c.digest).where(*signing)),
            "text": (DEMO / "agreements" / "HAV-CSP-01.yaml").read_text(),
            "asker": named("second", COUNCIL),
            "free-link": "",
        }
        world.ids.update({(agency, kind): id_ for kind, id_ in found.items()})
        if agency in world.own:
            _keep_records(world, tx, agency)
    _keep_meetings(world, tx)


def _first(tx: Tx, wanted: Select[Any]) -> str:
    return str(tx.execute(wanted).scalars().first() or "")


def _keep_records(world: World, tx: Tx, agency: str) -> None:
    own = world.own[agency]
    of_incident = record.c.parent == own["incident"], record.c.type == "media"
    own["media"] = world.ids[agency, "media_id"] = _first(tx, select(record.c.id).where(*of_incident))
    for id_ in own.values():
        given = select(release.c.id).where(release.c.record_id == id_)
        world.ids[agency, f"release of {id_}"] = _first(tx, given)
    on_it = link_table.c.record_id == own["incident"], link_table.c.id != named("link", agency)
    world.ids[agency, "free-link"] = _first(tx, select(link_table.c.id).where(*on_it))
    shown = select(record.c.id).join(subject, subject.c.record_id == record.c.id)
    theirs = record.c.owner == agency, record.c.id != own["subject"]
    newest = shown.where(*theirs).order_by(subject.c.gallery_until.desc())
    world.ids[agency, "gallery"] = _first(tx, newest)


def _keep_meetings(world: World, tx: Tx) -> None:
    for agency, of in ((POLICE, "robbery-reduction"), (VICTIM, "havering-community-safety")):
        held = select(meeting.c.id).where(meeting.c.partnership_id == of)
        world.ids[agency, "meeting_id"] = _first(tx, held)
    comes = {"meeting_id": world.ids[VICTIM, "meeting_id"], "user_id": person(VICTIM), "coming": True}
    tx.execute(insert(attendance), comes)
    of_victim = action.c.owner_agency == VICTIM, action.c.partnership_id == "havering-community-safety"
    world.ids[VICTIM, "action_id"] = _first(tx, select(action.c.id).where(*of_victim))


def _people(world: World) -> None:
    """Of each agency somebody with every role, a colleague and a program."""
    roles = {"all": frozenset(Role), "second": frozenset(Role), "program": frozenset({Role.ANALYST})}
    made = [
        NewUser(
            named(name, agency),
            agency,
            f"{name} of {agency}",
            f"{name}@{agency}.x",
            held,
            partnership_roles=_chairs(agency) if name == "all" else frozenset(),
        )
        for agency in AGENCIES
        for name, held in roles.items()
    ]
    create_accounts(world.database, [], [], made)
    until = clock.now() + timedelta(days=1)
    with world.database.transaction() as tx:
        programs = [named("program", agency) for agency in AGENCIES]
        tx.execute(update(accounts.user).where(accounts.user.c.id.in_(programs)).values(service=True))
        for agency in AGENCIES:
            world.sessions[agency] = open_session(tx, person(agency), _LIMITS, way="passkey")
            open_session(tx, person(agency), _LIMITS, way="passkey")
        tx.execute(update(accounts.session).values(purpose=ROBBERY))
    for agency in AGENCIES:
        world.keys[agency] = issue_key(world.database, person(agency), PURPOSES, until)


def _chairs(agency: str) -> frozenset[PartnershipRole]:
    where = CHAIRED.get(agency)
    return frozenset({PartnershipRole(where, Role.CHAIR)} if where else ())


def actor(world: World, agency: str) -> Actor:
    """Whoever holds every role of the agency, as the gate would make them."""
    with world.database.transaction() as tx:
        made = actor_of(tx, person(agency), "0" * 64)
    return replace(made, purpose=ROBBERY)


def _records(world: World, agency: str) -> None:
    """One record of each type, with a release, and a still."""
    agreement, to = (
        ("HAV-CSP-01", ("havering",)) if agency in (VICTIM, SCHEME) else ("STR-BCRP-01", ("newham", POLICE))
    )
    given = NewRelease(agreement, (ROBBERY,), to, text="Seen near the station.")
    with world.app.app_context():
        still = take_still(context.files(), plain_picture(), looked_over=True)
    who = actor(world, agency)
    kinds = world.own.setdefault(agency, {})
    for type_, values in VALUES.items():
        stills = (still,) if type_ == "incident" else ()
        persons = (NewPerson(("suspect",), {"given_name": "Ada"}),) if type_ == "incident" else ()
        new = NewRecord(type_, values, persons=persons, stills=stills, releases=(given,))
        kinds[type_] = submit(world.database, who, new).id
