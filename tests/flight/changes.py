"""Everything that can take a record from its reader's eyes, done as the product does it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, insert, select, update

from auth.actor import Actor
from auth.events import KEY_ISSUED, security_event
from auth.roles import Role
from auth.tables import api_key, session, user
from foundation import clock
from foundation.database import Tx
from foundation.ledger.tables import ledger_pending
from sharing.agreements import tables
from sharing.agreements.policy import bump_epoch
from sharing.agreements.suspending import suspend
from sharing.agreements.withdrawing import withdraw
from sharing.people.changing import change_roles, end_account
from sharing.recalls.recalling import revoke_release
from tests.flight.scene import AGREEMENT, OWNER, READER, Scene
from tests.partnership import actor

RESTED = (tables.suspension, tables.suspension.c.agreement_id == AGREEMENT)
LEFT = (tables.withdrawal, tables.withdrawal.c.agreement_id == AGREEMENT)


def revoked(scene: Scene) -> str:
    revoke_release(scene.database, actor(OWNER), scene.record, scene.release)
    return _newest(scene, "sharing:release:revoked")


def suspended(scene: Scene) -> str:
    _keep(scene, *RESTED)
    suspend(scene.database, _in_charge(), AGREEMENT, reason="It is being looked into.")
    return _newest(scene, "sharing:agreement:suspended")


def withdrawn(scene: Scene) -> str:
    _keep(scene, *LEFT)
    withdraw(scene.database, _in_charge(), AGREEMENT, reason="It is not needed any more.")
    return _newest(scene, "sharing:agreement:withdrawn")


def ended(scene: Scene) -> str:
    """As the last party's consent ends it; the entry is any of the closed list, only its place counts."""
    row = update(tables.agreement).where(tables.agreement.c.id == AGREEMENT)
    scene.undo.append(lambda tx: tx.execute(row.values(ended=None)))
    with scene.database.transaction() as tx:
        tx.execute(row.values(ended=clock.now()))
        bump_epoch(tx)
        return security_event(tx, KEY_ISSUED, actor(OWNER), key="", purposes=[], expires="")


def role_changed(scene: Scene) -> str:
    _keep_account(scene)
    change_roles(scene.database, _in_charge(), READER, {Role.AUDITOR})
    return _newest(scene, "sharing:person:roles-changed")


def gone(scene: Scene) -> str:
    _keep_account(scene)
    end_account(scene.database, _in_charge(), READER)
    return _newest(scene, "sharing:person:left")


CHANGES: Mapping[str, Callable[[Scene], str]] = {
    each.__name__.replace("_", " "): each
    for each in (revoked, suspended, withdrawn, ended, role_changed, gone)
}


def _in_charge() -> Actor:
    """The agency's signatory, who also looks after its people, and has just proved who they are."""
    roles = frozenset({Role.SIGNATORY, Role.ADMINISTRATOR})
    return replace(actor("della-rowe"), roles=roles, factor_at=clock.now())


def _keep(scene: Scene, table: Table, these: ColumnElement[bool]) -> None:
    """Put these rows back as they are now when the test is over."""
    with scene.database.transaction() as tx:
        rows: list[dict[str, Any]] = [dict(row) for row in tx.execute(select(table).where(these)).mappings()]

    def put_back(tx: Tx) -> None:
        tx.execute(delete(table).where(these))
        if rows:
            tx.execute(insert(table), rows)

    scene.undo.append(put_back)


def _keep_account(scene: Scene) -> None:
    mine = update(user).where(user.c.id == READER)
    scene.undo.append(lambda tx: tx.execute(mine.values(roles=[Role.ANALYST.value], disabled=False)))
    _keep(scene, session, session.c.user_id == READER)
    _keep(scene, api_key, api_key.c.user_id == READER)


def _newest(scene: Scene, event: str) -> str:
    with scene.database.transaction() as tx:
        waiting = select(ledger_pending.c.id).where(ledger_pending.c.event == event)
        return str(tx.execute(waiting.order_by(ledger_pending.c.seq.desc())).scalars().first())
