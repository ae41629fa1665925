"""One request with a field that holds an id: of another agency's thing, of nobody's, or of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.escalation.things import POLICE

#: Where the id goes: alone, or inside of a text.
HERE = "{here}"


@dataclass(frozen=True)
class Case:
    """One request with a place for an id; `own` is one that the attacker may name there, if there is any."""

    name: str
    method: str
    path: str
    foreign: str
    own: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    attacker: str = POLICE
    keeps: bool = False  # something of the attacker's own, such as a draft

    def with_id(self, id_: str) -> tuple[str, Mapping[str, Any]]:
        """Address and body that name this one."""
        path, body = _put((self.path, dict(self.body)), id_)
        return path, body


def _put(told: Any, id_: str) -> Any:
    if isinstance(told, str):
        return told.replace(HERE, id_)
    if isinstance(told, dict):
        return {_put(key, id_): _put(value, id_) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return type(told)(_put(each, id_) for each in told)
    return told


#: Long enough for every field that asks for a reason.
WHY = "There is a good reason for it, which is written here."
