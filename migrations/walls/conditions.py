"""The conditions that policies are made of. Each is SQL over the row of one table, and nobody's is false.

What is asked once for a whole statement stands in a subselect of its own, so that it is not asked for each
row. A subselect over rows has OFFSET 0, else the planner may gather all rows of the other table first.
"""

from sharing.release.standing import OPEN_FOR

ME = "(SELECT wall.agency())"
PERSON = "(SELECT wall.person())"
#: A member's sites; an empty list for one who holds none, NULL for everybody else.
SITES = "(SELECT wall.sites())"
NOW = "(SELECT wall.moment())"
AGREEMENTS = "(SELECT wall.agreements())"
OPENED = "(SELECT wall.opened())"

ANYBODY = f"{ME} IS NOT NULL"

#: The moment after which glass was broken that still stands open, written as moments are kept.
BROKEN_AFTER = (
    f"(SELECT to_char((wall.moment()::timestamptz - interval '{int(OPEN_FOR.total_seconds())} seconds')"
    " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))"
)
#: Whether the person has just broken the glass over the record, or over that which a still belongs to.
BROKEN = (
    "EXISTS (SELECT FROM public.break_glass broken WHERE broken.record_id IN (record.id, record.parent)"
    f" AND broken.user_id = {PERSON} AND broken.at <= {NOW} AND broken.at > {BROKEN_AFTER} OFFSET 0)"
)


def reaches(row: str) -> str:
    """Whether a row of `reach` reaches the person now: named, or by an agreement in which they stand.

    Nothing reaches a member without a site.
    """
    return (
        f"({SITES} IS DISTINCT FROM '[]' AND CASE {row}.recipient"
        f" WHEN '*' THEN {AGREEMENTS} ? {row}.agreement_id"
        f" WHEN 'members' THEN {SITES} IS NOT NULL AND {AGREEMENTS} ? {row}.agreement_id"
        f" ELSE {row}.recipient = {ME} END AND {row}.until_at > {NOW})"
    )


def reached(record_id: str, *, besides: str = "true") -> str:
    """Whether a record reaches the person; under policies `reach` says the rest itself."""
    keys = f"ARRAY[{ME}, '*', 'members']"
    return (
        f"EXISTS (SELECT FROM public.reach lane WHERE lane.record_id = {record_id}"
        f" AND lane.recipient = ANY ({keys}) AND {besides} OFFSET 0)"
    )


def of_record(column: str) -> str:
    """Whether the person may see the record that the column names, by that table's own policy."""
    return f"EXISTS (SELECT FROM public.record seen WHERE seen.id = {column} OFFSET 0)"


def opened_or(column: str, otherwise: str) -> str:
    """The same for a record that `found` has just looked up, without asking for each row again."""
    return f"({OPENED} ? {column} OR {otherwise})"


def own_record(column: str) -> str:
    """Whether the record is of the person's own agency."""
    return f"EXISTS (SELECT FROM public.record mine WHERE mine.id = {column} AND mine.owner = {ME} OFFSET 0)"


def among(column: str) -> str:
    """Whether the person's agency is in a list of agencies that is kept as JSON text."""
    return f"strpos({column}, '\"' || {ME} || '\"') > 0"
