"""Looks of the last days, each made as its person at its moment, so that the ledger has some to review."""

from datetime import datetime

from auth.acting import acting_for
from foundation import clock
from foundation.database import Database
from sharing.demonstration.moments import moment_of
from sharing.demonstration.people import id_of, read
from sharing.disclosure import list_records, read_record


def look_around(database: Database, now: datetime) -> None:
    """Look at what `demo/looks.yaml` says.

    Raises:
        Invalid: if the file does not hold.
    """
    for each in read("looks.yaml")["looks"]:
        for at in each["at"]:
            with clock.stopped(moment_of(at, now)):
                with database.transaction() as tx:
                    person = acting_for(tx, id_of(each["by"]), purpose=each["purpose"], session="")
                listed = list_records(database, person, each["type"], limit=each["records"])
                for record in listed.records:
                    read_record(database, person, record.type, record.id)
