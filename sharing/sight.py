"""How a read looks: who asks, under which policy, and rows turned into what this reader may see.

The shared inside of every read in `sharing.disclosure`; it opens no transaction and writes no entry.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping

from auth.actor import Actor
from foundation import clock
from foundation.database import Tx
from foundation.errors import PurposeRequired
from sharing import queries
from sharing.agreements.policy import policy_of
from sharing.facts import Rows, link_of, reader_of, record_of, stand_ins_of
from sharing.release.decision import decide
from sharing.release.exit import Released, release
from sharing.release.facts import (
    ALL,
    MEMBERS,
    Agreement,
    Exit,
    Keeper,
    Question,
    Reader,
    Record,
    RecordLink,
)
from sharing.release.policy import Policy
from sharing.release.standing import standing_at
from sharing.scope import Lane, Position, Scope

#: Rows fetched beyond the page, to make good what the engine refuses: twice as many each time, up to so many.
_SPARE = 8
_SPARE_MOST = 512


@dataclass(frozen=True)
class Sight:
    """Who looks, for what and when, under which policy: all that a read needs besides rows."""

    actor: Actor
    reader: Reader
    question: Question
    policy: Policy
    epoch: int

    @property
    def now(self) -> datetime:
        """The moment at which everything in this read is decided."""
        return self.question.now


def look(tx: Tx, actor: Actor, exit_: Exit) -> Sight:
    """Open one's eyes: the policy as of this transaction, and the question that will be asked of each row.

    Raises:
        PurposeRequired: if the actor has stated no purpose.
    """
    if actor.purpose is None:
        raise PurposeRequired("Say first what you are here to do.")
    epoch, policy = policy_of(tx)
    return Sight(actor, reader_of(actor), Question(actor.purpose, clock.now(), exit_), policy, epoch)


def scope_of(sight: Sight) -> Scope:
    """The rows that may exist for this reader now."""
    reader = sight.reader
    keys = [reader.agency, ALL] if reader.site is None else [reader.agency, MEMBERS, ALL]
    lanes = tuple(Lane(agreement.id, key) for agreement in standing_agreements(sight) for key in keys)
    return Scope(
        agency=reader.agency,
        own=any(sight.policy.roles[role].types for role in reader.roles if role in sight.policy.roles),
        site=reader.site,
        purpose=sight.question.purpose,
        lanes=lanes,
        now=sight.now,
    )


def standing_agreements(sight: Sight) -> list[Agreement]:
    """The agreements active now in which the reader's agency stands, with a clause for the purpose."""
    found: list[Agreement] = []
    for agreement in sight.policy.agreements.values():
        standing = standing_at(agreement, sight.now)
        if standing is None or sight.reader.agency not in standing.parties:
            continue
        if any(sight.question.purpose in clause.purposes for clause in standing.version.clauses):
            found.append(agreement)
    return found


def collect(
    tx: Tx,
    sight: Sight,
    type_: str,
    *,
    after: Position,
    limit: int,
    words: tuple[str, ...] = (),
    wanted: Callable[[Released], bool] = lambda _: True,
) -> tuple[list[Released], Position | None]:
    """The newest records of a type that exist for the reader and are wanted, and where the next page starts.

    A page is full until the end of the list: SQL gives candidates, the engine refuses some, and the walk
    goes on. There is a next page only if there is a record on it: the walk ends where the rows do and not
    sooner, since a page that stopped short would tell of rows that the reader may not see, or of a word hidden
    in them.
    """
    scope = scope_of(sight)
    found: list[tuple[Released, Position]] = []
    position, spare = after, 0
    while True:
        most = limit + 1 - len(found) + spare
        rows = queries.page(tx, scope, type_, after=position, most=most, words=words)
        for row, shown in _released(tx, sight, scope, rows):
            if shown is None or not wanted(shown):
                continue
            if len(found) == limit:
                return [each for each, _ in found], found[-1][1]
            found.append((shown, Position(row["position"], row["id"])))
        if len(rows) < most:
            return [each for each, _ in found], None
        position = Position(rows[-1]["position"], rows[-1]["id"])
        spare = min(max(2 * spare, _SPARE), _SPARE_MOST)


def released_one(tx: Tx, sight: Sight, type_: str, record_id: str) -> tuple[Record, Released] | None:
    """One record, as facts and as released, or None if it does not exist for the reader."""
    row = queries.one(tx, scope_of(sight), type_, record_id)
    if row is None:
        return None
    hanging = hanging_on(tx, [row])
    facts = record_of(
        row,
        hanging,
        parent=parents_of(tx, [row]).get(row["parent"] or ""),
        keeper=keeper_of(tx, row),
        derived_from=_origin_of(tx, row),
        record_links=ends_of(tx, record_id),
    )
    shown = _release(sight, facts, stand_ins_of(hanging.links[record_id]))
    return None if shown is None else (facts, shown)


