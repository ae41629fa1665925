"""The policy in force: agencies, agreements and roles as facts, compiled once for each policy epoch."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from auth.roles import PERMISSIONS, Role
from auth.tables import agency, user
from foundation.database import Tx
from sharing.agreements import tables
from sharing.release.decision import Policy
from sharing.release.facts import Agency, Agreement, Clause, RoleGrant, Suspension, Version, Withdrawal

#: Roles whose holders may sign notes of necessity, in agencies of these kinds.
_APPROVER = Role.SIGNATORY
_APPROVING = frozenset({"police", "transport_police", "youth_justice"})
_HELD: dict[str, tuple[int, Policy]] = {}


def bump_epoch(tx: Tx) -> None:
    """Say that something compiled into the policy has changed; call it in the change's own transaction."""
    changed = tx.execute(update(tables.policy_epoch).values(epoch=tables.policy_epoch.c.epoch + 1))
    if changed.rowcount == 0:
        tx.execute(insert(tables.policy_epoch), {"id": 1, "epoch": 1})


def epoch_of(tx: Tx) -> int:
    """The policy epoch as of this transaction; 0 before anything was stored."""
    return tx.execute(select(tables.policy_epoch.c.epoch)).scalar() or 0


def policy_of(tx: Tx, url: str) -> tuple[int, Policy]:
    """The policy as of this transaction, and its epoch; `url` tells databases in one process apart."""
    epoch = epoch_of(tx)
    held = _HELD.get(url)
    if held is None or held[0] != epoch:
        held = (epoch, _load(tx))
        _HELD[url] = held
    return held
