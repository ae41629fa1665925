"""The portal itself as an actor: what it does on its own, and nothing else."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from foundation.errors import Denied

#: Under which name stands what nobody of an agency did: a refusal at the door, a command, a job.
NOBODYS = "portal"


class Task(StrEnum):
    """What the portal does in jobs. Form: `thing:verb`, as of actions, and none of them is an action."""

    EXPORT_CLEAR = "export:clear"
    EXPORT_MAKE = "export:make"
    LETTER_POST = "letter:post"
    PROGRAM_TELL = "program:tell"
    RECORD_RETAIN = "record:retain"
    SCHEDULE_KEEP = "schedule:keep"


@dataclass(frozen=True)
class SystemActor:
    """The portal at work on its own, at one task.

    It has no role and no purpose, and no record exists for it: a job that reads does so as the person it
    works for (`auth.acting`), under that person's rules of that moment.
    """

    task: Task
    user_id: ClassVar[str] = ""
    agency_id: ClassVar[str] = NOBODYS
    session: ClassVar[str] = ""
    purpose: ClassVar[None] = None

    def require(self, task: Task) -> None:
        """Refuse what is not its task.

        Raises:
            Denied: always, if it is another.
        """
        if task is not self.task:
            raise Denied("The portal does not do this on its own.")
