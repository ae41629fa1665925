"""A door asks in its reader's name; one that asks in the server's says why, and none more does."""

import re

from tests.architecture.sources import ROOT, files
from tests.walls.reviewed import SERVER_DOORS

_ASKS = re.compile(r"\b(system_database|owner_database)\(\)|services\(?\)?\.(system|owner)\b")


def asking_as_server():
    sources = [path for path in files(".py") if path.parts[0] == "portal" and path.parts[1] in ("api", "web")]
    return {"/".join(path.parts[1:]) for path in sources if _ASKS.search((ROOT / path).read_text())}


def test_doors_that_ask_in_the_servers_name_are_reviewed():
    """A new door takes `context.database()`, and its tables a line in migrations/walls/declared.py."""
    assert asking_as_server() == set(SERVER_DOORS)
    assert all(SERVER_DOORS.values())


def test_reads_of_records_go_through_the_wall():
    """However a door is written, these use cases are asked in the reader's name."""
    reads = (
        "list_records", "read_record", "print_record", "search", "search_records", "read_gallery",
        "subjects_named", "show_still", "read_ledger", "submit", "submit_handled", "release_record",
        "preview",
    )  # fmt: skip
    asked = re.compile(rf"\b({'|'.join(reads)})\(\s*context\.(system|owner)_database\(\)")
    sources = [path for path in files(".py") if path.parts[0] == "portal"]
    assert [path for path in sources if asked.search((ROOT / path).read_text())] == []
    assert asked.search("search(\n    context.system_database()")


def test_commands_ask_for_every_row():
    """Nobody is signed in at the command line, so a command that asked like a request would see no row."""
    asked = re.compile(r"(?<!_)\bdatabase\(\)|services\(?\)?\.database\b")
    commands = [path for path in files(".py") if path.parts[:2] == ("portal", "cli")]
    assert [path for path in commands if asked.search((ROOT / path).read_text())] == []
    assert asked.search("reopen_agency(database(), agency)")
    assert asked.search("reopen_agency(context.database(), agency)")
    assert not asked.search("reopen_agency(owner_database(), agency)")
