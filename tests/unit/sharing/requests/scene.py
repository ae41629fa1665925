"""A robbery of the police's, released to a business partnership and others; who asks, and who answers."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from auth.actor import Actor
from foundation import clock
from foundation.database import Database
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.records.record import link
from sharing.requests.answering import prepare
from sharing.requests.approving import approve
from sharing.requests.asking import NewRequest, ask
from sharing.requests.content import Answer
from sharing.requests.reading import read_request
from sharing.submission import NewPerson, NewRecord
from tests.ledgers import entries_waiting
from tests.partnership import EXCLUDING, ROBBERY, load_partnership
from tests.partnership import actor as whoever
from tests.portal import prepare_tables

MET = "metropolitan-east-area"
BCRP = "romford-bcrp"
MEMBER, MANAGER = "magda-kowalska", "priya-nair"
PREPARER, APPROVER, OFFICER, DPO = "femi-oyelaran", "aaron-field", "leanne-whitby", "miriam-stokes"
RAIL, RAIL_INSPECTOR, RAIL_DPO = "imran-sadiq", "gareth-lunn", "noor-haddad"
COUNCIL = "owen-fairlie"
PURPOSES = (ROBBERY, EXCLUDING, "safeguarding-children")


@dataclass(frozen=True)
class Robbery:
    """The record, its reference, and the links of those on it."""

    id: str
    reference: str
    victim: str
    adult: str
    child: str

    def key(self, person: str, field: str) -> str:
        """The key of a person's field."""
        return f"persons.{getattr(self, person)}.{field}"


def person(user: str, *, purpose: str = ROBBERY, proved: datetime | None = None) -> Actor:
    """Somebody of the demonstration who has just signed in."""
    return replace(whoever(user, purpose), factor_at=proved or clock.now())


def key_of(user: str, *, purpose: str = ROBBERY) -> Actor:
    """The same user as a key speaks for them: with no factor."""
    return replace(whoever(user, purpose), factor_at=None)


def open_partnership(url: str) -> Database:
    """A fresh database with the demonstration's agencies, people and agreements."""
    database = Database(url)
    prepare_tables(database)
    load_partnership(database)
    return database


def robbery(
    database: Database, *, to: tuple[str, ...] = (BCRP, "havering", "british-transport-police")
) -> Robbery:
    """A robbery with a victim, an adult suspect and a suspect of 16, released to those named."""
    born = clock.today() - timedelta(days=int(16.5 * 365.25))
    people = (
        _named(("victim",), "Vera", "Quillfeather", date(1990, 5, 1)),
        _named(("suspect",), "Adam", "Suspectson", date(1991, 2, 3)),
        _named(("suspect",), "Tim", "Youngling", born),
    )
    new = NewRecord(
        "incident",
        {
            "crime_type": "robbery",
            "occurred": clock.now() - timedelta(hours=30),
            "address": "1 Victoria Road, Romford",
            "ward": "St Edward's",
            "account": "Vera Quillfeather was threatened with a knife.",
            "crime_reference": "4021777/26",
        },
        people,
        releases=(NewRelease("HAV-CSP-01", PURPOSES, to, text="Somebody was threatened."),) if to else (),
    )
    made = submit(database, person(OFFICER), new)
    with database.transaction() as tx:
        rows = tx.execute(select(link.c.id, link.c.family_name).where(link.c.record_id == made.id))
        links = {row.family_name: row.id for row in rows}
    return Robbery(made.id, made.reference, links["Quillfeather"], links["Suspectson"], links["Youngling"])


def _named(categories: tuple[str, ...], given: str, family: str, born: date) -> NewPerson:
    names = {"given_name": given, "family_name": family, "date_of_birth": born}
    return NewPerson(categories, {**names, "home_address": "9 Elm Road, Romford", "clothing": ["coat"]})


def form(record: str, *fields: str, **more: object) -> NewRequest:
    """A request that is filled in as it should be."""
    said = {
        "basis": "gdpr-legitimate",
        "gateway": "dpa-sch1-10",
        "need": "To serve an exclusion notice on the right person.",
        "proportion": "A description alone has led to the wrong person before.",
        "urgency": "normal",
        "days": 28,
        "keeping": "nowhere",
        "security": "portal-only",
        **more,
    }
    return NewRequest(record, tuple(fields), **said)  # type: ignore[arg-type]  # as each test says


def answer(*fields: str, users: tuple[str, ...] = (MEMBER,), days: float = 28, **more: object) -> Answer:
    """An answer that gives fields in full."""
    said = {"until": clock.now() + timedelta(days=days), "reasons": "Granted to serve the notice.", **more}
    treatment = said.pop("treatment", "disclose")
    return Answer(dict.fromkeys(fields, treatment), users, **said)  # type: ignore[arg-type]  # as each test says


def granted(database: Database, asked: str, given: Answer) -> tuple[str, ...]:
    """Prepared by one and approved by another; gives the grants' ids."""
    proposal = prepare(database, person(PREPARER), asked, given)
    prepared = read_request(database, person(APPROVER), asked).prepared
    assert prepared is not None
    return approve(database, person(APPROVER), asked, proposal, prepared.digest)


def asked_and_granted(database: Database, about: Robbery, *, days: float = 28) -> tuple[str, ...]:
    """The member asks for the adult's family name, and is granted it."""
    key = about.key("adult", "family_name")
    asked = ask(database, person(MEMBER), form(about.id, key))
    return granted(database, asked, answer(key, days=days))


def events(database: Database, name: str) -> list[dict]:
    """The entries of one event that wait in the ledger, oldest first."""
    return [each for each in entries_waiting(database) if each["event"] == name]
