"""Roles and what each may do: the one permission table. Default deny: what is not here is not allowed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Action(StrEnum):
    """What can be done through a door; every route names one. Form: `thing:verb`."""

    ACTION_MOVE = "action:move"
    AGREEMENT_DRAFT = "agreement:draft"
    AGREEMENT_READ = "agreement:read"
    AGREEMENT_SIGN = "agreement:sign"
    EXPORT_MAKE = "export:make"
    GLASS_BREAK = "glass:break"
    GLASS_REVIEW = "glass:review"
    INSIGHT_READ = "insight:read"
    KEY_RUN = "key:run"
    LEDGER_READ = "ledger:read"
    LEDGER_REVIEW = "ledger:review"
    MEETING_READ = "meeting:read"
    MEETING_RUN = "meeting:run"
    RECORD_READ = "record:read"
    RECORD_RELEASE = "record:release"
    RECORD_SUBMIT = "record:submit"
    NOTE_APPROVE = "note:approve"
    PEOPLE_RUN = "people:run"
    PEOPLE_VOUCH = "people:vouch"
    RECALL_ACKNOWLEDGE = "recall:acknowledge"
    REPORT_CHECK = "report:check"
    REPORT_SUBMIT = "report:submit"
    REQUEST_ANSWER = "request:answer"
    REQUEST_APPROVE = "request:approve"
    REQUEST_ASK = "request:ask"
    RETENTION_RUN = "retention:run"
    RULES_SET = "rules:set"
    SESSION_USE = "session:use"
    SIGN_ON_RUN = "sign-on:run"
    WEBHOOK_RUN = "webhook:run"


#: What each action is called where people read what they may do.
ACTION_WORDS: Mapping[Action, str] = {
    Action.ACTION_MOVE: "move actions on",
    Action.AGREEMENT_DRAFT: "draft agreements",
    Action.AGREEMENT_READ: "read agreements",
    Action.AGREEMENT_SIGN: "sign, suspend and end agreements",
    Action.EXPORT_MAKE: "make exports",
    Action.GLASS_BREAK: "break the glass in danger to life",
    Action.GLASS_REVIEW: "review broken glass",
    Action.INSIGHT_READ: "read figures",
    Action.KEY_RUN: "make and end keys of programs",
    Action.LEDGER_READ: "read the ledger",
    Action.LEDGER_REVIEW: "review unusual looks and answer the Commissioner",
    Action.MEETING_READ: "read meetings",
    Action.MEETING_RUN: "run meetings",
    Action.RECORD_READ: "read records",
    Action.RECORD_RELEASE: "release and recall records",
    Action.RECORD_SUBMIT: "enter and correct records",
    Action.NOTE_APPROVE: "approve notes of necessity",
    Action.PEOPLE_RUN: "bring in people, give roles and end accounts",
    Action.PEOPLE_VOUCH: "vouch for somebody who has lost their factors",
    Action.RECALL_ACKNOWLEDGE: "acknowledge recalls",
    Action.REPORT_CHECK: "check reports",
    Action.REPORT_SUBMIT: "send reports",
    Action.REQUEST_ANSWER: "answer requests",
    Action.REQUEST_APPROVE: "approve grants",
    Action.REQUEST_ASK: "ask for what is withheld",
    Action.RETENTION_RUN: "say how long records are kept, and hold them",
    Action.RULES_SET: "set the rules for members",
    Action.SESSION_USE: "sign in",
    Action.SIGN_ON_RUN: "say where the agency’s people sign in",
    Action.WEBHOOK_RUN: "set up webhooks",
}


class Role(StrEnum):
    """What a person is in their agency; one person may hold several."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    CHAIR = "chair"
    COORDINATOR = "coordinator"
    DPO = "dpo"
    DUTY_INSPECTOR = "duty_inspector"
    INTELLIGENCE = "intelligence"
    INVESTIGATOR = "investigator"
    MEMBER = "member"
    OFFICER = "officer"
    OPERATOR = "operator"
    PARTNERSHIP_MANAGER = "partnership_manager"
    PRACTITIONER = "practitioner"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    SIGNATORY = "signatory"


ROLE_LABELS: Mapping[Role, str] = {
    Role.ADMINISTRATOR: "Agency administrator",
    Role.ANALYST: "Analyst",
    Role.AUDITOR: "Auditor",
    Role.CHAIR: "Partnership chair",
    Role.COORDINATOR: "Coordinator",
    Role.DPO: "Data protection officer",
    Role.DUTY_INSPECTOR: "Duty inspector",
    Role.INTELLIGENCE: "Intelligence officer",
    Role.INVESTIGATOR: "Investigator",
    Role.MEMBER: "Member",
    Role.OFFICER: "Officer",
    Role.OPERATOR: "CCTV operator",
    Role.PARTNERSHIP_MANAGER: "Partnership manager",
    Role.PRACTITIONER: "Practitioner",
    Role.SAFEGUARDING_LEAD: "Safeguarding lead",
    Role.SIGNATORY: "Signatory",
}


@dataclass(frozen=True)
class Permission:
    """What one role may do, and what it reads of its own agency's records.

    `types` and `classes` are names of record types and field classes, or "all"; empty means none. `grants`
    are the roles that it may give to others and take from them.
    """

    actions: frozenset[Action]
    types: frozenset[str] | str = frozenset()
    classes: frozenset[str] | str = frozenset()
    intelligence: bool = False
    release: bool = False
    grants: frozenset[Role] = frozenset()


#: Roles that watch over the others or bind the agency. An administrator works under their eyes, so it is a
#: signatory who gives them; and a signatory brings in nobody who works with records.
GUARDS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.DPO, Role.SIGNATORY})


