"""The planted leaks: which channels each opens, whom it is shown to, and what finds it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tests.leaks import (
    planted_at_doors,
    planted_at_gate,
    planted_in_answers,
    planted_in_files,
    planted_in_pictures,
    planted_in_rooms,
    planted_inside,
    watching,
    watching_exits,
)
from tests.leaks.dealings import id_of
from tests.leaks.pairs import Pair
from tests.leaks.telling import asks_of, told

Planted = Callable[[], AbstractContextManager[Any]]
Watch = Callable[[Pair], list[str]]

MEMBER, RAILWAY = "member-robbery", "railway"


@dataclass(frozen=True)
class Seed:
    """One planted leak: the numbers of the channels that it opens, and for whom to look.

    It is found by a watch; with `paths` that is the comparing of two worlds at these addresses, which the
    crawler asks anyway.
    """

    name: str
    channels: tuple[int, ...]
    plant: Planted
    view: str
    paths: tuple[str, ...] = ()
    watch: Watch | None = None

    def finds(self, pair: Pair) -> list[str]:
        """What is noticed now: nothing, unless something leaks."""
        return self.watch(pair) if self.watch else told(pair, asks_of(pair, self.paths))


_LIST = ("/api/v1/incidents",)
_ONE = ("/api/v1/incidents/{incident-0}",)
_PAGE = ("/records/incidents/{incident-0}",)
_PAPER = ("/records/incidents/{incident-0}/print",)
_OWN = ("/records/incidents/{own-incident-9}",)
_DRAFTED = ("/api/v1/agreements/HAV-CSP-01",)
_HIDDEN_WORD = ("/search?q={hidden}",)
_STILL = ("/stills/{still}",)

_doors, _gate, _inside = planted_at_doors, planted_at_gate, planted_inside
_answers, _pictures, _files = planted_in_answers, planted_in_pictures, planted_in_files
_exits = watching_exits


#: Found by comparing two worlds, or by a canary, where the crawler goes.
CRAWLED: tuple[Seed, ...] = (
    Seed("original account as release text", (1,), _doors.original_account_as_text, MEMBER, _LIST),
    Seed("withheld value as null", (2,), _answers.withheld_as_null, MEMBER, _ONE),
    Seed("mask keeps the length", (3,), _inside.mask_keeps_length, MEMBER, ("/api/v1/vehicles",)),
    Seed("withheld value in a comment", (4,), _doors.withheld_in_a_comment, MEMBER, _PAGE),
    Seed("search hit in a hidden field", (8,), _inside.search_in_hidden_words, MEMBER, _HIDDEN_WORD),
    Seed("search by beginnings", (9,), _answers.search_by_beginnings, MEMBER, ("/search?q={beginning}",)),
    Seed(
        "filter on stored values",
        (10,),
        _inside.filter_on_stored_values,
        MEMBER,
        ("/api/v1/incidents?account={hidden}",),
    ),
    Seed("list ordered by the exact time", (11,), _inside.ordered_by_exact_time, MEMBER, _LIST),
    Seed("things by a hidden mark", (12,), _inside.things_by_hidden_mark, RAILWAY, _ONE),
    Seed(
        "ranked by stored text", (13,), _answers.words_ranked_by_stored_text, MEMBER, ("/search?q=larkspur",)
    ),
    Seed(
        "extract of the stored text", (14,), _answers.extract_of_stored_text, MEMBER, ("/search?q=larkspur",)
    ),
    Seed("counts beside filters", (15,), _answers.counts_beside_filters, MEMBER, ("/records/incidents",)),
    Seed("count of hidden rows in a header", (16,), _doors.hidden_rows_counted, MEMBER, _LIST),
    Seed("cursor that can be read", (17,), _doors.readable_cursor, MEMBER, ("/api/v1/incidents?limit=2",)),
    Seed(
        "next page of hidden rows",
        (18,),
        _inside.more_where_only_hidden_follow,
        MEMBER,
        ("/api/v1/incidents?limit=200",),
    ),
    Seed("short pages", (18,), _answers.short_pages, MEMBER, _LIST),
    Seed("most read of all", (21,), _answers.most_read_of_all, MEMBER, ("/",)),
    Seed(
        "hidden answers unlike absent",
        (24,),
        _doors.hidden_says_forbidden,
        RAILWAY,
        ("/api/v1/incidents/{unreleased-incident-2}",),
    ),
    Seed(
        "refusal quotes the stored value",
        (25,),
        _inside.error_quotes_the_stored,
        MEMBER,
        ("/api/v1/incidents?no_such_field=1",),
    ),
    Seed("entity tag of the whole row", (28,), _doors.version_of_the_whole_row, RAILWAY, _ONE),
    Seed("when the row was written, in a header", (28, 31), _answers.last_modified, MEMBER, _ONE),
    Seed("version counts what others did", (30,), _answers.count_of_what_others_did, MEMBER, _ONE),
    Seed("version of when it was written", (30,), _gate.version_counts_writes, MEMBER, _ONE),
    Seed("when it was last edited", (31,), _answers.last_edited, MEMBER, _ONE),
    Seed(
        "screen on paper", (42,), _answers.screen_on_paper, MEMBER, ("/records/incidents/{incident-0}/print",)
    ),
    Seed("picture without covers", (45,), _inside.picture_uncovered, MEMBER, _STILL),
    Seed("every linked face uncovered", (45,), _inside.linked_faces_uncovered, RAILWAY, _STILL),
    Seed("faces blurred", (45,), _pictures.faces_blurred, MEMBER, _STILL),
    Seed("picture as large as the original", (48,), _pictures.as_large_as_the_original, MEMBER, _STILL),
    Seed("hidden media listed", (48, 56), _inside.hidden_media_listed, RAILWAY, _PAGE),
    Seed("waiting counts everybody's", (51,), _doors.waiting_counts_everybody, RAILWAY, ("/",)),
    Seed(
        "receipts of others",
        (52,),
        _inside.receipts_of_others,
        MEMBER,
        ("/records/incidents/{own-incident-9}",),
    ),
    Seed("narratives as they are", (54,), _answers.narratives_as_they_are, MEMBER, ("/api/v1/sightings",)),
    Seed(
        "drafts of others listed",
        (55,),
        _inside.drafts_of_others,
        RAILWAY,
        ("/api/v1/agreements/HAV-CSP-01",),
    ),
    Seed("unseen persons counted", (56,), _doors.unseen_persons_counted, MEMBER, ("/api/v1/sightings",)),
    Seed("edges to unseen ends", (56,), _answers.edges_to_unseen_ends, MEMBER, _ONE),
    Seed(
        "requests of others",
        (24, 51),
        planted_in_rooms.requests_of_others,
        MEMBER,
        (f"/requests/{id_of('request')}", f"/api/v1/requests/{id_of('request')}"),
    ),
    Seed("grants of others", (51,), planted_in_rooms.grants_of_others, MEMBER, ("/grants",)),
    Seed("notices of others", (51,), planted_in_rooms.notices_of_others, MEMBER, ("/recalls",)),
    Seed("figures of records", (57,), _answers.figures_of_records, RAILWAY, ("/insight",)),
)

#: Found by a watch of their own.
WATCHED: tuple[Seed, ...] = (
    Seed("refusal echoes", (5,), _gate.refusal_echoes, MEMBER, watch=watching.change_refused),
    Seed("hidden fields emptied", (6,), _gate.hidden_fields_emptied, MEMBER, watch=watching.nothing_emptied),
    Seed("unknown keys taken", (7,), _gate.unknown_keys_taken, MEMBER, watch=watching.unknown_keys),
    Seed("warning of what is known", (22,), _answers.already_known, MEMBER, watch=watching.known_elsewhere),
    Seed("unique among all", (23,), _answers.unique_among_all, MEMBER, watch=watching.known_elsewhere),
    Seed("replies shared by all", (23,), _gate.replies_shared_by_all, MEMBER, watch=watching.idempotent),
    Seed("faults speak", (26,), _gate.faults_speak, MEMBER, watch=watching.fault),
    Seed("ids in order", (27,), _gate.ids_in_order, MEMBER, watch=watching.ids),
    Seed("told what is unchanged", (29,), _gate.told_what_is_unchanged, MEMBER, watch=watching.not_modified),
    Seed("as long as withheld", (32,), _answers.as_long_as_withheld, MEMBER, watch=watching.compressed),
    Seed("hidden looked up again", (33,), _answers.hidden_looked_up_again, MEMBER, watch=watching.clock),
    Seed("more statements", (34,), _answers.hidden_looked_up_again, MEMBER, watch=watching.equal_work),
    Seed("time told", (34,), _gate.time_told, MEMBER, watch=watching.headers_count),
    Seed("counters told", (35,), _gate.counters_told, MEMBER, watch=watching.headers_count),
    Seed("pages may be kept", (36,), _gate.pages_may_be_kept, MEMBER, watch=watching.kept_nowhere),
    Seed("page kept for everybody", (37,), _gate.kept_for_everybody, MEMBER, watch=watching.after_its_owner),
    Seed("withheld in a cell", (38,), _files.withheld_in_a_cell, RAILWAY, watch=_exits.csv_files),
    Seed("cells as they are", (38,), _files.cells_as_they_are, RAILWAY, watch=_exits.formulas),
    Seed(
        "withheld in the document",
        (40,),
        _files.withheld_in_the_document,
        RAILWAY,
        watch=_exits.pdf_files,
    ),
    Seed("withheld in the title", (41,), _files.withheld_in_the_title, RAILWAY, watch=_exits.pdf_files),
    Seed(
        "file named by its record",
        (41,),
        _files.file_named_by_its_record,
        RAILWAY,
        watch=_exits.csv_files,
    ),
    Seed("what the camera wrote", (43,), _pictures.exif_kept, MEMBER, watch=watching.bare_picture),
    Seed("thumbnail kept", (44,), _pictures.thumbnail_kept, MEMBER, watch=watching.bare_picture),
    Seed(
        "picture kept for everybody",
        (46,),
        _pictures.picture_kept_for_everybody,
        MEMBER,
        watch=watching.after_its_owner,
    ),
    Seed(
        "picture kept when taken back",
        (47,),
        _pictures.picture_kept_for_everybody,
        MEMBER,
        watch=watching.taken_back,
    ),
    Seed("letter says what", (49,), _files.letter_says_what, MEMBER, watch=_exits.mail),
    Seed("message carries values", (50,), _files.message_carries_values, RAILWAY, watch=_exits.programs),
    Seed(
        "programs told of everything",
        (50,),
        _files.programs_told_of_everything,
        RAILWAY,
        watch=_exits.programs,
    ),
    Seed("ledger of another", (52,), _files.ledger_of_another, RAILWAY, watch=_exits.ledger),
    Seed(
        "one entry for all owners",
        (52,),
        _files.one_view_for_all_owners,
        RAILWAY,
        watch=_exits.looks_at_others,
    ),
    Seed("leaves without chance", (53,), _files.leaves_without_chance, RAILWAY, watch=_exits.leaves),
    Seed("nothing cleared", (58,), _gate.nothing_cleared, MEMBER, watch=watching.signed_out),
)

SEEDS = CRAWLED + WATCHED
