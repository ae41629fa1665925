"""The words for people: why a field is withheld, in one sentence, and what was done to a treated one."""

from collections.abc import Mapping
from datetime import date

from sharing.release.schema import FieldType, Reason, Treatment

#: Floors that no clause and no owner can lower; towards businesses these read as `protected`, as all do.
NEVER = frozenset({Reason.FLOOR_VULNERABILITY, Reason.ANONYMITY_ORDER})
#: What no owner can set aside on request.
UNASKABLE = NEVER | {Reason.OWNER, Reason.PURPOSE}

_SENTENCES: Mapping[Reason, str] = {
    Reason.OWNER: "Your agency owns this.",
    Reason.CLAUSE: "Clause {clause} of {agreement} does not share this with your agency.",
    Reason.GRANT: "Granted to you on request.",
    Reason.BREAK_GLASS: "Opened because somebody is in danger.",
    Reason.NO_CLAUSE: "Nothing in {agreement} shares this with your agency.",
    Reason.CATEGORY: "{agreement} does not share this about {whom}.",
    Reason.PURPOSE: "Not shared for {purpose}.",
    Reason.ROLE: "Shared with your agency, but not with your role.",
    Reason.EXPIRED: "The release of this has ended.",
    Reason.NO_TREATMENT: "What may be shared of this cannot be made from it, so it is withheld.",
    Reason.NO_RELEASE_TEXT: "The owner has written no text of this for sharing.",
    Reason.FLOOR_VICTIM: "Victims’ and witnesses’ names and contact details are protected.",
    Reason.FLOOR_CHILD: (
        "This person is, or may be, under 18. A named approver must first sign that sharing is necessary."
    ),
    Reason.FLOOR_VULNERABILITY: "Health and vulnerability never go to businesses.",
    Reason.ORIGINATOR_CONDITION: "The owner has set a condition on this record.",
    Reason.ANONYMITY_ORDER: "A court has ordered that this person is not identified.",
    Reason.PROTECTED: "This is protected, whatever an agreement says.",
}

_GENERALISED: Mapping[FieldType, str] = {
    FieldType.DOB: "Age band",
    FieldType.TIME: "Day and part of day",
    FieldType.DATE: "Month only",
    FieldType.ADDRESS: "Ward only",
    FieldType.POINT: "Ward only",
    FieldType.AMOUNT: "Price band",
    FieldType.IMAGE: "Faces, time and camera blurred",
}
_MASKED: Mapping[FieldType, str] = {
    FieldType.NAME: "Initials only",
    FieldType.PHONE: "Last 3 digits",
    FieldType.IMEI: "First 8 digits: the model",
    FieldType.VRM: "First 2 characters",
    FieldType.IMAGE: "Faces, time and camera blurred",
}


def sentence(
    reason: Reason,
    *,
    agreement: str | None = None,
    clause: str | None = None,
    purpose: str = "the purpose you chose",
    whom: str = "this person",
    ended: date | None = None,
) -> str:
    """Why, in one sentence. `purpose` is its label within a sentence, `whom` such as witnesses.

    Callers pass the reader's own agreement and clause only, never another recipient's.
    """
    if reason is Reason.ROLE and agreement is None:
        return "Your role in your agency does not include this."
    if reason is Reason.EXPIRED and ended is not None:
        return f"The release of this ended on {ended.day} {ended:%B %Y}."
    words = {
        "agreement": agreement or "your agreement",
        "clause": clause or "that applies",
        "purpose": purpose,
        "whom": whom,
    }
    found = _SENTENCES[reason].format(**words)
    return found[0].upper() + found[1:]


def label(field_type: FieldType, treatment: Treatment) -> str:
    """What was done to a treated value."""
    if treatment is Treatment.PSEUDONYM:
        return "Stand-in name"
    found = _GENERALISED if treatment is Treatment.GENERALISE else _MASKED
    return found.get(field_type, "In full" if treatment is Treatment.DISCLOSE else "Treated")
