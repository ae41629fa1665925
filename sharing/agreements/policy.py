"""The policy in force: agencies, agreements and roles as facts, compiled once for each policy epoch."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    Engine,
    RowMapping,
    Select,
    String,
    bindparam,
    func,
    insert,
    select,
    text,
    type_coerce,
    update,
)

from auth.roles import PERMISSIONS, Role
from auth.tables import agency, user
from foundation import clock
from foundation.database import Tx, UtcTime
from foundation.ledger.order import after_all_readers
from foundation.walls import lookup
from sharing.agreements import tables
from sharing.agreements.digest import is_intact
from sharing.agreements.stages import Stage
from sharing.records.person import LINK, PERSON
from sharing.records.registry import SCHEMAS
from sharing.release.facts import (
    Agency,
    Agreement,
    Children,
    Clause,
    Confirmation,
    RoleGrant,
    Suspension,
    Version,
    Withdrawal,
)
from sharing.release.policy import Policy, make_policy
from sharing.release.schema import TREATMENTS, Category

#: Signatories of agencies of these kinds may approve notes of necessity.
_APPROVING = frozenset({"police", "youth_justice"})

_held: WeakKeyDictionary[Engine, tuple[int, Policy]] = WeakKeyDictionary()


def bump_epoch(tx: Tx) -> int:
    """Say that something compiled into the policy has changed; call it in the change's own transaction.

    Call it before the change leaves its entry: whoever was reading meanwhile then stands before it in the
    ledger, or reads again. See docs/decisions/0004. Gives the new epoch.

    INVARIANT: nobody asks `policy_of` afterwards in the same transaction. If that were undone, another change
    would get the same epoch, and what was compiled here would be taken for its policy.
    """
    after_all_readers(tx)
    changed = tx.execute(update(tables.policy_epoch).values(epoch=tables.policy_epoch.c.epoch + 1))
    if changed.rowcount == 0:
        tx.execute(insert(tables.policy_epoch), {"id": 1, "epoch": 1})
    return epoch_of(tx)


def epoch_of(tx: Tx) -> int:
    """The policy epoch as of this transaction."""
    return tx.execute(select(tables.policy_epoch.c.epoch)).scalar() or 0


def hold_policy(tx: Tx, records: Iterable[str]) -> None:
    """Keep the policy and the releases of these records as they are until this transaction has ended.

    For what leaves later than it was decided: a change of either is then wholly before it or wholly after it,
    and so are the entries of both. SQLite lets one transaction write at a time, which does the same. Whoever
    would wait long for this gives way, so that a change is never held up by a read.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET LOCAL lock_timeout = '500ms'"))
    tx.execute(select(tables.policy_epoch.c.epoch).with_for_update(read=True))
    named = select(tables.release.c.id).where(tables.release.c.record_id.in_(sorted(set(records))))
    tx.execute(named.order_by(tables.release.c.id).with_for_update(read=True))


def close_to_readers(tx: Tx) -> None:
    """The same for what closes something to readers and is compiled into nothing: what was compiled stays."""
    after_all_readers(tx)
    closings = tables.policy_epoch.c.closings + 1
    if tx.execute(update(tables.policy_epoch).values(closings=closings)).rowcount == 0:
        tx.execute(insert(tables.policy_epoch), {"id": 1, "epoch": 0, "closings": 1})


def policy_of(tx: Tx) -> tuple[int, Policy]:
    """The policy epoch as of this transaction, and its policy, compiled anew only after a change."""
    epoch = epoch_of(tx)
    held = _held.get(tx.engine)
    if held is None or held[0] != epoch:
        held = _held[tx.engine] = (epoch, load_policy(tx))
    return held


def policy_held(tx: Tx) -> tuple[int, Policy]:
    """The policy last compiled here, with its epoch, which the caller must compare with that of its rows."""
    held = _held.get(tx.engine)
    return policy_of(tx) if held is None else held


def load_policy(tx: Tx) -> Policy:
    """The policy made of what the tables say now."""
    agencies = [Agency(row.id, row.kind, row.business) for row in tx.execute(select(agency))]
    return make_policy(
        agencies=agencies,
        agreements=_agreements(tx),
        roles={role.value: _grant(role) for role in Role},
        approvers=_approvers(tx),
        schemas=SCHEMAS,
        persons=(LINK, PERSON),
    )


def clause_of(stored: Mapping[str, Any]) -> Clause:
    """A clause as it is kept, as the engine sees it."""
    return Clause(
        id=stored["id"],
        purposes=frozenset(stored["purposes"]),
        from_parties=frozenset(stored["from"]),
        to_parties=frozenset(stored["to"]),
        records=frozenset(stored["records"]),
        fields=frozenset(stored["fields"]),
        treatment=TREATMENTS[stored["treatment"]],
        roles=_several(stored.get("roles")),
        categories=_categories(stored.get("categories")),
        children=Children(stored["children"]) if stored.get("children") else None,
        never=bool(stored.get("never", False)),
        retention_days=stored.get("retention_days"),
        basis=stored.get("basis", ""),
    )