def released_rows(tx: Tx, sight: Sight, type_: str, ids: Iterable[str]) -> list[Released]:
    """Those of the records that exist for the reader, by id, whatever a scope would say."""
    rows = queries.rows(tx, type_, ids)
    return [shown for _, shown in _released(tx, sight, None, rows) if shown is not None]


def hanging_on(tx: Tx, rows: Sequence[RowMapping]) -> Rows:
    """What hangs on the rows: three statements, however many rows there are."""
    ids = [row["id"] for row in rows]
    return Rows(queries.links_of(tx, ids), queries.releases_of(tx, ids), queries.notes_of(tx, ids))


def parents_of(tx: Tx, rows: Sequence[RowMapping]) -> dict[str, Record]:
    """The facts of the records that stills belong to, by id: who they reach, not what they say."""
    ids = sorted({row["parent"] for row in rows if row["parent"]})
    bare = queries.bare(tx, ids) if ids else []
    hanging = hanging_on(tx, bare) if bare else None
    return {row["id"]: record_of(row, hanging, bare=True) for row in bare} if hanging else {}


def keeper_of(tx: Tx, row: RowMapping) -> Keeper | None:
    """The person who keeps a vehicle, item or premises, with the moment of their event."""
    found = queries.keeper(tx, row["keeper"]) if row["keeper"] else None
    return None if found is None else Keeper(link_of(found[0]), found[1])


def ends_of(tx: Tx, record_id: str) -> list[RecordLink]:
    """The links of a record with the facts of the record at each other end."""
    links = queries.record_links_of(tx, record_id)
    others = {link["id"]: _other(link, record_id) for link in links}
    types = queries.types_of(tx, others.values())
    ends: dict[str, Record] = {}
    for type_ in sorted(set(types.values())):
        rows = queries.rows(tx, type_, [each for each, kind in types.items() if kind == type_])
        hanging = hanging_on(tx, rows)
        parents = parents_of(tx, rows)
        ends |= {row["id"]: record_of(row, hanging, parent=parents.get(row["parent"] or "")) for row in rows}
    return [
        RecordLink(link["id"], others[link["id"]], link["made_by"], ends.get(others[link["id"]]))
        for link in links
    ]


def _other(link: RowMapping, record_id: str) -> str:
    return str(link["to_record"] if link["record_id"] == record_id else link["record_id"])


def _origin_of(tx: Tx, row: RowMapping) -> Record | None:
    if not row["derived_from"]:
        return None
    bare = queries.bare(tx, [row["derived_from"]])
    return record_of(bare[0], hanging_on(tx, bare), bare=True) if bare else None


def _released(
    tx: Tx, sight: Sight, scope: Scope | None, rows: Sequence[RowMapping]
) -> list[tuple[RowMapping, Released | None]]:
    if not rows:
        return []
    hanging = hanging_on(tx, rows)
    parents = parents_of(tx, rows) if rows[0]["type"] == "media" else {}
    shown: list[tuple[RowMapping, Released | None]] = []
    for row in rows:
        if scope is not None and _stands_earlier(row, hanging, scope):
            continue  # it was on an earlier page, by a newer release
        facts = record_of(row, hanging, parent=parents.get(row["parent"] or ""))
        shown.append((row, _release(sight, facts, stand_ins_of(hanging.links[row["id"]]))))
    return shown


def _release(sight: Sight, facts: Record, stand_ins: dict[tuple[str, str], str]) -> Released | None:
    decision = decide(sight.policy, facts, sight.reader, sight.question)
    if decision is None:
        return None
    return release(decision, facts, stand_in=lambda agreement, person: stand_ins[agreement, person])


def _stands_earlier(row: RowMapping, hanging: Rows, scope: Scope) -> bool:
    """Whether a newer release of the record reaches the reader than the one by which this row was found."""
    lanes = {(lane.agreement, lane.recipient) for lane in scope.lanes}
    own = row["recorded_at"] if scope.own and row["owner"] == scope.agency else None
    if own is not None and scope.site is not None and row["site"] != scope.site:
        own = None
    moments = [
        each["at"]
        for each in hanging.releases.get(row["id"], ())
        if scope.purpose in each["purposes"]
        and (each["expires"] is None or each["expires"] > scope.now)
        and (each["revoked"] is None or each["revoked"] > scope.now)
        and any((each["agreement_id"], key) in lanes for key in _keys(each["recipients"]))
    ]
    position: datetime = row["position"]
    return max([*moments, *([own] if own else [])], default=position) > position


def _keys(recipients: object) -> Iterable[str]:
    return [ALL] if recipients == "all" else recipients if isinstance(recipients, list) else []
