"""The closed lists of recalls: what an owner does, and what those who are told did with their copies."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What happened to what was shared."""

    RELEASE = "release"
    CORRECTION = "correction"
    DELETION = "deletion"


#: What people read for each kind: as a name, and as the sentence of a notice that says nothing more.
KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.RELEASE: ("Taken back", "Its owner has taken this back. It is no longer shared with you as it was."),
    Kind.CORRECTION: ("Corrected", "Its owner has corrected this. What you were shown before was not right."),
    Kind.DELETION: ("Deleted", "Its owner has deleted this. What you were shown before no longer holds."),
}


class Done(StrEnum):
    """What somebody did with what they had copied."""

    NONE = "none"
    DELETED = "deleted"
    CORRECTED = "corrected"
    KEPT = "kept"


DONE: Mapping[Done, str] = {
    Done.NONE: "I made no copy and told nobody",
    Done.DELETED: "I deleted my copies, and told those to whom I had passed it on",
    Done.CORRECTED: "I corrected my copies, and told those to whom I had passed it on",
    Done.KEPT: "A copy has to be kept",
}

#: Fields that move on by their nature: a new value corrects nothing that was shown before.
MOVING_ON = frozenset(
    {
        "ban",
        "ban_from",
        "ban_until",
        "breaches",
        "card",
        "evidence_until",
        "exhibit_number",
        "footage_until",
        "gallery_until",
        "hold_until",
        "last_point",
        "last_seen",
        "next_review",
        "outcome",
        "person_outcome",
        "ping_accuracy",
        "ping_at",
        "ping_point",
        "recovered",
        "recovered_at",
        "review_due",
        "risk_score",
        "state",
        "status",
    }
)
