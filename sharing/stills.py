"""Stills: taken in safely, and shown as this reader may see them.

What was sent is decoded in a child process and drawn afresh; only the fresh picture is stored. What leaves is
always derived from it, for one reader, after the look is in the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database
from foundation.errors import Missing
from foundation.files import Files
from foundation.pictures import reencode
from sharing import events, queries
from sharing.release.facts import Exit
from sharing.sight import look, released_one
from sharing.submission import Box, NewStill


def take_still(
    files: Files, data: bytes, *, boxes: Sequence[Box] = (), looked_over: bool = False
) -> NewStill:
    """Draw a sent picture afresh and store it; gives what a new record carries.

    Raises:
        Invalid: with a sentence, if it is not a picture that can be taken.
    """
    picture = reencode(data)
    return NewStill(
        picture=files.put(picture.data),
        format=picture.format,
        original_digest=picture.original_sha256,
        taken=picture.taken,
        point=picture.point,
        boxes=tuple(boxes),
        looked_over=looked_over,
    )
