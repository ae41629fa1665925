"""Files that people of the demonstration have asked for, so that the first look at exports shows some."""

from auth.acting import acting_for
from foundation.database import Database
from sharing.demonstration.people import id_of, read
from sharing.exports.asking import NewExport, ask_export


def ask_for_files(database: Database) -> None:
    """Ask for what `demo/exports.yaml` says; the server makes it when it starts.

    Raises:
        Invalid: if the file does not hold.
    """
    for asked in read("exports.yaml")["exports"]:
        with database.transaction() as tx:
            person = acting_for(tx, id_of(asked["by"]), purpose=asked["purpose"], session="")
        ask_export(database, person, NewExport(asked["type"], asked["format"]))
