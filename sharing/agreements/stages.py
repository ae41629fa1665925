"""The stages of a version on its way to being signed, and how an agreement stands."""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """How far a version has come. A draft is its drafter's agency's; from review on all parties read it."""

    DRAFT = "draft"
    REVIEW = "review"
    SIGNING = "signing"
    SIGNED = "signed"


STAGE_LABELS: Mapping[Stage, str] = {
    Stage.DRAFT: "Draft",
    Stage.REVIEW: "In review",
    Stage.SIGNING: "Being signed",
    Stage.SIGNED: "Signed",
}
