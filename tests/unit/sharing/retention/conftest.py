"""A police agency's records of every type on both databases, with everything that can hang on them."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Boolean, Date, Integer, LargeBinary, String, func, insert, select, update

from auth.system import SystemActor, Task
from auth.tables import idempotency
from foundation import clock
from foundation.database import Database, JsonText, UtcTime
from foundation.files import Files
from foundation.identifiers import new_id
from foundation.ledger.sealing import open_keys
from foundation.ledger.sequencer import sequence
from migrations.tables import every_table
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.drafts.tables import draft
from sharing.exports.tables import export, export_stop
from sharing.inserts import keep_words
from sharing.records.person import PERSON
from sharing.records.record import link, record
from sharing.records.registry import OWN, TABLES
from sharing.release.schema import FieldType
from sharing.requests.tables import notice
from sharing.retention.retaining import retain_records
from sharing.submission import Box, NewPerson, NewRecord, NewStill
from tests.databases import postgresql_url, sqlite_url
from tests.leaks.values import Writer
from tests.partnership import ROBBERY, actor, load_partnership
from tests.portal import prepare_tables

OWNER, POLICE = "aaron-field", "metropolitan-east-area"
RETAINER = SystemActor(Task.RECORD_RETAIN)
#: Different people for each column that names one, so that no rule of two persons is broken.
_PEOPLE = ("dan-osei", "ruth-okafor", "helen-marsh", "magda-kowalska", "femi-oyelaran", "kate-lindqvist")
#: Longer than any period of the portal's own.
LONG = timedelta(days=365 * 6 + 40)
_GRADING = {"source_evaluation": "1", "information_evaluation": "A", "handling": "P"}
_LEAST = {"intelligence": {"report": "Told.", "topic": "drugs", **_GRADING}}


class Scene:
    """One database and one file store, and what stands in them."""

    def __init__(self, database, folder):
        self.database, self.folder = database, folder
        self.files = Files(f"file://{folder / 'files'}")
        self.writer = Writer(0)
        self.places = count()
        self.ids = {}

    def canary(self):
        return self.writer.canary(str(next(self.places)))

    def tx(self):
        return self.database.transaction()

    def still(self):
        return NewStill(
            self.files.put(self.canary().encode()), "jpeg", "0" * 64, boxes=(Box("face", 1, 1, 9, 9, 0),)
        )

    def submit(self, type_="incident", by=OWNER, **more):
        return submit(self.database, actor(by), NewRecord(type_, _LEAST.get(type_, {}), **more)).id

    def retain(self):
        return retain_records(self.database, self.files, RETAINER)

    def retain_after(self, past=LONG):
        with clock.stopped(clock.now() + past):
            return self.retain()

    def sequence(self):
        while sequence(self.database, self.folder):
            pass

    def held(self):
        """The ids of records that are there."""
        with self.tx() as tx:
            return set(tx.execute(select(record.c.id)).scalars())

    def stored(self):
        """Everything that stands in the database and in the file store, by where."""
        found = {}
        with self.tx() as tx:
            for table in every_table().sorted_tables:
                for row in tx.execute(select(table)).mappings():
                    for column, value in row.items():
                        found.setdefault(f"{table.name}.{column}", bytearray()).extend(_bytes(value) + b"\n")
        for path in (self.folder / "files").rglob("*"):
            if path.is_file():
                found[path.name] = path.read_bytes()
        return {place: bytes(data) for place, data in found.items()}

    def plant(self):
        """Records of every type with a canary in every field of words, and all that hangs on them."""
        release = NewRelease("HAV-CSP-01", (ROBBERY,), ("havering",), text=f"Seen {self.canary()}.")
        persons = (NewPerson(("victim",), {"given_name": "Vera"}),)
        for type_ in OWN.keys() - {"media", "camera"}:
            more = {"persons": persons} if type_ in {"incident", "sighting", "subject", "order"} else {}
            stills = (self.still(),) if type_ == "incident" else ()
            self.ids[type_] = self.submit(type_, releases=(release,), stills=stills, **more)
        with self.tx() as tx:
            self._plant_fields(tx)
            self._plant_hanging(tx)
            self._plant_beside(tx)

    def _plant_fields(self, tx):
        for type_, schema in OWN.items():
            for row in tx.execute(select(TABLES[type_].c.record_id)).scalars().all():
                values = self._values(each for each in schema.fields if (type_, each.name) != _STILL)
                tx.execute(update(TABLES[type_]).where(TABLES[type_].c.record_id == row).values(**values))
                keep_words(tx, row, values)
        for row in tx.execute(select(link.c.id)).scalars().all():
            tx.execute(update(link).where(link.c.id == row).values(**self._values(PERSON.fields)))
        for row in tx.execute(select(record.c.id)).scalars().all():
            words = {name: self.canary() for name in ("owner_reference", "recorded_by", "statement_kind")}
            tx.execute(update(record).where(record.c.id == row).values(**words))

    def _values(self, fields):
        """A canary in every field that holds words; a file with one where it is a picture."""
        found = {}
        for field in fields:
            if field.type is FieldType.IMAGE:
                found[field.name] = self.files.put(self.canary().encode())
            elif field.type is FieldType.CODES:
                found[field.name] = [self.canary()]
            elif field.type not in _NO_WORDS:
                found[field.name] = self.canary()
        return found

    def _plant_hanging(self, tx):
        """A row in every table that hangs on a record or a person and has none yet."""
        tables = hanging_tables()
        someone = tx.execute(select(link.c.person_id)).scalars().first()
        first = {
            "person": someone,
            "record": self.ids["incident"],
            "agency": POLICE,
            "agreement": "HAV-CSP-01",
        }
        for table in every_table().sorted_tables:
            if table in tables and not tx.execute(select(func.count()).select_from(table)).scalar():
                tx.execute(insert(table), self._row(table, first))
            if table in tables and "id" in table.c:
                first.setdefault(table.name, tx.execute(select(table.c.id)).scalars().first())

    def _row(self, table, first):
        people, row = iter(_PEOPLE), {}
        for column in table.c:
            names = {key.column.table.name for key in column.foreign_keys}
            if names:
                (name,) = names
                row[column.name] = next(people) if name == "user" else first[name]
            elif column.primary_key and isinstance(column.type, String):
                row[column.name] = new_id()[: column.type.length]
            else:
                row[column.name] = self._value(column)
        return row

    def _value(self, column):
        plain = {UtcTime: clock.now(), Date: clock.today(), Boolean: False, Integer: 0}
        for kind, value in plain.items():
            if isinstance(column.type, kind):
                return value
        if isinstance(column.type, JsonText):
            return [self.canary()]
        if isinstance(column.type, LargeBinary):
            return self.canary().encode()
        return self.canary()[: column.type.length]

    def _plant_beside(self, tx):
        """What names a record and does not hang on it."""
        still = tx.execute(select(record.c.id).where(record.c.type == "media")).scalars().first()
        asked = tx.execute(select(every_table().tables["request"].c.id)).scalars().first()
        at = {"at": clock.now()}
        tx.execute(
            insert(draft),
            {"id": new_id(), "user_id": "dan-osei", "form": "request", **at,
             "answers": {"record": self.ids["incident"], "need": self.canary()}},
        )  # fmt: skip
        for contents, record_id in (([["media", still]], None), (None, self.ids["subject"])):
            tx.execute(
                insert(export),
                {"id": new_id(), "user_id": "dan-osei", "agency_id": "havering", "purpose": ROBBERY,
                 "session": "0" * 64, "format": "csv", "type": "media", "record_id": record_id,
                 "filters": {"words": [self.canary()]}, "asked_at": clock.now(), "state": "ready",
                 "file_key": self.files.put(self.canary().encode()), "contents": contents},
            )  # fmt: skip
        tx.execute(
            insert(export_stop),
            {"id": new_id(), "agency_id": POLICE, "export_id": new_id(), "user_id": "dan-osei", **at,
             "records": [self.ids["incident"]], "fields": [self.canary()]},
        )  # fmt: skip
        answer = f"{self.ids['incident']} {self.canary()}"
        tx.execute(
            insert(idempotency),
            {"user_id": OWNER, "key": "k", "body_digest": "0" * 64, "answer": answer, **at},
        )
        tx.execute(
            insert(notice),
            {"id": new_id(), "agency_id": POLICE, "audience": "staff", "kind": "told", "about": asked, **at},
        )


#: A still has its file already.
_STILL = ("media", "picture")
_NO_WORDS = {
    FieldType.AMOUNT, FieldType.DATE, FieldType.DOB, FieldType.FLAG, FieldType.NUMBER, FieldType.PERSON,
    FieldType.POINT, FieldType.TIME, FieldType.ZONE,
}  # fmt: skip


def hanging_tables():
    """Every table that hangs on a record or a person by foreign keys, however far down."""
    every, found = every_table(), set()
    left = [every.tables["record"], every.tables["person"]]
    while left:
        table = left.pop()
        for other in every.sorted_tables:
            tied = any(key.column.table is table for key in other.foreign_keys)
            if tied and other not in found:
                found.add(other)
                left.append(other)
    return found


def _bytes(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


@pytest.fixture
def dpo():
    """The data protection officer of the police."""
    return actor("miriam-stokes")


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request, tmp_path):
    open_keys(tmp_path)
    database = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    prepare_tables(database)
    load_partnership(database)
    made = Scene(database, tmp_path)
    yield made
    database.close()
