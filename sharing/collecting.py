"""The walk along a list: candidates from the scope, decided, until the page is full."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import RowMapping

from foundation import tally
from foundation.database import Tx
from sharing import queries
from sharing.facts import record_of
from sharing.nested import RELEASES
from sharing.records.registry import SCHEMAS
from sharing.release.exit import Released, release_many
from sharing.release.facts import ALL
from sharing.release.schema import FieldClass
from sharing.scope import Position, Scope
from sharing.sight import Sight, released, scope_of
from sharing.surroundings import Names, facts_of

#: Rows fetched beyond the page, to make good what the engine refuses: twice as many each time, up to so many.
_SPARE = 8
_SPARE_MOST = 512

#: Types that are decided with what they hang on: a person's own record, stills with their parent, and
#: whatever has a picture of its own, which shows the persons linked to it.
_NEVER_PLAIN = frozenset({"subject", "media"}) | {
    name
    for name, schema in SCHEMAS.items()
    if any(field.field_class is FieldClass.IMAGE for field in schema.fields)
}


def collect(  # noqa: PLR0913 - every bound of the walk is named where it is called
    tx: Tx,
    sight: Sight,
    type_: str,
    *,
    after: Position,
    limit: int,
    words: tuple[str, ...] = (),
    wanted: Callable[[Released], bool] | None = None,
    persons: bool = True,
    own: bool = False,
) -> tuple[list[Released], Position | None]:
    """The newest records of a type that exist for the reader and are wanted, and where the next page starts.

    A page is full until the end of the list: SQL gives candidates, the engine refuses some, and the walk
    goes on. There is a next page only if there is a record on it: the walk ends where the rows do and not
    sooner, since a page that stopped short would tell of rows that the reader may not see. Without
    `persons` each is released as in a list that shows none, and no links either. With `own` only records of
    the reader's agency are candidates.

    Raises:
        Outdated: if the policy has changed since the reader was looked at.
    """
    scope = replace(scope_of(sight), lanes=()) if own else scope_of(sight)
    lanes = {(lane.agreement, lane.recipient) for lane in scope.lanes}
    whole = persons or type_ in _NEVER_PLAIN
    found: list[tuple[Released, Position]] = []
    position, spare = after, 0
    while True:
        most = limit + 1 - len(found) + spare
        page = queries.page(tx, scope, type_, after=position, most=most, words=words, persons=whole)
        sight.confirm(page.moment)
        # From the newest on, every row was found by its newest release.
        first = position == queries.START
        rows = [row for row in page.rows if first or not _stands_earlier(row, scope, lanes)]
        for row, shown in _released(tx, sight, rows, persons=whole):
            if wanted is not None and not wanted(shown):
                continue
            if len(found) == limit:
                tally.add("records", limit)
                return [each for each, _ in found], found[-1][1]
            found.append((shown, Position(row["position"], row["id"])))
        if not page.rows or (len(page.rows) < most and not page.more):
            tally.add("records", len(found))
            return [each for each, _ in found], None
        position = Position(page.rows[-1]["position"], page.rows[-1]["id"])
        spare = min(max(2 * spare, _SPARE), _SPARE_MOST)


def _released(
    tx: Tx, sight: Sight, rows: Sequence[RowMapping], *, persons: bool
) -> list[tuple[RowMapping, Released]]:
    """Those rows that exist for the reader, as released."""
    if persons:
        whole = zip(rows, facts_of(tx, rows), strict=True)
        return [(row, shown) for row, around in whole if (shown := released(sight, around)) is not None]
    shown_by_id = {each.id: each for each in _listed(tx, sight, rows)}
    return [(row, shown_by_id[row["id"]]) for row in rows if row["id"] in shown_by_id]


def _listed(tx: Tx, sight: Sight, rows: Sequence[RowMapping]) -> list[Released]:
    """The rows as a list shows them; what hangs on a row is fetched only where it bears on its fields."""
    heavy = [row for row in rows if row["ordered"] or row["granted"] or row["keeper"] or row["derived_from"]]
    again = queries.rows(tx, heavy[0]["type"], [row["id"] for row in heavy]) if heavy else []
    around = {each.facts.id: each for each in facts_of(tx, again)}
    names: Names = {name: token for each in around.values() for name, token in each.names.items()}
    records = [around[row["id"]].facts if row["id"] in around else record_of(row, ()) for row in rows]
    return release_many(
        sight.policy,
        records,
        sight.reader,
        sight.question,
        lambda agreement, person: names[agreement, person],
    )


def _stands_earlier(row: RowMapping, scope: Scope, lanes: set[tuple[str, str]]) -> bool:
    """Whether a newer release of the record reaches the reader than the one by which this row was found."""
    position = row["position"]
    own = scope.own and row["owner"] == scope.agency and (scope.sites is None or row["site"] in scope.sites)
    return (own and row["recorded_at"] > position) or any(
        each["at"] > position
        and scope.purpose in each["purposes"]
        and (each["expires"] is None or each["expires"] > scope.now)
        and (each["revoked"] is None or each["revoked"] > scope.now)
        and any((each["agreement_id"], key) in lanes for key in _keys(each["recipients"]))
        for each in RELEASES.read(row)
    )


def _keys(recipients: object) -> Sequence[str]:
    return [ALL] if recipients == "all" else recipients if isinstance(recipients, list) else []
