"""Yes or no in a body: `true` or `false` and nothing that merely means it."""

from typing import Any

from marshmallow import fields


class Truth(fields.Boolean):
    """A JSON boolean; 0, 1, "yes" and "off" are refused, since a slip of a program must not lift a veto."""

    def _deserialize(self, value: Any, *_place: Any, **_more: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value
