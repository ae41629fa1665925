"""Whether entries wait too long: measured by the sequencer's thread, asked without a statement."""

from dataclasses import dataclass
from datetime import timedelta

from foundation.errors import Unavailable

#: An entry that waits longer is worth an alarm.
ALARM_AFTER = timedelta(seconds=10)
#: An entry that waits longer, or more entries than these, and consultations are refused.
REFUSE_AFTER = timedelta(seconds=60)
REFUSE_ABOVE = 100_000


@dataclass(frozen=True)
class Pressure:
    """How many entries wait, and how long the oldest has waited."""

    pending: int = 0
    oldest: timedelta = timedelta(0)

    @property
    def alarming(self) -> bool:
        """Whether somebody should look at the sequencer."""
        return self.oldest > ALARM_AFTER

    @property
    def refusing(self) -> bool:
        """Whether consultations are refused."""
        return self.oldest > REFUSE_AFTER or self.pending > REFUSE_ABOVE


_last = Pressure()


def measured(pressure: Pressure) -> None:
    """Remember what was found, for this process."""
    global _last  # noqa: PLW0603 - one sequencer thread writes, request threads read; a frozen value is swapped
    _last = pressure


def refuse_when_late() -> None:
    """Refuse a consultation while the ledger lags.

    Raises:
        Unavailable: if the last measurement was too high.
    """
    if _last.refusing:
        raise Unavailable(
            "The ledger is behind, so nothing can be shown just now. Nothing is lost. Try again in a minute."
        )
