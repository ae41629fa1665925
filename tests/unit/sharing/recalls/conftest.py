"""The partnership's people on both databases, with a robbery of the police that others may look at."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.agencies import list_agencies
from foundation import clock
from foundation.database import Database
from foundation.errors import Missing
from foundation.ledger.sequencer import sequence
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.disclosure import list_records, read_record
from sharing.recalls.acts import Act
from sharing.recalls.tables import recall_notice
from sharing.receipts.of_record import read_receipts
from sharing.submission import NewPerson, NewRecord
from tests.databases import postgresql_url, sqlite_url
from tests.partnership import ROBBERY, actor, load_partnership
from tests.portal import prepare_tables

OWNER = "aaron-field"
POLICE = "metropolitan-east-area"
TRANSPORT, COUNCIL, BUSINESS = "british-transport-police", "havering", "romford-bcrp"


class Scene:
    """One database, with what people do in it said in a line."""

    def __init__(self, database, folder):
        self.database = database
        self.folder = folder

    def incident(self, *recipients, text="Two people took a telephone.", persons=None, **values):
        new = NewRecord(
            "incident",
            {
                "crime_type": "robbery",
                "occurred": clock.now() - timedelta(hours=30),
                "address": "1 Victoria Road, Romford",
                "ward": "St Edward's",
                "account": "The whole story, as it was told.",
                "crime_reference": "4021777/26",
                **values,
            },
            persons=persons
            or (
                NewPerson(
                    ("suspect",),
                    {"given_name": "Adam", "family_name": "Suspectson", "clothing": ["black-puffer"],
                     "date_of_birth": "1991-02-03", "home_address": "3 Ash Lane, Romford"},
                ),
            ),
            releases=tuple(
                NewRelease("HAV-CSP-01", (ROBBERY,), (each,), text=text) for each in recipients
            ),
        )  # fmt: skip
        return submit(self.database, actor(OWNER), new).id

    def look(self, user, record_id, type_="incident", purpose=ROBBERY):
        return read_record(self.database, actor(user, purpose), type_, record_id).record

    def lists(self, user, type_="incident", purpose=ROBBERY):
        return list_records(self.database, actor(user, purpose), type_).records

    def gone(self, user, record_id):
        with pytest.raises(Missing):
            self.look(user, record_id)

    def releases(self, record_id):
        receipts = read_receipts(self.database, actor(OWNER), record_id)
        return {each.recipients: each.id for each in receipts.releases}

    def notices(self, record_id):
        """Every notice of the record by who was told: user -> row."""
        with self.database.transaction() as tx:
            rows = tx.execute(select(recall_notice).where(recall_notice.c.record_id == record_id)).mappings()
            return {row["user_id"]: dict(row) for row in rows}

    def sequence(self):
        while sequence(self.database, self.folder):
            pass

    def name(self, agency):
        return next(each.name for each in list_agencies(self.database) if each.id == agency)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def scene(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("recalls")
    folder.chmod(0o700)
    database = Database(postgresql_url() if request.param == "postgresql" else sqlite_url(folder))
    prepare_tables(database)
    load_partnership(database)
    yield Scene(database, folder)
    database.close()


@pytest.fixture
def act():
    """A recall with a reason, of what is given."""

    def made(**what):
        return replace(Act(reason="It was wrong."), **what)

    return made
