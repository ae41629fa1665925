"""Entries that wait are moved to their places by the database itself: nothing of them passes through here.

The entry of a page of fifty becomes up to eighty rows. To fetch it and send them back took as long again as
everything else that the sequencer does.
"""

from collections.abc import Sequence

import orjson
from sqlalchemy import text

from foundation.database import Tx
from foundation.ledger.sealing import KEY_SIZE

#: The entries in hand, in the order of their places; `:waiting` is a JSON array of their `seq`.
_PLACED = {
    "postgresql": "WITH placed AS (SELECT each.seq::bigint AS seq, :first + each.place - 1 AS idx"
    " FROM jsonb_array_elements(CAST(:waiting AS jsonb)) WITH ORDINALITY AS each (seq, place)) ",
    "sqlite": "WITH placed AS (SELECT value AS seq, :first + key AS idx FROM json_each(:waiting)) ",
}
_ROWS = "FROM ledger_pending JOIN placed ON placed.seq = ledger_pending.seq"

_DETAIL = (
    "INSERT INTO ledger_detail (idx, id, at, operation, event, actor, agency, detail) {placed}"
    "SELECT idx, id, at, operation, event, actor, agency, substr(detail, {body}) {rows}"
)
_KEY = "INSERT INTO ledger_key (idx, key) {placed}SELECT idx, substr(detail, 1, {body} - 1) {rows}"

# A number that leads to no agency gives '' as the owner: no owner reads that row; null is for everybody.
# An entry that all read has a row of its own, since whom it concerns is its own.
_RECORDS = {
    "postgresql": "INSERT INTO ledger_record_mention (record_id, idx, owner, agency, places) {placed}"
    "SELECT record, max(idx), owner, by, '[' || string_agg(idx::text, ',') || ']' FROM ("
    "SELECT each.record, whole.idx, CASE WHEN whole.seen THEN whole.agency END AS by,"
    " CASE WHEN whole.seen THEN coalesce(whole.agencies ->> each.owner::int, '') END AS owner,"
    " CASE WHEN NOT whole.seen THEN whole.idx END AS alone"
    " FROM (SELECT idx, agency, owners <> '[]' AS seen, records::jsonb, owners::jsonb, agencies::jsonb"
    " {rows} OFFSET 0) AS whole,"
    " ROWS FROM (jsonb_array_elements_text(whole.records), jsonb_array_elements(whole.owners))"
    " AS each (record, owner)) AS named GROUP BY record, owner, by, alone",
    "sqlite": "INSERT INTO ledger_record_mention (record_id, idx, owner, agency, places) {placed}"
    "SELECT record, max(idx), owner, by, json_group_array(idx) FROM ("
    "SELECT each.value AS record, idx, CASE WHEN owners <> '[]' THEN agency END AS by,"
    " CASE WHEN owners <> '[]' THEN coalesce("
    "json_extract(agencies, '$[' || json_extract(owners, '$[' || each.key || ']') || ']'), '') END AS owner,"
    " CASE WHEN owners = '[]' THEN idx END AS alone"
    " {rows}, json_each(records) AS each) GROUP BY record, owner, by, alone",
}
_AGENCIES = {
    "postgresql": "INSERT INTO ledger_agency_mention (agency, idx, size) {placed}"
    "SELECT each.agency, whole.idx, each.size::int"
    " FROM (SELECT idx, agencies::jsonb, sizes::jsonb {rows} OFFSET 0) AS whole,"
    " ROWS FROM (jsonb_array_elements_text(whole.agencies), jsonb_array_elements(whole.sizes))"
    " AS each (agency, size)",
    "sqlite": "INSERT INTO ledger_agency_mention (agency, idx, size) {placed}"
    "SELECT each.value, idx, json_extract(sizes, '$[' || each.key || ']')"
    " {rows}, json_each(agencies) AS each",
}
_SUBJECTS = {
    "postgresql": "INSERT INTO ledger_subject_mention (reference, idx) {placed}"
    "SELECT each.reference, idx {rows}, jsonb_array_elements_text(subjects::jsonb) AS each (reference)",
    "sqlite": "INSERT INTO ledger_subject_mention (reference, idx) {placed}"
    "SELECT each.value, idx {rows}, json_each(subjects) AS each",
}
_GONE = "{placed}DELETE FROM ledger_pending WHERE seq IN (SELECT seq FROM placed)"

_STEPS = {
    name: tuple(
        text(step.format(placed=_PLACED[name], rows=_ROWS, body=KEY_SIZE + 1))
        for step in (_DETAIL, _KEY, _RECORDS[name], _AGENCIES[name], _SUBJECTS[name], _GONE)
    )
    for name in _PLACED
}


def move(tx: Tx, waiting: Sequence[int], first: int) -> None:
    """Give the entries of these `seq` the places from `first` on, in this order; none of them waits then.

    Their leaves are the caller's to write, and to keep others from moving the same entries.
    """
    named = {"waiting": orjson.dumps(list(waiting)).decode(), "first": first}
    for step in _STEPS[tx.dialect.name]:
        tx.execute(step, named)
