"""The agency's own register of cameras, to pick from when a sighting is entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database
from sharing.events import records as events
from sharing.records.camera import camera
from sharing.records.record import record


@dataclass(frozen=True)
class Camera:
    """A camera with what it says of a sighting's place; `overwrite_days` until its footage is gone."""

    id: str
    number: str
    address: str
    place: Mapping[str, Any]
    overwrite_days: int | None


def list_cameras(database: Database, actor: Actor) -> tuple[Camera, ...]:
    """The cameras of the actor's own agency, by number; none for a member."""
    actor.require(Action.RECORD_SUBMIT)
    # Towards the scheme's records a member is a recipient, whom nobody has asked the engine about here.
    if actor.member:
        return ()
    with database.transaction() as tx:
        rows = tx.execute(
            select(camera)
            .join(record, record.c.id == camera.c.record_id)
            .where(record.c.owner == actor.agency_id)
            .order_by(camera.c.number)
        ).all()
        events.cameras_listed(tx, actor, count=len(rows))
    return tuple(
        Camera(
            id=row.record_id,
            number=row.number or "",
            address=row.address or "",
            place={
                name: value
                for name, value in {
                    "address": row.address,
                    "point": row.point,
                    "ward": row.ward,
                    "clock_error": row.clock_error,
                }.items()
                if value is not None
            },
            overwrite_days=row.overwrite_days,
        )
        for row in rows
    )


def camera_named(cameras: tuple[Camera, ...], typed: str) -> Camera | None:
    """The one camera that the typed number or street means, or None if there is none or several."""
    wanted = typed.strip().casefold()
    if not wanted:
        return None
    exact = [each for each in cameras if wanted in (each.number.casefold(), each.address.casefold())]
    begun = [each for each in cameras if each.address.casefold().startswith(wanted)]
    found = exact or begun
    return found[0] if len(found) == 1 else None
