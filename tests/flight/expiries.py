"""What ends by itself at a moment, under a clock that a test moves over it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest.mock import patch

from sqlalchemy import func, select

from foundation import clock
from sharing.agreements import tables
from sharing.agreements.stages import Stage
from tests.flight.scene import AGREEMENT, Scene

_MINUTE = timedelta(minutes=1)


@dataclass
class Expiry:
    """The moment at which it is over, and the clock of all threads, which stands until it is moved."""

    at: datetime
    now: datetime

    def come(self) -> str:
        self.now = self.at
        return "expired"


@contextmanager
def _clock(expiry: Expiry) -> Iterator[Expiry]:
    with patch.object(clock, "now", lambda: expiry.now):
        yield expiry


@contextmanager
def of_the_release(scene: Scene) -> Iterator[Expiry]:
    """Releases of the block last a minute."""
    now, scene.lasts = clock.now(), _MINUTE
    with _clock(Expiry(now + _MINUTE, now)) as expiry:
        yield expiry
    scene.lasts = None


@contextmanager
def of_the_agreement(scene: Scene) -> Iterator[Expiry]:
    """It is the last minute of the agreement's last version."""
    version = tables.agreement_version
    wanted = select(func.max(version.c.until_at)).where(
        version.c.agreement_id == AGREEMENT, version.c.stage == Stage.SIGNED
    )
    with scene.database.transaction() as tx:
        until = tx.execute(wanted).scalar_one()
    with _clock(Expiry(until, until - _MINUTE)) as expiry:
        scene.enter()
        yield expiry
    scene.enter()


EXPIRIES: Mapping[str, Callable[[Scene], AbstractContextManager[Expiry]]] = {
    "release": of_the_release,
    "agreement": of_the_agreement,
}
