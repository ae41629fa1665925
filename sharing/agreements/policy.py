"""The policy in force: agencies, agreements and roles as facts, compiled once for each policy epoch."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, RowMapping, insert, select, update

from auth.roles import PERMISSIONS, Role
from auth.tables import agency, user
from foundation.database import Tx
from sharing.agreements import tables
from sharing.records.person import LINK, PERSON
from sharing.records.registry import SCHEMAS
from sharing.release.facts import (
    Agency,
    Agreement,
    Children,
    Clause,
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


def bump_epoch(tx: Tx) -> None:
    """Say that something compiled into the policy has changed; call it in the change's own transaction."""
    changed = tx.execute(update(tables.policy_epoch).values(epoch=tables.policy_epoch.c.epoch + 1))
    if changed.rowcount == 0:
        tx.execute(insert(tables.policy_epoch), {"id": 1, "epoch": 1})


def policy_of(tx: Tx) -> tuple[int, Policy]:
    """The policy epoch as of this transaction, and its policy, compiled anew only after a change."""
    epoch = tx.execute(select(tables.policy_epoch.c.epoch)).scalar() or 0
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
    versions = _by_agreement(tx, tables.agreement_version)
    suspensions = _by_agreement(tx, tables.suspension)
    withdrawals = _by_agreement(tx, tables.withdrawal)
    return [
        Agreement(
            id=row.id,
            versions=tuple(_version(each) for each in versions.get(row.id, ())),
            suspensions=tuple(
                Suspension(each["from_at"], each["until_at"]) for each in suspensions.get(row.id, ())
            ),
            ended=row.ended,
            withdrawals=tuple(
                Withdrawal(each["agency_id"], each["at"], each["rejoined"])
                for each in withdrawals.get(row.id, ())
            ),
        )
        for row in tx.execute(select(tables.agreement).order_by(tables.agreement.c.id))
    ]


def _version(row: RowMapping) -> Version:
    return Version(
        number=row["number"],
        signed=row["signed"],
        from_at=row["from_at"],
        until=row["until_at"],
        parties=frozenset(row["parties"]),
        purposes=frozenset(row["purposes"]),
        clauses=tuple(clause_of(clause) for clause in row["clauses"]),
    )


def _by_agreement(tx: Tx, table: Any) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for row in tx.execute(select(table)).mappings():
        found.setdefault(row["agreement_id"], []).append(row)
    return found
