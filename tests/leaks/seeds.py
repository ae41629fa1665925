"""The planted leaks, whom each is shown to, and where it tells."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tests.leaks import planted_at_doors, planted_inside

Planted = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Seed:
    """One planted leak: what it opens, for whom to ask, and which addresses tell."""

    name: str
    plant: Planted
    view: str
    paths: tuple[str, ...]


_INCIDENTS = ("/api/v1/incidents",)


SEEDS: tuple[Seed, ...] = (
    Seed(
        "list ordered by the exact time", planted_inside.ordered_by_exact_time, "member-robbery", _INCIDENTS
    ),
    Seed(
        "withheld value in a comment",
        planted_at_doors.withheld_in_a_comment,
        "member-robbery",
        ("/records/incidents/{incident-0}",),
    ),
    Seed(
        "count of hidden rows in a header", planted_at_doors.hidden_rows_counted, "member-robbery", _INCIDENTS
    ),
    Seed(
        "filter on stored values",
        planted_inside.filter_on_stored_values,
        "member-robbery",
        ("/api/v1/incidents?account={hidden}",),
    ),
    Seed(
        "search hit in a hidden field",
        planted_inside.search_in_hidden_words,
        "member-robbery",
        ("/search?q={hidden}",),
    ),
    Seed(
        "hidden answers unlike absent",
        planted_at_doors.hidden_says_forbidden,
        "railway",
        ("/api/v1/incidents/{unreleased-incident-2}",),
    ),
    Seed(
        "cursor that can be read",
        planted_at_doors.readable_cursor,
        "member-robbery",
        ("/api/v1/incidents?limit=2",),
    ),
    Seed(
        "original account as release text",
        planted_at_doors.original_account_as_text,
        "member-robbery",
        ("/api/v1/incidents",),
    ),
    Seed("mask keeps the length", planted_inside.mask_keeps_length, "member-robbery", ("/api/v1/vehicles",)),
    Seed(
        "unseen persons counted",
        planted_at_doors.unseen_persons_counted,
        "member-robbery",
        ("/api/v1/sightings",),
    ),
    Seed(
        "version of the whole row",
        planted_at_doors.version_of_the_whole_row,
        "railway",
        ("/api/v1/incidents/{incident-0}",),
    ),
    Seed(
        "next page of hidden rows",
        planted_inside.more_where_only_hidden_follow,
        "member-robbery",
        ("/api/v1/incidents?limit=200",),
    ),
    Seed(
        "hidden media listed",
        planted_inside.hidden_media_listed,
        "railway",
        ("/records/incidents/{incident-0}",),
    ),
    Seed("picture without covers", planted_inside.picture_uncovered, "member-robbery", ("/stills/{still}",)),
    Seed(
        "every linked face uncovered", planted_inside.linked_faces_uncovered, "railway", ("/stills/{still}",)
    ),
    Seed(
        "refusal quotes the stored value",
        planted_inside.error_quotes_the_stored,
        "member-robbery",
        ("/api/v1/incidents?no_such_field=1",),
    ),
    Seed(
        "receipts of others",
        planted_inside.receipts_of_others,
        "member-robbery",
        ("/records/incidents/{own-incident-9}",),
    ),
    Seed("waiting counts everybody's", planted_at_doors.waiting_counts_everybody, "school", ("/",)),
    Seed(
        "things by a hidden mark",
        planted_inside.things_by_hidden_mark,
        "railway",
        ("/api/v1/incidents/{incident-0}",),
    ),
)
