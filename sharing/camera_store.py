"""A council's register of cameras kept as its camera records, each number once."""

from collections.abc import Sequence

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Role
from auth.tables import agency
from foundation.database import Database, Tx
from foundation.errors import Invalid
from sharing.contribution import submit_within
from sharing.insight.readers.cameras import CameraRow
from sharing.records.camera import camera
from sharing.records.record import record
from sharing.submission import NewRecord


def keep_cameras(database: Database, agency_id: str, cameras: Sequence[CameraRow]) -> int:
    """Submit the cameras whose number the agency does not hold yet, in one transaction; says how many.

    For the shell of the server only: whoever runs it acts for the agency.

    Raises:
        Invalid: if there is no such agency.
    """
    with database.transaction() as tx:
        actor = _acting_for(tx, agency_id)
        held = set(
            tx.execute(
                select(camera.c.number)
                .join(record, record.c.id == camera.c.record_id)
                .where(record.c.owner == agency_id, camera.c.number.in_([each.number for each in cameras]))
            ).scalars()
        )
        new = [each for each in cameras if each.number not in held]
        for each in new:
            submit_within(tx, actor, NewRecord("camera", _values(each)))
    return len(new)


def _acting_for(tx: Tx, agency_id: str) -> Actor:
    found = tx.execute(select(agency).where(agency.c.id == agency_id)).first()
    if found is None:
        raise Invalid({"agency": "There is no such agency. Give its short id, such as havering."})
    return Actor(
        user_id="import",
        name="Register of cameras",
        agency_id=agency_id,
        agency_name=found.name,
        agency_kind=found.kind,
        business=found.business,
        roles=frozenset({Role.OPERATOR}),
        purpose=None,
        session="command-line",
    )


def _values(row: CameraRow) -> dict[str, object]:
    values = {
        "number": row.number,
        "address": row.address,
        "ward": row.ward,
        "point": row.point,
        "overwrite_days": row.overwrite_days,
    }
    return {name: value for name, value in values.items() if value is not None}