class PartnershipRole(NamedTuple):
    """A role that somebody holds in one partnership, named by its id, and in no other."""

    partnership: str
    role: Role


_EVERYBODY = frozenset({Action.SESSION_USE, Action.AGREEMENT_READ})
_READER = _EVERYBODY | {
    Action.RECORD_READ,
    Action.INSIGHT_READ,
    Action.ACTION_MOVE,
    Action.MEETING_READ,
    Action.RECALL_ACKNOWLEDGE,
    Action.REQUEST_ASK,
}
_CONTRIBUTOR = _READER | {Action.RECORD_SUBMIT, Action.RECORD_RELEASE, Action.REQUEST_ANSWER}
_GLASS = _READER | {Action.GLASS_BREAK}

PERMISSIONS: Mapping[Role, Permission] = {
    Role.ADMINISTRATOR: Permission(
        _EVERYBODY
        | {Action.KEY_RUN, Action.PEOPLE_RUN, Action.PEOPLE_VOUCH, Action.SIGN_ON_RUN, Action.WEBHOOK_RUN},
        grants=frozenset(Role) - GUARDS,
    ),
    Role.ANALYST: Permission(
        _READER | {Action.EXPORT_MAKE},
        types="all",
        classes=frozenset(
            {"admin", "event", "place", "narrative", "description", "image", "identifier", "link"}
        ),
    ),
    Role.AUDITOR: Permission(_EVERYBODY | {Action.LEDGER_READ}),
    Role.CHAIR: Permission(
        _READER,
        types=frozenset({"incident", "sighting", "premises"}),
        classes=frozenset({"admin", "event", "place", "narrative"}),
    ),
    Role.COORDINATOR: Permission(
        _READER | {Action.AGREEMENT_DRAFT},
        types=frozenset({"incident", "sighting", "premises", "camera"}),
        classes=frozenset({"admin", "event", "place", "narrative"}),
    ),
    Role.DPO: Permission(
        _EVERYBODY
        | {
            Action.AGREEMENT_DRAFT,
            Action.GLASS_REVIEW,
            Action.INSIGHT_READ,
            Action.LEDGER_READ,
            Action.LEDGER_REVIEW,
            Action.PEOPLE_VOUCH,
            Action.RECALL_ACKNOWLEDGE,
            Action.REQUEST_APPROVE,
            Action.RETENTION_RUN,
        }
    ),
    Role.DUTY_INSPECTOR: Permission(_GLASS, types="all", classes="all"),
    Role.INTELLIGENCE: Permission(
        _CONTRIBUTOR | {Action.EXPORT_MAKE}, types="all", classes="all", intelligence=True, release=True
    ),
    Role.INVESTIGATOR: Permission(
        _CONTRIBUTOR | {Action.EXPORT_MAKE, Action.REQUEST_APPROVE}, types="all", classes="all", release=True
    ),
    Role.MEMBER: Permission(
        _READER | {Action.REPORT_SUBMIT, Action.RECORD_SUBMIT},
        types="all",
        classes="all",
        release=True,
    ),
    Role.OFFICER: Permission(_CONTRIBUTOR, types="all", classes="all", release=True),
    Role.OPERATOR: Permission(_CONTRIBUTOR, types="all", classes="all", release=True),
    Role.PARTNERSHIP_MANAGER: Permission(
        _CONTRIBUTOR
        | {
            Action.AGREEMENT_DRAFT,
            Action.EXPORT_MAKE,
            Action.REPORT_CHECK,
            Action.REPORT_SUBMIT,
            Action.REQUEST_APPROVE,
            Action.RULES_SET,
        },
        types="all",
        classes="all",
        release=True,
    ),
    Role.PRACTITIONER: Permission(_READER, types="all", classes="all"),
    Role.SAFEGUARDING_LEAD: Permission(_GLASS, types="all", classes="all"),
    Role.SIGNATORY: Permission(
        _READER
        | {
            Action.AGREEMENT_DRAFT,
            Action.AGREEMENT_SIGN,
            Action.GLASS_REVIEW,
            Action.NOTE_APPROVE,
            Action.PEOPLE_RUN,
            Action.PEOPLE_VOUCH,
            Action.REQUEST_APPROVE,
        },
        grants=GUARDS,
    ),
}


#: What a role allows where it is held for a partnership, and only there. To be chair or coordinator of an
#: agency runs no meeting; and nobody reads a record for what they are in a partnership.
IN_PARTNERSHIP: Mapping[Role, frozenset[Action]] = {
    Role.CHAIR: frozenset({Action.MEETING_READ, Action.MEETING_RUN, Action.ACTION_MOVE}),
    Role.COORDINATOR: frozenset({Action.MEETING_READ, Action.MEETING_RUN, Action.ACTION_MOVE}),
    Role.DPO: frozenset({Action.MEETING_READ}),
}


def actions_of(roles: frozenset[Role]) -> frozenset[Action]:
    """Everything that a person with these roles may do; roles count together."""
    return frozenset().union(*(PERMISSIONS[role].actions for role in roles))


def grants_of(roles: frozenset[Role]) -> frozenset[Role]:
    """Every role that a person with these roles may give to others and take from them."""
    return frozenset().union(*(PERMISSIONS[role].grants for role in roles))


def actions_in(held: Iterable[PartnershipRole], partnership: str | None = None) -> frozenset[Action]:
    """What these roles allow in a partnership; without one, in any of those in which they are held."""
    here = (each.role for each in held if partnership in (None, each.partnership))
    return frozenset().union(*(IN_PARTNERSHIP.get(role, frozenset()) for role in here))
