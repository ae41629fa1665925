"""Faults of our own: where they arose goes to the log, a reference goes to the person, values go nowhere."""

import logging
import traceback

from foundation.identifiers import new_reference

_log = logging.getLogger("concordat")


def log_fault(error: BaseException) -> str:
    """Write the kind of error and where it arose, and give the reference to show.

    The error's message is left out: it may hold what somebody typed or what a record says.
    """
    reference = new_reference()
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    _log.error("fault %s: %s at %s", reference, type(error).__name__, where)
    return reference
