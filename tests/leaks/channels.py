"""Every channel by which something may leak: the test that watches it, or why the portal does not have it.

`docs/leaks.md` is written from this and from the planted leaks: `python -m tests.leaks.channels write`.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "docs" / "leaks.md"

#: Two worlds that differ only in what is hidden answer everything with equal bytes.
WORLDS = "test_two_worlds.py::test_observer_cannot_tell_the_worlds_apart"
#: The same, and no hidden value stands in an answer, however it is written.
CANARIES = "test_two_worlds.py::test_no_canary_leaves"
#: A watch of its own, with the planted leak and without.
WATCH = "test_seeded_leaks.py::test_planted_leak_is_found"

FAULTS = "test_canaries.py::test_fault_tells_neither_reader_nor_log_what_went_wrong"


@dataclass(frozen=True)
class Channel:
    """One channel; `absent` says why there is none, and then there is no test."""

    number: int
    what: str
    test: str = ""
    absent: str = ""


CHANNELS: tuple[Channel, ...] = (
    Channel(1, "A hidden value in a page or in JSON", CANARIES),
    Channel(2, "A key without a value, which says that there is one", WORLDS),
    Channel(3, "The length of what is masked", WORLDS),
    Channel(4, "Comments, attributes and hidden inputs of a page", CANARIES),
    Channel(5, "A form or a refused change that comes back filled", WATCH),
    Channel(6, "A change of what is seen that empties what is not", WATCH),
    Channel(7, "Fields sent along that nobody may set", WATCH),
    Channel(8, "A search for a hidden value", WORLDS),
    Channel(9, "A search for a part of a hidden value", WORLDS),
    Channel(10, "A filter on a hidden field", WORLDS),
    Channel(11, "The order by a hidden field", WORLDS),
    Channel(12, "Equals put in the order of a hidden field", WORLDS),
    Channel(13, "The rank of a hit, by hidden text", WORLDS),
    Channel(14, "An extract around a hit", CANARIES),
    Channel(15, "Counts beside filters", WORLDS),
    Channel(16, "Totals over hidden rows", WORLDS),
    Channel(17, "The mark of the next page, which holds a position", WORLDS),
    Channel(18, "Short pages, and pages after which only hidden rows follow", WORLDS),
    Channel(
        19,
        "Suggestions while typing",
        absent="nothing is suggested while somebody types; choices in forms are fixed lists of codes",
    ),
    Channel(20, "“Did you mean”", absent="a search finds words as they were typed and proposes no other"),
    Channel(21, "Lists of what is new or much read", WORLDS),
    Channel(22, "A warning that something is known already", WATCH),
    Channel(23, "A refusal of what must be unique; a reply kept under a key", WATCH),
    Channel(
        24,
        "Hidden, gone and absent in other words",
        "test_two_worlds.py::test_hidden_record_answers_like_one_that_nobody_has",
    ),
    Channel(25, "Refusals that quote what is stored", CANARIES),
    Channel(26, "Pages of faults", FAULTS),
    Channel(27, "Ids that can be counted or dated", WATCH),
    Channel(28, "Entity tags and dates of the whole row", WORLDS),
    Channel(29, "Answers that nothing has changed", WATCH),
    Channel(30, "Versions that move with what is hidden", WORLDS),
    Channel(31, "When it was last edited, and by whom", WORLDS),
    Channel(32, "The length of an answer, and what compression makes of it", WATCH),
    Channel(33, "The time that an answer takes", WATCH),
    Channel(34, "The work that an answer takes, and headers that tell of it", WATCH),
    Channel(35, "Counters that agencies share", WATCH),
    Channel(36, "Answers kept by browsers and proxies", WATCH),
    Channel(37, "Answers kept in the portal for another reader", WATCH),
    Channel(38, "CSV files: columns too many, and cells that are formulas", WATCH),
    Channel(39, "Workbooks with hidden sheets", absent="no workbook is made; asking for one is refused"),
    Channel(40, "PDF files: text under what is shown, and in other parts", WATCH),
    Channel(41, "Titles and names of files", WATCH),
    Channel(42, "Paper that shows what the screen hides", CANARIES),
    Channel(43, "What the camera wrote into a picture", WATCH),
    Channel(44, "A small picture inside of a picture", WATCH),
    Channel(45, "Covers from which a face comes back", WORLDS),
    Channel(46, "Pictures that were drawn for somebody else", WATCH),
    Channel(47, "Addresses of pictures, after what was shared is taken back", WATCH),
    Channel(48, "Number, size and likeness of hidden pictures", WORLDS),
    Channel(49, "Letters: what they say, and to whom", WATCH),
    Channel(50, "Messages to programs: what they say, and of what", WATCH),
    Channel(51, "What waits for others, and how much: requests, grants, notices", WORLDS),
    Channel(52, "The ledger and the receipts of others", WATCH),
    Channel(53, "Leaves of the public log that can be guessed", WATCH),
    Channel(54, "Free text that tells what fields withhold", CANARIES),
    Channel(55, "Versions and drafts of others", WORLDS),
    Channel(56, "Links to what is hidden, and how many", WORLDS),
    Channel(57, "Figures in which a record can be found", WORLDS),
    Channel(58, "What stays in a browser after signing out", WATCH),
)


def page() -> str:
    """The text of `docs/leaks.md`."""
    from tests.leaks.seeds import SEEDS

    lines = []
    for each in CHANNELS:
        seeds = "; ".join(seed.name for seed in SEEDS if each.number in seed.channels)
        test = f"`{each.test}`" if each.test else f"Not in the portal: {each.absent}."
        lines.append(f"| {each.number} | {each.what} | {test} | {seeds or '–'} |")
    there = sum(not each.absent for each in CHANNELS)
    return f"""# Leaks

Written by `python -m tests.leaks.channels write`; a test fails if it differs.

Two worlds are built that are equal in all that one observer may see and different in everything else. Four
observers ask both for everything: equal bytes must come back, and no hidden value in any writing. For each
channel by which something could still leak there is a leak planted on purpose, which its test must find, on
SQLite and on PostgreSQL, and must not find without it. Of {len(CHANNELS)} channels the portal has {there};
{len(SEEDS)} leaks are planted in them. Tests are files under `tests/leaks/`.

| | Channel | Test | Planted leaks that it finds |
|---|---|---|---|
{chr(10).join(lines)}
"""


if __name__ == "__main__" and sys.argv[1:] == ["write"]:
    PAGE.write_text(page(), encoding="utf-8")