def _several(stored: list[str] | None) -> frozenset[str] | None:
    return None if stored is None else frozenset(stored)


def _categories(stored: list[str] | None) -> frozenset[Category] | None:
    return None if stored is None else frozenset(Category(category) for category in stored)


def _grant(role: Role) -> RoleGrant:
    permission = PERMISSIONS[role]
    return RoleGrant(permission.types, permission.classes, permission.intelligence, permission.release)


def _approvers(tx: Tx) -> dict[str, str]:
    rows = tx.execute(
        select(user.c.id, user.c.roles, agency.c.kind)
        .join(agency, agency.c.id == user.c.agency_id)
        .where(agency.c.kind.in_(_APPROVING), user.c.disabled.is_(False))
    )
    return {row.id: row.kind for row in rows if Role.SIGNATORY in row.roles}


def _agreements(tx: Tx) -> list[Agreement]:
    # What nobody has signed binds nobody, and a draft may hold what no clause can be made of.
    versions = _by_agreement(tx, tables.agreement_version, tables.agreement_version.c.stage == Stage.SIGNED)
    suspensions = _by_agreement(tx, tables.suspension)
    withdrawals = _by_agreement(tx, tables.withdrawal)
    confirmations = _confirmations(tx)
    return [
        Agreement(
            id=row.id,
            versions=_versions(row.title, versions.get(row.id, ())),
            suspensions=tuple(
                Suspension(each["from_at"], each["until_at"]) for each in suspensions.get(row.id, ())
            ),
            ended=row.ended,
            withdrawals=tuple(
                Withdrawal(each["agency_id"], each["at"], each["rejoined"])
                for each in withdrawals.get(row.id, ())
            ),
            confirmations=tuple(confirmations.get(row.id, ())),
        )
        for row in tx.execute(select(tables.agreement).order_by(tables.agreement.c.id))
    ]


def _versions(title: str, rows: Iterable[RowMapping]) -> tuple[Version, ...]:
    """The signed versions; none at all once the stored text of one is not what was signed."""
    found = list(rows)
    return tuple(fact_of(row) for row in found) if all(is_intact(title, row) for row in found) else ()


def fact_of(row: Mapping[Any, Any]) -> Version:
    """A signed version as the engine sees it, from its columns: from when it is in force, not when agreed."""
    return Version(
        number=row["number"],
        signed=True,
        from_at=row["begins_at"] or row["from_at"],
        until=row["until_at"],
        parties=frozenset(row["parties"]),
        purposes=frozenset(row["purposes"]),
        clauses=tuple(clause_of(clause) for clause in row["clauses"]),
    )


def _build_confirmations(dialect: str, *, walled: bool) -> Select[Any]:
    del dialect, walled  # it is the same everywhere
    version, given = tables.agreement_version, tables.confirmation
    now = bindparam("now", type_=UtcTime())
    newest = (
        select(version.c.agreement_id, func.max(version.c.number).label("number"))
        .where(version.c.stage == Stage.SIGNED, func.coalesce(version.c.begins_at, version.c.from_at) <= now)
        .group_by(version.c.agreement_id)
        .subquery()
    )
    told = (tables.release.c.agreement_id, given.c.release_id, given.c.version)
    return (
        select(*told, type_coerce(given.c.at, String).label("at"))
        .select_from(
            given.join(tables.release, tables.release.c.id == given.c.release_id).join(
                newest, newest.c.agreement_id == tables.release.c.agreement_id
            )
        )
        .where(given.c.version >= newest.c.number)
    )


_CONFIRMATIONS = lookup(
    "confirmations",
    "The policy is compiled once for every reader: ids and moments of confirmed releases, of no content.",
    _build_confirmations,
    now=UtcTime(),
)


def _confirmations(tx: Tx) -> dict[str, list[Confirmation]]:
    """By agreement, of versions that are in force or will be; earlier ones have no say any more.

    There may be very many, given by few acts, so that each moment is read once.
    """
    found: dict[str, list[Confirmation]] = {}
    moments: dict[str, datetime] = {}
    wanted = _CONFIRMATIONS.select(tx)
    for agreement, release, number, said in map(tuple, tx.execute(wanted, {"now": clock.now()})):
        at = moments.get(said) or moments.setdefault(said, datetime.fromisoformat(said))
        found.setdefault(agreement, []).append(Confirmation(release, number, at))
    return found


def _by_agreement(tx: Tx, table: Any, *narrow: ColumnElement[bool]) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for row in tx.execute(select(table).where(*narrow)).mappings():
        found.setdefault(row["agreement_id"], []).append(row)
    return found
